"""Put the room back as it was between two tests that share a service, and bring it into a state (real service)."""

from typing import Any

from playwright.async_api import Page, expect

from tests.real.running import Service, Viewer

ARABIC = "لماذا لا تتقارب الشبكات التوليدية عندما يكون المُميِّز قويًا جدًا؟ 🤖"


def quiet(service: Service) -> None:
    """Take the questions off the line, and ask by the settings again."""
    rules: dict[str, Any] = {"hand": "open", "opens_at": None, "slow_mode_s": None, "mode": None, "order": None}
    service.operate("PUT", "/api/asking", {**rules, "names": None})
    state = service.state()
    if state["on_air"] is not None:
        service.operate("POST", "/api/queue/clear")
    for question in service.state()["questions"]:
        if question["status"] in {"waiting", "approved", "next"}:
            service.operate("POST", f"/api/questions/{question['id']}/reject")
    if not state["air"]["on"]:
        service.operate("POST", "/api/air/start")
    if state["air"]["blanked"]:
        service.operate("POST", "/api/air/unblank")


def approved(service: Service, text: str, *, name: str | None = None) -> str:
    """Return the id of a question of somebody new that a moderator let through."""
    question: str = Viewer(service).question(text, name=name).json["id"]
    service.operate("POST", f"/api/questions/{question}/approve")
    return question


def aired(service: Service, text: str, *, name: str | None = None) -> str:
    """Return the id of a question that is on air."""
    question = approved(service, text, name=name)
    service.operate("POST", f"/api/questions/{question}/on-air")
    return question


def known(service: Service, text: str) -> dict[str, Any]:
    """Return the question with this text as the operator sees it."""
    found: list[dict[str, Any]] = [one for one in service.state()["questions"] if one["text"] == text]
    assert len(found) == 1, f"{text!r} is there {len(found)} times"
    return found[0]


async def ask(page: Page, text: str, *, name: str | None = None) -> None:
    """Ask by the page, and see that it was sent."""
    await page.get_by_role("textbox", name="Ask the room").fill(text)
    if name is not None:
        await page.get_by_label("Your name (optional)").fill(name)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.get_by_role("region", name="Yours").get_by_text(text)).to_be_visible()


async def told(page: Page) -> list[str]:
    """Begin to write down what the page's live region says; return the list as it grows, by reference."""
    heard: list[str] = []

    def hear(words: str) -> None:
        heard.append(words)

    await page.expose_function("heard", hear)
    await page.evaluate(
        """() => {
          const region = document.querySelector("[aria-live=polite]");
          new MutationObserver(() => heard(region.textContent.trim())).observe(
            region, {characterData: true, childList: true, subtree: true});
        }"""
    )
    return heard
