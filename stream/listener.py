"""PURE. Turn the decoded packets of a network client's sound into sound with a due time, without holes."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from stream.fade import FADE_SAMPLES, RISE, echo
from stream.jitter import RATE_HZ, RESYNC_S

OnSound = Callable[[float, NDArray[np.float32]], None]
"""Takes the monotonic time at which the first sample is due, and the samples (n, 2)."""


class Listener:
    """Hands one track's sound on; where packets were lost, silence of their length stands for them.

    ``due`` tells the monotonic time at which the media time of something that came just now is due.
    """

    def __init__(self, *, due: Callable[[float], float], on_sound: OnSound) -> None:
        self.lost_samples = 0
        """How much of the sound never came."""
        self._due = due
        self._on_sound = on_sound
        self._expected: int | None = None  # timestamp of the next sample
        self._last = np.zeros((0, 2), np.float32)

    def take(self, pcm: NDArray[np.int16], pts: int) -> None:
        """Take ``pcm`` (n, 2) at 48 kHz, whose first sample has the timestamp ``pts`` in samples."""
        samples = pcm.astype(np.float32)
        samples *= 1 / 32_768
        due_s = self._due(pts / RATE_HZ)
        missing = pts - self._expected if self._expected is not None else 0
        self._expected = pts + len(samples)
        # A longer gap is left to the jitter buffer, which learns of it by the time.
        if 0 < missing <= RESYNC_S * RATE_HZ:
            self.lost_samples += missing
            samples, due_s = self._concealed(samples, missing), due_s - missing / RATE_HZ
        self._last = samples[-FADE_SAMPLES:]
        self._on_sound(due_s, samples)

    def _concealed(self, samples: NDArray[np.float32], missing: int) -> NDArray[np.float32]:
        ending = echo(self._last)[:missing]
        silence = np.zeros((missing - len(ending), 2), np.float32)
        begun = min(FADE_SAMPLES, len(samples))
        return np.concatenate((ending, silence, samples[:begun] * RISE[:begun], samples[begun:]))
