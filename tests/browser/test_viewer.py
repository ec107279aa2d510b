"""The viewer page by the rows of the feature table: B1 to B13, B15 and B16, each against the real service."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, Page, Route, expect

from bridge.clock import SystemClock
from tests.browser.quiet import ARABIC, aired, approved, ask, known, quiet, told
from tests.browser.visiting import LAPTOP, PHONE, Scheme, Visits, overflow, violations
from tests.real.running import Service, Viewer

SCREENS = [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark"), ((320, 640), "light")]
screens = pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=lambda value: str(value).replace(", ", "x"))
ZOOMED = (640, 400)
"""A laptop's screen at 200 %."""
CLOCK = SystemClock()
OFFLINE = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture(autouse=True)
def calm(service: Service) -> None:
    """Each test finds an open room with nobody in line."""
    quiet(service)


async def opened(page: Page) -> Page:
    """Open the viewer page and wait until it shows the room."""
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Ask the room")


def yours(page: Page) -> Locator:
    return page.get_by_role("region", name="Yours")


def rows(page: Page) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("article")


def asking(service: Service, **rules: object) -> None:
    service.operate("PUT", "/api/asking", rules)


async def fits_and_is_accessible(page: Page) -> None:
    assert await violations(page) == []
    assert await overflow(page) == 0


# B1 to B5 -------------------------------------------------------------------------------------------------------------


async def test_b1_player_box_and_list_are_on_one_page_without_a_login(visits: Visits, service: Service) -> None:
    approved(service, "Is this list on the same page?")
    page = await opened(await visits.visitor(PHONE))
    await expect(page.locator("video")).to_be_visible()
    await expect(box(page)).to_be_editable()
    await expect(rows(page).get_by_text("Is this list on the same page?")).to_be_visible()
    assert await page.locator("input[type=password], input[type=email]").count() == 0
    place = await box(page).bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < PHONE[1], "the box is on the first screen of a phone"


async def test_b2_the_address_stays_while_the_programme_ends_and_begins_anew(visits: Visits, service: Service) -> None:
    page = await opened(await visits.visitor())
    playing = page.get_by_role("button", name="Pause")
    await expect(playing).to_be_enabled(timeout=30_000)
    service.operate("POST", "/api/air/stop")
    await expect(page.get_by_text("The picture appears here by itself")).to_be_visible()
    service.operate("POST", "/api/air/start")
    await expect(playing).to_be_enabled(timeout=40_000)
    assert page.url == f"{visits.address}/"


async def test_b3_each_state_of_asking_and_air_has_its_own_words(visits: Visits, service: Service) -> None:
    approved(service, "Does this stay to be read?")
    page = await opened(await visits.visitor(PHONE))
    part, picture = page.get_by_role("main"), page.locator(".player")
    await expect(box(page)).to_be_visible()
    moment = CLOCK.now() + timedelta(hours=2)
    asking(service, hand="timer", opens_at=moment.isoformat())
    day = "" if moment.date() == CLOCK.now().date() else rf"on {moment:%A} "
    soon = re.compile(rf"^Questions open {day}at {moment:%H:%M} UTC$")
    await expect(part.get_by_role("heading", name=soon)).to_be_visible()
    await expect(box(page)).to_be_hidden()
    service.operate("POST", "/api/air/stop")
    await expect(picture.get_by_text("Starting soon")).to_be_visible()
    asking(service, hand="closed")
    await expect(part.get_by_role("heading", name="Questions are closed")).to_be_visible()
    await expect(picture.get_by_text("Off air")).to_be_visible()
    asking(service, hand="over")
    await expect(part.get_by_role("heading", name="The event is over")).to_be_visible()
    await expect(picture.get_by_text("Thank you for watching.")).to_be_visible()
    await expect(rows(page).get_by_text("Does this stay to be read?")).to_be_visible()
    asking(service, hand="open")
    await expect(box(page)).to_be_visible()


async def test_b3_the_last_minute_is_counted_down_and_the_box_opens_by_itself(visits: Visits, service: Service) -> None:
    page = await opened(await visits.visitor(PHONE))
    heard = await told(page)
    asking(service, hand="timer", opens_at=(CLOCK.now() + timedelta(seconds=4)).isoformat())
    await expect(page.get_by_role("heading", name=re.compile(r"^Questions open in \d s$"))).to_be_visible()
    await expect(box(page)).to_be_visible(timeout=10_000)
    assert heard[-1] == "Questions are open."
    assert len([words for words in heard if "open in" in words]) <= 1, "an ear hears no countdown"


