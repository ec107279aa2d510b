"""A test card that moves: a clock, a hand that sweeps once a second, and a flash with a beep that prove sync.

At each full second of the programme's own time :data:`FLASH_BOX` turns white for two frames and a tone of 1 kHz sounds
for 50 ms. Whoever measures the distance between the two at the far end measures the whole path. Nothing that is laid
over the picture covers the box.
"""

from datetime import UTC, datetime

import numpy as np
import skia
from numpy.typing import NDArray

from bridge.clock import Clock
from stream.lettering import Letterer, blank_canvas, draw_mark, fill, pixels_of
from stream.picture import Overlay, Picture, black, overlay_from_rgba, picture_from_rgba, planes
from stream.timeline import AUDIO_HZ, Timeline

FLASH_BOX = (0.34, 0.06, 0.32, 0.28)
"""Left, top, width and height of the flash, as shares of the picture's."""
FLASH_FRAMES = 2
BEEP_S = 0.05
BEEP_HZ = 1000
BEEP_LEVEL = 0.25
"""-12 dBFS."""

_GROUND = 0xFF14151C
_PANEL = 0xFF23252F
_BARS = (0xFFC9CAD6, 0xFFC2AE4E, 0xFF4AA9B9, 0xFF4FA36B, 0xFF9A5BB0, 0xFFB0554A, 0xFF4A5BB9)
_TRACK_TOP, _TRACK_HEIGHT = 0.40, 0.02
_CLOCK_LEFT, _CLOCK_TOP = 0.05, 0.13


class TestCardSource:
    """Draws and sounds in the mixer's own threads; costs a fraction of a millisecond a frame."""

    __test__ = False

    def __init__(self, *, timeline: Timeline, width: int, height: int, title: str, clock: Clock) -> None:
        self._timeline = timeline
        self._width = width
        self._height = height
        self._utc_offset_s = clock.now().timestamp() - clock.monotonic()
        letterer = Letterer(width=width, height=height)
        self._card = _draw_card(letterer, width=width, height=height, title=title)
        self._picture = black(width=width, height=height)
        self._digits = {sign: letterer.glyph(sign, size=height * 0.09) for sign in "0123456789:."}
        self._advance = max(pixels.shape[1] for pixels in self._digits.values())
        self._placed: dict[tuple[str, int], Overlay] = {}
        tone = np.sin(2 * np.pi * BEEP_HZ * np.arange(int(BEEP_S * AUDIO_HZ)) / AUDIO_HZ) * BEEP_LEVEL
        self._second = np.zeros((AUDIO_HZ, 2), np.float32)
        self._second[: len(tone)] = tone[:, None]

    def picture_at(self, due_s: float) -> Picture:
        """Return the card as it looks at monotonic ``due_s``; unchanged until the next call."""
        tick, fps = self._timeline.tick_at(due_s), int(self._timeline.rate)
        np.copyto(self._picture, self._card)
        self._draw_hand(phase=(tick % fps) / fps)
        if tick % fps < FLASH_FRAMES:
            self._flash()
        self._draw_clock(due_s)
        return self._picture

    def sound_at(self, due_s: float, count: int) -> NDArray[np.float32]:
        """Return ``count`` samples, shape ``(count, 2)``, that begin at monotonic ``due_s``."""
        first = round((due_s - self._timeline.start_s) * AUDIO_HZ) % AUDIO_HZ
        return np.take(self._second, range(first, first + count), axis=0, mode="wrap")

    def _flash(self) -> None:
        left, top, width, height = _even_box(FLASH_BOX, width=self._width, height=self._height)
        luma, u, v = planes(self._picture)
        luma[top : top + height, left : left + width] = 235
        for chroma in (u, v):
            chroma[top // 2 : (top + height) // 2, left // 2 : (left + width) // 2] = 128

    def _draw_hand(self, *, phase: float) -> None:
        hand = self._width // 40
        left = int(phase * (self._width - hand))
        top = int(self._height * _TRACK_TOP)
        planes(self._picture)[0][top : top + int(self._height * _TRACK_HEIGHT), left : left + hand] = 235

    def _draw_clock(self, due_s: float) -> None:
        moment = datetime.fromtimestamp(due_s + self._utc_offset_s, tz=UTC)
        x, y = _even(self._width * _CLOCK_LEFT), _even(self._height * _CLOCK_TOP)
        for sign in f"{moment:%H:%M:%S}":
            key = (sign, x)
            if key not in self._placed:
                self._placed[key] = overlay_from_rgba(self._digits[sign], x=x, y=y)
            self._placed[key].onto(self._picture)
            x += self._advance if sign.isdigit() else self._advance // 4 * 2


def _draw_card(letterer: Letterer, *, width: int, height: int, title: str) -> Picture:
    surface, canvas = blank_canvas(width, height)
    canvas.clear(_GROUND)
    left, top, box_width, box_height = _even_box(FLASH_BOX, width=width, height=height)
    canvas.drawRect(skia.Rect.MakeXYWH(left, top, box_width, box_height), fill(_PANEL))
    canvas.drawRect(skia.Rect.MakeXYWH(0, height * _TRACK_TOP, width, height * _TRACK_HEIGHT), fill(_PANEL))
    for index, colour in enumerate(_BARS):
        bar = width / len(_BARS)
        canvas.drawRect(skia.Rect.MakeXYWH(index * bar, height * 0.48, bar, height * 0.4), fill(colour))
    for step in range(16):
        shade = 16 + step * 219 // 15
        grey = 0xFF000000 | shade << 16 | shade << 8 | shade
        canvas.drawRect(skia.Rect.MakeXYWH(step * width / 16, height * 0.9, width / 16, height * 0.06), fill(grey))
    draw_mark(canvas, x=width * 0.84, y=height * 0.14, unit=height / 720)
    card = picture_from_rgba(pixels_of(surface))
    _write(card, letterer.glyph(title, size=height * 0.045), x=width * 0.84, y=height * 0.19)
    _write(card, letterer.glyph("UTC", size=height * 0.03), x=width * 0.08, y=height * 0.25)
    return card


def _write(card: Picture, pixels: NDArray[np.uint8], *, x: float, y: float) -> None:
    """Lay a line of text over the card, centred on ``x``."""
    overlay_from_rgba(pixels, x=_even(x - pixels.shape[1] / 2), y=_even(y)).onto(card)


def _even(length: float) -> int:
    return int(length) // 2 * 2


def _even_box(box: tuple[float, float, float, float], *, width: int, height: int) -> tuple[int, int, int, int]:
    return _even(box[0] * width), _even(box[1] * height), _even(box[2] * width), _even(box[3] * height)
