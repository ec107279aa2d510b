"""What moderators decide, row by row of the table of moderation: editing, taking back, two at once, bans, merging.

Each walk goes through a real service and, where others see it, through their browsers too.
"""

import re

import pytest
from playwright.async_api import expect

from tests.browser.moderating import CONFLICT, ask, asked_and_approved, counts, just, rows, stands, tab
from tests.browser.visiting import PHONE, Visits, violations
from tests.real.running import Service, Viewer

pytestmark = pytest.mark.usefixtures("empty_desk")


async def test_c1_post_moderation_affects_new_questions_only(visits: Visits, service: Service) -> None:
    before = ask(service, "Asked while moderators look first?")
    page = await visits.visitor(PHONE, moderator="Ada")
    await page.get_by_role("button", name="Questions open").click()
    await page.get_by_role("radio", name=re.compile("^After")).check()
    await expect(just(page)).to_contain_text("New questions are on the list at once")
    await page.keyboard.press("Escape")
    after = ask(service, "Asked while moderators look afterwards?")
    assert [stands(service, one)["status"] for one in (before, after)] == ["waiting", "approved"]
    await expect(page.get_by_role("button", name=re.compile("^Questions open on the list at once"))).to_be_visible()
    await page.get_by_role("region", name="Just done").get_by_role("button", name="Undo").click()
    await expect(just(page)).to_contain_text("Undone")
    assert stands(service, ask(service, "And asked once it was undone?"))["status"] == "waiting"


async def test_c2_lists_with_counts_follow_each_question(visits: Visits, service: Service) -> None:
    page = await visits.visitor(moderator="Ada")
    await expect(page.get_by_text("Nothing waits")).to_be_visible()
    was = [int(count) for count in await counts(page)]
    assert was[:2] == [0, 0]
    one, *_ = [ask(service, f"Question number {number} of four?") for number in range(4)]
    await expect(tab(page, "Waiting")).to_contain_text("4")
    for act in ("approve", "approve", "reject"):
        waiting = next(one["id"] for one in service.state()["questions"] if one["status"] == "waiting")
        service.operate("POST", f"/api/questions/{waiting}/{act}", {} if act == "reject" else None)
    service.operate("POST", "/api/queue/next")
    await expect(tab(page, "Approved")).to_contain_text("2")
    await expect(tab(page, "Not taken")).to_contain_text(str(was[3] + 1))
    await tab(page, "Approved").click()
    await expect(rows(page).first.get_by_text("On air")).to_be_visible()
    await expect(rows(page).nth(1).get_by_text("Next", exact=True)).to_be_visible()
    service.operate("POST", "/api/queue/next")
    await expect(tab(page, "Answered")).to_contain_text(str(was[2] + 1))
    assert stands(service, one)["status"] == "answered"


