"""EDGE. A file source as the studio holds it: its port's process, watched by the promises it makes.

Pictures are read from shared memory by the mixer's thread, sound comes by the pipe. A port that breaks its promise is
killed and started again; the programme shows the slate meanwhile.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from types import TracebackType
from typing import Self

import numpy as np
import structlog
from numpy.typing import NDArray

from bridge.clock import Clock
from bridge.tasks import supervise
from bridge.terms import SourceState
from stream import backoff
from stream.child import Child
from stream.ports import causes, wire
from stream.ports.ring import Ring
from stream.protocol import FileSource, SourceFact

log = structlog.get_logger(__name__)

STALE_S = 0.7
"""How long a picture is shown on after the port's last promise has run out."""
STALL_S = 1.0
"""After which the port is killed."""
START_S = 6.0
"""How long a port may take to its first promise."""
WATCH_S = 0.2
GIVEN_UP = 3
"""Tries after which a file that never played is said to be at fault."""
LIVES = 1 << 32
"""Picture numbers of one life of the port; they rise over all its lives."""

_WORDS = {
    causes.MISSING: "There is no file {path}.",
    causes.UNREADABLE: "The file {path} may not be read. Check its permissions.",
    causes.NOT_MEDIA: "The file {path} holds no picture and no sound that can be played.",
}


class _Pictures:
    """The ring of one life of the port, as arrays."""

    def __init__(self, ring: Ring, *, width: int, height: int, first: int) -> None:
        self.ring = ring
        self._first = first
        shape = (height * 3 // 2, width)
        memory = memoryview(ring.memory)
        self._slots = [
            np.frombuffer(memory, np.uint8, ring.picture_bytes, ring.offset(slot)).reshape(shape)
            for slot in range(ring.slots)
        ]
        for slot in self._slots:
            slot.flags.writeable = False

    def newest(self, now_s: float) -> tuple[int, NDArray[np.uint8]] | None:
        found = self.ring.newest(now_s)
        return None if found is None else (self._first + found[0], self._slots[found[1]])


class FilePort:
    """A file, played in real time. An async context manager; leaving it ends the process."""

    def __init__(
        self,
        *,
        spec: FileSource,
        width: int,
        height: int,
        fps: int,
        clock: Clock,
        report: Callable[[SourceFact], None],
    ) -> None:
        self.on_sound: Callable[[float, NDArray[np.float32]], None] = lambda due_s, samples: None
        self._spec = spec
        self._width, self._height, self._fps = width, height, fps
        self._clock = clock
        self._report = report
        self._tasks = asyncio.TaskGroup()
        self._task: asyncio.Task[None] | None = None
        self._pictures: _Pictures | None = None
        self._state: tuple[SourceState, str | None] | None = None
        self._lives = 0
        self._tries = 0
        self._away_at = clock.monotonic()

    async def __aenter__(self) -> Self:
        self._stand(SourceState.WAITING)
        await self._tasks.__aenter__()
        self._task = self._tasks.create_task(
            supervise(f"source.{self._spec.name}", self._run), name=f"source.{self._spec.name}"
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
        self._pictures = None
        # The body's own exception goes on by itself; given to the group, it would come out wrapped.
        await self._tasks.__aexit__(None, None, None)

    # For the mixer's thread -------------------------------------------------------------------------------------------

    def newest(self) -> tuple[int, NDArray[np.uint8]] | None:
        """Return number and picture that is due now, or None where there is none or the port has stopped.

        Shape ``(height * 3 // 2, width)``, planar yuv420p, read-only; unchanged for at least 100 ms.
        """
        pictures = self._pictures
        now_s = self._clock.monotonic()
        if pictures is None or pictures.ring.alive_s + STALE_S < now_s:
            return None
        return pictures.newest(now_s)

    # Its life ---------------------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        while True:
            if await self._live():
                return
            now = self._clock.monotonic()
            if self._state is not None and self._state[0] is SourceState.LIVE:
                self._away_at, self._tries = now, 0
                self._stand(SourceState.LOST, "Playing stopped; it is started again.")
            await asyncio.sleep(backoff.pause_s(self._tries, now - self._away_at, 0.5))
            self._tries += 1
            if self._tries >= GIVEN_UP and self._state == (SourceState.WAITING, None):
                self._stand(SourceState.FAILED, f"The file {self._spec.path} ends the player each time it is tried.")

    async def _live(self) -> bool:
        """Play with one process until it ends; return whether the file itself has ended."""
        size = Ring.bytes_for(self._width, self._height, self._fps)
        descriptor = os.memfd_create(f"source-{self._spec.name}"[:200])
        try:
            os.ftruncate(descriptor, size)
            ring = Ring(descriptor, width=self._width, height=self._height, fps=self._fps)
            async with Child("stream.ports.file", pass_fds=(descriptor,)) as child:
                child.write([wire.message(self._order(descriptor))])
                return await self._listen(child, ring)
        finally:
            os.close(descriptor)

    def _order(self, descriptor: int) -> wire.Play:
        spec = self._spec
        return wire.Play(spec.path, spec.loop, self._width, self._height, self._fps, descriptor)

    async def _listen(self, child: Child, ring: Ring) -> bool:
        started_s = self._clock.monotonic()
        self._lives += 1
        pictures = _Pictures(ring, width=self._width, height=self._height, first=self._lives * LIVES)
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WATCH_S):
                    frame = await child.read()
                    if frame is None:
                        return False
                    if frame[0] == wire.SOUND:
                        self._sound(frame[1])
                        continue
                    if self._heard(wire.parse(*frame), pictures):
                        return True
            now_s = self._clock.monotonic()
            promised_s = ring.alive_s or started_s + START_S
            if now_s > promised_s + STALL_S:
                log.warning("source.stalled", source=self._spec.name, pid=child.pid)
                return False

    def _heard(self, message: wire.Message, pictures: _Pictures) -> bool:
        """Act on a message; return whether the file has ended."""
        match message:
            case wire.Opened():
                self._pictures = pictures
                self._stand(SourceState.LIVE)
            case wire.Fault(cause):
                self._pictures = None
                words = _WORDS.get(cause, "The file {path} cannot be played.").format(path=self._spec.path)
                self._stand(SourceState.FAILED, words)
            case wire.Ended():
                self._stand(SourceState.LOST, "The file has ended.")
                return True
        return False

    def _sound(self, payload: bytes) -> None:
        due_s, samples = wire.parse_sound(payload)
        self.on_sound(due_s, np.frombuffer(samples, np.float32).reshape(-1, 2))

    def _stand(self, state: SourceState, reason: str | None = None) -> None:
        if self._state == (state, reason):
            return
        self._state = (state, reason)
        log.info("source.changed", source=self._spec.name, state=state.value, reason=reason)
        self._report(SourceFact(name=self._spec.name, state=state, reason=reason))
