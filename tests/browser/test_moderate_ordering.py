"""How moderators keep order, row by row of the table of moderation: the line, tags, when questions are taken, the log.

Each walk goes through a real service and, where others see it, through their browsers too.
"""

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.moderating import (
    ask,
    asked_and_approved,
    counts,
    fits_and_is_accessible,
    in_line,
    just,
    lift_finger,
    line,
    middle,
    rows,
    stands,
    tab,
    touch,
)
from tests.browser.visiting import PHONE, Visits
from tests.real.running import Service, Viewer

pytestmark = pytest.mark.usefixtures("empty_desk")


async def test_c6_reorder_by_drag_and_by_keys_keeps_the_arrival_number(visits: Visits, service: Service) -> None:
    ids = asked_and_approved(service, "The first in line?", "The second in line?", "The third in line?", "The last?")
    first, second, third, last = ids
    page, viewer = await visits.visitor(moderator="Ada"), await visits.visitor()
    await viewer.goto("/")
    await tab(page, "Approved").click()
    await expect(rows(page)).to_have_count(4)

    grip = page.locator(f"[data-id={last}] .grip")
    x, y = await middle(grip)
    target = await middle(page.locator(f"[data-id={second}]"))
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y - 20, steps=3)
    await page.mouse.move(x, target[1] - 12, steps=8)
    await page.mouse.up()
    await expect(just(page)).to_contain_text(f"#{last[1:]} moved")
    assert line(service) == [first, last, second, third]
    await expect(rows(page).nth(1)).to_contain_text(f"#{last[1:]}")

    await page.mouse.move(10, 10)
    await page.get_by_role("button", name=f"Open question {third[1:]}").click()
    await page.keyboard.press("[")
    await expect(rows(page).nth(2)).to_contain_text("The third in line?")
    await expect(just(page)).to_contain_text(f"#{third[1:]} moved")
    await page.keyboard.press("[")
    await expect(rows(page).nth(1)).to_contain_text("The third in line?")
    await in_line(service, first, third, last, second)
    await page.keyboard.press("]")
    await in_line(service, first, last, third, second)
    shown = viewer.get_by_role("tabpanel").get_by_role("article")
    await viewer.get_by_role("tab", name="Newest").click()
    await viewer.get_by_role("tab", name="Top").click()
    await expect(shown.nth(1)).to_contain_text("The last?")
    assert [stands(service, one)["number"] for one in ids] == [int(one[1:]) for one in ids]
    await page.keyboard.press("u")
    await expect(just(page)).to_contain_text("Undone")
    assert line(service) == [first, third, last, second]


async def test_c11_tags_filter_and_search_go_through_all_lists(visits: Visits, service: Service) -> None:
    asked_and_approved(service, "Does spectral norm help?")
    ask(service, "What about data?", "Wei")
    question = ask(service, "Why does it diverge?")
    page = await visits.visitor(moderator="Ada")
    await page.get_by_role("button", name=f"Open question {question[1:]}").click()
    await page.keyboard.press("t")
    await page.get_by_label("New tags").fill("#GAN, training")
    await page.get_by_role("button", name="Save").click()
    await expect(just(page)).to_contain_text("other tags")
    assert stands(service, question)["desk"]["tags"] == ["gan", "training"]
    found = {
        "#gan": ["1", "0"],
        "norm": ["0", "1"],
        "wei": ["1", "0"],
        f"#{question[1:]}": ["1", "0"],
        "does": ["1", "1"],
    }
    await page.keyboard.press("/")
    box = page.get_by_role("searchbox")
    for words, told in found.items():
        await box.fill(words)
        await expect(tab(page, "Waiting")).to_contain_text(told[0])
        assert (words, (await counts(page))[:2]) == (words, told)
    await page.keyboard.press("Escape")
    await expect(tab(page, "Waiting")).to_contain_text("2")
    # A tag that is in use is one press for the next question.
    await page.keyboard.press("k")
    await page.keyboard.press("t")
    await page.get_by_role("button", name="#gan").click()
    await page.get_by_role("button", name="Save").click()
    await expect(rows(page).first.get_by_text("#gan")).to_be_visible()


