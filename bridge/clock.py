"""The one home of the wall clock and of the monotonic clock.

Everything else is handed a :class:`Clock`, so that tests can hand in another.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the time of day, in UTC, for records."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never steps, for durations. One clock for all processes of the machine."""


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
