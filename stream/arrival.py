"""PURE. When what came over a network is due: a sender's clock mapped to ours, and sound and picture kept together.

The packet that travelled fastest tells the mapping, all others were only later; a fixed allowance above it is the time
that slower ones have. The mapping creeps upwards, so that it follows a sender whose clock is slower than ours. How
sound and picture lie to each other only the sender knows, and says in its reports (RFC 3550, section 6.4.1).
"""

from typing import Final

CREEP: Final = 500e-6
"""Seconds a second: more than any clock is off."""
SPELL_S: Final = 0.4
"""Everything having come too late for so long means that the way has become longer: the mapping moves."""
APART_S: Final = 0.25
"""Sound or picture waits for the other at most this long; reports that ask for more are not to be believed."""


class ArrivalClock:
    """Maps one track's media time to monotonic time, ``allowance_s`` after the fastest arrival."""

    def __init__(self, *, allowance_s: float) -> None:
        self.moved = 0
        """How often the mapping moved because the way had become longer."""
        self.reported_s: float | None = None
        """The sender's time at media time 0, as its last report has it."""
        self.base_s: float | None = None
        """Arrival less media time, of the fastest; None before the first."""
        self._allowance_s = allowance_s
        self._last_s = 0.0
        self._late_since_s: float | None = None
        self._least_s = 0.0  # of what came since then

    @property
    def lag_s(self) -> float | None:
        """How far our clock is ahead of the sender's when its moment is due; None where the sender has not said."""
        if self.base_s is None or self.reported_s is None:
            return None
        return self.base_s + self._allowance_s - self.reported_s

    def due(self, media_s: float, arrived_s: float) -> float:
        """Return the monotonic time at which what is stamped ``media_s`` and arrived at ``arrived_s`` is due."""
        took_s = arrived_s - media_s
        if self.base_s is None or took_s <= self.base_s:
            self.base_s = took_s
        else:
            self.base_s = min(took_s, self.base_s + CREEP * (arrived_s - self._last_s))
        self._last_s = arrived_s
        if took_s <= self.base_s + self._allowance_s:
            self._late_since_s = None
        else:
            self.base_s = self._late(took_s, arrived_s, self.base_s)
        return media_s + self.base_s + self._allowance_s

    def _late(self, took_s: float, arrived_s: float, base_s: float) -> float:
        """Return the base to go by, now that something came too late."""
        if self._late_since_s is None:
            self._late_since_s, self._least_s = arrived_s, took_s
        self._least_s = min(self._least_s, took_s)
        if arrived_s - self._late_since_s < SPELL_S:
            return base_s
        self._late_since_s = None
        self.moved += 1
        return self._least_s


class Lipsync:
    """The tracks of one client by name: each is due no earlier than the other shows the same moment."""

    def __init__(self, allowances_s: dict[str, float]) -> None:
        self._clocks = {name: ArrivalClock(allowance_s=allowance_s) for name, allowance_s in allowances_s.items()}

    def report(self, name: str, *, media_s: float, sender_s: float) -> None:
        """Take from the sender that ``media_s`` of track ``name`` is ``sender_s`` on its own clock."""
        self._clocks[name].reported_s = sender_s - media_s

    def due(self, name: str, media_s: float, arrived_s: float) -> float:
        """Return the monotonic time at which ``media_s`` of track ``name``, arrived at ``arrived_s``, is due."""
        due_s = self._clocks[name].due(media_s, arrived_s)
        own_s = self._clocks[name].lag_s
        others_s = [clock.lag_s for other, clock in self._clocks.items() if other != name and clock.lag_s is not None]
        wait_s = max(others_s) - own_s if others_s and own_s is not None else 0.0
        return due_s + wait_s if 0.0 < wait_s <= APART_S else due_s
