"""EDGE. All outputs of the programme: started, changed and stopped as wanted, each independent of every other.

One encode feeds them all; each packet is framed once and written to every output's pipe.
"""

import asyncio
import random
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bridge.clock import Clock
from bridge.tasks import supervise
from bridge.views import OutputFigures
from stream.destination import Destination, Report, Tools
from stream.feed import Feed
from stream.packets import EncodedPacket, StreamHeader
from stream.ports import wire
from stream.protocol import OutputFact, OutputSpec


class Outputs:
    """The running outputs by name. An async context manager; leaving it ends them in order.

    ``report`` is called on the loop. ``on_keyframe_wanted`` is called on the loop whenever an output waits for a
    keyframe; it may be called often and is to be throttled by the encoder.
    """

    def __init__(
        self,
        *,
        header: StreamHeader,
        report: Report,
        clock: Clock,
        luck: Callable[[], float] | None = None,
    ) -> None:
        self.on_keyframe_wanted: Callable[[], None] = lambda: None
        self._fps = header.fps
        self._tools = Tools(
            header=header,
            report=report,
            clock=clock,
            luck=luck or random.Random().random,
            want_keyframe=self._want_keyframe,
        )
        self._tasks = asyncio.TaskGroup()
        self._running: dict[str, tuple[Destination, asyncio.Task[None]]] = {}
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._feeds: tuple[Feed, ...] = ()

    async def __aenter__(self) -> Self:
        await self._tasks.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.reconcile(())
        # The body's own exception goes on by itself; given to the group, it would come out wrapped.
        await self._tasks.__aexit__(None, None, None)

    def reconcile(self, specs: tuple[OutputSpec, ...]) -> None:
        """Start, change, replace and stop outputs so that exactly ``specs`` run. Called on the loop.

        A recording whose path changed goes on in the new file from the next keyframe, without a gap or an overlap.
        """
        wanted = {spec.name: spec for spec in specs}
        for name, (destination, task) in list(self._running.items()):
            if name in wanted and destination.takes(wanted[name]):
                destination.change(wanted[name])
                continue
            destination.retired = name in wanted
            destination.feed.shut()
            task.cancel()
            self._ending[name] = task
            del self._running[name]
        for name, spec in wanted.items():
            if name not in self._running:
                self._start(name, spec)
        self._feeds = tuple(destination.feed for destination, _ in self._running.values())

    def _want_keyframe(self) -> None:
        self.on_keyframe_wanted()

    def _start(self, name: str, spec: OutputSpec) -> None:
        destination = Destination(spec, self._tools)
        before = self._ending.pop(name, None)

        async def run() -> None:
            # The one before may still be writing to the same file, directory or key.
            if before is not None:
                await asyncio.wait([before])
            await supervise(f"output.{name}", destination.run)

        self._running[name] = (destination, self._tasks.create_task(run(), name=f"output.{name}"))

    def offer(self, packet: EncodedPacket) -> None:
        """Hand a packet to every output. Called by the encoder's threads; never blocks."""
        feeds = self._feeds
        if not feeds:
            return
        head = wire.packet_head(
            stream=packet.stream,
            keyframe=packet.keyframe,
            pts=packet.pts,
            dts=packet.dts,
            duration=packet.duration,
            size=len(packet.payload),
        )
        for feed in feeds:
            feed.offer(packet, head, self._fps)

    def figures(self) -> tuple[OutputFigures, ...]:
        """Return each output's figures of the last seconds."""
        return tuple(destination.figures() for destination, _ in self._running.values())

    def facts(self) -> tuple[OutputFact, ...]:
        """Return how each output stands, for a bridge that connects anew."""
        return tuple(destination.facts() for destination, _ in self._running.values())
