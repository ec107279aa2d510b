"""The walk of a question, through three browsers at once."""

import re

from playwright.async_api import expect

from tests.browser.visiting import PHONE, Visits

QUESTION = "لماذا لا تتقارب الشبكات التوليدية عندما يكون المُميِّز قويًا جدًا؟ 🤖"


async def test_a_viewer_sees_every_step_of_their_question_from_asked_to_answered(visits: Visits) -> None:
    viewer, operator, screen = await visits.visitor(PHONE), await visits.visitor(operator=True), await visits.visitor()
    await viewer.goto("/")
    await screen.goto("/room")
    yours = viewer.get_by_role("region", name="Yours")
    desk = operator.get_by_role("region", name="Questions")
    queue = operator.get_by_role("region", name="Queue")
    await expect(screen.get_by_role("heading", name="What would you like to know?")).to_be_visible()

    await viewer.get_by_role("textbox", name="Ask the room").fill(QUESTION)
    await viewer.get_by_label("Your name (optional)").fill("ليلى")
    await viewer.get_by_role("button", name="Ask", exact=True).click()
    await expect(yours.get_by_text(QUESTION)).to_be_visible()
    await expect(yours.get_by_text("Waiting for a moderator")).to_be_visible()
    await expect(viewer.get_by_role("textbox", name="Ask the room")).to_have_value("")

    await expect(desk.get_by_text(QUESTION)).to_be_visible()
    await desk.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(queue.get_by_text(QUESTION)).to_be_visible()
    await expect(yours.get_by_text("Approved, 1st in line")).to_be_visible()

    await queue.get_by_role("button", name="Next").click()
    await expect(yours.get_by_text("On air now")).to_be_visible()
    await expect(viewer.get_by_role("region", name="On air now").get_by_text(QUESTION)).to_be_visible()
    shown = screen.locator(".fitted")
    await expect(shown).to_have_text(QUESTION)
    assert await shown.evaluate("element => getComputedStyle(element).direction") == "rtl"
    size_px = await shown.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")
    assert size_px >= 60, "a short question fills the room's screen"

    await operator.keyboard.press("Enter")
    await expect(yours.get_by_text(re.compile("Answered at"))).to_be_visible()
    await expect(screen.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    await viewer.get_by_role("tab", name=re.compile("Answered")).click()
    await expect(viewer.get_by_role("tabpanel").get_by_text(QUESTION)).to_be_visible()


async def test_an_asker_reads_why_their_question_was_not_taken_and_sees_it_restored(visits: Visits) -> None:
    viewer, operator = await visits.visitor(), await visits.visitor(operator=True)
    await viewer.goto("/")
    await viewer.get_by_role("textbox", name="Ask the room").fill("Is this thing on at all?")
    await viewer.get_by_role("button", name="Ask", exact=True).click()
    desk = operator.get_by_role("region", name="Questions")
    await desk.get_by_role("button", name=re.compile("^Don't take")).click()
    await desk.get_by_role("button", name="Not about the topic").click()
    yours = viewer.get_by_role("region", name="Yours")
    await expect(yours.get_by_text("Not taken: Not about the topic")).to_be_visible()
    await operator.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    await expect(yours.get_by_text("Waiting for a moderator")).to_be_visible()

    await yours.get_by_role("button", name="Change").click()
    await yours.get_by_label("Change your question").fill("Is this thing on, please?")
    await yours.get_by_role("button", name="Save").click()
    await expect(desk.get_by_text("Is this thing on, please?")).to_be_visible()
    take_back = yours.get_by_role("button", name=re.compile("ake back"))
    await take_back.click()
    await viewer.wait_for_timeout(500)  # a second press within 350 ms counts as the same slip
    await take_back.click()
    await expect(yours.get_by_text("You took it back")).to_be_visible()


async def test_one_votes_once_and_takes_the_vote_back_on_the_same_spot(visits: Visits) -> None:
    asker, voter, operator = await visits.visitor(), await visits.visitor(PHONE), await visits.visitor(operator=True)
    await asker.goto("/")
    await asker.get_by_role("textbox", name="Ask the room").fill("Does everybody vote once?")
    await asker.get_by_role("button", name="Ask", exact=True).click()
    await operator.get_by_role("button", name=re.compile("^Approve")).click()
    await voter.goto("/")
    vote = voter.get_by_role("button", name=re.compile("^Vote for question"))
    await expect(vote).to_have_attribute("aria-pressed", "false")
    await vote.click()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    queue = operator.get_by_role("region", name="Queue")
    await expect(queue.get_by_text("1 vote")).to_be_visible()
    await voter.reload()
    await expect(vote).to_have_attribute("aria-pressed", "true")
    await vote.click()
    await expect(queue.get_by_text("0 votes")).to_be_visible()


async def test_the_words_of_a_refusal_say_how_long_to_wait_and_the_text_is_kept(visits: Visits) -> None:
    visits.expect_refusal("429")
    viewer = await visits.visitor(PHONE)
    await viewer.goto("/")
    box = viewer.get_by_role("textbox", name="Ask the room")
    button = viewer.locator("form button[type=submit]").first
    for number in range(1, 4):
        await box.fill(f"Question number {number} of an eager asker?")
        await button.click()
        await expect(box).to_have_value("")
    await box.fill("And a fourth one at once?")
    await button.click()
    said = viewer.get_by_role("main")
    await expect(said.get_by_text("Not sent. You may ask 3 questions in 10 min.")).to_be_visible()
    await expect(said.get_by_text(re.compile(r"You can ask again in \d+ min. Your text is kept."))).to_be_visible()
    await expect(box).to_have_value("And a fourth one at once?")
    await expect(button).to_be_disabled()
    await viewer.reload()
    await expect(box).to_have_value("And a fourth one at once?")
