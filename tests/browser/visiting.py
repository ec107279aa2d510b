"""Visit the service's pages with a browser, as somebody: each visitor has a cookie and a screen of their own."""

import asyncio
import re
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.real.running import TOP, Service

CLIENT = TOP / "web" / "client"
DIST = CLIENT / "dist"
AXE = CLIENT / "node_modules" / "axe-core" / "axe.min.js"
PHONE = (390, 844)
LAPTOP = (1280, 800)
Scheme = Literal["light", "dark"]
WELL = re.compile("All is well|The picture stutters")
"""The panel's bar when nothing is wrong, save perhaps with the machine under the test: it may be too busy."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Visits:
    """The visitors of one test, with what their pages complained of on the console."""

    def __init__(self, browser: Browser, service: Service) -> None:
        self._browser = browser
        self._service = service
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self._expected: list[str] = []
        self.address = f"http://127.0.0.1:{service.port}"

    async def visitor(
        self,
        size: tuple[int, int] = LAPTOP,
        scheme: Scheme = "light",
        *,
        operator: bool = False,
        moderator: str | None = None,
        scripts: bool = True,
    ) -> Page:
        """Return an empty page of somebody new; an operator, or a moderator of that name, has opened their link.

        Without ``scripts`` their browser runs none.
        """
        context = await self._browser.new_context(
            base_url=self.address,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            has_touch=size == PHONE,
            is_mobile=size == PHONE,
            # Movement is judged by eye; a test that waits for it would only be slower.
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        self._contexts.append(context)
        page = await context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        if operator or moderator:
            who = ("operator",) if moderator is None else ("moderator", "--name", moderator)
            token = await asyncio.to_thread(self._service.invite, *who)
            await page.goto(f"/enter?token={token}")
        return page

    def expect_refusal(self, words: str) -> None:
        """Overlook complaints with these ``words``: Chromium reports every refused request on the console by itself."""
        self._expected.append(words)

    async def close(self) -> None:
        """Let everybody leave."""
        for context in self._contexts:
            await context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        said = f"{message.location.get('url', '')}: {message.text}"
        if message.type in {"error", "warning"} and not any(words in said for words in self._expected):
            self.complaints.append(said)


async def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with the page, in words with the elements' selectors."""
    # By evaluation and not by a script element, which the content security policy rightly refuses.
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = await page.evaluate(
        "(tags) => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES
    )
    return [
        f"{violation['id']}: {violation['help']}: {[node['target'] for node in violation['nodes']]}"
        for violation in found["violations"]
    ]


async def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its screen."""
    width: int = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
