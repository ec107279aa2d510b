"""What tests of the moderators' desk share: asking, looking at how questions stand, finding things, and a finger."""

import asyncio
import re
from typing import Any

from playwright.async_api import CDPSession, Locator, Page

from tests.browser.visiting import overflow, violations
from tests.real.running import Service, Viewer

CONFLICT = "409"
"""Chromium reports a refused request on the console by itself."""


def clear(service: Service) -> None:
    """Set aside what others left, and take questions as the settings say."""
    service.operate("POST", "/api/queue/clear")
    for question in service.state()["questions"]:
        if question["status"] in {"waiting", "approved", "next"}:
            service.operate("POST", f"/api/questions/{question['id']}/reject", {})
    ordinary = {"hand": "timer", "opens_at": None, "slow_mode_s": None, "mode": None, "order": None, "names": None}
    service.operate("PUT", "/api/asking", ordinary)


def ask(service: Service, text: str, name: str | None = None, *, viewer: Viewer | None = None) -> str:
    """Ask as somebody new, or as ``viewer``; return the question's id."""
    answer = (viewer or Viewer(service)).question(text, name=name)
    assert answer.status == 201, answer.body
    question: str = answer.json["id"]
    return question


def asked_and_approved(service: Service, *texts: str) -> list[str]:
    """Ask and approve, and return the ids."""
    ids = [ask(service, text) for text in texts]
    for question in ids:
        service.operate("POST", f"/api/questions/{question}/approve")
    return ids


def stands(service: Service, question: str) -> dict[str, Any]:
    """Return the question as the operator sees it."""
    found: dict[str, Any] = next(one for one in service.state()["questions"] if one["id"] == question)
    return found


def line(service: Service) -> list[str]:
    """Return the approved questions' ids in their order."""
    return [one["id"] for one in service.state()["questions"] if one["status"] == "approved"]


async def in_line(service: Service, *ids: str) -> None:
    """Wait until the line stands so."""
    for _ in range(40):
        if line(service) == list(ids):
            return
        await asyncio.sleep(0.05)
    assert line(service) == list(ids)


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("tab", name=re.compile(name))


def rows(page: Page) -> Locator:
    return page.get_by_role("tabpanel").get_by_role("article")


def just(page: Page) -> Locator:
    return page.get_by_role("region", name="Just done")


async def counts(page: Page) -> list[str]:
    return [re.sub(r"\D", "", text) for text in await page.get_by_role("tab").all_inner_texts()]


async def touch(page: Page, start: tuple[float, float], *way: tuple[float, float], lift: bool = True) -> CDPSession:
    """Put a finger down at ``start``, move it along ``way`` and lift it, unless that is left to the caller."""
    hand = await page.context.new_cdp_session(page)
    await hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]})
    at = start
    for to in way:
        for step in range(1, 9):
            x, y = (at[n] + (to[n] - at[n]) * step / 8 for n in (0, 1))
            await hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]})
            await page.wait_for_timeout(16)
        at = to
    if lift:
        await page.wait_for_timeout(120)  # a finger that rests flicks nothing
        await lift_finger(hand)
    return hand


async def lift_finger(hand: CDPSession) -> None:
    await hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def middle(part: Locator) -> tuple[float, float]:
    await part.scroll_into_view_if_needed()
    box = await part.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def fits_and_is_accessible(page: Page) -> None:
    assert await violations(page) == []
    assert await overflow(page) == 0