async def test_b4_a_name_is_optional_limited_and_can_be_switched_off(visits: Visits, service: Service) -> None:
    visits.expect_refusal("422")
    page = await opened(await visits.visitor(PHONE))
    name = page.get_by_label("Your name (optional)")
    await ask(page, "Who asks without a name?")
    assert known(service, "Who asks without a name?")["name"] is None
    await name.fill("n" * 61)
    await expect(page.get_by_text("1 too many")).to_be_visible()
    await box(page).fill("Is this name too long?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_role("main").get_by_text("sixty characters at most")).to_be_visible()
    asking(service, names=False)
    await expect(name).to_be_hidden()
    await ask(page, "Is this name too long?")
    assert known(service, "Is this name too long?")["name"] is None
    asking(service, names=True)
    await expect(name).to_be_visible()


async def test_b5_a_live_counter_warns_near_the_end(visits: Visits) -> None:
    page = await opened(await visits.visitor(PHONE))
    count = page.locator(".box .count")
    for length, words in [(399, None), (400, "100 left"), (500, "0 left"), (501, "1 too many")]:
        await box(page).fill("x" * length)
        await (expect(count).to_be_hidden() if words is None else expect(count).to_have_text(words))
    await expect(box(page)).to_have_attribute("aria-invalid", "true")
    await box(page).fill("👩‍🚀" * 150)
    await expect(count).to_have_text("50 left")


# B6 to B9 -------------------------------------------------------------------------------------------------------------


async def test_b6_a_failed_question_keeps_its_text_until_it_is_sent_by_a_second_press(
    visits: Visits, service: Service
) -> None:
    visits.expect_refusal(OFFLINE)
    text = "Does this one reach the room?"
    page = await opened(await visits.visitor(PHONE))
    await box(page).fill(text)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("Not sent: no connection")).to_be_visible()
    await fits_and_is_accessible(page)
    await expect(box(page)).to_have_value(text)
    await page.context.set_offline(False)
    await expect(page.get_by_text("Not sent yet")).to_be_visible(timeout=20_000)
    await page.reload()
    await expect(page.get_by_text("Not sent yet")).to_be_visible()
    await expect(box(page)).to_have_value(text)
    await page.get_by_role("button", name="Ask again").click()
    await expect(yours(page).get_by_text(text)).to_be_visible()
    await expect(page.get_by_text("Sent. Its story is told below.")).to_be_visible()
    await expect(box(page)).to_have_value("")
    assert known(service, text)["status"] == "waiting"


async def test_b6_a_question_whose_answer_was_lost_is_not_asked_twice(visits: Visits, service: Service) -> None:
    visits.expect_refusal("ERR_FAILED")
    text = "Was this answer lost on its way?"
    page = await opened(await visits.visitor(PHONE))

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/api/questions", lose)
    await box(page).fill(text)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("Sent. Its story is told below.")).to_be_visible()
    await expect(box(page)).to_have_value("")
    known(service, text)


async def test_b6_slow_mode_is_told_before_and_counted_down_over_a_reload(visits: Visits, service: Service) -> None:
    asking(service, slow_mode_s=60)
    page = await opened(await visits.visitor(PHONE))
    await expect(page.get_by_text("One question a minute.")).to_be_visible()
    await ask(page, "Is this the first of the minute?")
    button = page.locator(".ask button[type=submit]")
    await expect(button).to_be_disabled()
    await box(page).fill("And this the second of it?")
    await page.reload()
    clock = button.locator(".figures")
    await expect(clock).to_have_text(re.compile(r"^0:[0-5]\d$"))
    before = await clock.text_content()
    await expect(clock).not_to_have_text(before or "")
    await expect(box(page)).to_have_value("And this the second of it?")
    await fits_and_is_accessible(page)
    asking(service, slow_mode_s=0)
    await expect(button).to_have_text("Ask")


async def test_b6_a_refusal_counts_down_over_a_reload(visits: Visits) -> None:
    visits.expect_refusal("429")
    page = await opened(await visits.visitor(PHONE))
    for number in range(3):
        await ask(page, f"Eager question number {number}?")
    await box(page).fill("Eager question number four?")
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_text("Your text is kept.")).to_be_visible()
    await page.reload()
    await expect(box(page)).to_have_value("Eager question number four?")
    await expect(page.locator(".ask button[type=submit] .figures")).to_have_text(re.compile(r"^(9|10):\d\d$"))


