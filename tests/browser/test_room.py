"""The room's screen and the overlay by the rows of the feature table: D1 to D4 and D6, against the real service."""

import asyncio
import re
from datetime import timedelta

import pytest
from playwright.async_api import Page, WebSocket, WebSocketRoute, expect

from bridge.clock import SystemClock
from tests.browser.quiet import ARABIC, aired, approved, quiet
from tests.browser.visiting import LAPTOP, PHONE, Scheme, Visits, overflow, violations
from tests.real.running import Service

HALL = (1920, 1080)
SCREENS = [(HALL, "light"), (HALL, "dark"), ((1280, 720), "light"), (PHONE, "dark")]
screens = pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=lambda value: str(value).replace(", ", "x"))
LONG = "Is there a principled way to tell mode collapse from overfitting? " * 7
TEXTS = [LONG, "漢" * 500, "ﷺ" * 500, "W" * 500, "क्षि" * 125, "🤖" * 500, "a\n" * 250]
CLOCK = SystemClock()

VOICES = """(tongues) => {
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  const voices = tongues.map((lang) => ({lang, default: true, name: lang}));
  const speech = {
    getVoices: () => voices,
    speak: (utterance) => said.push([utterance.lang, utterance.text]),
    cancel: () => said.push(["", "silence"]),
    addEventListener: () => undefined,
  };
  Object.defineProperty(window, "speechSynthesis", {value: speech});
}"""
"""A browser with voices that write down what they say: the one under test was built without any."""


@pytest.fixture(autouse=True)
def calm(service: Service) -> None:
    """Each test finds an open room with nobody in line."""
    quiet(service)


async def shown(page: Page) -> Page:
    await page.goto("/room")
    await expect(page.get_by_role("heading", level=1)).to_be_attached()
    return page


async def fits_and_is_accessible(page: Page) -> None:
    assert await violations(page) == []
    assert await overflow(page) == 0


# D1 -------------------------------------------------------------------------------------------------------------------


async def test_d1_a_token_address_opens_the_screen_which_outlives_the_service(visits: Visits, service: Service) -> None:
    visits.expect_refusal("127.0.0.1")  # what is under way when the service stops
    aired(service, "Does the screen outlive the service?", name="Sam")
    token = await asyncio.to_thread(service.invite, "display", "--name", "Hall")
    page = await visits.visitor(HALL)
    await page.goto(f"/enter?token={token}")
    assert page.url == f"{visits.address}/room"
    words, lost = page.locator(".fitted"), page.get_by_text("No connection")
    await expect(words).to_have_text("Does the screen outlive the service?")
    await asyncio.to_thread(service.stop)
    await expect(lost).to_be_visible()
    await expect(words).to_have_text("Does the screen outlive the service?")
    await fits_and_is_accessible(page)
    await asyncio.to_thread(service.start)
    await expect(lost).to_be_hidden(timeout=20_000)
    await asyncio.to_thread(aired, service, "And does it go on by itself?")
    await expect(words).to_have_text("And does it go on by itself?")
    await page.reload()
    await expect(words).to_have_text("And does it go on by itself?")


# D2 -------------------------------------------------------------------------------------------------------------------


async def test_d2_the_screen_shows_the_question_the_next_the_line_and_how_to_join(
    visits: Visits, service: Service
) -> None:
    for text, name in [("Is this on air?", "ليلى"), ("Does this come next?", None), ("And this after it?", None)]:
        approved(service, text, name=name)
    for _ in range(2):
        service.operate("POST", "/api/queue/next")
    state = service.state()
    on_air, following = (
        next(one for one in state["questions"] if one["id"] == state[which]) for which in ("on_air", "next")
    )
    page = await shown(await visits.visitor(HALL))
    await expect(page.locator(".fitted")).to_have_text(on_air["text"])
    await expect(page.locator(".asker")).to_contain_text(f"{on_air['name'] or 'Anonymous'}#{on_air['number']}0 votes")
    foot = page.get_by_role("contentinfo")
    await expect(foot.get_by_text(following["text"])).to_be_visible()
    in_line = state["counts"]["approved"] + state["counts"]["next"]
    await expect(foot.get_by_text(re.compile(rf"^{in_line} questions? in line$"))).to_be_visible()
    address = visits.address.removeprefix("http://")
    await expect(foot.get_by_text(address)).to_be_visible()
    await expect(foot.get_by_role("img", name=re.compile("^QR code of"))).to_be_visible()
    await expect(page.get_by_text(re.compile(r"^\d\d:\d\dUTC$"))).to_be_visible()
    await expect(page.get_by_text("On air", exact=True)).to_be_visible()


@pytest.mark.parametrize("size", [HALL, (1280, 720), (1024, 768)], ids=str)
async def test_d2_no_text_is_cut_as_question_or_as_the_next(
    visits: Visits, service: Service, size: tuple[int, int]
) -> None:
    page = await shown(await visits.visitor(size))
    whole = "box => box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth"
    for text in TEXTS:
        words = text[:500].strip()
        for _ in range(3):
            approved(service, words, name="M" * 60)
        for _ in range(2):
            service.operate("POST", "/api/queue/next")
        await expect(page.locator(".fitted")).to_have_text(words)
        await expect(page.locator(".glimpsed")).to_have_text(words)
        for place in (".place", ".glimpse .glimpse"):
            assert await page.locator(place).evaluate(whole), (words[:5], place)
        assert await overflow(page) == 0
        assert await page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
        quiet(service)


