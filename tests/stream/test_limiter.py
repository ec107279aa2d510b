import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from stream.limiter import CEILING, STEP_SAMPLES, Limiter
from tests.stream.tones import RATE_HZ, TICK, snr_db, tone

HIGHEST = np.float32(CEILING)


def limited(sound: NDArray[np.float32], block: int = TICK) -> NDArray[np.float32]:
    limiter = Limiter()
    padded = np.concatenate((sound, np.zeros((limiter.delay_samples, 2), np.float32)))
    blocks = [limiter.process(padded[at : at + block]) for at in range(0, len(padded) - block + 1, block)]
    return np.concatenate(blocks)[limiter.delay_samples :]


@settings(max_examples=60, deadline=None)
@given(
    hnp.arrays(np.float32, st.tuples(st.integers(1, 60).map(lambda n: n * STEP_SAMPLES), st.just(2))),
    st.integers(1, 20).map(lambda n: n * STEP_SAMPLES),
)
def test_nothing_ever_exceeds_the_ceiling(sound: NDArray[np.float32], block: int) -> None:
    limiter = Limiter()
    for at in range(0, len(sound) - block + 1, block):
        out = limiter.process(sound[at : at + block])
        assert out.shape == (block, 2)
        assert np.abs(out).max(initial=0.0) <= HIGHEST
        assert 0.0 <= limiter.gain <= 1.0


def test_below_the_ceiling_not_a_bit_changes() -> None:
    sound = tone(0, RATE_HZ, amplitude=0.89)
    np.testing.assert_array_equal(limited(sound)[: -2 * TICK], sound[: len(limited(sound)) - 2 * TICK])


def test_a_loud_tone_stays_a_tone() -> None:
    out = limited(tone(0, 2 * RATE_HZ, amplitude=2.0))
    assert snr_db(out[RATE_HZ // 2 : RATE_HZ, 0], 1000.0) > 60.0
    assert np.abs(out).max() > HIGHEST * 0.97


def test_the_gain_comes_down_before_a_burst_and_goes_back_without_a_click() -> None:
    sound = tone(0, RATE_HZ, hz=200.0, amplitude=0.5)
    sound[RATE_HZ // 2 : RATE_HZ // 2 + 480] *= 4.0
    out = limited(sound)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = np.where(np.abs(sound[: len(out)]) > 0.05, out / sound[: len(out)], np.nan)[:, 0]
    known = gain[~np.isnan(gain)]
    assert known.min() >= CEILING / 2.0 * 0.98
    assert np.abs(np.diff(known)).max() < 0.02
    assert known[-1] > 0.95


def test_a_single_peak_lowers_the_sound_for_a_short_time_only() -> None:
    sound = tone(0, RATE_HZ, amplitude=0.3)
    sound[RATE_HZ // 4] = 1.5
    out = limited(sound)
    at = RATE_HZ // 4
    np.testing.assert_array_equal(out[: at - 400], sound[: at - 400])
    assert np.abs(out[at]).max() <= HIGHEST
    np.testing.assert_allclose(
        out[at + RATE_HZ // 2 : at + RATE_HZ * 6 // 10], sound[at + RATE_HZ // 2 :][:4800], rtol=0.02, atol=1e-5
    )


def test_what_is_no_number_becomes_silence() -> None:
    sound = np.full((TICK, 2), np.nan, np.float32)
    sound[::2] = np.inf
    limiter = Limiter()
    assert not limiter.process(sound).any()
    assert not limiter.process(np.zeros((TICK, 2), np.float32)).any()
    assert limiter.gain == 1.0
