"""The viewer page by the rows of the feature table, B1 to B9: watching and asking, against the real service."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Route, expect

from tests.browser.quiet import approved, ask, known, told
from tests.browser.viewing import CLOCK, OFFLINE, asking, box, fits_and_is_accessible, opened, rows, yours
from tests.browser.visiting import PHONE, Visits
from tests.real.running import Service

pytestmark = pytest.mark.usefixtures("calm")


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
