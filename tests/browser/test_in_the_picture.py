"""The walk of a question into the programme: what a real ingest receives is decoded and looked at."""

import asyncio
import contextlib
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Browser, expect

from stream.layout import place_question
from stream.lettering import Letterer
from stream.picture import Picture, overlay_from_rgba, planes
from tests.browser.visiting import PHONE, Visits
from tests.real.ingest import Ingest
from tests.real.running import Service, wait_for

QUESTION = "لماذا لا تتقارب الشبكات التوليدية عندما يكون المُميِّز قويًا جدًا؟ 🤖"
ASKER = "ليلى"
WIDTH, HEIGHT = 1280, 720
ALIKE = 0.9
"""The test card's clock and hand move; compression takes its share."""


class Watcher(threading.Thread):
    """Watches the ingest as a player would."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self._address = address
        self._ended = threading.Event()
        self.pictures: list[Picture] = []

    def run(self) -> None:
        # The stream ends with the programme.
        with contextlib.suppress(OSError), av.open(self._address, options={"fflags": "nobuffer"}) as stream:
            for frame in stream.decode(stream.streams.video[0]):
                if self._ended.is_set():
                    return
                self.pictures = [*self.pictures[-30:], picture_of(frame)]

    def stop(self) -> None:
        self._ended.set()
        self.join(timeout=10)

    def newest(self) -> NDArray[np.uint8]:
        """Return the luma plane of the newest picture."""
        return planes(self.pictures[-1])[0]

    def colour(self) -> tuple[float, float]:
        """Return the mean of both chroma planes of the newest picture: 128 and 128 is grey."""
        _, u, v = planes(self.pictures[-1])
        return float(u.mean()), float(v.mean())


def picture_of(frame: av.VideoFrame) -> Picture:
    return np.asarray(frame.to_ndarray(format="yuv420p"), np.uint8)


def likeness(picture: NDArray[np.uint8], wanted: NDArray[np.uint8], box: tuple[slice, slice]) -> float:
    """Return how alike two pictures are in a box: 1 the same, 0 nothing in common."""
    a, b = picture[box].astype(float).ravel(), wanted[box].astype(float).ravel()
    return float(np.corrcoef(a, b)[0, 1])


def drawn(before: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], tuple[slice, slice]]:
    """Return what the picture should become with the question laid over it, and where."""
    pixels = Letterer(width=WIDTH, height=HEIGHT).question(number=1, text=QUESTION, name=ASKER)
    place = place_question(frame=(WIDTH, HEIGHT), size=(pixels.shape[1], pixels.shape[0]))
    picture: Picture = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    luma = planes(picture)[0]
    luma[:] = before
    overlay_from_rgba(pixels, x=place.x, y=place.y).onto(picture)
    return luma, (slice(place.y, place.y + pixels.shape[0]), slice(place.x, place.x + pixels.shape[1]))


@pytest.fixture(scope="module")
def ingest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ingest]:
    with Ingest(tmp_path_factory.mktemp("ingest")) as server:
        yield server


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, ingest: Ingest) -> Iterator[Service]:
    settings = f'[[outputs]]\nname = "ingest"\nurl = "{ingest.url}"\nkey = "{ingest.key}"\n'
    with Service(tmp_path_factory.mktemp("service"), settings) as running:
        running.wait_output("ingest", "live", within_s=20)
        yield running


@pytest.fixture
def watcher(service: Service, ingest: Ingest) -> Iterator[Watcher]:
    watching = Watcher(ingest.playback)
    watching.start()
    wait_for("the stream to be seen", lambda: len(watching.pictures) > 30 or None, within_s=30)
    yield watching
    watching.stop()


async def test_the_browsers_camera_reaches_the_ingest(browser: Browser, service: Service, watcher: Watcher) -> None:
    visits = Visits(browser, service)
    camera, operator = await visits.visitor(PHONE, operator=True), await visits.visitor(operator=True)
    await camera.goto("/camera")
    await camera.get_by_role("button", name="Go live").click()
    choice = operator.get_by_role("group", name="Source of the picture").get_by_role("button", name="camera")
    await expect(choice).to_contain_text("sending", timeout=20_000)
    await choice.click()

    def green() -> bool | None:
        """Chromium's fake camera is green all over: both chroma planes lie far below grey."""
        return max(watcher.colour()) < 80 or None

    await asyncio.to_thread(wait_for, "the camera's picture at the ingest", green, within_s=15)
    await visits.close()
    await asyncio.to_thread(service.operate, "PUT", "/api/source", {"name": "testcard"})


