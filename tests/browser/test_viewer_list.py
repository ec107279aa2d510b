"""The viewer page by the rows of the feature table, B10 to B15: the list, against the real service."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from tests.browser.quiet import aired, approved, ask, known, told
from tests.browser.viewing import OFFLINE, asking, fits_and_is_accessible, opened, rows, yours
from tests.browser.visiting import PHONE, Visits
from tests.real.running import Service, Viewer

pytestmark = pytest.mark.usefixtures("calm")


async def test_b10_one_vote_a_person_however_many_windows_they_have(visits: Visits, service: Service) -> None:
    question = approved(service, "How often may one vote?")
    one = await opened(await visits.visitor(PHONE))
    other = await opened(await one.context.new_page())
    name = f"Vote for question {question[1:]}"
    await one.get_by_role("button", name=name).click()
    await expect(other.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    await expect(other.get_by_role("button", name=name)).to_have_text("1")
    await other.get_by_role("button", name=name).click()
    await expect(one.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "false")
    for _ in range(5):
        await one.get_by_role("button", name=name).click()
    await expect(other.get_by_role("button", name=name)).to_have_text("1")
    await expect(other.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    assert known(service, "How often may one vote?")["votes"] == 1


async def test_b10_a_vote_made_offline_is_plainly_not_sent_until_it_is_pressed_again(
    visits: Visits, service: Service
) -> None:
    visits.expect_refusal(OFFLINE)
    question = approved(service, "Does an offline vote count?")
    page = await opened(await visits.visitor(PHONE))
    vote = page.get_by_role("button", name=f"Vote for question {question[1:]}")
    await page.context.set_offline(True)
    await vote.click()
    await expect(page.get_by_text("Vote not sent. Press it again.")).to_be_visible()
    await expect(vote).to_have_accessible_name(f"Vote for question {question[1:]}, 0 votes, not sent")
    await fits_and_is_accessible(page)
    await page.context.set_offline(False)
    await expect(page.get_by_text("No connection.", exact=True)).to_be_hidden(timeout=20_000)
    assert known(service, "Does an offline vote count?")["votes"] == 0
    await vote.click()
    await expect(page.get_by_text("Vote not sent. Press it again.")).to_be_hidden()
    await expect(vote).to_have_text("1")
    assert known(service, "Does an offline vote count?")["votes"] == 1


async def test_b10_a_vote_that_is_refused_is_taken_back_with_words(visits: Visits, service: Service) -> None:
    visits.expect_refusal("409")
    question = approved(service, "Is this vote refused?")
    page = await opened(await visits.visitor(PHONE))
    vote = page.get_by_role("button", name=f"Vote for question {question[1:]}")
    refusal = '{"error": {"code": "question_closed", "message": "It was answered a moment ago."}}'

    async def refuse(route: Route) -> None:
        await route.fulfill(status=409, content_type="application/json", body=refusal)

    await page.route("**/vote", refuse)
    await vote.click()
    await expect(page.get_by_role("region", name="Messages")).to_contain_text(
        "Your vote was not counted. It was answered a moment ago."
    )
    await expect(vote).to_have_attribute("aria-pressed", "false")


async def test_b11_the_list_has_orders_keeps_the_answered_apart_and_marks_what_is_on_air(
    visits: Visits, service: Service
) -> None:
    first, second = approved(service, "First of two questions?"), approved(service, "Second of two questions?")
    Viewer(service).ask("PUT", f"/api/questions/{first}/vote")
    page = await opened(await visits.visitor(PHONE))
    await expect(rows(page)).to_have_count(2)
    await expect(rows(page).first).to_contain_text("First of two")
    await page.get_by_role("tab", name="Newest").click()
    await expect(rows(page).first).to_contain_text("Second of two")
    await page.get_by_role("tab", name="Top").click()
    service.operate("POST", f"/api/questions/{second}/on-air")
    await expect(page.get_by_role("region", name="On air now")).to_contain_text("Second of two")
    await expect(rows(page).filter(has_text="Second of two").get_by_text("On air now")).to_be_visible()
    service.operate("POST", "/api/queue/next")
    await page.get_by_role("tab", name="Answered").click()
    await expect(rows(page).filter(has_text="Second of two")).to_be_visible()
    await expect(rows(page).filter(has_text="First of two")).to_be_hidden()


async def test_b11_nothing_moves_under_the_reader_whatever_comes_goes_or_turns(
    visits: Visits, service: Service
) -> None:
    ids = [approved(service, f"Standing still, number {number}?") for number in range(4)]
    page = await opened(await visits.visitor((390, 3000)))
    await expect(rows(page)).to_have_count(4)

    async def texts() -> list[str]:
        return [text.strip() for text in await rows(page).locator(".words").all_text_contents()]

    before = await texts()
    Viewer(service).ask("PUT", f"/api/questions/{ids[3]}/vote")
    await expect(page.get_by_role("button", name="New order")).to_be_visible()
    service.operate("POST", f"/api/questions/{ids[1]}/reject")
    await expect(page.get_by_role("button", name="1 gone")).to_be_visible()
    await expect(page.get_by_text("No longer on the list")).to_be_visible()
    approved(service, "Standing still, a new one?")
    fresh = page.get_by_role("button", name="1 new")
    await expect(fresh).to_be_visible()
    assert await texts() == [before[0], before[2], before[3]]
    await fresh.click()
    await expect(rows(page).first).to_contain_text("number 3")
    assert "Standing still, a new one?" in await texts()
    await expect(page.get_by_role("tabpanel")).to_be_focused()


async def test_b11_another_order_of_the_whole_line_waits_behind_the_button(visits: Visits, service: Service) -> None:
    eager = Viewer(service)
    ids = [eager.question(text).json["id"] for text in ("Eager, the first?", "Eager, the second?")]
    ids.append(Viewer(service).question("Quiet, the only one?").json["id"])
    for question in ids:
        service.operate("POST", f"/api/questions/{question}/approve")
    Viewer(service).ask("PUT", f"/api/questions/{ids[1]}/vote")
    page = await opened(await visits.visitor((390, 3000)))
    await expect(rows(page).first).to_contain_text("Eager, the second?")
    asking(service, order="fair")
    await expect(page.get_by_role("button", name="New order")).to_be_visible()
    await expect(rows(page).first).to_contain_text("Eager, the second?")
    await page.get_by_role("button", name="New order").click()
    await expect(rows(page).last).to_contain_text("Eager, the second?")


async def test_b11_a_page_in_the_background_is_found_again_as_it_was_left(visits: Visits, service: Service) -> None:
    approved(service, "Left as it stands, the one?")
    page = await opened(await visits.visitor((390, 3000)))
    await expect(rows(page)).to_have_count(1)
    hide = "(state) => {Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
    hide += "document.dispatchEvent(new Event('visibilitychange'))}"
    await page.evaluate(hide, "hidden")
    approved(service, "Left as it stands, the other?")
    await expect(page.get_by_role("button", name="1 new")).to_be_visible()
    await page.evaluate(hide, "visible")
    approved(service, "Left as it stands, a third?")
    await expect(page.get_by_role("button", name="2 new")).to_be_visible()
    await expect(rows(page)).to_have_count(1)


async def test_b11_a_long_list_can_be_searched(visits: Visits, service: Service) -> None:
    for number in range(17):
        approved(service, f"Number {number} asks of {'dropout' if number % 4 == 0 else 'norms'}?", name=f"P{number}")
    page = await opened(await visits.visitor(PHONE))
    search = page.get_by_role("searchbox", name="Search the questions")
    heard = await told(page)
    await search.fill("DROPOUT asks")
    await expect(rows(page)).to_have_count(5)
    await expect(page.get_by_text("5 found")).to_be_visible()
    await fits_and_is_accessible(page)
    await search.fill("zebra")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await page.wait_for_timeout(800)
    assert heard[-1] == "0 questions found."
    await search.press("Escape")
    await expect(rows(page)).to_have_count(17)


async def test_b12_a_page_that_was_away_misses_nothing_and_sees_nothing_twice(visits: Visits, service: Service) -> None:
    visits.expect_refusal(OFFLINE)
    ids = [approved(service, f"While away, number {number}?") for number in range(3)]
    page = await opened(await visits.visitor((390, 3000)))
    await expect(rows(page)).to_have_count(3)
    await page.context.set_offline(True)
    await expect(page.get_by_text("No connection.", exact=True)).to_be_visible()
    service.operate("POST", f"/api/questions/{ids[0]}/reject")
    approved(service, "While away, a new one?")
    service.operate("POST", f"/api/questions/{ids[1]}/on-air")
    service.operate("POST", "/api/queue/next")
    Viewer(service).ask("PUT", f"/api/questions/{ids[2]}/vote")
    await page.context.set_offline(False)
    await expect(page.get_by_role("button", name="1 new")).to_be_visible(timeout=20_000)
    await page.get_by_role("button", name="1 new").click()
    other = await opened(await visits.visitor((390, 3000)))
    for tab in ("Top", "Newest", "Answered"):
        for one in (page, other):
            await one.get_by_role("tab", name=tab).click()
        await expect(rows(other).first).to_be_visible()
        expected = await rows(other).all_inner_texts()
        assert await rows(page).all_inner_texts() == expected, tab


async def test_b13_a_written_answer_stands_under_the_question_with_who_answered(
    visits: Visits, service: Service
) -> None:
    page, other = await opened(await visits.visitor(PHONE)), await opened(await visits.visitor(PHONE))
    heard = await told(page)
    text = "Where are the slides?"
    await ask(page, text)
    token = await asyncio.to_thread(service.invite, "moderator", "--name", "ليلى")
    question = known(service, text)["id"]
    answer = service.ask(
        "POST",
        f"/api/questions/{question}/answer",
        {"text": "On the wiki.\nשם יש גם את ההקלטה."},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status < 300, answer.body
    await expect(yours(page).get_by_text("On the wiki.")).to_be_visible()
    await expect(yours(page).get_by_text("Answered in writing by ليلى")).to_be_visible()
    assert any("Answered in writing: On the wiki." in said for said in heard), heard
    await other.get_by_role("tab", name=re.compile("Answered")).click()
    row = rows(other).filter(has_text=text)
    await expect(row.get_by_text("On the wiki.")).to_be_visible()
    await expect(row.get_by_text("Answered in writing by ليلى")).to_be_visible()
    await fits_and_is_accessible(other)


async def test_b15_an_answer_is_watched_on_the_page_which_then_is_back_at_what_is_live(
    visits: Visits, service: Service
) -> None:
    text = "Can this answer be watched again?"
    aired(service, text)
    await asyncio.sleep(3)  # the clip is of the time on air
    service.operate("POST", "/api/queue/next")
    page = await opened(await visits.visitor())
    await expect(page.get_by_role("button", name="Pause")).to_be_enabled(timeout=30_000)
    await page.get_by_role("tab", name=re.compile("Answered")).click()
    watch = rows(page).filter(has_text=text).get_by_role("button", name="Watch the answer")
    await watch.focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="The answer to")
    await expect(dialog.get_by_text(text)).to_be_visible()
    clip = dialog.locator("video")
    await page.wait_for_function("() => document.querySelector('dialog video')?.currentTime > 0", timeout=30_000)
    assert await clip.evaluate("video => video.controls")
    assert await page.locator(".player video").evaluate("video => video.paused"), "the programme waits meanwhile"
    await fits_and_is_accessible(page)
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    await expect(watch).to_be_focused()
    await page.wait_for_function("() => !document.querySelector('.player video').paused")
