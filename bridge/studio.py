"""Keep a studio running, tell it what is wanted, and report what it says to the journal (EDGE).

The studio is adopted where one listens already, started where none does, and started again at once when it is gone.
What is wanted is sent whole, whenever the room changes it; a wish that was overtaken is never sent.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec
import structlog

from bridge import commands as c
from bridge import studio_process
from bridge.clock import Clock
from bridge.errors import BridgeError, JournalError, StudioError
from bridge.events import Entry
from bridge.room import Room
from bridge.studio_process import Connection, Starter
from bridge.views import MetersView
from stream import protocol
from stream.protocol import FromStudio, Hello, Meters, OutputFact, PartFact, SourceFact, Want, WhipAnswer

log = structlog.get_logger(__name__)

ACTOR = "studio"
SILENCE_S = 10.0
"""A studio that makes a programme tells its meters ten times a second; one that is silent for so long is ended."""
OFFER_S = 10.0
QUIT_S = 10.0
NEXT_AFTER_S = 5.0
_STEADY_S = 10.0
"""A studio that lived as long as this is started again at once; one that did not, after a growing pause."""
_MAX_PAUSE_S = 5.0
_REPORT_AGAIN_S = 1.0
_LAST_WORDS_S = 2.0
_SEEN_OUT_S = 0.5


class Writer(Protocol):
    """The part of the room's writer that is needed here."""

    @property
    def room(self) -> Room: ...
    def follow(self, follower: Callable[[Room, Entry, Room], None]) -> Callable[[], None]: ...
    async def submit(self, command: c.AnyCommand, *, actor: str) -> list[Entry]: ...


class _Gone(Exception):
    """The studio went away; the reason is a sentence."""


