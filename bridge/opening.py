"""Open asking when its time has come (EDGE: it waits by the clock)."""

import asyncio

from bridge.clock import Clock
from bridge.commands import OpenOnTime
from bridge.events import AskingChanged, Entry
from bridge.room import Room
from bridge.terms import Hand
from bridge.writer import RoomWriter

LONGEST_S = 60.0
"""The clock is looked at this often at least: it may be set, and a sleeping machine does not wake a timer."""


class Opening:
    """Waits for the time that moderators set; a question that comes in before this wakes is taken all the same."""

    def __init__(self, writer: RoomWriter, clock: Clock) -> None:
        self._writer = writer
        self._clock = clock
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Wait and open until cancelled."""
        unfollow = self._writer.follow(self._follow)
        # What was committed before this follows is in the room one turn of the loop later.
        await asyncio.sleep(0)
        try:
            while True:
                self._changed.clear()
                wait_s = self._wait_s()
                if wait_s is not None and wait_s <= 0:
                    await self._writer.submit(OpenOnTime(), actor="system")
                    continue
                try:
                    await asyncio.wait_for(self._changed.wait(), None if wait_s is None else min(wait_s, LONGEST_S))
                except TimeoutError:
                    continue
        finally:
            unfollow()

    def _wait_s(self) -> float | None:
        asking = self._writer.room.asking
        if asking.hand is not Hand.TIMER or asking.opens_at is None:
            return None
        return (asking.opens_at - self._clock.now()).total_seconds()

    def _follow(self, _before: Room, entry: Entry, _after: Room) -> None:
        if isinstance(entry.event, AskingChanged):
            self._changed.set()
