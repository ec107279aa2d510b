"""The media engine for one programme: sources, mixers, encoder and outputs, made to follow the wanted state.

Owned by the studio's loop. What the mixer shows is drawn here, off the mixer's threads, once a change.
"""

import asyncio
from contextlib import AsyncExitStack
from fractions import Fraction

from bridge.clock import Clock
from bridge.views import MetersView
from stream.drawing import Drawing
from stream.encoder import Encoder
from stream.mixer import PictureMixer, Scene
from stream.outputs import Outputs
from stream.programme import Programme
from stream.protocol import Want
from stream.reporter import Reporter
from stream.soundboard import Hearing, SoundBoard
from stream.sources import Sources
from stream.timeline import Timeline


class Engine:
    """An async context manager; :meth:`apply` makes it follow."""

    def __init__(self, want: Want, *, clock: Clock, reporter: Reporter) -> None:
        self.programme_wanted = want.programme
        self._clock = clock
        self._reporter = reporter
        self._drawing = Drawing(width=want.programme.width, height=want.programme.height)
        self._first = want
        self._stack = AsyncExitStack()
        self.failed = asyncio.Event()
        """Set when a thread of the programme died: the engine must be replaced."""

    async def __aenter__(self) -> "Engine":
        wanted = self.programme_wanted
        timeline = Timeline(self._clock.monotonic(), Fraction(wanted.fps))
        self.encoder = Encoder(wanted)
        self._stack.callback(self.encoder.close)
        self.outputs = await self._stack.enter_async_context(
            Outputs(header=self.encoder.header, report=self._reporter.report, clock=self._clock)
        )
        self.sources = await self._stack.enter_async_context(
            Sources(
                programme=wanted,
                timeline=timeline,
                clock=self._clock,
                report=self._reporter.report,
                title=self._first.slate.title,
            )
        )
        self.mixer = PictureMixer(width=wanted.width, height=wanted.height, fps=wanted.fps)
        self.board = SoundBoard()
        self.programme = Programme(
            timeline=timeline,
            clock=self._clock,
            mixer=self.mixer,
            board=self.board,
            encoder=self.encoder,
            deliver=self.outputs.offer,
        )
        self.outputs.on_keyframe_wanted = self.programme.want_keyframe
        loop = asyncio.get_running_loop()
        self.programme.on_fault = lambda: loop.call_soon_threadsafe(self.failed.set)
        await self.apply(self._first)
        self.programme.start()
        self._stack.push_async_callback(asyncio.to_thread, self.programme.stop)
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def apply(self, want: Want) -> None:
        """Make the world as ``want`` says; its programme is the one the engine was made for."""
        assert want.programme == self.programme_wanted, "another programme needs another engine"
        # Processes take the longest to start, so they come first; the rest is done while they do.
        self.outputs.reconcile(want.outputs if want.on_air else ())
        drawn = asyncio.to_thread(self._drawing.draw, want)
        (slate, lower_third, question), _ = await asyncio.gather(drawn, self.sources.reconcile(want.sources))
        chosen = None if want.blanked else self.sources.by_name().get(want.source or "")
        self.mixer.scene = Scene(
            slate=slate,
            picture_at=chosen.picture_at if chosen is not None else None,
            overlays=(lower_third, question),
        )
        self.board.wanted = Hearing(
            sources={name: source.sound_at for name, source in self.sources.by_name().items()},
            chosen=None if want.blanked else want.source,
        )

    def meters(self, *, fps: float) -> MetersView:
        """Return the figures of this moment; ``fps`` is what the caller counted."""
        return MetersView(
            levels=self.board.levels,
            outputs=self.outputs.figures(),
            fps=fps,
            late=self.programme.late,
            dropped=self.programme.dropped,
        )