@screens
async def test_d2_each_state_has_its_words_and_is_accessible(
    visits: Visits, service: Service, size: tuple[int, int], scheme: Scheme
) -> None:
    page = await shown(await visits.visitor(size, scheme))
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("What would you like to know?")
    await fits_and_is_accessible(page)
    moment = CLOCK.now() + timedelta(seconds=55)
    service.operate("PUT", "/api/asking", {"hand": "timer", "opens_at": moment.isoformat()})
    await expect(heading).to_have_text(re.compile(r"^Questions open in \d+ s$"))
    await fits_and_is_accessible(page)
    service.operate("PUT", "/api/asking", {"hand": "closed", "opens_at": None})
    await expect(heading).to_have_text("Questions are closed")
    service.operate("PUT", "/api/asking", {"hand": "over"})
    await expect(heading).to_have_text("The event is over")
    await expect(page.get_by_text("Read the answers")).to_be_visible()
    await fits_and_is_accessible(page)
    service.operate("PUT", "/api/asking", {"hand": "open"})
    service.operate("POST", "/api/air/blank")
    await expect(page.get_by_text("Paused. The public sees and hears nothing of this room.")).to_be_visible()
    await fits_and_is_accessible(page)
    service.operate("POST", "/api/air/unblank")
    service.operate("POST", "/api/air/stop")
    await expect(page.get_by_text("Off air", exact=True)).to_be_visible()
    aired(service, ARABIC, name="ليلى")
    await expect(page.locator(".fitted")).to_have_text(ARABIC)
    await fits_and_is_accessible(page)


# D3 -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [HALL, (1280, 720), (480, 270)], ids=str)
@pytest.mark.parametrize("where", ["", "?position=top&scale=1.2&lower-third=1", "?scale=2&lower-third=1"])
async def test_d3_any_text_fits_the_overlay_which_is_see_through(
    visits: Visits, service: Service, size: tuple[int, int], where: str
) -> None:
    service.operate("POST", "/api/speakers/now", {"name": "M" * 60})
    page = await visits.visitor(size)
    await page.goto(f"/overlay{where}")
    for text in TEXTS:
        aired(service, text[:500], name="M" * 60)
        card = page.locator(".card")
        await expect(card.locator(".text")).to_have_text(text[:500].strip())
        place = await card.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["y"] >= 0
        assert place["x"] + place["width"] <= size[0]
        assert place["y"] + place["height"] <= size[1]
        assert await card.evaluate("box => box.scrollHeight <= box.clientHeight && box.scrollWidth <= box.clientWidth")
        if "lower-third" in where:
            plate = await page.locator(".plate").bounding_box()
            assert plate is not None
            assert place["y"] + place["height"] <= plate["y"], "the speaker's name is not covered"
        quiet(service)
    grounds = "[document.documentElement, document.body].map((one) => getComputedStyle(one).backgroundColor)"
    assert await page.evaluate(grounds) == ["rgba(0, 0, 0, 0)"] * 2
    assert await page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"


async def test_d3_the_overlay_shows_nothing_but_the_question_and_comes_and_goes(
    visits: Visits, service: Service
) -> None:
    page = await visits.visitor((1280, 720))
    await page.goto("/overlay?lower-third=1")
    service.operate("POST", "/api/speakers/now", {"name": None})
    bare = await page.screenshot(omit_background=True)
    text = "Does the overlay show this alone?"
    aired(service, text, name="Sam")
    await expect(page.locator(".card")).to_contain_text(text)
    await expect(page.locator(".who")).to_contain_text("Sam")
    assert await violations(page) == []
    place = await page.locator(".card").bounding_box()
    assert place is not None
    assert abs(place["y"] + place["height"] - 0.81 * 720) <= 1, "it stands where the mixer's own overlay stands"
    assert abs(place["width"] - 0.86 * 1280) <= 1
    service.operate("POST", "/api/speakers/now", {"name": "Grace Hopper"})
    await expect(page.locator(".plate")).to_have_text("Grace Hopper")
    service.operate("POST", "/api/speakers/now", {"name": None})
    service.operate("POST", "/api/queue/next")
    await expect(page.locator(".card")).to_be_hidden()
    await expect(page.locator(".plate")).to_be_hidden()
    assert await page.screenshot(omit_background=True) == bare


async def test_d3_the_overlay_keeps_its_last_state_in_silence_and_recovers(visits: Visits, service: Service) -> None:
    visits.expect_refusal("127.0.0.1")  # what is under way when the service stops
    page = await visits.visitor((1280, 720))
    await page.goto("/overlay")
    aired(service, "Is this kept in silence?")
    card = page.locator(".card")
    await expect(card).to_contain_text("Is this kept in silence?")
    before = await page.screenshot()
    await asyncio.to_thread(service.stop)
    await page.wait_for_timeout(2500)
    assert await page.screenshot() == before, "nothing tells of the loss"
    await asyncio.to_thread(service.start)
    await asyncio.to_thread(aired, service, "Has it come back by itself?")
    await expect(card).to_contain_text("Has it come back by itself?", timeout=20_000)


