from fractions import Fraction

import numpy as np
import pytest

from bridge.clock import SystemClock
from stream.picture import planes
from stream.testcard import FLASH_BOX, TestCardSource
from stream.timeline import AUDIO_HZ, Timeline

WIDTH, HEIGHT, FPS = 640, 360, 30


@pytest.fixture(scope="module")
def card() -> TestCardSource:
    timeline = Timeline(100.0, Fraction(FPS))
    return TestCardSource(timeline=timeline, width=WIDTH, height=HEIGHT, title="Forward Prop", clock=SystemClock())


def flash_level(card: TestCardSource, tick: int) -> float:
    left, top, width, height = FLASH_BOX
    luma = planes(card.picture_at(100.0 + tick / FPS))[0]
    rows = slice(int(top * HEIGHT) + 4, int((top + height) * HEIGHT) - 4)
    return float(luma[rows, int(left * WIDTH) + 4 : int((left + width) * WIDTH) - 4].mean())


def test_it_flashes_for_two_frames_at_each_full_second(card: TestCardSource) -> None:
    white = [tick for tick in range(90) if flash_level(card, tick) > 200]
    assert white == [0, 1, 30, 31, 60, 61]


def test_it_beeps_when_it_flashes(card: TestCardSource) -> None:
    blocks = np.concatenate([card.sound_at(100.0 + n * 0.02, 960) for n in range(150)])
    loud = np.flatnonzero(np.abs(blocks[:, 0]) > 0.01)
    onsets = loud[np.flatnonzero(np.diff(loud, prepend=-AUDIO_HZ) > AUDIO_HZ // 2)]
    assert onsets / AUDIO_HZ == pytest.approx([0, 1, 2], abs=0.001)


def test_the_tone_is_one_kilohertz(card: TestCardSource) -> None:
    tone = card.sound_at(100.0, 2400)[:, 0]
    spectrum = np.abs(np.fft.rfft(tone))
    assert int(np.argmax(spectrum)) * AUDIO_HZ / len(tone) == pytest.approx(1000, abs=20)


def test_it_moves(card: TestCardSource) -> None:
    first = card.picture_at(100.2).copy()
    assert (first != card.picture_at(100.2 + 1 / FPS)).any()
