"""Every page in its main states, on a phone and on a laptop: nothing that axe knows of is wrong, nothing overflows."""

import re

import pytest
from playwright.async_api import Page, Response, expect

from tests.browser.visiting import LAPTOP, PHONE, WELL, Scheme, Visits, overflow, violations
from tests.real.running import Service, Viewer

SCREENS = [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark"), ((320, 640), "light")]
screens = pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=lambda value: str(value).replace(", ", "x"))
LONG = "Is there a principled way to tell mode collapse from overfitting? " * 7
ARABIC = "لماذا لا تتقارب الشبكات التوليدية عندما يكون المُميِّز قويًا جدًا؟ 🤖"


@pytest.fixture(scope="module", autouse=True)
def busy(service: Service) -> None:
    """A session with a speaker and questions in every state."""
    service.operate("POST", "/api/sessions", {"title": "GANs, round 2", "host": "Ada"})
    service.operate("POST", "/api/speakers/now", {"name": "Ada Lovelace"})
    ids = [
        Viewer(service).question(text, name=name).json["id"]
        for text, name in [
            ("Is the code public?", "Sam"),
            (ARABIC, "ليلى"),
            ("為什麼生成對抗網路這麼難訓練?", "小明"),
            (LONG, "A name that is as long as a name may be, sixty characters!!"),
            ("Can you show the loss curves again?", None),
            ("Buy cheap graphics cards at my shop", None),
            ("What comes next after this?", None),
        ]
    ]
    for question in ids[:5]:
        service.operate("POST", f"/api/questions/{question}/approve")
    service.operate("POST", f"/api/questions/{ids[5]}/reject", {"reason": "Not about the topic"})
    for _ in range(2):
        service.operate("POST", "/api/queue/next")


async def fits_and_is_accessible(page: Page) -> None:
    assert await violations(page) == []
    assert await overflow(page) == 0


@screens
async def test_the_viewer_page(visits: Visits, size: tuple[int, int], scheme: Scheme) -> None:
    page = await visits.visitor(size, scheme)
    await page.goto("/")
    await expect(page.get_by_role("heading", name="GANs, round 2")).to_be_visible()
    await fits_and_is_accessible(page)
    box = page.get_by_role("textbox", name="Ask the room")
    await box.fill("x" * 450)
    await expect(page.get_by_text("50 left")).to_be_visible()
    await box.fill("x" * 501)
    await expect(page.get_by_text("1 too many")).to_be_visible()
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_role("main").get_by_text("1 characters too many")).to_be_visible()
    await page.get_by_role("tab", name=re.compile("Answered")).click()
    await expect(page.get_by_role("tabpanel").get_by_text("Is the code public?")).to_be_visible()
    await fits_and_is_accessible(page)


async def test_scripts_and_styles_come_compressed(visits: Visits) -> None:
    page = await visits.visitor(PHONE)
    texts: list[Response] = []

    def heard(answer: Response) -> None:
        if answer.url.endswith((".js", ".css")):
            texts.append(answer)

    page.on("response", heard)
    await page.goto("/")
    await expect(page.get_by_role("heading", name="GANs, round 2")).to_be_visible()
    plain = [answer for answer in texts if "content-encoding" not in answer.headers]
    assert len(texts) > len(plain)
    assert [answer.url for answer in plain if len(await answer.body()) >= 1024] == []


@screens
async def test_the_operators_panel(visits: Visits, size: tuple[int, int], scheme: Scheme) -> None:
    page = await visits.visitor(size, scheme, operator=True)
    await expect(page.get_by_role("banner").get_by_text(WELL)).to_be_visible()
    await expect(page.get_by_role("meter").first).to_be_visible()
    await fits_and_is_accessible(page)
    await page.get_by_role("button", name=re.compile("^Don't take")).first.click()
    await page.get_by_role("button", name="Invite").click()
    await page.get_by_role("button", name="Make the link").click()
    await expect(page.get_by_label(re.compile("^The link, until"))).to_have_value(re.compile("/enter"))
    await fits_and_is_accessible(page)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_operators_panel_needs_no_scrolling_on_a_laptop(visits: Visits) -> None:
    page = await visits.visitor(LAPTOP, operator=True)
    await expect(page.get_by_role("heading", name="Health")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    for name in ("Speaking", "Session", "Health", "Log"):
        box = await page.get_by_role("region", name=name).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= LAPTOP[1], f"{name} is not on the screen"


@screens
async def test_the_room_screen(visits: Visits, size: tuple[int, int], scheme: Scheme) -> None:
    page = await visits.visitor(size, scheme)
    await page.goto("/room")
    await expect(page.locator(".fitted")).to_have_text(ARABIC)
    await fits_and_is_accessible(page)


@pytest.mark.parametrize("text", [LONG, "漢" * 500, "ﷺ" * 500, "W" * 500, "क्षि" * 125, "🤖" * 500, "a\n" * 250])
async def test_the_room_screen_never_cuts_a_question(visits: Visits, service: Service, text: str) -> None:
    question = Viewer(service).question(text[:500]).json["id"]
    service.operate("POST", f"/api/questions/{question}/approve")
    page = await visits.visitor((1280, 720))
    await page.goto("/room")
    service.operate("POST", f"/api/questions/{question}/on-air")
    words = page.locator(".fitted")
    await expect(words).to_have_text(text[:500].strip())
    place = await page.locator(".place").bounding_box()
    box = await words.bounding_box()
    assert place is not None
    assert box is not None
    assert box["height"] <= place["height"]
    assert await words.evaluate("element => element.scrollWidth <= element.clientWidth")
    service.operate("POST", "/api/queue/clear")
    service.operate("POST", f"/api/questions/{question}/reject")


@screens
async def test_the_camera_page(visits: Visits, size: tuple[int, int], scheme: Scheme) -> None:
    visits.expect_refusal("/whip/camera")
    page = await visits.visitor(size, scheme)
    await page.goto("/camera")
    await expect(page.get_by_role("button", name="Go live")).to_be_enabled()
    await fits_and_is_accessible(page)
    await page.get_by_role("button", name="Go live").click()
    await expect(page.get_by_role("main").get_by_text("Not live")).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("Publishing takes the source's token")).to_be_visible()
    await fits_and_is_accessible(page)


