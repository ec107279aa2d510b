"""PURE. A look-ahead peak limiter: nothing leaves it above the ceiling, and below the ceiling it changes nothing.

It looks ahead in steps of one millisecond. Each step's gain is what its loudest sample allows; the gain between two
steps runs along a straight line whose ends are both allowed in the step between them, so no sample gets past.
"""

from math import exp
from typing import Final

import numpy as np
from numpy.typing import NDArray

CEILING: Final = 10 ** (-1 / 20)
"""-1 dB full scale: leaves the encoder room for what it adds between the samples."""
STEP_SAMPLES = 48
AHEAD_STEPS = 5
"""The gain begins to fall this many steps before the peak that it is for."""
RELEASE_S = 0.12
_RISE = 1 - exp(-STEP_SAMPLES / 48_000 / RELEASE_S)
_PORTION = np.arange(STEP_SAMPLES) / STEP_SAMPLES


class Limiter:
    """Limits one stereo sound at 48 kHz, block after block. One thread at a time."""

    delay_samples: Final = (AHEAD_STEPS + 1) * STEP_SAMPLES

    def __init__(self) -> None:
        self._held = np.zeros((self.delay_samples, 2), np.float32)
        self._allowed = [1.0] * (AHEAD_STEPS + 1)  # what the steps held allow
        self._gain = 1.0  # at the first sample held

    @property
    def gain(self) -> float:
        """The factor in force at the end of the last block: 1 where nothing is limited."""
        return self._gain

    def process(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return as many samples as came in (n, 2), ``delay_samples`` later; n is a multiple of 48."""
        assert len(samples) % STEP_SAMPLES == 0, "the limiter works in whole milliseconds"
        allowed = self._allowed + _allowances(samples := _finite(samples))
        joined = np.concatenate((self._held, samples))
        out, self._held = joined[: len(samples)], joined[len(samples) :]
        steps = len(samples) // STEP_SAMPLES
        self._allowed = allowed[steps:]
        if self._gain == 1.0 and min(allowed) == 1.0:
            return out
        gains = np.array(self._gains(allowed, steps))
        ramp = (gains[:-1, None] + np.diff(gains)[:, None] * _PORTION).astype(np.float32)
        limited = out * ramp.reshape(-1, 1)
        # Only rounding can have put anything above the ceiling.
        return np.clip(limited, -CEILING, CEILING, out=limited)

    def _gains(self, allowed: list[float], steps: int) -> list[float]:
        """Return the gain at the edges of ``steps`` steps, the first of which was settled before."""
        # Seen from an edge, a step further ahead bounds the gain the less the further it is: a line down to its peak.
        reduction = 1.0 - np.array(allowed)
        bounds = reduction[1 : steps + 1].copy()
        for ahead in range(1, AHEAD_STEPS + 1):
            share = 1.0 - ahead / (AHEAD_STEPS + 1)
            np.maximum(bounds, reduction[1 + ahead : steps + 1 + ahead] * share, out=bounds)
        gains = [self._gain]
        for step, bound in enumerate((1.0 - bounds).tolist()):
            # The edge lies between two steps and must suit both.
            gain = min(gains[-1] + (1.0 - gains[-1]) * _RISE, bound, allowed[step])
            gains.append(gain if gain < 0.99999 else 1.0)
        self._gain = gains[-1]
        return gains


def _finite(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return ``samples``; what is no number becomes silence."""
    if np.isfinite(samples).all():
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)


def _allowances(samples: NDArray[np.float32]) -> list[float]:
    """Return for each step the greatest gain, at most 1, that keeps it below the ceiling."""
    peaks = np.abs(samples.reshape(-1, STEP_SAMPLES * 2)).max(axis=1)
    return [min(1.0, CEILING / peak) if peak > CEILING else 1.0 for peak in peaks.tolist()]
