"""PURE. What lies where in the picture, and how it comes and goes.

A change is a fade of a fixed number of ticks; which tick shows how much of what follows from the tick alone, so a
dropped tick does not slow a fade down.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from stream.picture import OPAQUE

CROSSFADE_S = 0.3
OVERLAY_FADE_S = 0.2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an overlay stands: the left top corner, on even pixels."""

    x: int
    y: int


def place_lower_third(*, frame: tuple[int, int], size: tuple[int, int]) -> Placement:
    """Place a speaker's name at the left, above the picture's lower edge. Sizes are ``(width, height)``."""
    return Placement(_even(frame[0] * 0.07), _even(frame[1] * 0.93 - size[1]))


def place_question(*, frame: tuple[int, int], size: tuple[int, int]) -> Placement:
    """Place a question in the middle, above the place of the lower third."""
    return Placement(_even((frame[0] - size[0]) / 2), _even(max(frame[1] * 0.81 - size[1], frame[1] * 0.04)))


def progress(*, since: int, tick: int, ticks: int) -> int:
    """Return how far a fade that began at ``since`` has come at ``tick``: 0 … :data:`~stream.picture.OPAQUE`."""
    return min(OPAQUE, max(0, (tick - since + 1) * OPAQUE // ticks))


class Slot(Generic[T]):
    """A place in the picture that holds one thing; a new one fades in while the old one fades out."""

    def __init__(self, *, ticks: int) -> None:
        self._ticks = ticks
        self._now: T | None = None
        self._before: T | None = None
        self._since = 0

    def show(self, thing: T | None, *, tick: int) -> None:
        """Hold ``thing`` from ``tick`` on; nothing changes where it is held already."""
        if thing is self._now:
            return
        self._before, self._now, self._since = self._now, thing, tick

    def layers(self, tick: int) -> list[tuple[T, int]]:
        """Return what is to be seen at ``tick``, each with its opacity, the lowest first."""
        come = progress(since=self._since, tick=tick, ticks=self._ticks)
        if come == OPAQUE:
            self._before = None
        shown = [(self._before, OPAQUE - come), (self._now, come)]
        return [(thing, opacity) for thing, opacity in shown if thing is not None and opacity > 0]


def _even(length: float) -> int:
    return int(length) // 2 * 2
