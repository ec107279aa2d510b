import numpy as np
import pytest
from numpy.typing import NDArray

from stream.levels import level
from stream.soundboard import PROGRAMME, TICK_SAMPLES, Hearing, SoundBoard


class Tone:
    """A source that hums."""

    def __init__(self, *, hz: float, amplitude: float = 0.2) -> None:
        self.hz, self.amplitude = hz, amplitude

    def sound_at(self, due_s: float, count: int) -> NDArray[np.float32]:
        time_s = due_s + np.arange(count) / 48_000
        wave = (np.sin(2 * np.pi * self.hz * time_s) * self.amplitude).astype(np.float32)
        return np.stack((wave, wave), axis=1)


def run(board: SoundBoard, ticks: int, *, first: int = 0) -> NDArray[np.float32]:
    return np.concatenate([board.tick(tick * 0.02) for tick in range(first, first + ticks)])


def test_the_chosen_source_is_heard_in_its_own_time() -> None:
    board = SoundBoard()
    tone = Tone(hz=500)
    board.wanted = Hearing(sources={"room": tone.sound_at}, chosen="room")
    heard = run(board, 10)
    wanted = tone.sound_at(0, len(heard))
    assert np.abs(heard[2000:] - wanted[2000:]).max() < 1e-3, "the limiter's look-ahead is made up for"


def test_nothing_chosen_is_silence() -> None:
    board = SoundBoard()
    board.wanted = Hearing(sources={"room": Tone(hz=500).sound_at}, chosen=None)
    assert np.abs(run(board, 5)).max() == 0


def test_a_change_of_source_does_not_click() -> None:
    board = SoundBoard()
    sources = {"a": Tone(hz=100).sound_at, "b": Tone(hz=130).sound_at}
    board.wanted = Hearing(sources=sources, chosen="a")
    before = run(board, 5)
    board.wanted = Hearing(sources=sources, chosen="b")
    heard = np.concatenate((before, run(board, 5, first=5)))
    steepest = np.abs(np.diff(heard[2000:, 0])).max()
    assert steepest < 0.2 * 2 * np.pi * 130 / 48_000 * 1.6


def test_every_source_is_metered_and_so_is_the_programme() -> None:
    board = SoundBoard()
    board.wanted = Hearing(
        sources={"loud": Tone(hz=500, amplitude=0.5).sound_at, "soft": Tone(hz=500, amplitude=0.05).sound_at},
        chosen="soft",
    )
    run(board, 10)
    levels = {entry.name: entry for entry in board.levels}
    assert levels["loud"].peak_db == pytest.approx(-6, abs=0.3)
    assert levels["soft"].peak_db == pytest.approx(-26, abs=0.3)
    assert levels[PROGRAMME].rms_db == pytest.approx(-29, abs=0.5)


def test_what_is_too_loud_is_limited() -> None:
    board = SoundBoard()
    board.wanted = Hearing(sources={"room": Tone(hz=200, amplitude=4).sound_at}, chosen="room")
    assert level(run(board, 20))[1] <= -0.99


def test_a_tick_is_twenty_milliseconds() -> None:
    assert SoundBoard().tick(0.0).shape == (TICK_SAMPLES, 2)
