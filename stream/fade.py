"""PURE. Join sound with silence, and with other sound, without a click."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

FADE_SAMPLES: Final = 240
"""5 ms: too short to be heard as a fade, long enough not to be a click."""


def _rise(count: int) -> NDArray[np.float32]:
    """Return half a cosine from 0 to 1, (count, 1)."""
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))
    return ramp[:, None].astype(np.float32)


RISE: Final[NDArray[np.float32]] = _rise(FADE_SAMPLES)


def echo(before: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what follows on ``before`` (n, 2) where nothing more came: its mirror image, fading; at most 5 ms.

    The mirror image goes on from the very last sample and sounds like what was there, which a ramp on nothing cannot.
    """
    mirrored = before[::-1][:FADE_SAMPLES]
    rise = RISE if len(mirrored) == FADE_SAMPLES else _rise(len(mirrored))
    return mirrored * rise[::-1]


class Joiner:
    """Watches all that is heard of one sound, block after block; fades out what breaks off and in what begins."""

    def __init__(self) -> None:
        self._heard = np.zeros((FADE_SAMPLES, 2), np.float32)
        self._tail = np.zeros((0, 2), np.float32)  # what still fades out
        self._risen = 0  # how far the fade-in has got

    def cut(self) -> None:
        """Let what was heard last fade out, and what comes next fade in."""
        self._tail = echo(self._heard)
        self._risen = 0

    def join(self, out: NDArray[np.float32], start: int, stop: int) -> None:
        """Finish the block ``out`` (n, 2) in place: new sound stands in ``start:stop``, silence around it."""
        self._begin(out[start:stop])
        self._ring(out[:stop])
        self._remember(out[:stop])
        if stop < len(out):
            self.cut()
            self._ring(out[stop:])
            self._remember(out[stop:])

    def _begin(self, begun: NDArray[np.float32]) -> None:
        if (count := min(FADE_SAMPLES - self._risen, len(begun))) > 0:
            begun[:count] *= RISE[self._risen : self._risen + count]
            self._risen += count

    def _ring(self, out: NDArray[np.float32]) -> None:
        if count := min(len(out), len(self._tail)):
            out[:count] += self._tail[:count]
            self._tail = self._tail[count:]

    def _remember(self, out: NDArray[np.float32]) -> None:
        heard = out if len(out) >= FADE_SAMPLES else np.concatenate((self._heard, out))
        self._heard = heard[-FADE_SAMPLES:].copy()
