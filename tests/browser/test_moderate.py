"""The moderators' page in all its states, on a phone and on a laptop, alone and offline, and by keys alone."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.moderating import (
    ask,
    asked_and_approved,
    counts,
    fits_and_is_accessible,
    just,
    rows,
    stands,
    tab,
)
from tests.browser.visiting import LAPTOP, PHONE, Scheme, Visits, overflow, violations
from tests.real.running import Service

pytestmark = pytest.mark.usefixtures("empty_desk")

SCREENS = [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark"), ((320, 640), "light")]
screens = pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=lambda value: str(value).replace(", ", "x"))
ARABIC = "لماذا لا تتقارب الشبكات التوليدية عندما يكون المُميِّز قويًا جدًا؟"
LONG = "Is there a principled way to tell mode collapse from overfitting? " * 7


def busy(service: Service) -> None:
    """Questions in every state, in several scripts."""
    ids = [
        ask(service, text, name) for text, name in [(ARABIC, "ليلى"), (LONG, "n" * 60), ("Is the code public?", "Sam")]
    ]
    more = asked_and_approved(service, "What is on air now?", "What comes next?", "What is in line?", "And this one?")
    for _ in range(2):
        service.operate("POST", "/api/queue/next")
    service.operate("POST", f"/api/questions/{ids[0]}/edit", {"text": f"{ARABIC} (1)"})
    service.operate("POST", f"/api/questions/{ids[0]}/tags", {"tags": ["gan", "a tag as long as a tag may be"]})
    service.operate("POST", f"/api/questions/{more[3]}/answer", {"text": "It was answered in writing."})
    service.operate(
        "POST", f"/api/questions/{ask(service, 'Buy cheap cards')}/reject", {"reason": "Not about the topic"}
    )
    service.operate("POST", "/api/questions", {"text": "Asked in a chat", "name": "Bob", "origin": "matrix"})


@screens
async def test_the_lists(visits: Visits, service: Service, size: tuple[int, int], scheme: Scheme) -> None:
    busy(service)
    page = await visits.visitor(size, scheme, moderator="Ada")
    await expect(page.get_by_role("button", name=re.compile("^Approve question"))).to_be_visible()
    await fits_and_is_accessible(page)
    for name in ("Approved", "Answered", "Not taken"):
        await tab(page, name).click()
        await rows(page).last.get_by_role("button", name=re.compile("^Open question")).click()
        await fits_and_is_accessible(page)
    await page.get_by_role("button", name="Search", exact=True).click()
    await page.get_by_role("searchbox").fill("nothing has these words")
    await expect(page.get_by_text("No question here fits the search")).to_be_visible()
    await fits_and_is_accessible(page)


@screens
async def test_the_sheets(visits: Visits, service: Service, size: tuple[int, int], scheme: Scheme) -> None:
    busy(service)
    page = await visits.visitor(size, scheme, moderator="Ada")
    await expect(page.get_by_role("button", name=re.compile("^Approve question"))).to_be_visible()
    dialog = page.get_by_role("dialog")
    for key in "oxewtmbhnl?":
        await page.keyboard.press(key)
        await expect(dialog).to_be_visible()
        await expect(page.get_by_text("Reading the log")).to_be_hidden()
        assert (key, await violations(page)) == (key, [])
        assert (key, await overflow(page)) == (key, 0)
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
    await page.get_by_role("button", name="Menu").click()
    await fits_and_is_accessible(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("s")
    await expect(just(page)).to_be_visible()
    await fits_and_is_accessible(page)


async def test_an_empty_desk_says_what_comes(visits: Visits) -> None:
    page = await visits.visitor(PHONE, moderator="Ada")
    for name, words in [
        ("Waiting", "Nothing waits"),
        ("Approved", "No questions in line"),
    ]:
        await tab(page, name).click()
        await expect(page.get_by_text(words)).to_be_visible()
    await fits_and_is_accessible(page)


async def test_who_is_no_moderator_is_told_how_to_become_one(visits: Visits) -> None:
    visits.expect_refusal("/moderate")
    page = await visits.visitor(PHONE)
    await page.goto("/moderate")
    await expect(page.get_by_text("Open your invite link in this browser")).to_be_visible()
    assert await violations(page) == []


async def test_an_operator_may_moderate_too(visits: Visits, service: Service) -> None:
    ask(service, "May the operator come in?")
    page = await visits.visitor(operator=True)
    await page.goto("/moderate")
    await expect(rows(page).get_by_text("May the operator come in?")).to_be_visible()


async def test_offline_nothing_is_done_and_it_says_so(visits: Visits, service: Service) -> None:
    visits.expect_refusal("ERR_INTERNET_DISCONNECTED")
    question = ask(service, "Does this get lost on the way?")
    page = await visits.visitor(PHONE, moderator="Ada")
    approve = page.get_by_role("button", name=re.compile("^Approve question"))
    await expect(approve).to_be_visible()
    await page.wait_for_timeout(600)  # the claim is on its way
    await page.context.set_offline(True)
    await expect(page.get_by_text("No connection.", exact=True)).to_be_visible()
    await approve.click()
    await expect(page.get_by_role("region", name="Messages").get_by_text("Not approved. No connection")).to_be_visible()
    await fits_and_is_accessible(page)
    await page.context.set_offline(False)
    await expect(page.get_by_text("No connection.", exact=True)).to_be_hidden()
    assert stands(service, question)["status"] == "waiting"
    await approve.click()
    await expect(page.get_by_text("Nothing waits")).to_be_visible()


async def test_nothing_moves_under_the_finger_until_asked_to(visits: Visits, service: Service) -> None:
    texts = ["The first of them?", "The second of them?", "The third of them?"]
    ids = [ask(service, text) for text in texts]
    page = await visits.visitor(PHONE, moderator="Ada")
    await expect(rows(page)).to_have_count(3)
    before = await rows(page).locator(".words").all_text_contents()
    ask(service, "Does this one push the others away?")
    service.operate("POST", f"/api/questions/{ids[1]}/approve")
    await expect(page.get_by_role("button", name="1 new")).to_be_visible()
    await expect(rows(page).nth(1).get_by_text("it is approved now")).to_be_visible()
    assert await rows(page).locator(".words").all_text_contents() == before
    assert (await counts(page))[0] == "3", "the counts tell the truth all the same"
    await fits_and_is_accessible(page)
    # What was open and decided elsewhere offers only to go on: the thumb does not undo it by habit.
    service.operate("POST", f"/api/questions/{ids[0]}/reject", {})
    await expect(page.get_by_text("Changed meanwhile: it is not taken now.")).to_be_visible()
    await page.get_by_role("button", name="Go on").click()
    left = [texts[2], "Does this one push the others away?"]
    await expect(rows(page).locator(".words")).to_have_text(left)
    ask(service, "And this one?")
    await page.get_by_role("button", name="1 new").click()
    await expect(rows(page).locator(".words")).to_have_text([*left, "And this one?"])


async def test_moderating_by_keys_alone(visits: Visits, service: Service) -> None:
    ids = [ask(service, f"Question {number} for the keys?") for number in range(1, 6)]
    page = await visits.visitor(moderator="Ada")
    chosen = page.locator("article.chosen")
    await expect(chosen).to_contain_text("Question 1")
    press = page.keyboard.press
    await press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Merge into another")
    await press("Escape")
    await press("j")
    await press("ArrowDown")
    await expect(chosen).to_contain_text("Question 3")
    await press("k")
    await press("s")
    await expect(just(page)).to_contain_text("has a star")
    await press("e")
    await page.keyboard.type(" With more words.")
    await press("Control+Enter")
    await expect(just(page)).to_contain_text("has new words")
    assert stands(service, ids[1])["text"] == "Question 2 for the keys? With more words."
    await press("a")
    await expect(just(page)).to_contain_text(f"#{ids[1][1:]} approved")
    await expect(chosen).to_contain_text("Question 3")
    await press("x")
    await press("2")
    await expect(just(page)).to_contain_text("not taken")
    assert stands(service, ids[2])["reason"] == "Not about the topic"
    await press("x")
    await press("Enter")
    await expect(just(page)).to_contain_text(f"#{ids[3][1:]} not taken")
    await press("u")
    await expect(chosen).to_contain_text("Question 4")
    await press("m")
    await page.keyboard.type(f"#{ids[1][1:]}")
    await press("Enter")
    await expect(just(page)).to_contain_text(f"#{ids[3][1:]} merged into #{ids[1][1:]}")
    await press("w")
    await page.keyboard.type("Because of the data.")
    await press("Control+Enter")
    await expect(just(page)).to_contain_text("answered in writing")
    await press("n")
    await page.keyboard.type("Added by keys alone?")
    await press("Control+Enter")
    await expect(just(page)).to_contain_text("added and approved")
    await press("2")
    await expect(rows(page)).to_have_count(2)
    await press("j")
    await press("]")
    await expect(just(page)).to_contain_text("moved")
    await press("r")
    await expect(just(page)).to_contain_text("waits again")
    await press("1")
    await expect(chosen).to_be_visible()
    await press("b")
    await expect(page.get_by_role("dialog").get_by_role("button", name=re.compile("Take no more"))).to_be_focused()
    await press("Enter")
    await page.wait_for_timeout(500)  # a second press within 350 ms counts as the same slip
    await press("Enter")
    await expect(just(page)).to_contain_text("No more from")
    await press("u")
    await expect(just(page)).to_contain_text("Undone")
    await press("/")
    await page.keyboard.type("Question 1")
    await expect(tab(page, "Waiting")).to_contain_text("1")
    await press("Escape")
    await press("g")
    await press("4")
    await expect(tab(page, "Not taken")).to_have_attribute("aria-selected", "true")
