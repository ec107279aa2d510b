"""Keep the clips of answered questions (EDGE): made when first asked for, kept in a folder of bounded size.

A clip's file name tells what it is cut from, and a file of that name holds all of it: it is written under another and
renamed. So nothing need be remembered, and a file that is there is served.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary

import structlog

from bridge.clip_process import ClipFailed, make
from bridge.clock import Clock
from bridge.errors import Refused
from bridge.moments import Moment, moment
from bridge.room import Room
from bridge.terms import QuestionId
from stream.ports import causes
from stream.ports.wire import Cut

log = structlog.get_logger(__name__)

AT_ONCE = 2
"""Clips that are made at the same time: what reads the disk takes it from the recording."""
WAITING = 16
"""Callers that wait for a clip to be made; more are told to come again."""
KEPT_BYTES = 2 << 30
FREE_BYTES = 1 << 30
"""Left free on the disk: the recording goes on, whoever wants clips."""
SETTLE_S = 1.5
"""What happens stands in the recording's file by then: encoded, sent to its port, and written there."""
SHORT_S = 0.5
"""A clip that ends earlier than it should by more is not whole."""
AGAIN_S = 5.0
UNFINISHED = ".part"

_WORDS = {
    causes.MISSING: "The recording of this moment is no longer there.",
    causes.ABSENT: "The recording broke off before this moment.",
    causes.NOT_MEDIA: "The recording of this moment is damaged and cannot be read.",
}


class Clips:
    """The clips in ``folder``, cut from what stands in ``recordings``."""

    def __init__(
        self,
        folder: Path,
        *,
        recordings: Path,
        room: Callable[[], Room],
        clock: Clock,
        cut: Callable[[Cut], Awaitable[float]] = make,
        kept_bytes: int = KEPT_BYTES,
        free_bytes: int = FREE_BYTES,
    ) -> None:
        self._folder = folder
        self._recordings = recordings
        self._room = room
        self._clock = clock
        self._cut = cut
        self._kept_bytes = kept_bytes
        self._free_bytes = free_bytes
        self._making = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """By clip, while somebody makes it or waits for it."""
        for left in folder.glob(f"*{UNFINISHED}"):
            left.unlink(missing_ok=True)

    async def file(self, question: QuestionId) -> Path:
        """Return the clip's file; make it first where it is not there. Cancelled, it leaves no process behind.

        Raises :exc:`Refused` where there is none, where it cannot be made, and where too many are wanted.
        """
        wanted = self._wanted(question)
        path = self._folder / wanted.name
        if not path.is_file():
            with self._place():
                lock = self._locks.setdefault(wanted.name, asyncio.Lock())
                async with lock:
                    if not path.is_file():
                        await self._make(wanted, path)
            if self._wanted(question).name != wanted.name:
                raise _unknown(question)
        kept = path.stat()
        # Which was watched last is told by one of the file's two times; its ETag is made of the other.
        os.utime(path, ns=(int(self._clock.now().timestamp() * 1e9), kept.st_mtime_ns))
        return path

    def _wanted(self, question: QuestionId) -> Moment:
        found = moment(self._room(), question)
        if found is None:
            raise _unknown(question)
        return found

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Be one of those who wait. Raises :exc:`Refused` where there are too many."""
        if self._waiting >= WAITING:
            raise _busy("Many want to see a moment just now. Try again in a few seconds.")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    # Making one -------------------------------------------------------------------------------------------------------

    async def _make(self, wanted: Moment, path: Path) -> None:
        left_s = (wanted.written_at - self._clock.now()).total_seconds() + SETTLE_S
        if left_s > 0:
            await asyncio.sleep(left_s)
        async with self._making:
            self._make_room()
            unfinished = path.with_suffix(UNFINISHED)
            order = Cut(str(self._recordings / wanted.path), str(unfinished), wanted.from_s, wanted.until_s)
            try:
                until_s = await self._cut(order)
                self._judge(wanted, until_s)
                unfinished.replace(path)
            except ClipFailed as fault:
                raise _failed(wanted, fault.cause) from fault
            finally:
                unfinished.unlink(missing_ok=True)
        # The same for the same content, also where it is made again.
        os.utime(path, (self._clock.now().timestamp(), wanted.written_at.timestamp()))
        self._trim(self._kept_bytes)
        log.info("clip.made", question=wanted.question, seconds=round(until_s - wanted.from_s, 1))

    def _judge(self, wanted: Moment, until_s: float) -> None:
        """Refuse a clip that lacks something. Where its file has ended, that is all there will ever be."""
        ended = self._wanted(wanted.question).ends_with_file
        if until_s >= wanted.until_s - SHORT_S:
            return
        if not ended:
            raise _busy("The recording of this moment is still being written. Try again in a few seconds.")
        if until_s <= wanted.aired_s:
            raise ClipFailed(causes.ABSENT)

    # The folder -------------------------------------------------------------------------------------------------------

    def _make_room(self) -> None:
        """See that the disk keeps room for the recording. Raises :exc:`Refused`."""
        lacking = self._free_bytes - shutil.disk_usage(self._folder).free
        if lacking <= 0:
            return
        held = self._trim(self._kept_bytes)
        self._trim(max(0, held - lacking))
        if shutil.disk_usage(self._folder).free < self._free_bytes:
            log.error("clip.no_room", folder=str(self._folder), free_bytes=self._free_bytes)
            raise _busy("The disk is nearly full, and what is left of it is for the recording.", again_s=60.0)

    def _trim(self, most_bytes: int) -> int:
        """Remove the clips watched longest ago until all are ``most_bytes`` at most; return how many bytes are left."""
        kept = sorted(((clip.stat(), clip) for clip in self._folder.glob("*.mp4")), key=lambda one: one[0].st_atime_ns)
        held = sum(stat.st_size for stat, _ in kept)
        # The newest stays whatever its size: somebody waits for it.
        for stat, clip in kept[:-1]:
            if held <= most_bytes:
                break
            clip.unlink(missing_ok=True)
            held -= stat.st_size
        return held


def _unknown(question: QuestionId) -> Refused:
    return Refused("clip_unknown", f"There is no clip of a question {question}.", status=404)


def _busy(message: str, *, again_s: float = AGAIN_S) -> Refused:
    return Refused("clip_later", message, status=503, retry_after_s=again_s)


def _failed(wanted: Moment, cause: str) -> Refused:
    log.warning("clip.failed", question=wanted.question, recording=wanted.path, cause=cause)
    if cause in _WORDS:
        return Refused("recording_missing", _WORDS[cause], status=404)
    return _busy("The clip could not be made just now. Try again in a few seconds.")
