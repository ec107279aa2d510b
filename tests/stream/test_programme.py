import itertools
import threading
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

from bridge.clock import SystemClock
from stream.encoder import Encoder
from stream.mixer import PictureMixer, Scene
from stream.packets import AUDIO, VIDEO, EncodedPacket
from stream.picture import Picture, black
from stream.programme import Programme
from stream.protocol import Programme as Wanted
from stream.soundboard import Hearing, SoundBoard
from stream.timeline import Timeline

WANTED = Wanted(width=64, height=32, fps=30, video_bps=200_000, preset="ultrafast", audio_bps=64_000)


class Desk:
    """A running programme and what it delivered."""

    def __init__(self) -> None:
        clock = SystemClock()
        self.mixer = PictureMixer(width=64, height=32, fps=30)
        self.packets: list[EncodedPacket] = []
        self.pictures = 0
        self.enough = threading.Event()
        self.board = SoundBoard()
        self.programme = Programme(
            timeline=Timeline(clock.monotonic() - 3, Fraction(30)),
            clock=clock,
            mixer=self.mixer,
            board=self.board,
            encoder=Encoder(WANTED),
            deliver=self._take,
        )

    def _take(self, packet: EncodedPacket) -> None:
        self.packets.append(packet)
        self.pictures += packet.stream == VIDEO
        if packet.stream == VIDEO and self.pictures % 20 == 0:
            self.enough.set()

    def run(self) -> None:
        self.programme.start()
        assert self.enough.wait(20), "twenty pictures come"
        self.programme.stop()


def test_picture_and_sound_come_in_step() -> None:
    desk = Desk()
    desk.run()
    last = {packet.stream: packet for packet in desk.packets}
    assert last[AUDIO].pts / 48_000 == pytest.approx(last[VIDEO].pts / 30, abs=0.3)
    assert Counter(packet.pts for packet in desk.packets if packet.stream == VIDEO).most_common(1)[0][1] == 1


def test_a_keyframe_comes_when_asked_for() -> None:
    desk = Desk()
    desk.programme.start()
    assert desk.enough.wait(20)
    desk.enough.clear()
    desk.programme.want_keyframe()
    assert desk.enough.wait(20)
    desk.programme.stop()
    first, second = [packet.pts for packet in desk.packets if packet.keyframe and packet.stream == VIDEO][:2]
    assert second - first < 60, "well before the next one by itself"


def test_a_thread_that_dies_is_told_of() -> None:
    def broken(due_s: float) -> Picture | None:
        raise ValueError("the source is broken")

    desk = Desk()
    told = threading.Event()
    desk.programme.on_fault = told.set
    desk.mixer.scene = Scene(slate=black(width=64, height=32), picture_at=broken)
    desk.programme.start()
    assert told.wait(20)
    desk.programme.stop()


def test_sound_goes_on_when_the_picture_is_slow() -> None:
    desk = Desk()
    pause = threading.Event()

    def slow(due_s: float) -> Picture | None:
        pause.wait(0.1)
        return None

    desk.mixer.scene = Scene(slate=black(width=64, height=32), picture_at=slow)
    desk.board.wanted = Hearing(sources={"x": lambda due_s, count: np.zeros((count, 2), np.float32)}, chosen="x")
    desk.run()
    sound = [packet.pts for packet in desk.packets if packet.stream == AUDIO]
    assert desk.programme.dropped > 0
    assert all(b - a == 1024 for a, b in itertools.pairwise(sound))
