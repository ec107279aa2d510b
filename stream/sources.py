"""The sources as the mixers see them: each gives a picture and sound for a point in time, and can be closed.

Where a source lives (in the mixer's own thread, in a child process, at the end of a peer connection) is known here and
nowhere else.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from bridge.clock import Clock
from bridge.terms import SourceState
from stream.files import FilePort
from stream.jitter import JitterBuffer
from stream.picture import Picture
from stream.protocol import FileSource, Programme, SourceFact, SourceSpec, TestCard, WhipSource
from stream.testcard import TestCardSource
from stream.timeline import Timeline
from stream.webrtc import WhipReceiver

Report = Callable[[SourceFact], None]


class Source(Protocol):
    """What the mixers ask of a source; both calls come from their threads and never block."""

    def picture_at(self, due_s: float) -> Picture | None:
        """Return the newest picture at monotonic ``due_s``, or None where the source has stopped."""

    def sound_at(self, due_s: float, count: int) -> NDArray[np.float32]:
        """Return ``count`` samples that begin at monotonic ``due_s``, silence where there are none."""


class BufferedSource:
    """A source whose pictures arrive by themselves and whose sound goes through a jitter buffer."""

    def __init__(self, origin: FilePort | WhipReceiver) -> None:
        self.origin = origin
        self._buffer = JitterBuffer()
        origin.on_sound = self._buffer.push

    def picture_at(self, due_s: float) -> Picture | None:
        newest = self.origin.newest()
        return newest[1] if newest is not None else None

    def sound_at(self, due_s: float, count: int) -> NDArray[np.float32]:
        return self._buffer.pull(due_s, count)


class Sources:
    """The sources that are open, kept as the wanted ones; an async context manager."""

    def __init__(self, *, programme: Programme, timeline: Timeline, clock: Clock, report: Report, title: str) -> None:
        self._programme = programme
        self._timeline = timeline
        self._clock = clock
        self._report = report
        self._title = title
        self._open: dict[SourceSpec, tuple[Source, AsyncExitStack]] = {}

    async def __aenter__(self) -> "Sources":
        return self

    async def __aexit__(self, *exc: object) -> None:
        for spec in list(self._open):
            await self._close(spec)

    def by_name(self) -> dict[str, Source]:
        """Return the open sources."""
        return {spec.name: source for spec, (source, _) in self._open.items()}

    def whip(self, name: str) -> WhipReceiver | None:
        """Return the receiver of the WHIP source ``name``."""
        source = self.by_name().get(name)
        if isinstance(source, BufferedSource) and isinstance(source.origin, WhipReceiver):
            return source.origin
        return None

    def whips(self) -> list[WhipReceiver]:
        """Return all WHIP receivers."""
        return [whip for name in self.by_name() if (whip := self.whip(name)) is not None]

    async def reconcile(self, specs: tuple[SourceSpec, ...]) -> None:
        """Open what is wanted and not there, close what is there and not wanted."""
        for gone in self._open.keys() - set(specs):
            await self._close(gone)
        for spec in specs:
            if spec not in self._open:
                stack = AsyncExitStack()
                self._open[spec] = (await self._make(spec, stack), stack)

    async def _close(self, spec: SourceSpec) -> None:
        _, stack = self._open.pop(spec)
        await stack.aclose()

    async def _make(self, spec: SourceSpec, stack: AsyncExitStack) -> Source:
        width, height, fps = self._programme.width, self._programme.height, self._programme.fps
        match spec:
            case TestCard():
                self._report(SourceFact(name=spec.name, state=SourceState.LIVE))
                draw = partial(TestCardSource, timeline=self._timeline, title=self._title, clock=self._clock)
                return await asyncio.to_thread(draw, width=width, height=height)
            case FileSource():
                port = FilePort(spec=spec, width=width, height=height, fps=fps, clock=self._clock, report=self._report)
                source = BufferedSource(port)
                await stack.enter_async_context(port)
                return source
            case WhipSource():
                receiver = WhipReceiver(
                    name=spec.name, width=width, height=height, fps=fps, clock=self._clock, report=self._report
                )
                stack.push_async_callback(receiver.close)
                self._report(SourceFact(name=spec.name, state=SourceState.WAITING))
                return BufferedSource(receiver)
            case _:
                assert_never(spec)
