"""Test sounds, and how clean a sound is."""

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 48_000
TICK = 960


def tone(start: int, count: int, *, hz: float = 1000.0, amplitude: float = 0.5) -> NDArray[np.float32]:
    """Return samples ``start`` to ``start + count`` of a sine in both channels, the right one a quarter turn behind."""
    turns = 2 * np.pi * hz * np.arange(start, start + count) / RATE_HZ
    return np.stack((amplitude * np.sin(turns), -amplitude * np.cos(turns)), axis=1).astype(np.float32)


def snr_db(sound: NDArray[np.float32], hz: float) -> float:
    """Return how far all that is not one sine near ``hz`` lies below it in ``sound`` (n,), in dB."""
    n = np.arange(len(sound))
    turn = 2 * np.pi * hz / RATE_HZ
    residual = amplitude = np.zeros(0)
    for _ in range(8):  # Gauss-Newton on frequency, amplitude and phase
        pair = np.stack((np.cos(turn * n), np.sin(turn * n)), axis=1)
        amplitude, *_ = np.linalg.lstsq(pair, sound.astype(float), rcond=None)
        residual = sound - pair @ amplitude
        slope = n * (amplitude[1] * pair[:, 0] - amplitude[0] * pair[:, 1])
        step, *_ = np.linalg.lstsq(np.column_stack((pair, slope)), residual, rcond=None)
        turn += step[2]
    return float(10 * np.log10(np.sum(sound.astype(float) ** 2) / np.sum(residual**2)))


def steepest(sound: NDArray[np.float32]) -> float:
    """Return the greatest change from one sample to the next: what a click is made of."""
    return float(np.abs(np.diff(sound, axis=0)).max())
