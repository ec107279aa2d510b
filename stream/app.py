"""Composition root of the studio: one engine, and the local socket on which a bridge tells it what is wanted.

The studio outlives the bridge: without one it goes on as it was told last. A second bridge that connects takes the
first one's place.
"""

import asyncio
import contextlib
import os
import signal

import msgspec
import structlog

from bridge.clock import Clock
from bridge.errors import StudioError
from stream import protocol
from stream.engine import Engine
from stream.protocol import FromStudio, Hello, Meters, Quit, ToStudio, Want, WhipAnswer, WhipEnd, WhipOffer
from stream.reporter import Reporter

log = structlog.get_logger(__name__)

SOCKET_NAME = "studio.sock"
_METERS_S = 0.1
_BACKLOG_BYTES = 1 << 20
"""A bridge that lets this much pile up is let go; it connects again and is told what stands."""


class Studio:
    """The studio's state; everything here runs on the loop's thread."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock
        self._reporter = Reporter()
        self._reporter.listener = self._send
        self._engine: Engine | None = None
        self._want: Want | None = None
        self._wanted_anew = asyncio.Event()
        self._bridge: asyncio.StreamWriter | None = None
        self._ended = asyncio.Event()

    async def run(self, socket: str) -> None:
        """Serve on ``socket`` until told to quit or signalled; then end everything in order."""
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(signum, self._ended.set)
        server = await asyncio.start_unix_server(self._serve, socket)
        try:
            async with asyncio.TaskGroup() as tasks:
                works = [
                    tasks.create_task(self._follow(), name="follow"),
                    tasks.create_task(self._meter(), name="meter"),
                ]
                await self._ended.wait()
                for work in works:
                    work.cancel()
        finally:
            server.close()
            if self._bridge is not None:
                self._bridge.close()
                with contextlib.suppress(ConnectionError):
                    await self._bridge.wait_closed()
            log.info("studio.ended")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._bridge is not None:
            self._bridge.close()
        self._bridge = writer
        self._send(Hello(version=protocol.VERSION, pid=os.getpid()))
        for fact in self._reporter.standing():
            self._send(fact)
        log.info("bridge.connected")
        async with asyncio.TaskGroup() as answers:
            # Whatever ends the connection, what was wanted last still stands.
            try:
                while True:
                    self._take(protocol.to_studio.decode(await protocol.read_frame(reader)), answers)
            except (asyncio.IncompleteReadError, ConnectionError):
                log.info("bridge.gone")
            except (protocol.FrameTooLong, msgspec.DecodeError) as error:
                log.warning("bridge.not_understood", why=str(error))
        if self._bridge is writer:
            self._bridge = None
        writer.close()

    def _take(self, message: ToStudio, answers: asyncio.TaskGroup) -> None:
        match message:
            case Want():
                self._want = message
                self._wanted_anew.set()
            case WhipOffer():
                answers.create_task(self._answer(message), name=f"whip {message.source}")
            case WhipEnd():
                answers.create_task(self._end_whip(message.resource), name="whip end")
            case Quit():
                self._ended.set()

    async def _follow(self) -> None:
        """Make the engine follow what is wanted; only the newest wish counts."""
        while True:
            want = await self._next_want()
            async with Engine(want, clock=self._clock, reporter=self._reporter) as engine:
                log.info("programme.started", width=want.programme.width, height=want.programme.height)
                self._engine = engine
                while (want := await self._next_want()).programme == engine.programme_wanted:
                    await engine.apply(want)
                # Another programme needs another encoder, and so another engine: the wish waits for it.
                self._wanted_anew.set()
                self._engine = None

    async def _next_want(self) -> Want:
        await self._wanted_anew.wait()
        self._wanted_anew.clear()
        assert self._want is not None, "the event is set with the wish"
        return self._want

    async def _meter(self) -> None:
        frames, since_s = 0, self._clock.monotonic()
        fps = 0.0
        while True:
            await asyncio.sleep(_METERS_S)
            if self._engine is None:
                continue
            if self._engine.failed.is_set():
                # A thread of the programme died. The bridge starts a fresh studio within two seconds.
                log.error("studio.failed")
                os._exit(1)
            now_s = self._clock.monotonic()
            if now_s - since_s >= 1:
                fps = (self._engine.programme.frames - frames) / (now_s - since_s)
                frames, since_s = self._engine.programme.frames, now_s
            self._send(Meters(figures=self._engine.meters(fps=round(fps, 1))))

    async def _answer(self, offer: WhipOffer) -> None:
        whip = self._engine.sources.whip(offer.source) if self._engine is not None else None
        if whip is None:
            answer = WhipAnswer(request=offer.request, fault=f"There is no WHIP source named {offer.source!r}.")
        else:
            try:
                sdp, resource = await whip.offer(offer.sdp)
                answer = WhipAnswer(request=offer.request, sdp=sdp, resource=resource)
            except StudioError as error:
                answer = WhipAnswer(request=offer.request, fault=str(error))
        self._send(answer)

    async def _end_whip(self, resource: str) -> None:
        for whip in self._engine.sources.whips() if self._engine is not None else ():
            if await whip.end(resource):
                return

    def _send(self, message: FromStudio) -> None:
        writer = self._bridge
        if writer is None or writer.is_closing():
            return
        if writer.transport.get_write_buffer_size() > _BACKLOG_BYTES:
            log.warning("bridge.slow")
            writer.transport.abort()
            return
        writer.write(protocol.frame(message))