async def test_c12_open_closed_timed_and_slow_are_plain(visits: Visits, service: Service) -> None:
    page, viewer = await visits.visitor(PHONE, moderator="Ada"), await visits.visitor(PHONE)
    await viewer.goto("/")
    await page.get_by_role("button", name="Questions open").click()
    await page.get_by_role("radio", name="Closed").check()
    await expect(viewer.get_by_role("heading", name="Questions are closed")).to_be_visible()
    await page.get_by_role("radio", name="Open at a time").check()
    await page.get_by_label(re.compile("^At ")).fill("23:59")
    await page.get_by_role("button", name="Set", exact=True).click()
    await expect(page.get_by_role("button", name="Open at 23:59", exact=True)).to_be_attached()
    await expect(viewer.get_by_role("heading", name=re.compile("^Questions open .*23:59"))).to_be_visible()
    await fits_and_is_accessible(page)
    # A person's word stands over the timer.
    await page.get_by_role("radio", name="Open", exact=True).check()
    await expect(viewer.get_by_role("textbox", name="Ask the room")).to_be_visible()
    await page.get_by_label(re.compile("^Slow mode")).select_option("One in 2 min")
    await expect(page.get_by_role("button", name=re.compile("slow mode"))).to_be_attached()
    eager = Viewer(service)
    ask(service, "The first of an eager one?", viewer=eager)
    assert eager.question("The second at once?").code == "rate_limited"
    await page.get_by_role("radio", name=re.compile("^Over")).check()
    await expect(just(page)).to_contain_text("Questions are over")
    assert Viewer(service).question("Is it too late?").code == "asking_over"
    await page.keyboard.press("Escape")
    for word in ("Questions open", "Questions over"):
        await just(page).get_by_role("button").click()
        await expect(page.get_by_role("button", name=word)).to_be_visible()


async def test_c13_the_log_says_who_did_what_and_is_exported(visits: Visits, service: Service, tmp_path: Path) -> None:
    question = ask(service, "Is everything written down?", "Sam")
    page = await visits.visitor(moderator="Ada")
    await expect(page.locator("article.chosen")).to_be_visible()
    await page.keyboard.press("x")
    await page.get_by_label("Another reason").fill("Asked in the morning")
    await page.keyboard.press("Enter")
    await expect(just(page)).to_contain_text("not taken")
    await page.keyboard.press("u")
    await expect(just(page)).to_contain_text("Undone")
    await page.keyboard.press("l")
    lines = page.get_by_role("list", name="Log").get_by_role("listitem")
    await expect(lines.first).to_contain_text(f"Ada undid the last act #{question[1:]}")
    await expect(lines.nth(1)).to_contain_text(f"Ada did not take it #{question[1:]}")
    await expect(lines.nth(1)).to_contain_text("Asked in the morning")
    await expect(lines.nth(2)).to_contain_text(f"The asker asked #{question[1:]}")
    async with page.expect_download() as coming:
        await page.get_by_role("link", name="Export CSV").click()
    saved = tmp_path / "log.csv"
    await (await coming.value).save_as(saved)
    text = await asyncio.to_thread(saved.read_text, encoding="utf-8")
    assert text.startswith("seq,at,actor,act,question,before,after,detail")
    assert re.search(r"moderator:Ada,question\.rejected,\d+,waiting,not_taken,Asked in the morning", text)
    await page.keyboard.press("Escape")
    await page.keyboard.press("h")
    await expect(lines).to_have_count(3)


async def test_c14_a_question_is_added_for_somebody_with_its_origin(visits: Visits, service: Service) -> None:
    page, viewer = await visits.visitor(PHONE, moderator="Ada"), await visits.visitor(PHONE)
    await viewer.goto("/")
    for place, origin in [("YouTube", "youtube"), ("Matrix", "matrix"), ("IRC", "irc"), ("The room", "room")]:
        await page.get_by_role("button", name="Add a question").click()
        await page.get_by_role("textbox", name="The question").fill(f"Asked in {place}, is it shown?")
        await page.get_by_label("Who asks (optional)").fill("Bob")
        await page.get_by_role("radio", name=place).check()
        await page.get_by_role("button", name="Add and approve").click()
        await expect(just(page)).to_contain_text("added and approved")
        added = service.state()["questions"]
        assert next(one["origin"] for one in added if one["text"].startswith(f"Asked in {place}")) == origin
        await expect(
            viewer.get_by_text(f"Asked in {place}, is it shown?").or_(viewer.get_by_text("new")).first
        ).to_be_visible()
    await tab(page, "Approved").click()
    await expect(rows(page).get_by_text("from Matrix")).to_be_visible()
    await just(page).get_by_role("button", name="Undo").click()
    await expect(just(page)).to_contain_text("Undone")
    assert len(line(service)) == 3
    # A sheet that was closed by a slip loses nothing.
    await page.get_by_role("button", name="Add a question").click()
    await page.get_by_role("textbox", name="The question").fill("Half a questi")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Add a question").click()
    await expect(page.get_by_role("textbox", name="The question")).to_have_value("Half a questi")


