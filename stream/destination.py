"""EDGE. The life of one output: its port is started, watched by progress, killed when it stalls, and tried again.

Nothing here can reach another output or the mixer: packets go through a :class:`~stream.feed.Feed` that never blocks,
and all else happens in this output's own task.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import certifi
import structlog

from bridge.clock import Clock
from bridge.terms import LinkState
from bridge.views import OutputFigures
from stream import backoff, reasons
from stream.child import Child
from stream.feed import Feed
from stream.packets import StreamHeader
from stream.ports import wire
from stream.protocol import HlsOutput, OutputFact, OutputSpec, PartFact, RecordingOutput, RtmpOutput
from stream.rate import Rate

log = structlog.get_logger(__name__)

Report = Callable[[OutputFact | PartFact], None]

WATCH_S = 0.5
NEW_PATH_RETRY_S = 30.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an output's port may take, in seconds."""

    open_s: float
    stall_s: float
    """Without progress while packets are offered."""
    end_s: float


NETWORK = Patience(open_s=6.0, stall_s=4.0, end_s=1.0)
DISK = Patience(open_s=10.0, stall_s=8.0, end_s=4.0)


@dataclass(frozen=True, slots=True)
class Tools:
    """What all outputs share."""

    header: StreamHeader
    report: Report
    clock: Clock
    luck: Callable[[], float]
    """Return a number in [0, 1)."""
    want_keyframe: Callable[[], None]


