"""Compose the programme's picture, one a tick: the chosen source or the slate, with what is laid over it.

Takes each source's newest picture (no queue of pictures). Runs on the video thread alone; a :class:`Scene` is handed
over whole by assignment to :attr:`PictureMixer.scene`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from stream.layout import CROSSFADE_S, OVERLAY_FADE_S, Slot, progress
from stream.picture import OPAQUE, Overlay, Picture, black, crossfade

PictureAt = Callable[[float], Picture | None]
"""Returns a source's newest picture for a monotonic time, or None where it has stopped."""

POOL = 8
"""Pictures in turn: one is being composed, two wait for the encoder, one is encoded, the others are spare."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is to be seen."""

    slate: Picture
    picture_at: PictureAt | None = None
    """The chosen source; None shows the slate."""
    overlays: tuple[Overlay | None, ...] = field(default=(None, None))
    """What each slot holds: the lower third, the question."""


class PictureMixer:
    """Composes pictures of one size."""

    def __init__(self, *, width: int, height: int, fps: int) -> None:
        self.scene = Scene(slate=black(width=width, height=height))
        self._pool = [black(width=width, height=height) for _ in range(POOL)]
        self._still = black(width=width, height=height)
        self._turn = 0
        self._crossfade_ticks = round(CROSSFADE_S * fps)
        self._slots = tuple(Slot[Overlay](ticks=round(OVERLAY_FADE_S * fps)) for _ in range(2))
        self._shown: object = None
        self._since = -self._crossfade_ticks

    def compose(self, tick: int, due_s: float) -> Picture:
        """Return the picture of ``tick``; it stays unchanged for the next :data:`POOL` - 1 calls."""
        scene = self.scene
        picture = scene.picture_at(due_s) if scene.picture_at is not None else None
        shown: object = scene.picture_at if picture is not None else id(scene.slate)
        last = self._pool[self._turn]
        if shown != self._shown:
            # The picture that is left behind stands still while it fades: its source may be gone.
            np.copyto(self._still, last)
            self._shown, self._since = shown, tick
        self._turn = (self._turn + 1) % POOL
        composed = self._pool[self._turn]
        np.copyto(composed, scene.slate if picture is None else picture)
        come = progress(since=self._since, tick=tick, ticks=self._crossfade_ticks)
        if come < OPAQUE:
            crossfade(composed, self._still, weight=OPAQUE - come)
        for slot, overlay in zip(self._slots, scene.overlays, strict=True):
            slot.show(overlay, tick=tick)
            for layer, opacity in slot.layers(tick):
                (layer if opacity == OPAQUE else layer.faded(opacity)).onto(composed)
        return composed