async def test_c15_all_of_it_by_one_thumb(visits: Visits, service: Service) -> None:
    texts = ["Pushed to the right?", "Pushed to the left?", "Pushed, and let go?", "Only scrolled over?"]
    ids = [ask(service, text) for text in texts]
    page = await visits.visitor(PHONE, moderator="Ada")
    card = page.locator(".swipe .front")
    await expect(card).to_contain_text(texts[0])
    x, y = await middle(card)
    await touch(page, (x - 60, y), (x + 120, y + 6))
    await expect(just(page)).to_contain_text(f"#{ids[0][1:]} approved")
    await expect(card).to_contain_text(texts[1])

    x, y = await middle(card)
    await touch(page, (x + 60, y), (x - 120, y - 4))
    await expect(page.get_by_role("heading", name=f"Don't take #{ids[1][1:]}")).to_be_visible()
    await page.get_by_role("button", name="Not kind").tap()
    await expect(just(page)).to_contain_text(f"#{ids[1][1:]} not taken")
    assert stands(service, ids[1])["reason"] == "Not kind"
    await expect(card).to_contain_text(texts[2])

    # A finger that comes back, or goes down, decides nothing.
    x, y = await middle(card)
    await touch(page, (x, y), (x + 150, y), (x + 20, y))
    await touch(page, (x, y), (x + 20, y + 150))
    await page.wait_for_timeout(200)
    assert [stands(service, one)["status"] for one in ids] == ["approved", "not_taken", "waiting", "waiting"]

    # While it is under way, the page says what letting go would mean.
    hand = await touch(page, (x - 60, y), (x + 120, y), lift=False)
    await expect(page.locator(".behind.meant")).to_contain_text("Approve")
    await lift_finger(hand)
    await expect(just(page)).to_contain_text(f"#{ids[2][1:]} approved")
    await page.wait_for_timeout(400)  # Chromium takes a tap right after a swipe for a part of it
    await just(page).get_by_role("button", name="Undo").tap()
    await expect(card).to_contain_text(texts[2])

    # Every swipe has a button, and every button is large enough.
    for button in await page.get_by_role("button").all():
        box = await button.bounding_box()
        if box is not None and await button.is_visible():
            assert min(box["width"], box["height"]) >= 44, await button.evaluate("it => it.outerHTML")
    await page.get_by_role("button", name=f"Approve question {ids[2][1:]}").tap()
    await expect(just(page)).to_contain_text(f"#{ids[2][1:]} approved")
    await page.get_by_role("button", name=re.compile("^Don't take question")).tap()
    await page.get_by_role("button", name="No reason").tap()
    await expect(page.get_by_text("Nothing waits")).to_be_visible()
    await just(page).get_by_role("button", name="Undo").tap()
    await expect(card).to_contain_text(texts[3])

    # The line is put in order by the same thumb.
    await tab(page, "Approved").tap()
    grip = page.locator(f"[data-id={ids[2]}] .grip")
    (x, y), (_, above) = await middle(grip), await middle(page.locator(f"[data-id={ids[0]}]"))
    await touch(page, (x, y), (x + 3, above - 20))
    await expect(just(page)).to_contain_text("moved")
    assert line(service) == [ids[2], ids[0]]
    await fits_and_is_accessible(page)


async def test_c16_the_fair_order_puts_first_timers_first_and_says_why(visits: Visits, service: Service) -> None:
    regular = Viewer(service)
    often = [ask(service, f"Question {number} of one who asks a lot?", viewer=regular) for number in (1, 2)]
    for question in often:
        service.operate("POST", f"/api/questions/{question}/approve")
        Viewer(service).ask("PUT", f"/api/questions/{question}/vote")
        Viewer(service).ask("PUT", f"/api/questions/{question}/vote")
    first = asked_and_approved(service, "My very first question?")[0]
    page = await visits.visitor(moderator="Ada")
    await tab(page, "Approved").click()
    await expect(rows(page).last).to_contain_text("My very first question?")
    await page.keyboard.press("o")
    await page.get_by_role("radio", name=re.compile("^Fairly")).check()
    await expect(just(page)).to_contain_text("The line stands fairly")
    await page.keyboard.press("Escape")
    assert line(service)[-1] == often[1]
    row = rows(page).filter(has_text="My very first question?")
    await expect(row).to_contain_text("In front: first question of this asker")
    await expect(rows(page).last).to_contain_text("Question 2 of one who asks a lot?")
    await expect(rows(page).last).not_to_contain_text("In front")
    assert first in line(service)
    await page.keyboard.press("u")
    await expect(rows(page).last).to_contain_text("My very first question?")
