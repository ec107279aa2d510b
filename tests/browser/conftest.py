"""Give each browser test a real service and a real Chromium, whose pages may not complain."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.moderating import clear
from tests.browser.quiet import quiet
from tests.browser.visiting import AXE, DIST, Visits
from tests.real.running import Service

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A host name instead of an address in a candidate would have to be resolved by mDNS, which the studio does not.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every browser test as one with real parts."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.real)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service with the settings it has by itself, for all tests of a file."""
    for needed, how in (
        (DIST / "index.html", "make pages"),
        (AXE, "make pages"),
        (CHROMIUM, "apt-get install chromium"),
    ):
        if not needed.exists():
            pytest.skip(f"{needed} is missing: {how}")
    with Service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture
def empty_desk(service: Service) -> None:
    """Nothing waits and nothing is in line, whatever other tests of the file left."""
    clear(service)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium with a fake camera and microphone."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        await launched.close()


@pytest.fixture
def calm(service: Service) -> None:
    """Let the test find an open room with nobody in line."""
    quiet(service)


@pytest.fixture
async def visits(browser: Browser, service: Service) -> AsyncIterator[Visits]:
    """Visitors of the service; the test fails where one of their pages complained."""
    opened = Visits(browser, service)
    yield opened
    await opened.close()
    assert not opened.complaints, opened.complaints
