"""The journal as its users need it; ``sqlite`` is the store.

What ``append`` returned from is committed and synced. Sequence numbers are 1, 2, 3 … without a gap.
"""

from collections.abc import Sequence
from typing import Protocol

from bridge.events import Entry

PAGE = 10_000
"""Entries read at a time unless told otherwise."""


class Journal(Protocol):
    """An append-only list of entries."""

    @property
    def last_seq(self) -> int:
        """The number of the last committed entry, 0 where there is none."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Commit all of ``entries`` or none. Raises :exc:`JournalError`, after which none of them is kept."""

    async def read(self, after: int = 0, limit: int = PAGE) -> list[Entry]:
        """Return at most ``limit`` entries that follow number ``after``, in order. Raises :exc:`JournalError`."""

    async def close(self) -> None:
        """Release the store. What was committed stays."""


async def read_all(journal: Journal) -> list[Entry]:
    """Return the whole journal. Raises :exc:`JournalError`."""
    entries: list[Entry] = []
    while page := await journal.read(after=len(entries)):
        entries += page
    return entries