# D4 -------------------------------------------------------------------------------------------------------------------


async def test_d4_the_panel_knows_what_the_screens_show(visits: Visits, service: Service) -> None:
    panel = await visits.visitor(LAPTOP, operator=True)
    health = panel.get_by_role("region", name="Health")
    await expect(health.get_by_text("No room screen connected")).to_be_visible()
    token = await asyncio.to_thread(service.invite, "display")
    screen = await visits.visitor(HALL)
    await screen.goto(f"/enter?token={token}")
    await expect(health.get_by_text("Room screen: shows no question")).to_be_visible()
    question = aired(service, "Does the panel know of this?")
    await expect(health.get_by_text(f"Room screen: shows #{question[1:]}")).to_be_visible()
    await panel.reload()
    await expect(health.get_by_text(f"Room screen: shows #{question[1:]}")).to_be_visible()
    assert await violations(panel) == []
    assert await panel.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    await screen.close()
    await expect(health.get_by_text("No room screen connected")).to_be_visible()


def deaf(socket: WebSocketRoute) -> None:
    """Let a page speak to the service and hear nothing of it."""
    service = socket.connect_to_server()
    service.on_message(lambda _message: None)


async def test_d4_the_panel_warns_of_a_screen_that_shows_something_else(visits: Visits, service: Service) -> None:
    first = aired(service, "Is this screen stuck?")
    token = await asyncio.to_thread(service.invite, "display", "--name", "Hall")
    screen = await visits.visitor(HALL)
    await screen.route_web_socket("**/api/events*", deaf)
    await screen.goto(f"/enter?token={token}")
    panel = await visits.visitor(LAPTOP, operator=True)
    health = panel.get_by_role("region", name="Health")
    await expect(health.get_by_text(f"Hall: shows #{first[1:]}")).to_be_visible()
    aired(service, "Does this one not arrive?")
    await expect(health.get_by_text(f"Hall: still shows #{first[1:]}")).to_be_visible(timeout=8000)


# D6 -------------------------------------------------------------------------------------------------------------------


async def test_d6_reading_aloud_is_off_until_switched_on_and_remembered(visits: Visits, service: Service) -> None:
    page = await visits.visitor(HALL)
    await page.add_init_script(f"({VOICES})(['en-GB', 'ar-EG'])")
    await shown(page)
    aired(service, "Is this read to nobody?")
    await expect(page.locator(".fitted")).to_have_text("Is this read to nobody?")
    control = page.get_by_role("button", name="Read questions aloud")
    await expect(control).to_be_hidden()
    assert "Is this read" not in str(await page.evaluate("said"))
    await page.keyboard.press("Shift")
    await page.keyboard.press("Tab")
    await expect(control).to_be_focused()
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(control).to_have_attribute("aria-pressed", "true")
    assert await page.evaluate("said.slice(-2)") == [["en-GB", "A question:"], ["en-GB", "Is this read to nobody?"]]
    await page.reload()
    await expect(page.get_by_text("Questions are read aloud")).to_be_attached()
    aired(service, ARABIC, name="ليلى")
    await expect(page.locator(".fitted")).to_have_text(ARABIC)
    assert await page.evaluate("said.slice(-2)") == [["en-GB", "Question from ليلى:"], ["ar-EG", ARABIC]]
    service.operate("POST", "/api/queue/clear")
    await expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    assert await page.evaluate("said.at(-1)") == ["", "silence"], "it stops when the question leaves"


async def test_d6_a_missing_voice_and_a_browser_without_any_are_told(visits: Visits, service: Service) -> None:
    page = await visits.visitor(HALL)
    await page.add_init_script(f"({VOICES})(['en-GB'])")
    await page.goto("/room?aloud=1")
    await expect(page.get_by_text("Questions are read aloud")).to_be_attached()
    aired(service, ARABIC)
    await expect(page.get_by_text("This browser has no voice for Arabic.")).to_be_visible()
    bare = await visits.visitor(HALL)
    await bare.goto("/room?aloud=1")
    await expect(bare.get_by_text("This browser has no voices, so nothing can be read aloud.")).to_be_visible()
    assert await violations(bare) == []


async def test_the_pages_report_again_on_each_connection(visits: Visits, service: Service) -> None:
    visits.expect_refusal("ERR_INTERNET_DISCONNECTED")
    sent: list[str | bytes] = []
    page = await visits.visitor(HALL)

    def follow(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.extend([frame]))

    page.on("websocket", follow)
    await shown(page)
    question = aired(service, "Is this reported twice?")
    await expect(page.locator(".fitted")).to_have_text("Is this reported twice?")
    await page.context.set_offline(True)
    await expect(page.get_by_text("No connection")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("No connection")).to_be_hidden(timeout=20_000)
    told = f'{{"page":"room","shows":"{question}"}}'
    assert sent == ['{"page":"room","shows":null}', told, told]
