"""Stand-ins with knobs: a journal in memory that can be held up and made to fail, and a clock set by hand."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bridge.errors import JournalError
from bridge.events import Entry
from bridge.journal import PAGE
from tests.bridge.playbook import START


class MemoryJournal:
    """A journal that forgets. Clear ``ready`` to hold commits up; set ``fails`` to make them fail."""

    def __init__(self, entries: Sequence[Entry] = ()) -> None:
        self.entries = list(entries)
        self.ready = asyncio.Event()
        self.ready.set()
        self.fails = False
        self.groups: list[int] = []
        """How many entries each commit had."""

    @property
    def last_seq(self) -> int:
        return len(self.entries)

    async def append(self, entries: Sequence[Entry]) -> None:
        await self.ready.wait()
        if self.fails:
            raise JournalError("The disk is full.")
        assert [entry.seq for entry in entries] == list(range(self.last_seq + 1, self.last_seq + len(entries) + 1))
        self.entries += entries
        self.groups.append(len(entries))

    async def read(self, after: int = 0, limit: int = PAGE) -> list[Entry]:
        return self.entries[after : after + limit]

    async def close(self) -> None:
        pass


class FakeClock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()