async def test_b7_the_asker_is_told_the_whole_story(visits: Visits, service: Service) -> None:
    page = await opened(await visits.visitor(PHONE))
    heard = await told(page)
    approved(service, "Is one ahead of mine?")
    text = "What becomes of this question?"
    await ask(page, text)
    question = known(service, text)["id"]
    story = yours(page).locator(".story")
    await expect(story).to_contain_text("Waiting for a moderator")
    service.operate("POST", f"/api/questions/{question}/approve")
    await expect(story).to_contain_text("Approved, 2nd in line")
    service.operate("POST", "/api/queue/next")
    service.operate("POST", "/api/queue/next")
    await expect(story).to_contain_text("On air now")
    service.operate("POST", "/api/queue/next")
    await expect(story).to_contain_text(re.compile(r"Answered at \d\d:\d\d"))
    for words in ("Approved.", "On air now: the room is looking at it.", "Answered at"):
        assert any(f"Your question: {words}" in said for said in heard), (words, heard)
    await expect(rows(page).get_by_text(text)).to_be_hidden()


async def test_b7_a_question_that_was_joined_tells_the_other_ones_fate_and_leads_there(
    visits: Visits, service: Service
) -> None:
    other = approved(service, "Which optimiser did you use?", name="Priya")
    number = other[1:]
    page = await opened(await visits.visitor(PHONE))
    await ask(page, "What optimizer was it?")
    mine = known(service, "What optimizer was it?")["id"]
    service.operate("POST", f"/api/questions/{mine}/merge", {"into": other})
    await expect(yours(page).get_by_text(f"Joined with #{number}: approved, 1st in line")).to_be_visible()
    await fits_and_is_accessible(page)
    await yours(page).get_by_role("link", name=f"Show #{number}").click()
    await expect(page.locator(f"#row-{other}")).to_be_focused()
    service.operate("POST", f"/api/questions/{other}/on-air")
    await expect(yours(page).get_by_text(f"Joined with #{number}: on air now")).to_be_visible()
    service.operate("POST", "/api/queue/next")
    await expect(yours(page).get_by_text(re.compile(rf"Joined with #{number}: answered at \d\d:\d\d"))).to_be_visible()
    await yours(page).get_by_role("link", name=f"Show #{number}").click()
    await expect(page.locator(f"#row-{other}")).to_be_focused()


async def test_b8_own_questions_and_votes_survive_a_reload_and_a_restart(visits: Visits, service: Service) -> None:
    visits.expect_refusal("127.0.0.1")  # what is under way when the service stops
    other = approved(service, "Whose vote is remembered?")
    page = await opened(await visits.visitor(PHONE))
    await ask(page, "Is mine still there afterwards?")
    vote = page.get_by_role("button", name=f"Vote for question {other[1:]}")
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await page.reload()
    await expect(yours(page).get_by_text("Is mine still there afterwards?")).to_be_visible()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await asyncio.to_thread(service.stop)
    await expect(page.get_by_text("No connection.", exact=True)).to_be_visible()
    await asyncio.to_thread(service.start)
    await expect(page.get_by_text("No connection.", exact=True)).to_be_hidden(timeout=20_000)
    await expect(yours(page).get_by_text("Is mine still there afterwards?")).to_be_visible()
    await page.reload()
    await expect(yours(page).get_by_text("Is mine still there afterwards?")).to_be_visible()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    assert known(service, "Whose vote is remembered?")["votes"] == 1


async def test_b9_a_waiting_question_is_changed_and_taken_back_by_keys(visits: Visits, service: Service) -> None:
    page = await opened(await visits.visitor(PHONE))
    await ask(page, "Is this ritten right?")
    await yours(page).get_by_role("button", name="Change").focus()
    await page.keyboard.press("Enter")
    field = yours(page).get_by_label("Change your question")
    await expect(field).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(yours(page).get_by_role("button", name="Change")).to_be_focused()
    await page.keyboard.press("Enter")
    await field.fill("Is ")
    await yours(page).get_by_role("button", name="Save").click()
    await expect(yours(page).get_by_text("Five characters at least.")).to_be_visible()
    await field.fill("Is this written right?")
    await page.keyboard.press("Control+Enter")
    await expect(yours(page).get_by_text("Is this written right?")).to_be_visible()
    known(service, "Is this written right?")
    back = yours(page).get_by_role("button", name=re.compile("ake back"))
    await back.focus()
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(500)  # a second press within 350 ms counts as the same slip
    await page.keyboard.press("Enter")
    await expect(yours(page).get_by_text("You took it back")).to_be_visible()
    assert known(service, "Is this written right?")["status"] == "withdrawn"


# B10 to B15 -----------------------------------------------------------------------------------------------------------


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


# B16 ------------------------------------------------------------------------------------------------------------------