async def test_a_page_says_that_it_is_offline_and_catches_up(visits: Visits, service: Service) -> None:
    visits.expect_refusal("ERR_INTERNET_DISCONNECTED")
    page = await visits.visitor(PHONE)
    await page.goto("/")
    await expect(page.get_by_role("heading", name="GANs, round 2")).to_be_visible()
    await page.context.set_offline(True)
    banner = page.get_by_text("No connection.", exact=True)
    await expect(banner).to_be_visible()
    assert await violations(page) == []
    service.operate("POST", "/api/speakers/now", {"name": "Grace Hopper"})
    await page.context.set_offline(False)
    await expect(page.get_by_text("Grace Hopper is speaking")).to_be_visible()
    await expect(banner).to_be_hidden()


async def test_nothing_moves_under_the_reader_until_asked_to(visits: Visits, service: Service) -> None:
    page = await visits.visitor((390, 3000))
    await page.goto("/")
    rows = page.get_by_role("tabpanel").get_by_role("article")
    await expect(rows.first).to_be_visible()
    before = await rows.all_text_contents()
    question = Viewer(service).question("Does this one push the others away?").json["id"]
    service.operate("POST", f"/api/questions/{question}/approve")
    await expect(page.get_by_role("button", name="1 new")).to_be_visible()
    assert await rows.all_text_contents() == before
    await page.get_by_role("button", name="1 new").click()
    await expect(rows.get_by_text("Does this one push the others away?")).to_be_visible()
    service.operate("POST", f"/api/questions/{question}/reject")


async def test_the_panel_works_by_keys_and_asks_twice_before_harm(visits: Visits, service: Service) -> None:
    page, screen = await visits.visitor(operator=True), await visits.visitor()
    await screen.goto("/room")
    await expect(page.get_by_role("banner").get_by_text(WELL)).to_be_visible()
    await page.keyboard.press("b")
    bar = page.get_by_role("banner")
    await expect(bar.get_by_text("Blanked: the public sees the slate")).to_be_visible()
    await expect(screen.get_by_text("Paused. The public sees and hears nothing of this room.")).to_be_visible()
    assert await violations(page) == []
    assert await violations(screen) == []
    await page.keyboard.press("b")
    await expect(page.get_by_role("banner").get_by_text(WELL)).to_be_visible()

    await page.get_by_role("button", name="Name", exact=True).click()
    await page.keyboard.type("Bob B.")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Bob B.")).to_have_attribute("aria-pressed", "true")
    await page.keyboard.press("1")
    await expect(page.get_by_role("button", name="Ada Lovelace")).to_have_attribute("aria-pressed", "true")
    assert not service.state()["air"]["blanked"], "keys rest while somebody types"

    end = page.get_by_role("button", name=re.compile("^(End|Really)"))
    await end.click()
    await page.wait_for_timeout(500)  # a second press within 350 ms counts as the same slip
    assert service.state()["air"]["on"]
    await end.click()
    await expect(bar.get_by_text("Nobody can watch now")).to_be_visible()
    await expect(screen.get_by_text("Off air")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("button", name="Go on air").click()
    await expect(page.get_by_role("banner").get_by_text(WELL)).to_be_visible(timeout=20_000)


async def test_who_is_no_operator_is_told_how_to_become_one(visits: Visits) -> None:
    visits.expect_refusal("/operator")
    page = await visits.visitor(PHONE)
    await page.goto("/operator")
    await expect(page.get_by_role("heading")).to_be_visible()
    await expect(page.get_by_text("Open your invite link in this browser")).to_be_visible()
    assert await violations(page) == []
