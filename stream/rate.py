"""PURE. The bit rate of an output, told from what its port reports of its progress."""

from collections import deque

WINDOW_S = 2.0
"""From keyframe to keyframe, or the rate would swing with every one."""
QUIET_S = 1.5
"""Without a report for so long, nothing goes out."""
KEPT = 16
"""Reports kept; there are six in two seconds."""


class Rate:
    """Keeps the last reports: when each came, and the bytes since the one before."""

    def __init__(self) -> None:
        self._told: deque[tuple[float, int]] = deque(maxlen=KEPT)

    def add(self, now_s: float, size: int) -> None:
        """Note that ``size`` bytes went out since the report before."""
        self._told.append((now_s, size))

    def bps(self, now_s: float) -> int:
        """Return the bit/s of the last two seconds.

        Ports begin a new report with each keyframe, so the report nearest to two seconds ago makes whole groups.
        """
        told = list(self._told)
        if not told or now_s - told[-1][0] > QUIET_S:
            return 0
        until_s = told[-1][0]
        begin = min(range(len(told)), key=lambda index: abs(until_s - WINDOW_S - told[index][0]))
        took_s = until_s - told[begin][0]
        size = sum(size for _, size in told[begin + 1 :])
        return int(size * 8 / took_s) if took_s > 0 else 0