async def test_c3_edit_before_approving_keeps_the_askers_words(visits: Visits, service: Service) -> None:
    question = ask(service, "Why dose batch norm hlep?", "Zoë")
    page, viewer = await visits.visitor(PHONE, moderator="Ada"), await visits.visitor(PHONE)
    await viewer.goto("/")
    await page.get_by_role("button", name=re.compile("^More for question")).click()
    await page.get_by_role("button", name="Edit the words").click()
    box = page.get_by_role("textbox", name="The words that all will read")
    await expect(box).to_be_focused()
    await box.fill("Why does batch norm help?")
    await page.get_by_role("button", name="Save").click()
    await expect(just(page)).to_contain_text("has new words")
    await page.get_by_text("Edited. Show the asker's own words").click()
    await expect(page.get_by_text("Why dose batch norm hlep?")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Approve question")).click()
    await expect(viewer.get_by_text("Why does batch norm help?")).to_be_visible()
    told = stands(service, question)
    assert (told["text"], told["desk"]["own_text"]) == ("Why does batch norm help?", "Why dose batch norm hlep?")


async def test_c4_every_decision_is_reversible(visits: Visits, service: Service) -> None:
    other, question = ask(service, "The one that stands for it?"), ask(service, "The one that is decided on?")
    service.operate("POST", f"/api/questions/{other}/approve")
    page = await visits.visitor(moderator="Ada")
    approve = page.get_by_role("button", name=re.compile("^Approve question"))
    await expect(approve).to_be_visible()

    async def approve_it() -> None:
        await page.keyboard.press("a")

    async def reject() -> None:
        await page.keyboard.press("x")
        await page.get_by_role("button", name="Not clear").click()

    async def answer() -> None:
        await page.keyboard.press("w")
        await page.get_by_label("The answer, for all to read").fill("Because it does.")
        await page.keyboard.press("Control+Enter")

    async def merge() -> None:
        await page.keyboard.press("m")
        await page.get_by_role("button", name=re.compile("The one that stands for it")).click()

    async def tag() -> None:
        await page.keyboard.press("t")
        await page.get_by_label("New tags").fill("gan")
        await page.keyboard.press("Enter")

    before = stands(service, question)
    deeds = [(approve_it, "approved"), (reject, "not_taken"), (answer, "answered"), (merge, "merged"), (tag, "waiting")]
    for deed, status in deeds:
        await deed()
        await expect(just(page).get_by_role("button", name="Undo")).to_be_visible()
        done = stands(service, question)
        assert done["status"] == status
        await page.keyboard.press("u")
        await expect(just(page)).to_contain_text("Undone")
        undone = stands(service, question)
        assert (undone["status"], undone["text"], undone["desk"]["tags"]) == ("waiting", before["text"], [])
        await page.keyboard.press("Shift+U")
        await expect(just(page).get_by_role("button", name="Undo")).to_be_visible()
        assert stands(service, question)["status"] == status
        await page.keyboard.press("u")
        await expect(just(page)).to_contain_text("Undone")
        await expect(approve).to_be_visible()

    await page.keyboard.press("x")
    await page.get_by_role("button", name="No reason").click()
    await tab(page, "Not taken").click()
    await rows(page).get_by_role("button", name=f"Open question {question[1:]}").click()
    await page.get_by_role("button", name=re.compile("^Restore")).click()
    await tab(page, "Waiting").click()
    await expect(page.get_by_role("heading", name="Moderate")).to_be_attached()
    await expect(approve).to_be_visible()


async def test_c5_a_star_is_the_moderators_alone(visits: Visits, service: Service) -> None:
    plain, question = asked_and_approved(service, "Without a star?", "With a star?")
    ada, viewer = await visits.visitor(PHONE, moderator="Ada"), await visits.visitor(PHONE)
    bob = await visits.visitor(moderator="Bob")
    await viewer.goto("/")
    await expect(viewer.get_by_text("With a star?")).to_be_visible()
    seen = await viewer.get_by_role("tabpanel").inner_html()
    await tab(ada, "Approved").click()
    await ada.get_by_role("button", name=f"Open question {question[1:]}").click()
    star = ada.get_by_role("button", name=re.compile("^Star question"))
    await star.click()
    await expect(star).to_have_attribute("aria-pressed", "true")
    await tab(bob, "Approved").click()
    await bob.get_by_role("button", name="Search", exact=True).click()
    await bob.get_by_role("button", name="Starred only").click()
    await expect(rows(bob).first).to_contain_text("With a star?")
    await expect(rows(bob)).to_have_count(1)
    assert await viewer.get_by_role("tabpanel").inner_html() == seen
    public = Viewer(service).ask("GET", "/api/state").json["state"]["questions"]
    assert all("desk" not in one for one in public if one["id"] in {plain, question})


async def test_c7_two_moderators_never_work_on_the_same_and_no_update_is_lost(visits: Visits, service: Service) -> None:
    visits.expect_refusal(CONFLICT)
    ids = [ask(service, "Who has this one open?"), ask(service, "And who has that one?"), ask(service, "A third one?")]
    ada = await visits.visitor(PHONE, moderator="Ada")
    await expect(ada.get_by_role("button", name=f"Approve question {ids[0][1:]}")).to_be_visible()
    bob = await visits.visitor(moderator="Bob")
    await expect(rows(bob).first.get_by_text("Ada has this open")).to_be_visible()
    await expect(bob.get_by_role("button", name=f"Approve question {ids[1][1:]}")).to_be_visible()
    await expect(rows(ada).nth(1).get_by_text("Bob has this open")).to_be_visible()

    # One approves: the next that nobody has open is theirs.
    await ada.get_by_role("button", name=re.compile("^Approve question")).click()
    await expect(ada.get_by_role("button", name=f"Approve question {ids[2][1:]}")).to_be_visible()

    # Both change the same words: the slower is told who was faster, and what they typed stays.
    await ada.get_by_role("button", name=f"Open question {ids[1][1:]}").click()
    await expect(ada.get_by_text("Bob has this open")).to_be_visible()
    await ada.get_by_role("button", name=re.compile("^More for")).click()
    await ada.get_by_role("button", name="Edit the words").click()
    mine = ada.get_by_role("textbox", name="The words that all will read")
    await mine.fill("And who has that one, please?")
    await bob.keyboard.press("e")
    await bob.get_by_role("textbox", name="The words that all will read").fill("Who has that one?")
    await bob.keyboard.press("Control+Enter")
    await expect(just(bob)).to_contain_text("has new words")
    await ada.get_by_role("button", name="Save").click()
    dialog = ada.get_by_role("dialog")
    await expect(dialog.get_by_text("Changed meanwhile by Bob: it has new words.")).to_be_visible()
    await expect(dialog.get_by_text("It reads now: “Who has that one?”")).to_be_visible()
    await expect(mine).to_have_value("And who has that one, please?")
    assert stands(service, ids[1])["text"] == "Who has that one?"
    assert await violations(ada) == []
    await ada.get_by_role("button", name="Save all the same").click()
    await expect(dialog).to_be_hidden()
    assert stands(service, ids[1])["text"] == "And who has that one, please?"

    # The undo of the slower never takes back what the other did.
    await bob.keyboard.press("u")
    assert stands(service, ids[1])["text"] == "And who has that one, please?"

    # Whoever leaves the page leaves the question to the others.
    await ada.get_by_role("button", name=f"Open question {ids[2][1:]}").click()
    await expect(bob.get_by_text("Ada has this open")).to_be_visible()
    await ada.goto("/")
    await expect(bob.get_by_text("Ada has this open")).to_be_hidden()


async def test_c8_a_ban_hides_all_of_a_person_and_is_undone(visits: Visits, service: Service) -> None:
    shop = Viewer(service)
    first = ask(service, "Buy cheap graphics cards", "Shop", viewer=shop)
    service.operate("POST", f"/api/questions/{first}/approve")
    second = ask(service, "Buy even cheaper ones", "Shop", viewer=shop)
    other = ask(service, "A question of somebody else?")
    page, viewer = await visits.visitor(PHONE, moderator="Ada"), await visits.visitor(PHONE)
    await viewer.goto("/")
    await expect(viewer.get_by_text("Buy cheap graphics cards")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^More for question")).click()
    ban = page.get_by_role("button", name=re.compile("Take no more|Press again"))
    await ban.click()
    await expect(ban.filter(has_text="Press again: 2 questions will be hidden")).to_be_visible()
    await page.wait_for_timeout(500)  # a second press within 350 ms counts as the same slip
    await ban.click()
    await expect(just(page)).to_contain_text("No more from Shop")
    assert [stands(service, one)["status"] for one in (first, second, other)] == ["not_taken", "not_taken", "waiting"]
    await expect(page.get_by_role("button", name=f"Approve question {other[1:]}")).to_be_visible()
    await expect(viewer.get_by_text("No longer on the list")).to_be_visible()
    assert shop.question("May I ask again?").code == "asker_banned"
    await just(page).get_by_role("button", name="Undo").click()
    await expect(just(page)).to_contain_text("Undone")
    assert [stands(service, one)["status"] for one in (first, second)] == ["approved", "waiting"]
    assert shop.question("May I ask again now?").status == 201

    # Also much later, out of the list of those who may not ask.
    service.operate("POST", f"/api/askers/{stands(service, first)['desk']['person']}/ban")
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Take questions from Shop again").click()
    await expect(page.get_by_role("dialog").get_by_text("Shop", exact=True)).to_be_hidden()
    assert stands(service, first)["status"] == "approved"


async def test_c10_merged_by_hand_votes_are_united_and_parted_again(visits: Visits, service: Service) -> None:
    into, other = asked_and_approved(service, "Why does batch norm help?", "What makes batch norm help?")
    for question, voters in ((into, 2), (other, 1)):
        for _ in range(voters):
            Viewer(service).ask("PUT", f"/api/questions/{question}/vote")
    page = await visits.visitor(PHONE, moderator="Ada")
    await tab(page, "Approved").click()
    await page.get_by_role("button", name=f"Open question {other[1:]}").click()
    await page.get_by_role("button", name=re.compile("^More for question")).click()
    await page.get_by_role("button", name="Merge into another").click()
    await page.get_by_role("searchbox").fill(f"#{into[1:]}")
    await page.get_by_role("dialog").get_by_role("button", name=re.compile("Why does batch norm help")).click()
    await expect(just(page)).to_contain_text(f"#{other[1:]} merged into #{into[1:]}")
    assert stands(service, into)["votes"] == 3
    await expect(rows(page).first).to_contain_text("3 votes")
    await expect(rows(page).first).to_contain_text(f"Stands for #{other[1:]}")
    await tab(page, "Not taken").click()
    await page.get_by_role("button", name=f"Open question {other[1:]}").click()
    await page.get_by_role("button", name=re.compile("^Part again")).click()
    await expect(just(page)).to_contain_text("waits again")
    assert (stands(service, into)["votes"], stands(service, other)["status"]) == (2, "waiting")
