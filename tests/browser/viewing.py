"""What the tests of the viewer page look for on it."""

from playwright.async_api import Locator, Page, expect

from bridge.clock import SystemClock
from tests.browser.visiting import overflow, violations
from tests.real.running import Service

CLOCK = SystemClock()
OFFLINE = "ERR_INTERNET_DISCONNECTED"


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
