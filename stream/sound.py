"""PURE. Sound of the programme: 48 kHz, stereo, float32 of shape (n, 2), full scale at 1.

A source's samples come into its :class:`JitterBuffer` with the time at which they are due; the mixer pulls 20 ms of
each source, adds them with :func:`mix`, and sends the sum through one :class:`Limiter`.
"""

from stream.jitter import RATE_HZ, JitterBuffer
from stream.levels import FLOOR_DB, Gain, level, mix
from stream.limiter import CEILING, Limiter

__all__ = ["CEILING", "FLOOR_DB", "RATE_HZ", "Gain", "JitterBuffer", "Limiter", "level", "mix"]
