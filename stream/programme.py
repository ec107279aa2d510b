"""The programme's three threads: picture by the clock, encoding, sound by the clock.

Nothing that blocks or waits on anything but the clock runs between the tick and the encoder. The one queue, between
mixer and encoder, holds two pictures; where the encoder is behind by more, the newest picture is dropped and counted,
and its time is kept: what follows stays in sync.
"""

import queue
import threading
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import structlog

from bridge.clock import Clock
from stream.encoder import Encoder
from stream.mixer import PictureMixer
from stream.packets import EncodedPacket
from stream.picture import Picture
from stream.soundboard import TICK_SAMPLES, SoundBoard
from stream.timeline import AUDIO_HZ, Timeline

log = structlog.get_logger(__name__)

_QUEUE_PICTURES = 2
_KEYFRAME_PAUSE_S = 0.5
"""Keyframes on demand come no closer than this: many who ask at once get one."""


class Composed(NamedTuple):
    """A picture on its way to the encoder."""

    tick: int
    due_s: float
    picture: Picture


class Programme:
    """Runs the mixers and the encoder from ``start`` to ``stop``; ``deliver`` is called on two of its threads."""

    def __init__(
        self,
        *,
        timeline: Timeline,
        clock: Clock,
        mixer: PictureMixer,
        board: SoundBoard,
        encoder: Encoder,
        deliver: Callable[[EncodedPacket], None],
    ) -> None:
        self._timeline = timeline
        self._clock = clock
        self._mixer = mixer
        self._board = board
        self._encoder = encoder
        self._deliver = deliver
        self._queue: queue.Queue[Composed] = queue.Queue(_QUEUE_PICTURES)
        self._ended = threading.Event()
        self._keyframe_wanted = threading.Event()
        self._keyframe_s = timeline.start_s
        self.on_fault: Callable[[], object] = lambda: None
        """Called on the thread that died: the programme must be started anew."""
        self.frames = 0
        self.late = 0
        """Frames that left the encoder more than one frame's time after they were due."""
        self.dropped = 0
        """Frames never made or never encoded."""
        self._threads = [
            threading.Thread(target=self._guard, args=(run,), name=run.__name__.strip("_"), daemon=True)
            for run in (self._mix, self._encode, self._sound)
        ]

    def start(self) -> None:
        """Start the three threads."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the three threads and wait for them: at most a few frames' time."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def want_keyframe(self) -> None:
        """Ask for a keyframe soon; from any thread."""
        self._keyframe_wanted.set()

    def _guard(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception:
            log.exception("programme.failed", thread=run.__name__)
            self.on_fault()

    def _mix(self) -> None:
        # What was due before the programme stood is no loss.
        tick = self._timeline.tick_at(self._clock.monotonic())
        while not self._ended.is_set():
            tick, missed = self._timeline.following(tick, self._clock.monotonic())
            self.dropped += missed
            due_s = self._timeline.due(tick)
            if self._wait(due_s):
                break
            composed = Composed(tick, due_s, self._mixer.compose(tick, due_s))
            try:
                self._queue.put_nowait(composed)
            except queue.Full:
                self.dropped += 1

    def _encode(self) -> None:
        frame_s = float(1 / self._timeline.rate)
        while not self._ended.is_set():
            try:
                composed = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            packets = self._encoder.video(
                composed.picture, tick=composed.tick, due_s=composed.due_s, keyframe=self._keyframe_due(composed.due_s)
            )
            self.frames += 1
            self.late += self._clock.monotonic() - composed.due_s > frame_s
            for packet in packets:
                self._deliver(packet)

    def _sound(self) -> None:
        ticks = Timeline(self._timeline.start_s, Fraction(AUDIO_HZ, TICK_SAMPLES))
        tick = ticks.tick_at(self._clock.monotonic()) + 1
        self._encoder.begin_audio(tick * TICK_SAMPLES)
        while not self._wait(ticks.due(tick)):
            # Sound is never dropped: behind by some ticks, it catches up, for a missing sample would shift all others.
            for packet in self._encoder.audio(self._board.tick(ticks.due(tick)), start_s=self._timeline.start_s):
                self._deliver(packet)
            tick += 1

    def _keyframe_due(self, due_s: float) -> bool:
        if not self._keyframe_wanted.is_set() or due_s - self._keyframe_s < _KEYFRAME_PAUSE_S:
            return False
        self._keyframe_wanted.clear()
        self._keyframe_s = due_s
        return True

    def _wait(self, due_s: float) -> bool:
        """Wait until ``due_s``; return whether the programme was stopped meanwhile."""
        left_s = due_s - self._clock.monotonic()
        return self._ended.wait(left_s) if left_s > 0 else self._ended.is_set()
