"""PURE. Add sounds and measure them."""

from collections.abc import Sequence
from math import log10

import numpy as np
from numpy.typing import NDArray

FLOOR_DB = -100.0

Gain = float | tuple[float, float]
"""A factor, or the factors at the beginning and at the end of a block, joined by a straight line."""


def mix(tracks: Sequence[NDArray[np.float32]], gains: Sequence[Gain]) -> NDArray[np.float32]:
    """Return the sum (n, 2) of ``tracks`` (n, 2), each times its gain, in an array of its own. Nothing is limited."""
    assert tracks, "the length of a mix of nothing is unknown"
    total = np.zeros_like(tracks[0])
    for track, gain in zip(tracks, gains, strict=True):
        if isinstance(gain, tuple):
            first, last = gain
            ramp = np.arange(len(track), dtype=np.float32) * np.float32((last - first) / len(track)) + np.float32(first)
            total += track * ramp[:, None]
        elif gain == 1.0:
            total += track
        elif gain:
            total += track * np.float32(gain)
    return total


def level(samples: NDArray[np.float32]) -> tuple[float, float]:
    """Return the RMS and the peak of ``samples`` (n, 2) in dB full scale, never below :data:`FLOOR_DB`.

    Both channels count together: a full-scale sine in both has an RMS of -3 dB.
    """
    if not samples.size:
        return FLOOR_DB, FLOOR_DB
    flat = samples.reshape(-1)
    peak = max(float(flat.max()), -float(flat.min()))
    rms = float(np.dot(flat, flat) / flat.size) ** 0.5
    return decibels(rms), decibels(peak)


def decibels(amplitude: float) -> float:
    """Return ``amplitude`` (1 is full scale) in dB, never below :data:`FLOOR_DB`."""
    # Written so that what is no number counts as silence as well.
    return max(FLOOR_DB, 20.0 * log10(amplitude)) if amplitude > 1e-5 else FLOOR_DB
