"""The viewer's page before its scripts ran, and without any: the same room in the same places."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.visiting import PHONE, Visits, overflow, violations
from tests.real.running import Service, Viewer
from web.first_paint import WITHOUT_SCRIPT

WIDE = (1440, 900)
LONG = "Is there a principled way to tell mode collapse from overfitting? " * 7
HOSTILE = """</div></main><script>document.title = "taken over"</script> "quotes" & 'more'"""
PLACES = ["header .home", ".sign", "h1", ".player", ".now", ".ask", ".list .head", ".list ol:first-of-type li"]
"""What stands on both, by the classes that both have."""


@pytest.fixture(scope="module", autouse=True)
def busy(service: Service) -> None:
    """A session with a question in each state."""
    service.operate("POST", "/api/sessions", {"title": "GANs, round 2", "host": "Ada"})
    service.operate("POST", "/api/speakers/now", {"name": "Ada Lovelace"})
    asked = [
        ("Is the code public?", "Sam"),
        ("為什麼這麼難訓練?", "小明"),
        ("And then?", None),
        (LONG, None),
        (HOSTILE, "<b>Eve</b>"),
    ]
    for text, name in asked:
        question = Viewer(service).question(text, name=name).json["id"]
        service.operate("POST", f"/api/questions/{question}/approve")
    for _ in range(2):
        service.operate("POST", "/api/queue/next")


async def places(page: Page) -> dict[str, list[dict[str, float]]]:
    """Return where everything is that stands both before and after the scripts ran."""
    found: dict[str, list[dict[str, float]]] = await page.evaluate(
        """selectors => Object.fromEntries(selectors.map(selector => [
             selector, [...document.querySelectorAll(selector)].map(element => element.getBoundingClientRect().toJSON())
           ]))""",
        PLACES,
    )
    return found


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
async def test_nothing_moves_when_the_scripts_take_over(visits: Visits, size: tuple[int, int]) -> None:
    page = await visits.visitor(size)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        asked.set()
        await answer.wait()
        await route.continue_()

    await page.route("**/api/state", late)
    await page.goto("/")
    async with asyncio.timeout(20):
        await asked.wait()
    await page.evaluate("document.fonts.ready")
    await expect(page.get_by_text("Questions are open.")).to_be_visible()
    before = await places(page)
    assert [len(found) for found in before.values()] == [1, 1, 1, 1, 1, 1, 1, 3]
    assert await violations(page) == []
    answer.set()
    await expect(page.get_by_role("textbox", name="Ask the room")).to_be_visible()
    await expect(page.get_by_text("Questions are open.")).to_have_count(0)
    assert await places(page) == before


@pytest.mark.parametrize("size", [PHONE, WIDE], ids=["phone", "wide"])
async def test_without_scripts_the_room_can_be_read(visits: Visits, service: Service, size: tuple[int, int]) -> None:
    page = await visits.visitor(size, scripts=False)
    await page.goto("/")
    await expect(page).to_have_title("GANs, round 2 · Forward Prop")
    await expect(page.get_by_role("heading", name="GANs, round 2")).to_be_visible()
    for words in ("On air", "Ada Lovelace is speaking", "為什麼這麼難訓練?", "小明", "Answered"):
        await expect(page.get_by_text(words, exact=True).first).to_be_visible()
    await expect(page.get_by_text("Questions are open.")).to_be_visible()
    # Playwright overlooks what stands in a noscript when it looks for words.
    without = page.locator("noscript p")
    await expect(without).to_have_text(["The picture needs JavaScript", WITHOUT_SCRIPT])
    await expect(without.last).to_be_visible()
    await expect(page.get_by_text("The picture is starting")).to_be_hidden()
    await expect(page.get_by_role("article").get_by_text(LONG.strip())).to_be_visible()
    assert [cookie["name"] for cookie in await page.context.cookies()] != []
    assert await overflow(page) == 0

    service.operate("POST", "/api/speakers/now", {"name": "Grace Hopper"})
    await page.reload()
    await expect(page.get_by_text("Grace Hopper is speaking")).to_be_visible()
    service.operate("POST", "/api/speakers/now", {"name": "Ada Lovelace"})


@pytest.mark.parametrize("scripts", [True, False])
async def test_hostile_words_stay_words(visits: Visits, scripts: bool) -> None:
    page = await visits.visitor(scripts=scripts)
    await page.goto("/")
    question = page.get_by_role("article").filter(has_text="taken over")
    await expect(question.get_by_text(HOSTILE, exact=True)).to_be_visible()
    await expect(question.get_by_text("<b>Eve</b>", exact=True)).to_be_visible()
    await expect(page).to_have_title("GANs, round 2 · Forward Prop")


async def test_what_was_painted_stays_while_the_service_does_not_answer(visits: Visits) -> None:
    visits.expect_refusal("/api/state")
    page = await visits.visitor(PHONE)
    await page.route("**/api/state", lambda route: route.abort())
    await page.goto("/")
    await expect(page.get_by_text("No connection.", exact=True)).to_be_visible()
    await expect(page.get_by_role("heading", name="GANs, round 2")).to_be_visible()
    assert await violations(page) == []
    await page.unroute("**/api/state")
    await expect(page.get_by_role("textbox", name="Ask the room")).to_be_visible()
