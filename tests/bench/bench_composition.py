"""Composition of one frame: the source's picture with a lower third and a question over it, in process."""

import time
from collections.abc import Iterator

import numpy as np

from stream.layout import place_lower_third, place_question
from stream.lettering import Letterer
from stream.mixer import PictureMixer, Scene
from stream.picture import Overlay, black, overlay_from_rgba
from tests.bench.figures import Figure

FRAMES = 600
QUESTION = "لماذا ينهار التدريب بعد مئة خطوة؟ 🤔 Does batch normalisation help?"


def overlays(width: int, height: int) -> tuple[Overlay, Overlay]:
    """Draw a lower third and a question as the studio does."""
    letterer = Letterer(width=width, height=height)
    name, question = letterer.lower_third("Ada Lovelace"), letterer.question(number=14, text=QUESTION, name="Grace")
    places = (
        place_lower_third(frame=(width, height), size=(name.shape[1], name.shape[0])),
        place_question(frame=(width, height), size=(question.shape[1], question.shape[0])),
    )
    lower_third, asked = (
        overlay_from_rgba(pixels, x=place.x, y=place.y) for pixels, place in zip((name, question), places, strict=True)
    )
    return lower_third, asked


def milliseconds_a_frame(width: int, height: int) -> float:
    """Return the median time that one frame takes."""
    mixer = PictureMixer(width=width, height=height, fps=30)
    picture = black(width=width, height=height)
    picture[...] = np.random.default_rng(1).integers(16, 235, picture.shape, np.uint8)
    mixer.scene = Scene(
        slate=black(width=width, height=height), picture_at=lambda _: picture, overlays=overlays(width, height)
    )
    times = []
    for tick in range(FRAMES):
        began = time.perf_counter()
        mixer.compose(tick, tick / 30)
        times.append(time.perf_counter() - began)
    return float(np.median(times[60:])) * 1000


def measure() -> Iterator[Figure]:
    """Measure both sizes."""
    for width, height in ((1280, 720), (1920, 1080)):
        took_ms = milliseconds_a_frame(width, height)
        yield Figure(f"composition per frame, lower third and question, {height}p", "", f"{took_ms:.2f} ms")