class Destination:
    """One output. ``run`` lives on the studio's loop; only ``feed`` is touched by the encoder's threads."""

    def __init__(self, spec: OutputSpec, tools: Tools) -> None:
        self.spec = spec
        self.feed = Feed()
        self.retired = False
        """Another one has taken its place: it ends quietly."""
        self._tools = tools
        self._clock = tools.clock
        self._patience = NETWORK if isinstance(spec, RtmpOutput) else DISK
        self._state = LinkState.IDLE
        self._reason: str | None = None
        self._since = tools.clock.now()
        self._tries = 0
        self._lived = False
        self._away_at = tools.clock.monotonic()
        self._woken = asyncio.Event()
        self._switch_at: float | None = None
        self._frames = 0
        self._parts: dict[str, datetime] = {}
        """The files being written and when each began."""
        self._rate = Rate()

    # Asked from outside -----------------------------------------------------------------------------------------------

    def takes(self, spec: OutputSpec) -> bool:
        """Tell whether this output can become ``spec`` while it runs: only a recording's path can change."""
        return spec == self.spec or (isinstance(spec, RecordingOutput) and isinstance(self.spec, RecordingOutput))

    def change(self, spec: OutputSpec) -> None:
        """Become ``spec``: a recording goes on in another file from the next keyframe."""
        if spec == self.spec:
            return
        self.spec = spec
        self._lived = False
        if self._state is LinkState.LIVE:
            self._order_open()
        else:
            self._woken.set()

    def figures(self) -> OutputFigures:
        """Return the figures of the last seconds."""
        return OutputFigures(
            name=self.spec.name,
            tries=self._tries,
            bitrate_bps=self._rate.bps(self._clock.monotonic()),
            frames=self._frames,
            dropped=self.feed.dropped,
        )

    # Its life ---------------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Keep the output up until cancelled; then end it in order."""
        try:
            hopeless = reasons.fault_of_address(self.spec.url) if isinstance(self.spec, RtmpOutput) else None
            if hopeless is not None:
                self._stand(hopeless.state, hopeless.reason)
                await asyncio.Event().wait()
            while True:
                await self._pause(await self._with_port())
        finally:
            self._stand(LinkState.IDLE)

    async def _with_port(self) -> float:
        """Work with one process until it has to go; return the seconds to wait before the next one."""
        async with Child(f"stream.ports.{self.kind}") as child:
            self.feed.attach(child.write)
            try:
                header = self._tools.header
                self.feed.order(
                    wire.header(wire.Header(header.fps, header.video_bps, header.init, header.video_extradata))
                )
                while True:
                    cause = await self._attempt(child)
                    pause_s = self._judge(cause)
                    if cause in (reasons.SILENT, reasons.STALLED, reasons.DIED):
                        return pause_s
                    await self._pause(pause_s)
            except asyncio.CancelledError:
                await self._finish(child)
                raise
            finally:
                self.feed.detach()
                for path in list(self._parts):  # cut off with the port
                    self._ended(path)

    async def _attempt(self, child: Child) -> str:
        """Open the output and carry packets to it; return the cause of its end."""
        self._tries += 1
        if self._state is LinkState.IDLE:
            self._stand(LinkState.CONNECTING)
        # Else it stands as the last fault left it: only what changes is worth telling.
        self._order_open()
        try:
            cause = await self._opened(child)
            return cause or await self._carry(child)
        finally:
            self.feed.shut()

    def _order_open(self) -> None:
        spec = self.spec
        match spec:
            case RtmpOutput():
                order = wire.Open(spec.url, spec.ca_file or certifi.where())
            case RecordingOutput():
                order = wire.Open(spec.path)
            case HlsOutput():
                order = wire.Open(spec.directory)
        self._switch_at = None
        self.feed.order(wire.message(order))
        self._tools.want_keyframe()

    async def _opened(self, child: Child) -> str | None:
        """Wait until the port has opened its destination; return the cause where it could not."""
        try:
            async with asyncio.timeout(self._patience.open_s):
                while (message := await self._message(child)) is not None:
                    match message:
                        case wire.Opened():
                            return None
                        case wire.Fault():
                            return message.cause
                return reasons.DIED
        except TimeoutError:
            return reasons.SILENT

    async def _carry(self, child: Child) -> str:
        """Let packets flow and watch their progress; return the cause of the end."""
        self.feed.begin()
        self._tools.want_keyframe()
        offered, moved_at = self.feed.offered, self._clock.monotonic()
        while True:
            message: wire.Message | None = None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WATCH_S):
                    message = await self._message(child)
                    if message is None:
                        return reasons.DIED
            now = self._clock.monotonic()
            match message:
                case wire.Progress():
                    moved_at = now
                    self._progressed(message, now)
                case wire.Fault():
                    if not message.going_on:
                        return message.cause
                    self._cannot_switch(message.cause)
            self._keep_watch(now)
            if offered == self.feed.offered:  # nothing came from the encoder either
                moved_at = now
            elif now - moved_at > self._patience.stall_s:
                return reasons.STALLED
            offered = self.feed.offered

    def _keep_watch(self, now: float) -> None:
        self.feed.flush()
        if self._switch_at is not None and now >= self._switch_at:
            self._order_open()

    async def _message(self, child: Child) -> wire.Message | None:
        """Return the port's next message, having seen to what concerns files; None at its end."""
        frame = await child.read()
        if frame is None:
            return None
        message = wire.parse(*frame)
        match message:
            case wire.Began():
                self._began(message)
            case wire.Ended():
                self._ended(message.path)
        return message

    async def _finish(self, child: Child) -> None:
        """Let the port finish its file or say goodbye, for a limited time."""
        self.feed.shut()
        self.feed.order(wire.message(wire.End()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.end_s):
                more = True
                while more:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(WATCH_S / 5):
                            more = await self._message(child) is not None
                    self.feed.flush()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()

    # What is told -----------------------------------------------------------------------------------------------------

    def _judge(self, cause: str) -> float:
        """Say how the output stands after ``cause``; return the seconds until the next try."""
        now = self._clock.monotonic()
        if self._state is LinkState.LIVE:
            self._away_at, self._tries = now, 0
        verdict = reasons.judge(self.spec, cause, lived=self._lived)
        self._stand(verdict.state, verdict.reason)
        if verdict.retry_s is not None:
            return verdict.retry_s
        return backoff.pause_s(self._tries, now - self._away_at, self._tools.luck())

    def _progressed(self, progress: wire.Progress, now: float) -> None:
        self._frames += progress.frames
        self._rate.add(now, progress.size)
        if self._state is not LinkState.LIVE:
            self._lived, self._tries = True, 0
            self._stand(LinkState.LIVE)

    def _began(self, began: wire.Began) -> None:
        due_s = self.feed.origin_s + began.pts / self._tools.header.fps
        ago = timedelta(seconds=self._clock.monotonic() - due_s)
        self._parts[began.path] = self._clock.now() - ago
        self._tell(PartFact(path=began.path, began_at=self._parts[began.path]))
        if self._state is LinkState.LIVE:
            self._stand(LinkState.LIVE)

    def _ended(self, path: str) -> None:
        began_at = self._parts.pop(path, None)
        if began_at is not None:
            self._tell(PartFact(path=path, began_at=began_at, ended=True))

    def _cannot_switch(self, cause: str) -> None:
        self._switch_at = self._clock.monotonic() + NEW_PATH_RETRY_S
        words = reasons.judge(self.spec, cause, lived=False).reason
        self._stand(LinkState.LIVE, f"The recording goes on in the file before, since the new one failed: {words}")

    def _stand(self, state: LinkState, reason: str | None = None) -> None:
        if (state, reason) == (self._state, self._reason):
            return
        if state is not self._state:
            self._since = self._clock.now()
        self._state, self._reason = state, reason
        log.info("output.changed", output=self.spec.name, state=state.value, tries=self._tries, reason=reason)
        self._tell(
            OutputFact(
                name=self.spec.name, kind=self.kind, state=state, tries=self._tries, since=self._since, reason=reason
            )
        )

    def _tell(self, fact: OutputFact | PartFact) -> None:
        # A part that ended is a fact, whoever wrote it; but the state under this name is the successor's to tell.
        if isinstance(fact, PartFact) or not self.retired:
            self._tools.report(fact)

    @property
    def kind(self) -> str:
        """Return ``rtmp``, ``recording`` or ``hls``."""
        return str(self.spec.__struct_config__.tag)

    def facts(self) -> OutputFact:
        """Return how the output stands, for a bridge that connects anew."""
        return OutputFact(
            name=self.spec.name,
            kind=self.kind,
            state=self._state,
            tries=self._tries,
            since=self._since,
            reason=self._reason,
        )
