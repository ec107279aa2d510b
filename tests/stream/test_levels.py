import numpy as np
import pytest
from numpy.typing import NDArray

from stream.levels import FLOOR_DB, level, mix
from tests.stream.tones import RATE_HZ, TICK, tone


def test_a_full_scale_sine_is_at_zero_peak_and_minus_three() -> None:
    rms, peak = level(tone(0, RATE_HZ, amplitude=1.0))
    assert rms == pytest.approx(-3.01, abs=0.01)
    assert peak == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("sound", [np.zeros((TICK, 2), np.float32), np.zeros((0, 2), np.float32)])
def test_silence_and_nothing_are_at_the_floor(sound: NDArray[np.float32]) -> None:
    assert level(sound) == (FLOOR_DB, FLOOR_DB)


def test_what_is_no_number_counts_as_silence() -> None:
    assert level(np.full((TICK, 2), np.nan, np.float32)) == (FLOOR_DB, FLOOR_DB)


def test_a_negative_peak_counts() -> None:
    sound = np.zeros((TICK, 2), np.float32)
    sound[5, 1] = -0.5
    assert level(sound)[1] == pytest.approx(-6.02, abs=0.01)


def test_a_mix_is_the_sum_of_its_tracks_each_by_its_gain() -> None:
    one, two = tone(0, TICK), tone(0, TICK, hz=440.0)
    np.testing.assert_allclose(mix([one, two], [1.0, 0.5]), one + two * np.float32(0.5), atol=1e-6)
    np.testing.assert_array_equal(mix([one, two], [0.0, 1.0]), two)


def test_a_mix_leaves_its_tracks_alone() -> None:
    one = tone(0, TICK)
    mixed = mix([one], [1.0])
    mixed[:] = 0.0
    np.testing.assert_array_equal(one, tone(0, TICK))


def test_a_pair_of_gains_is_a_straight_line() -> None:
    one = np.ones((4, 2), np.float32)
    np.testing.assert_allclose(mix([one], [(0.0, 1.0)])[:, 0], [0.0, 0.25, 0.5, 0.75])
