"""One WHIP client: a peer connection (RFC 9725, aiortc) that receives at most one picture and one sound.

Nothing queues: each track is read at once, of the pictures only the newest is converted, and sound goes on with the
time at which it is due.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Final

import av
import numpy as np
import structlog

from bridge.clock import Clock
from stream.arrival import Lipsync
from stream.letterbox import Letterbox
from stream.listener import Listener, OnSound
from stream.negotiation import Order, negotiate
from stream.picture import Picture
from stream.rtp import PictureOrder, SoundOrder

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack, RTCPeerConnection
    from av.frame import Frame
    from av.packet import Packet

log = structlog.get_logger(__name__)

CLOSING_S: Final = 5.0

CLOCK_HZ: Final = {"audio": 48_000, "video": 90_000}
SOUND_ALLOWANCE_S: Final = 0.05
"""How much later than the fastest packet of sound another may come and still be heard."""
PICTURE_ALLOWANCE_S: Final = 0.01
"""The same for pictures: one that comes later is shown later."""

OnPicture = Callable[[float, Picture], None]
"""Takes the monotonic time from which a picture is to be shown, and the picture."""


class WhipClient:
    """One client, from its offer until :meth:`close`."""

    def __init__(
        self,
        *,
        box: Letterbox,
        clock: Clock,
        worker: Executor,
        frame_s: float,
        on_picture: OnPicture,
        on_sound: OnSound,
    ) -> None:
        self.resource = secrets.token_urlsafe(12)
        self.kinds: frozenset[str] = frozenset()
        """What it offered to send: ``audio``, ``video``."""
        self.began_s = clock.monotonic()
        self.picture_s: float | None = None
        """Monotonic time at which the newest picture came."""
        self.sound_s: float | None = None
        """The same for sound."""
        self.overtaken = 0
        """Pictures that were never converted because a newer one came."""
        self.farewell = ""
        """Why it ended, in words."""
        self._ended = asyncio.Event()
        self._box = box
        self._clock = clock
        self._worker = worker
        self._on_picture = on_picture
        # A picture is seen half a frame of the programme after it is due, on average.
        self._half_frame_s = frame_s / 2
        self._sync = Lipsync({"audio": SOUND_ALLOWANCE_S, "video": PICTURE_ALLOWANCE_S + self._half_frame_s})
        self._listener = Listener(due=lambda media_s: self._due("audio", media_s), on_sound=on_sound)
        self._sound = SoundOrder()
        self._pictures = PictureOrder()
        self._tracks: list[MediaStreamTrack] = []
        self._newest: tuple[float, av.VideoFrame] | None = None
        self._came = asyncio.Event()
        self._peer: RTCPeerConnection | None = None

    @property
    def newest_s(self) -> float | None:
        """Monotonic time at which anything came last; None before that."""
        return max(filter(None, (self.picture_s, self.sound_s)), default=None)

    async def answer(self, sdp: str) -> str:
        """Return the answer to the offer ``sdp``. Raises :exc:`StudioError` in words where it is unfit."""
        orders: dict[str, Order] = {"audio": self._sound, "video": self._pictures}
        self._peer, self._tracks, answer = await negotiate(sdp, orders=orders, report=self._report)
        self._peer.on("connectionstatechange", self._follow)
        self.kinds = frozenset(track.kind for track in self._tracks)
        return answer

    async def run(self) -> None:
        """Receive until the connection is gone."""
        async with asyncio.TaskGroup() as group:
            reading = [group.create_task(self._read(track), name=f"whip.{track.kind}") for track in self._tracks]
            converting = group.create_task(self._convert(), name="whip.convert")
            await self._ended.wait()
            for task in (*reading, converting):
                task.cancel()

    def end(self, farewell: str) -> None:
        """Let :meth:`run` return, because of what ``farewell`` says."""
        self.farewell = self.farewell or farewell
        self._ended.set()

    async def close(self) -> None:
        """Close the connection and free all that belongs to it."""
        self.end("The studio closed the connection.")
        if self._peer is None:
            return
        try:
            async with asyncio.timeout(CLOSING_S):
                await self._peer.close()
        except TimeoutError:
            log.warning("whip.close_hangs", resource=self.resource)

    def _follow(self) -> None:
        if self._peer is not None and self._peer.connectionState in ("failed", "closed"):
            self.end("The client's connection ended.")

    async def _read(self, track: "MediaStreamTrack") -> None:
        from aiortc import MediaStreamError

        take = self._take_picture if track.kind == "video" else self._take_sound
        try:
            while True:
                take(await track.recv())
        except MediaStreamError:
            self._tracks.remove(track)
            if not self._tracks:
                self.end("The client ended its tracks.")

    def _report(self, kind: str, ticks: int, sender_s: float) -> None:
        given = self._pictures.given if kind == "video" else self._sound.given
        if (pts := given.pts(ticks)) is not None:
            self._sync.report(kind, media_s=pts / CLOCK_HZ[kind], sender_s=sender_s)

    def _due(self, kind: str, media_s: float) -> float:
        return self._sync.due(kind, media_s, self._clock.monotonic())

    def _take_sound(self, frame: "Frame | Packet[av.AudioStream]") -> None:
        assert isinstance(frame, av.AudioFrame), "a track of sound gives sound"
        # aiortc decodes Opus to 16 bits, stereo, 48 kHz, whatever was sent (RFC 7587, section 4.2).
        self._listener.take(frame.to_ndarray().astype(np.int16, copy=False).reshape(-1, 2), frame.pts or 0)
        self.sound_s = self._clock.monotonic()

    def _take_picture(self, frame: "Frame | Packet[av.VideoStream]") -> None:
        assert isinstance(frame, av.VideoFrame), "a track of pictures gives pictures"
        pts = frame.pts or 0
        self._pictures.gate.decoded(pts)
        self.overtaken += self._newest is not None
        self._newest = self._due("video", pts / CLOCK_HZ["video"]) - self._half_frame_s, frame
        self.picture_s = self._clock.monotonic()
        self._came.set()

    async def _convert(self) -> None:
        """Convert the newest picture, one at a time, away from the loop."""
        loop = asyncio.get_running_loop()
        while True:
            await self._came.wait()
            self._came.clear()
            if self._newest is None:
                continue
            (due_s, frame), self._newest = self._newest, None
            try:
                picture = await loop.run_in_executor(self._worker, self._box.picture, frame)
            except (av.FFmpegError, ValueError) as error:
                log.warning("whip.picture_unreadable", format=frame.format.name, error=str(error))
            else:
                self._on_picture(due_s, picture)
