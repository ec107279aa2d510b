"""A programme for outputs without a studio: encoded once, offered by two threads at the pace of the clock.

The picture is noise in a moving band over a ramp, the sound a tone; the same ten seconds come again and again.
"""

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Self

import numpy as np
import psutil

from bridge.clock import SystemClock
from stream.encoder import Encoder
from stream.packets import AUDIO, VIDEO, EncodedPacket, StreamHeader
from stream.protocol import Programme

PROGRAMME = Programme(width=640, height=360, fps=30, video_bps=4_000_000, preset="ultrafast", audio_bps=128_000)
SECONDS = 10
GROUP = 60
"""Pictures from keyframe to keyframe."""
FRAME = 1024
"""Samples in a packet of sound."""


@cache
def encoded() -> tuple[StreamHeader, tuple[EncodedPacket, ...], tuple[EncodedPacket, ...]]:
    """Encode the programme; return header, pictures and sounds."""
    encoder = Encoder(PROGRAMME)
    rng = np.random.default_rng(7)
    picture = np.full((540, 640), 128, np.uint8)
    picture[:360] = np.linspace(30, 220, 640, dtype=np.uint8)
    pictures: list[EncodedPacket] = []
    sounds: list[EncodedPacket] = []
    for tick in range(GROUP + SECONDS * PROGRAMME.fps):
        picture[60:260] = rng.integers(16, 236, (200, 640), np.uint8)
        pictures += encoder.video(picture.copy(), tick=tick, due_s=0.0, keyframe=tick % GROUP == 0)
        at = (np.arange(1600) + tick * 1600) / 48_000
        tone = (0.2 * np.sin(2 * np.pi * 440 * at)).astype(np.float32)
        sounds += encoder.audio(np.stack([tone, tone], axis=1), start_s=0.0)
    # The first group is larger than the rate allows for: the decoder's buffer begins full.
    return encoder.header, tuple(pictures[GROUP:]), tuple(packet for packet in sounds if packet.pts >= 0)


@dataclass
class Programmed:
    """Offers the programme to ``offer`` from two threads. A context manager."""

    offer: Callable[[EncodedPacket], None]
    costs_s: list[float] = field(default_factory=list)
    """How long each offer took."""

    def __post_init__(self) -> None:
        self._clock = SystemClock()
        self._ended = threading.Event()
        _, pictures, sounds = encoded()
        self.start_s = self._clock.monotonic() + 0.05
        self._threads = [
            threading.Thread(target=self._send, args=(VIDEO, pictures, 1, PROGRAMME.fps)),
            threading.Thread(target=self._send, args=(AUDIO, sounds, FRAME, 48_000)),
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _send(self, stream: int, packets: tuple[EncodedPacket, ...], ticks: int, rate: int) -> None:
        number = 0
        while True:
            packet, pts = packets[number % len(packets)], number * ticks
            due_s = self.start_s + pts / rate
            if self._ended.wait(max(0.0, due_s - self._clock.monotonic())):
                return
            # The encoder marks every packet of sound as a keyframe, and so is it here.
            keyframe = stream == AUDIO or number % GROUP == 0
            moved = EncodedPacket(stream, pts, pts, ticks, keyframe, packet.payload, due_s)
            began = self._clock.monotonic()
            self.offer(moved)
            self.costs_s.append(self._clock.monotonic() - began)
            number += 1


def ports(module: str = "stream.ports") -> list[psutil.Process]:
    """Return the children of this process that run a port; what has ended is none, reaped or not."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie counts as one that is not there
            if module in " ".join(child.cmdline()):
                found.append(child)
    return found