class StudioEdge:
    """The bridge's side of the studio. :meth:`run` is its task; the rest may be called from the loop at any time."""

    def __init__(
        self,
        data: Path,
        *,
        writer: Writer,
        wanted: Callable[[Room], Want],
        recordings: Path,
        clock: Clock,
        starter: Starter,
    ) -> None:
        self._data = data
        self._writer = writer
        self._wanted = wanted
        self._recordings = recordings
        self._clock = clock
        self._starter = starter
        self._reports: dict[tuple[str, ...], c.AnyCommand] = {}
        self._reported_anew = asyncio.Event()
        self._all_reported = asyncio.Event()
        self._all_reported.set()
        self._wanted_anew = asyncio.Event()
        self._meter_followers: list[Callable[[MetersView | None], None]] = []
        self._offers: dict[int, asyncio.Future[WhipAnswer]] = {}
        self._last_request = 0
        self._link: asyncio.StreamWriter | None = None
        self._pid: int | None = None
        self._closing = False
        self._gone = asyncio.Event()
        self.restarts = 0
        """How often a studio was lost."""

    @property
    def up(self) -> bool:
        """Whether a studio is there and answers."""
        return self._link is not None

    # For the service --------------------------------------------------------------------------------------------------

    def follow_meters(self, follower: Callable[[MetersView | None], None]) -> None:
        """Tell ``follower`` of the figures ten times a second, and None when the studio is lost. It must be quick."""
        self._meter_followers.append(follower)

    async def offer(self, source: str, sdp: str) -> tuple[str, str]:
        """Hand a WHIP client's offer over; return the answer and the resource's name. Raises :exc:`StudioError`."""
        if self._link is None:
            raise StudioError("The studio is not running just now. Try again in a moment.")
        self._last_request += 1
        request = self._last_request
        answer = self._offers[request] = asyncio.get_running_loop().create_future()
        try:
            self._send(protocol.WhipOffer(request=request, source=source, sdp=sdp))
            async with asyncio.timeout(OFFER_S):
                told = await answer
        except TimeoutError:
            raise StudioError("The studio did not answer in time. Try again.") from None
        finally:
            del self._offers[request]
        if told.sdp is None or told.resource is None:
            raise StudioError(told.fault or "The studio refused the offer.", code="offer_refused")
        return told.sdp, told.resource

    def end_whip(self, resource: str) -> None:
        """Pass a WHIP client's goodbye on."""
        self._send(protocol.WhipEnd(resource=resource))

    async def quit(self) -> None:
        """End the studio in order; one that does not end in time is killed."""
        self._closing = True
        if self._link is None:
            self._kill()
            return
        self._send(protocol.Quit())
        try:
            async with asyncio.timeout(QUIT_S):
                await self._gone.wait()
        except TimeoutError:
            log.warning("studio.killed", reason="it did not end in time")
            self._kill()

    # The task ---------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep a studio running until :meth:`quit`, or until cancelled, which leaves it running."""
        unfollow = self._writer.follow(lambda _before, _entry, _after: self._wanted_anew.set())
        try:
            async with asyncio.TaskGroup() as tasks:
                reporting = tasks.create_task(self._report(), name="studio.reports")
                await self._keep_running()
                # Its last words, such as the end of a recording, belong into the journal.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LAST_WORDS_S):
                        await self._all_reported.wait()
                reporting.cancel()
        finally:
            unfollow()
            self._starter.close()

    async def _keep_running(self) -> None:
        pause_s = 0.0
        while not self._closing:
            began_s = self._clock.monotonic()
            try:
                await self._live_once()
            except (StudioError, _Gone) as fault:
                self._lost(str(fault))
            if self._clock.monotonic() - began_s >= _STEADY_S:
                pause_s = 0.0
            elif not self._closing:
                await asyncio.sleep(pause_s)
                pause_s = min(_MAX_PAUSE_S, pause_s * 2 or 0.25)

    async def _live_once(self) -> None:
        """Live through one studio: adopt or start it, and converse until it is gone."""
        connection = await studio_process.reach(self._data)
        if connection is not None:
            log.info("studio.adopted")
            await self._converse(connection)
            return
        # What the journal says of outputs and sources came from a studio that is no more.
        self._note(("studio", "down"), c.ReportStudio(up=False, reason="It was not running and is being started."))
        process = self._starter.start()
        self._pid = process.pid
        log.info("studio.started", pid=process.pid)
        try:
            await self._converse(await studio_process.reach_started(self._data, process))
        except (StudioError, _Gone):
            # Seen out, so that the next one does not meet it on its way.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_SEEN_OUT_S):
                    await process.wait()
            raise
        finally:
            process.close()

    async def _converse(self, connection: Connection) -> None:
        reader, writer = connection
        try:
            async with asyncio.timeout(SILENCE_S):
                hello = protocol.from_studio.decode(await protocol.read_frame(reader))
            if not isinstance(hello, Hello):
                raise _Gone("What listens where the media engine should is something else.")
            self._pid = hello.pid
            if hello.version != protocol.VERSION:
                await self._dismiss(reader, writer)
            self._link = writer
            self._gone.clear()
            log.info("studio.connected", pid=hello.pid)
            self._note(("studio", "up"), c.ReportStudio(up=True))
            await self._exchange(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError) as fault:
            raise _Gone("The media engine ended unexpectedly.") from fault
        except TimeoutError as fault:
            self._kill()
            raise _Gone("The media engine stopped answering and was ended.") from fault
        except (msgspec.DecodeError, protocol.FrameTooLong) as fault:
            self._kill()
            raise _Gone(f"The media engine sent what nobody understands ({fault}) and was ended.") from fault
        finally:
            self._link = self._pid = None
            self._tell_meters(None)
            self._gone.set()
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Tell and listen at once, until one of both fails."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._tell(writer), name="studio.tell")
                tasks.create_task(self._listen(reader), name="studio.listen")
                tasks.create_task(self._prepare_next(), name="studio.next")
        except* (asyncio.IncompleteReadError, ConnectionError, TimeoutError, ValueError) as several:
            raise several.exceptions[0] from None

    async def _tell(self, writer: asyncio.StreamWriter) -> None:
        told: Want | None = None
        while True:
            self._wanted_anew.clear()
            want = self._wanted(self._writer.room)
            if want != told:
                writer.write(protocol.frame(want))
                await writer.drain()
                told = want
            await self._wanted_anew.wait()

    async def _prepare_next(self) -> None:
        """Have the next studio wait, once this one has had the machine for its own start."""
        await asyncio.sleep(NEXT_AFTER_S)
        with contextlib.suppress(StudioError):
            self._starter.prepare()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            async with asyncio.timeout(SILENCE_S):
                message = protocol.from_studio.decode(await protocol.read_frame(reader))
            self._take(message)

    def _take(self, message: FromStudio) -> None:
        match message:
            case Meters(figures=figures):
                self._tell_meters(figures)
            case SourceFact(name=name):
                self._note(("source", name), c.ReportSource(name=name, state=message.state, reason=message.reason))
            case OutputFact(name=name):
                self._note(("output", name), c.ReportOutput(name=name, state=message.state, reason=message.reason))
            case PartFact():
                self._note_part(message)
            case WhipAnswer(request=request):
                if (waiting := self._offers.get(request)) is not None and not waiting.done():
                    waiting.set_result(message)
            case Hello():
                log.warning("studio.greeted_twice")

    def _tell_meters(self, figures: MetersView | None) -> None:
        for follower in self._meter_followers:
            follower(figures)

    # Reports ----------------------------------------------------------------------------------------------------------

    def _note_part(self, fact: PartFact) -> None:
        path = os.path.relpath(fact.path, self._recordings)
        if fact.ended:
            self._note(("part", path, "ended"), c.ReportPartEnded(path=path))
        else:
            self._note(("part", path, "began"), c.ReportPartBegan(path=path, began_at=fact.began_at))

    def _note(self, about: tuple[str, ...], report: c.AnyCommand) -> None:
        """Keep ``report`` until it is committed; a newer one about the same takes its place and goes last."""
        self._reports.pop(about, None)
        self._reports[about] = report
        self._all_reported.clear()
        self._reported_anew.set()

    async def _report(self) -> None:
        while True:
            while self._reports:
                about, report = next(iter(self._reports.items()))
                try:
                    await self._writer.submit(report, actor=ACTOR)
                except JournalError as fault:
                    log.error("studio.report_not_written", reason=str(fault), retry_in_s=_REPORT_AGAIN_S)
                    await asyncio.sleep(_REPORT_AGAIN_S)
                    continue
                except BridgeError as fault:
                    log.warning("studio.report_refused", report=type(report).__name__, reason=str(fault))
                if self._reports.get(about) is report:
                    del self._reports[about]
            self._all_reported.set()
            self._reported_anew.clear()
            await self._reported_anew.wait()

    # The end of a studio ----------------------------------------------------------------------------------------------

    def _lost(self, reason: str) -> None:
        for answer in self._offers.values():
            if not answer.done():
                answer.set_exception(StudioError("The studio went away. Try again in a moment."))
        if self._closing:
            return
        self.restarts += 1
        log.warning("studio.lost", reason=reason)
        self._note(("studio", "down"), c.ReportStudio(up=False, reason=reason))

    async def _dismiss(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Ask a studio of another version to end, and see it out."""
        writer.write(protocol.frame(protocol.Quit()))
        async with asyncio.timeout(QUIT_S):
            while await reader.read(1 << 16):
                pass
        raise _Gone("A media engine of another version was running and was asked to end.")

    def _send(self, message: protocol.ToStudio) -> None:
        if self._link is not None and not self._link.is_closing():
            self._link.write(protocol.frame(message))

    def _kill(self) -> None:
        if self._pid is not None:
            studio_process.kill(self._pid)
