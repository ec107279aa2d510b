"""Take the picture of the README from the running product: ``python -m tests.real.picture docs/picture.png``.

The operator's page and a viewer's, side by side, with a question on air.
"""

import asyncio
import io
import sys
import tempfile
from pathlib import Path

import skia
from playwright.async_api import Browser, async_playwright

from tests.real.running import Service, Viewer, wait_for

CHROMIUM = "/usr/bin/chromium"
PANEL = (1180, 760)
PHONE = (400, 760)
GAP = 20
CALM_MS = 26_000
"""A browser that starts takes the machine for itself; the panel speaks of that for ten seconds."""


def prepare(service: Service) -> None:
    """Bring the room into the middle of a session."""
    wait_for("the HLS list", lambda: service.get("/hls/live.m3u8").status == 200, within_s=20)
    service.operate("POST", "/api/sessions", {"title": "GANs, round 2", "host": "Ada"})
    for name in ("Grace Hopper", "Ada Lovelace"):
        service.operate("POST", "/api/speakers/now", {"name": name})
    asked = [
        ("لماذا ينهار التدريب بعد مئة خطوة؟ 🤔", "ليلى"),
        ("Why does batch normalisation help when the batch is small?", "Noor"),
        ("Would the same work with a transformer as the critic?", None),
        ("バッチサイズを変えるとどうなりますか？", "Yuki"),
        ("Where can I read about the second experiment?", "Sam"),
    ]
    ids = [Viewer(service).question(text, **({"name": name} if name else {})).json["id"] for text, name in asked]
    for question in ids[:4]:
        service.operate("POST", f"/api/questions/{question}/approve")
    for voted, votes in zip(ids[:4], (7, 5, 3, 1), strict=True):
        for _ in range(votes):
            Viewer(service).ask("PUT", f"/api/questions/{voted}/vote")
    service.operate("POST", "/api/queue/next")


async def look(browser: Browser, address: str, size: tuple[int, int]) -> bytes:
    """Open a page in a browser of its own, dark, wait for the picture to play, and return it as PNG."""
    page = await browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme="dark")
    await page.goto(address)
    await page.wait_for_timeout(CALM_MS)
    return await page.screenshot()


async def looks(service: Service) -> list[bytes]:
    """Return the operator's page and a viewer's."""
    async with async_playwright() as playwright:
        flags = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        here = f"http://127.0.0.1:{service.port}"
        seen = [
            await look(browser, f"{here}/enter?token={service.invite('operator', '--name', 'Ada')}", PANEL),
            await look(browser, f"{here}/", PHONE),
        ]
        await browser.close()
        return seen


def side_by_side(pictures: list[bytes]) -> bytes:
    """Join pictures of one height into one."""
    images = [skia.Image.MakeFromEncoded(skia.Data.MakeWithCopy(picture)) for picture in pictures]
    width = sum(image.width() for image in images) + GAP * (len(images) - 1)
    surface = skia.Surface(width, images[0].height())
    left = 0
    for image in images:
        surface.getCanvas().drawImage(image, left, 0)
        left += image.width() + GAP
    out = io.BytesIO()
    surface.makeImageSnapshot().save(out, skia.kPNG)
    return out.getvalue()


def main() -> None:
    """Take it."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Service(Path(folder) / "room", "[moderation]\nrate = 100\n") as service,
    ):
        prepare(service)
        Path(sys.argv[1]).write_bytes(side_by_side(asyncio.run(looks(service))))


if __name__ == "__main__":
    main()