STATES: dict[str, dict[str, Any]] = {
    "open": {"hand": "open"},
    "starting soon": {"hand": "timer"},
    "closed": {"hand": "closed"},
    "over": {"hand": "over"},
    "slow and nameless": {"hand": "open", "slow_mode_s": 300, "names": False},
}


@screens
async def test_b16_each_state_fits_and_is_accessible(
    visits: Visits, service: Service, size: tuple[int, int], scheme: Scheme
) -> None:
    approved(service, ARABIC, name="ليلى")
    approved(service, "W" * 500, name="M" * 60)
    page = await opened(await visits.visitor(size, scheme))
    await ask(page, "漢字" * 100)
    opens_at = (CLOCK.now() + timedelta(days=3)).isoformat()
    for name, rules in STATES.items():
        asking(service, **rules, **({"opens_at": opens_at} if name == "starting soon" else {}))
        await page.wait_for_timeout(300)
        assert await violations(page) == [], name
        assert await overflow(page) == 0, name
    service.operate("POST", "/api/air/stop")
    await expect(page.get_by_text("The picture appears here by itself")).to_be_visible()
    await fits_and_is_accessible(page)


async def test_b16_all_can_be_done_by_keys(visits: Visits, service: Service) -> None:
    question = approved(service, "Can one vote by keys?")
    page = await opened(await visits.visitor())

    async def tab_to(wanted: Locator) -> None:
        for _ in range(40):
            await page.keyboard.press("Tab")
            if await wanted.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"Tab never comes to {wanted}")

    await tab_to(box(page))
    await page.keyboard.type("Can one ask by keys?")
    await tab_to(page.get_by_label("Your name (optional)"))
    await page.keyboard.type("Kim")
    await tab_to(page.get_by_role("button", name="Ask", exact=True))
    await page.keyboard.press("Enter")
    await expect(yours(page).get_by_text("Can one ask by keys?")).to_be_visible()
    vote = page.get_by_role("button", name=f"Vote for question {question[1:]}")
    await tab_to(vote)
    ring = await vote.evaluate("element => getComputedStyle(element).outlineStyle")
    assert ring == "solid", "the focus can be seen"
    await page.keyboard.press("Space")
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("Space")
    await expect(vote).to_have_attribute("aria-pressed", "false")
    assert known(service, "Can one ask by keys?")["name"] == "Kim"


async def test_b16_all_is_there_at_200_percent(visits: Visits, service: Service) -> None:
    approved(service, "Is this there at 200 percent?", name="Z" * 60)
    page = await opened(await visits.visitor(ZOOMED))
    await ask(page, "x" * 450)
    await box(page).fill("y" * 450)
    await fits_and_is_accessible(page)
    for wanted in (box(page), page.get_by_role("button", name="Ask", exact=True), rows(page).first):
        place = await wanted.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= ZOOMED[0]


async def test_b16_texts_stand_at_the_side_of_their_script(visits: Visits, service: Service) -> None:
    mixed = f"{ARABIC}\nAnd in English: is GAN (جان) right?"
    approved(service, mixed, name="ليلى (Layla)")
    page = await opened(await visits.visitor(PHONE))
    words = rows(page).filter(has_text="And in English").locator(".words")
    assert await words.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert await words.get_attribute("lang") == "ar"
    ends = await words.evaluate(
        """element => {
          const range = document.createRange(), text = element.firstChild, at = text.data.indexOf("And");
          const line = (from, to) => {
            range.setStart(text, from);
            range.setEnd(text, to);
            return range.getBoundingClientRect();
          };
          const [all, arabic, english] = [element.getBoundingClientRect(), line(0, 3), line(at, at + 3)];
          return [all.right - arabic.right, english.left - all.left];
        }"""
    )
    assert [round(end) for end in ends] == [0, 0], "each paragraph begins at its own side"
    await fits_and_is_accessible(page)


async def test_b16_nothing_is_lost_in_forced_colours(visits: Visits, service: Service) -> None:
    question = approved(service, "Is a vote seen in forced colours?")
    page = await opened(await visits.visitor(PHONE))
    await page.emulate_media(forced_colors="active")
    vote = page.get_by_role("button", name=f"Vote for question {question[1:]}")
    arrow = vote.locator("path")
    fill = "element => getComputedStyle(element).fill"
    before = await arrow.evaluate(fill)
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    assert await arrow.evaluate(fill) != before, "pressed is told by shape"
    tab = page.get_by_role("tab", name="Top")
    assert await tab.evaluate("element => getComputedStyle(element, '::after').borderTopWidth") == "3px"
