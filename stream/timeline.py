"""PURE. The programme's clock: which tick is due when, on the monotonic clock.

Picture and sound count from one ``start_s``, so they cannot drift apart: time is an integer count of ticks, turned
into seconds only to wait.
"""

from dataclasses import dataclass
from fractions import Fraction

AUDIO_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Timeline:
    """Ticks at ``rate`` a second from ``start_s`` (monotonic seconds)."""

    start_s: float
    rate: Fraction

    def due(self, tick: int) -> float:
        """Return the monotonic time at which ``tick`` is due."""
        return self.start_s + float(tick / self.rate)

    def tick_at(self, now_s: float) -> int:
        """Return the newest tick that is due at ``now_s``."""
        # Floating point makes a tick's own due time fall a hair short of it; a microsecond is far below any tick.
        return int((now_s - self.start_s + 1e-6) * self.rate)

    def following(self, done: int, now_s: float) -> tuple[int, int]:
        """Return the tick to make after ``done`` and how many were missed for good.

        One tick's lateness is caught up; beyond that the ticks that can no longer be shown in time are dropped.
        """
        due = self.tick_at(now_s)
        if due <= done + 2:
            return done + 1, 0
        return due, due - done - 1
