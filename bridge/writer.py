"""Write the journal: decide commands one after the other, commit them in groups, answer when they are synced.

``room`` holds only what is committed and what followers have been told. Decisions are taken against the state that the
entries still under way will make; where their commit fails, they and all decided after them are undone together.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from bridge import room as rooms
from bridge.clock import Clock
from bridge.commands import AnyCommand
from bridge.errors import JournalError
from bridge.events import Entry
from bridge.journal import Journal
from bridge.room import Room, Setup

QUEUE = 4096
"""Commands that may be under way. Policy when it is full: wait."""

REMEMBER = 1024
"""Entries that are remembered with the rooms around them."""

Follower = Callable[[Room, Entry, Room], None]
"""Told of each committed entry, in order, on the loop: the room before it, the entry, the room after it."""


class _Submission(msgspec.Struct):
    entries: list[Entry]
    rooms: list[Room]
    """The room after each of them."""
    answer: "asyncio.Future[list[Entry]]"


class RoomWriter:
    """The single writer; use it as an async context manager, which replays the journal first."""

    def __init__(
        self, journal: Journal, setup: Setup, clock: Clock, *, queue: int = QUEUE, remember: int = REMEMBER
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._told = self._committed = self._pending = rooms.empty(setup)
        self.recent: deque[tuple[Room, Entry, Room]] = deque(maxlen=remember)
        """What followers were told of last, or would have been before they were there; the last leads to ``room``."""
        self._followers: list[Follower] = []
        self._places = asyncio.Semaphore(queue)
        self._waiting: deque[_Submission] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._tasks = asyncio.TaskGroup()

    @property
    def room(self) -> Room:
        """The committed state."""
        return self._told

    async def __aenter__(self) -> Self:
        replayed = self._committed
        while page := await self._journal.read(after=replayed.seq):
            for entry in page:
                before, replayed = replayed, rooms.evolve(replayed, entry)
                self.recent.append((before, entry, replayed))
        self._told = self._committed = self._pending = replayed
        await self._tasks.__aenter__()
        self._tasks.create_task(self._commit_for_ever(), name="journal.writer")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit what is under way, then stop."""
        self._closing = True
        self._wake.set()
        # An error of the caller's is not handed on: it would cancel the last commit.
        await self._tasks.__aexit__(None, None, None)

    def follow(self, follower: Follower) -> Callable[[], None]:
        """Tell ``follower`` of each entry from now on; return how to stop that. It must be quick and not raise."""
        self._followers.append(follower)
        return lambda: self._followers.remove(follower)

    async def submit(self, command: AnyCommand, *, actor: str) -> list[Entry]:
        """Do ``command`` and return its entries, committed and synced; none where all was so already.

        Waits while too much is under way. Raises :exc:`Refused`, and :exc:`JournalError` after which nothing of it
        happened. Cancelling the wait does not undo it.
        """
        await self._places.acquire()
        try:
            submission = self._decide(command, actor)
        except BaseException:
            self._places.release()
            raise
        self._waiting.append(submission)
        self._wake.set()
        return await submission.answer

    def _decide(self, command: AnyCommand, actor: str) -> _Submission:
        if self._closing:
            raise JournalError("The bridge is stopping. Try again in a moment.")
        now, after = self._clock.now(), self._pending
        submission = _Submission([], [], asyncio.get_running_loop().create_future())
        for event in rooms.decide(after, command, now):
            entry = Entry(seq=after.seq + 1, at=now, actor=actor, event=event)
            after = rooms.evolve(after, entry)
            submission.entries.append(entry)
            submission.rooms.append(after)
        self._pending = after
        return submission

    async def _commit_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._commit()
            if self._closing:
                return

    async def _commit(self) -> None:
        group = list(self._waiting)
        self._waiting.clear()
        entries = [entry for submission in group for entry in submission.entries]
        try:
            await self._journal.append(entries)
        except JournalError as error:
            self._undo(group, error)
            return
        for submission in group:
            self._tell(submission)
            self._settle(submission, None)

    def _tell(self, submission: _Submission) -> None:
        # Each call by itself: a follower that raises is reported by the loop and holds up nobody.
        call = asyncio.get_running_loop().call_soon
        for entry, after in zip(submission.entries, submission.rooms, strict=True):
            before, self._committed = self._committed, after
            call(self._advance, before, entry, after)
            for follower in self._followers:
                call(follower, before, entry, after)

    def _advance(self, before: Room, entry: Entry, after: Room) -> None:
        self._told = after
        self.recent.append((before, entry, after))

    def _undo(self, group: list[_Submission], error: JournalError) -> None:
        # What was decided meanwhile stood on what is now undone.
        group += self._waiting
        self._waiting.clear()
        self._pending = self._committed
        for submission in group:
            self._settle(submission, error)

    def _settle(self, submission: _Submission, error: JournalError | None) -> None:
        self._places.release()
        if submission.answer.done():
            return  # its caller went away
        if error is None:
            submission.answer.set_result(submission.entries)
        else:
            submission.answer.set_exception(JournalError(error.message, code=error.code))
