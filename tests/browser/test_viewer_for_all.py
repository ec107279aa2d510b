"""The viewer page for everybody, row B16: any screen, keys alone, zoom, scripts, forced colours."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.quiet import ARABIC, approved, ask, known
from tests.browser.viewing import CLOCK, asking, box, fits_and_is_accessible, opened, rows, yours
from tests.browser.visiting import LAPTOP, PHONE, Scheme, Visits, overflow, violations
from tests.real.running import Service

pytestmark = pytest.mark.usefixtures("calm")
SCREENS = [(PHONE, "light"), (PHONE, "dark"), (LAPTOP, "light"), (LAPTOP, "dark"), ((320, 640), "light")]
screens = pytest.mark.parametrize(("size", "scheme"), SCREENS, ids=lambda value: str(value).replace(", ", "x"))
ZOOMED = (640, 400)
"""A laptop's screen at 200 %."""
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