async def test_a_question_is_in_the_programmes_picture_within_a_second_and_in_the_notes(
    browser: Browser, service: Service, watcher: Watcher, tmp_path: Path
) -> None:
    await asyncio.to_thread(service.operate, "POST", "/api/sessions", {"title": "GANs, round 2", "host": "Ada"})
    visits = Visits(browser, service)
    viewer, operator, screen = await visits.visitor(PHONE), await visits.visitor(operator=True), await visits.visitor()
    await viewer.goto("/")
    await screen.goto("/room")
    await viewer.get_by_role("textbox", name="Ask the room").fill(QUESTION)
    await viewer.get_by_role("textbox", name=re.compile("Your name")).fill(ASKER)
    await viewer.get_by_role("button", name="Ask", exact=True).click()
    desk, queue = operator.get_by_role("region", name="Questions"), operator.get_by_role("region", name="Queue")
    await desk.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(queue.get_by_text(QUESTION)).to_be_visible()
    wanted, box = drawn(watcher.newest())
    assert likeness(watcher.newest(), wanted, box) < 0.5, "nothing is laid over yet"

    await operator.keyboard.press("Enter")
    await expect(screen.locator(".fitted")).to_have_text(QUESTION)
    await asyncio.to_thread(
        wait_for,
        "the question in the picture at the ingest",
        lambda: likeness(watcher.newest(), wanted, box) > ALIKE or None,
        within_s=15,
    )

    await operator.keyboard.press("Enter")
    await expect(viewer.get_by_role("region", name="Yours").get_by_text(re.compile("Answered at"))).to_be_visible()
    await asyncio.to_thread(
        wait_for,
        "the question to leave the picture",
        lambda: likeness(watcher.newest(), wanted, box) < 0.5 or None,
        within_s=5,
    )
    await visits.close()
    page = (await asyncio.to_thread(service.command, "export", "last", "--format", "md")).stdout
    assert QUESTION in page
    assert re.search(r"\b0:00:\d\d\b", page), "the offset into the recording stands beside it"

    # In the programme's own time, so that a busy machine's players and browsers do not count.
    aired = await asyncio.to_thread(place_of_question, service, tmp_path)
    (recording,) = [path for path in service.recordings() if path.name.endswith(aired["path"])]
    await asyncio.to_thread(service.operate, "POST", "/api/air/stop")
    shown_s = await asyncio.to_thread(first_shown, recording, wanted, box, near_s=aired["offset_s"])
    assert 0 <= shown_s - aired["offset_s"] <= 1.0, "on the picture within a second of the press"


def place_of_question(service: Service, folder: Path) -> dict[str, Any]:
    """Return what the notes say of the question's place: the recording and the offset into it."""
    written = folder / "notes.json"
    done = service.command("export", "last", "--format", "json", "--out", str(written))
    assert done.returncode == 0, done.stderr
    notes = json.loads(written.read_text())
    place: dict[str, Any] = notes["questions"][0]["place"]
    return place | {"path": next(part["path"] for part in notes["parts"] if part["id"] == place["part"])}


def first_shown(recording: Path, wanted: NDArray[np.uint8], box: tuple[slice, slice], *, near_s: float) -> float:
    """Return when, in seconds of the recording, the question first stands in the picture in full."""
    with av.open(recording) as film:
        film.seek(int(max(0.0, near_s - 1) * av.time_base))
        for frame in film.decode(film.streams.video[0]):
            if likeness(planes(picture_of(frame))[0], wanted, box) > ALIKE:
                return float(frame.time or 0.0)
    raise AssertionError("the question is not in the recording")
