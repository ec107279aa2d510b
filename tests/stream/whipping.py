"""A WHIP client in the test's own process: aiortc sending a flash and a beep each second over real UDP."""

import asyncio
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from numpy.typing import NDArray

from bridge.clock import Clock, SystemClock
from stream.gallery import Gallery
from stream.picture import Picture
from stream.protocol import SourceFact
from stream.webrtc import WhipReceiver

CLOCK = SystemClock()
WHITE, GREY = 235, 60
HALF_FRAME_S = 1 / 60


class SkippingClock(SystemClock):
    """The machine's clock, which a test can set forward."""

    ahead_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead_s


class Pictures(MediaStreamTrack):
    """30 a second of the sizes given, one after another; white for a tenth of each second."""

    kind = "video"

    def __init__(self, *sizes: tuple[int, int]) -> None:
        super().__init__()
        self.sizes = sizes or ((320, 180),)
        self.began_s: float | None = None
        self.sent = 0

    async def recv(self) -> av.VideoFrame:
        self.began_s = self.began_s or CLOCK.monotonic()
        await asyncio.sleep(self.began_s + self.sent / 30 - CLOCK.monotonic())
        width, height = self.sizes[self.sent // 30 % len(self.sizes)]
        frame = av.VideoFrame(width, height, "yuv420p")
        luma = WHITE if self.sent % 30 < 3 else GREY
        for plane, value in zip(frame.planes, (luma, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = self.sent * 3000, Fraction(1, 90_000)
        self.sent += 1
        return frame


class Sound(MediaStreamTrack):
    """A tone of 1 kHz for a tenth of each second."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self.began_s: float | None = None
        self.sent = 0

    async def recv(self) -> av.AudioFrame:
        self.began_s = self.began_s or CLOCK.monotonic()
        await asyncio.sleep(self.began_s + (self.sent + 1) * 0.02 - CLOCK.monotonic())
        at = np.arange(self.sent * 960, (self.sent + 1) * 960)
        tone = (np.sin(2 * np.pi * at / 48) * (at % 48_000 < 4800) * 16_000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(tone, 2)[None], "s16", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self.sent * 960, Fraction(1, 48_000)
        self.sent += 1
        return frame


class Studio:
    """A receiver and all that came out of it."""

    def __init__(self, *, width: int = 640, height: int = 360, clock: Clock = CLOCK) -> None:
        self.facts: list[SourceFact] = []
        self.sounds: list[tuple[float, float, NDArray[np.float32]]] = []
        """When each block came, when it is due, and its samples."""
        self.receiver = WhipReceiver(
            name="camera", width=width, height=height, fps=30, clock=clock, report=self.facts.append
        )
        self.pictures: list[tuple[float, int]] = []
        self.receiver._gallery = WatchedGallery(self.pictures)
        self.receiver.on_sound = lambda due_s, samples: self.sounds.append((CLOCK.monotonic(), due_s, samples))

    async def __aenter__(self) -> "Studio":
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.receiver.close()

    def luma(self) -> int | None:
        """Return the brightness in the middle of the newest picture."""
        newest = self.receiver.newest()
        return int(newest[1][newest[1].shape[0] // 3, newest[1].shape[1] // 2]) if newest else None

    def beeps(self) -> list[float]:
        """Return when each tone that came begins to sound."""
        begun: list[float] = []
        for _, due_s, samples in self.sounds:
            loud = np.flatnonzero(np.abs(samples[:, 0]) > 0.1)
            if len(loud) and (not begun or due_s + loud[0] / 48_000 - begun[-1] > 0.5):
                begun.append(due_s + loud[0] / 48_000)
        return begun

    def flashes(self) -> list[float]:
        """Return when each white picture that came is due to be seen, half a frame after it may be."""
        begun: list[float] = []
        for due_s, picture in self.pictures:
            if picture > 200 and (not begun or due_s + HALF_FRAME_S - begun[-1] > 0.5):
                begun.append(due_s + HALF_FRAME_S)
        return begun

    def apart_s(self, after: int) -> list[float]:
        """Return how much later than its flash each beep is due, from beep number ``after`` on.

        What is due is compared and not what was seen: a busy machine may show a picture late, and does.
        """
        return [min((beep - flash for flash in self.flashes()), key=abs) for beep in self.beeps()[after:-1]]


class WatchedGallery(Gallery):
    """Remembers when each picture is due, and how bright its middle is."""

    def __init__(self, pictures: list[tuple[float, int]]) -> None:
        super().__init__(fps=30)
        self._pictures = pictures

    def put(self, due_s: float, picture: Picture) -> None:
        self._pictures.append((due_s, int(picture[picture.shape[0] // 3, picture.shape[1] // 2])))
        super().put(due_s, picture)


async def until(what: str, true: Callable[[], Any], *, within_s: float = 30.0) -> None:
    """Wait until something is true; fail with ``what`` after a generous time."""
    end = CLOCK.monotonic() + within_s
    while not true():
        assert CLOCK.monotonic() < end, f"waited {within_s} s in vain for {what}"
        await asyncio.sleep(0.02)


async def connect(studio: Studio, *tracks: MediaStreamTrack) -> tuple[RTCPeerConnection, str]:
    """Publish ``tracks``; return the client's connection and the resource."""
    client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for track in tracks:
        client.addTrack(track)
    await client.setLocalDescription(await client.createOffer())
    answer, resource = await studio.receiver.offer(client.localDescription.sdp)
    await client.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    return client, resource


async def offer_of(*tracks: MediaStreamTrack | str, direction: str = "sendonly") -> str:
    """Return an offer that sends ``tracks`` (a name stands for a track without anything in it)."""
    client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    try:
        for track in tracks:
            client.addTransceiver(track, direction=direction)
        await client.setLocalDescription(await client.createOffer())
        return client.localDescription.sdp
    finally:
        await client.close()
