"""The jitter buffer: a simulated source and a simulated mixer, each by a clock of its own. Nothing sleeps."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from stream.jitter import RATE_HZ, RATIO_LIMIT, JitterBuffer
from tests.stream.tones import TICK, snr_db, steepest, tone

START_S = 1000.0
DELAY_S = 0.05
QUIET_STEP = steepest(tone(0, 4800)) * 1.05


class Scene:
    """A source with its own idea of a second pushes 20 ms at a time; a mixer pulls 20 ms at a time."""

    def __init__(self, *, drift_ppm: float = 0.0, jitter_s: float = 0.0, hz: float = 1000.0) -> None:
        self.buffer = JitterBuffer()
        self.chunk_s = 0.02 * (1 + drift_ppm * 1e-6)
        self.jitter_s = jitter_s
        self.hz = hz
        self.random = np.random.default_rng(7)
        self.chunks = 0
        self.ticks = 0
        self.sending: Callable[[float], bool] = lambda _: True
        self.shift_s: Callable[[float], float] = lambda _: 0.0

    def send_until(self, now_s: float) -> None:
        while (made_s := self.chunks * self.chunk_s) <= now_s - START_S:
            if self.sending(made_s):
                due_s = START_S + made_s + DELAY_S + self.random.uniform(-self.jitter_s, self.jitter_s)
                self.buffer.push(due_s + self.shift_s(made_s), tone(self.chunks * TICK, TICK, hz=self.hz))
            self.chunks += 1

    def run(self, seconds: float) -> NDArray[np.float32]:
        blocks = []
        for _ in range(round(seconds * 50)):
            at_s = START_S + self.ticks * 0.02
            self.send_until(at_s)
            blocks.append(self.buffer.pull(at_s, TICK))
            self.ticks += 1
        return np.concatenate(blocks)


def test_equal_clocks_are_copied_sample_by_sample() -> None:
    scene = Scene()
    heard = scene.run(10.0)
    lead = round(DELAY_S * RATE_HZ)
    np.testing.assert_array_equal(heard[lead + 240 :], tone(240, len(heard) - lead - 240))
    assert not heard[:lead].any()
    assert scene.buffer.ratio == 1.0
    assert scene.buffer.underruns == scene.buffer.overruns == scene.buffer.dropped_samples == 0


def test_jitter_alone_leaves_the_ratio_at_exactly_one() -> None:
    scene = Scene(jitter_s=0.02)
    scene.run(90.0)  # the first stamps, from which it began, may have been off by 20 ms
    for _ in range(60):
        scene.run(1.0)
        assert scene.buffer.ratio == 1.0
    assert scene.buffer.underruns == scene.buffer.resyncs == 0


@pytest.mark.parametrize(("drift_ppm", "jitter_s"), [(200.0, 0.0), (-300.0, 0.02), (300.0, 0.02)])
def test_ten_minutes_of_drift_come_through_unbroken_and_in_time(drift_ppm: float, jitter_s: float) -> None:
    scene = Scene(drift_ppm=drift_ppm, jitter_s=jitter_s)
    scene.run(1.0)
    noise, latency = [], []
    for _ in range(600):
        heard = scene.run(1.0)
        assert steepest(heard) < QUIET_STEP
        noise.append(snr_db(heard[:4800, 0], 1000.0))
        newest_s = scene.buffer.newest_s
        assert newest_s is not None
        latency.append(newest_s - (START_S + scene.ticks * 0.02))
    assert min(noise) > 50.0
    # Between the chunk's own length and the delay: nothing piles up and nothing runs dry.
    assert min(latency) > 0.0
    assert max(latency) < 0.12
    assert abs(scene.buffer.ratio - 1 / (1 + drift_ppm * 1e-6)) < 60e-6
    assert scene.buffer.underruns == scene.buffer.overruns == scene.buffer.resyncs == 0
    assert scene.buffer.dropped_samples <= jitter_s * RATE_HZ  # by the guess at the very start


def test_drift_never_takes_the_sound_more_than_ten_milliseconds_from_its_stamp() -> None:
    # The whole sound is one rising line: each sample heard tells which sample of the source it is.
    buffer = JitterBuffer()
    chunk_s = 0.02 * 1.0003
    number = 0
    off_s = []
    for tick in range(120 * 50):
        at_s = START_S + tick * 0.02
        while START_S + number * chunk_s <= at_s:
            line = (np.arange(number * TICK, (number + 1) * TICK) / 1e7).astype(np.float32)
            buffer.push(START_S + number * chunk_s + DELAY_S, np.stack((line, line), axis=1))
            number += 1
        first = float(buffer.pull(at_s, TICK)[0, 0]) * 1e7
        if tick > 10:
            off_s.append(at_s - (START_S + DELAY_S + first / TICK * chunk_s))
    assert max(map(abs, off_s)) < 0.010


def test_a_source_that_stops_falls_silent_without_a_click_and_returns_without_one() -> None:
    scene = Scene()
    scene.sending = lambda made_s: not 2.0 <= made_s < 4.0
    before, gap, after = scene.run(2.0), scene.run(2.1), scene.run(1.0)
    assert steepest(np.concatenate((before, gap, after))) < QUIET_STEP
    assert not gap[RATE_HZ // 10 : -RATE_HZ // 10].any()
    np.testing.assert_array_equal(after, tone(round((4.1 - DELAY_S) * RATE_HZ), RATE_HZ))
    assert scene.buffer.underruns == 1


def test_a_short_gap_is_silence_of_its_own_length() -> None:
    scene = Scene()
    scene.sending = lambda made_s: not 2.0 <= made_s < 2.3
    heard = scene.run(3.0)
    assert steepest(heard) < QUIET_STEP
    lead = round(DELAY_S * RATE_HZ)
    silent = heard[lead + round(2.0 * RATE_HZ) + 240 : lead + round(2.3 * RATE_HZ)]
    assert not silent.any()
    np.testing.assert_array_equal(heard[-TICK:], tone(len(heard) - TICK - lead, TICK))


@pytest.mark.parametrize("shift_s", [-0.2, 0.2, -1.5, 1.5])
def test_a_source_whose_stamps_jump_is_followed_without_a_click(shift_s: float) -> None:
    scene = Scene()
    scene.shift_s = lambda made_s: shift_s if made_s >= 2.0 else 0.0
    assert steepest(scene.run(6.0)) < QUIET_STEP
    heard = scene.run(1.0)
    # A source stamped into the past is always late, one stamped beyond the capacity is always too early.
    assert heard.any() == (shift_s == 0.2)


def test_a_mixer_that_skips_a_tick_goes_on_at_the_right_place_without_a_click() -> None:
    scene = Scene()
    before = scene.run(2.0)
    scene.ticks += 3
    after = scene.run(1.0)
    assert steepest(np.concatenate((before, after))) < QUIET_STEP
    lead = round(DELAY_S * RATE_HZ)
    np.testing.assert_array_equal(after[240:], tone(round(2.06 * RATE_HZ) + 240 - lead, RATE_HZ - 240))
    assert scene.buffer.resyncs == 1
    assert scene.buffer.dropped_samples == 3 * TICK


def test_what_is_never_pulled_stays_bounded_and_is_counted() -> None:
    buffer = JitterBuffer(capacity_s=0.5)
    for chunk in range(500):
        buffer.push(START_S + chunk * 0.02, tone(chunk * TICK, TICK))
    assert buffer.dropped_samples == 500 * TICK - RATE_HZ // 2
    assert buffer.overruns > 0
    assert buffer.pull(START_S + 500 * 0.02 - 0.25, TICK).any()


def test_nothing_is_heard_before_it_is_due() -> None:
    buffer = JitterBuffer()
    assert buffer.newest_s is None
    buffer.push(START_S + 0.5, tone(0, TICK))
    assert not buffer.pull(START_S, TICK).any()
    assert buffer.pull(START_S + 0.5, TICK).any()
    assert buffer.newest_s == pytest.approx(START_S + 0.52)


def test_late_sound_is_dropped_and_counted() -> None:
    buffer = JitterBuffer()
    buffer.push(START_S - 1.0, tone(0, TICK))
    assert not buffer.pull(START_S, TICK).any()
    buffer.push(START_S - 5.0, tone(0, TICK))
    assert buffer.dropped_samples == TICK


def test_a_block_longer_than_the_buffer_keeps_its_end() -> None:
    buffer = JitterBuffer(capacity_s=0.1)
    buffer.push(START_S, tone(0, RATE_HZ))
    assert not buffer.pull(START_S, TICK).any()
    heard = buffer.pull(START_S + 0.95, TICK)
    np.testing.assert_array_equal(heard[240:], tone(round(0.95 * RATE_HZ) + 240, TICK - 240))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-2.0, 2.0), st.integers(0, 3000), st.floats(0.0, 0.3), st.integers(1, 2000)),
        min_size=1,
        max_size=40,
    )
)
def test_whatever_comes_when_it_likes_gives_bounded_sound_and_no_click(
    steps: list[tuple[float, int, float, int]],
) -> None:
    buffer = JitterBuffer(capacity_s=0.2)
    now_s = START_S
    heard = [np.zeros((1, 2), np.float32)]
    for due_in_s, pushed, wait_s, pulled in steps:
        buffer.push(now_s + due_in_s, np.full((pushed, 2), 0.5, np.float32))
        heard.append(buffer.pull(now_s, pulled))
        assert heard[-1].shape == (pulled, 2)
        now_s += pulled / RATE_HZ + (wait_s if wait_s > 0.1 else 0.0)
    sound = np.concatenate(heard)
    assert np.abs(sound).max() <= 1.01
    assert steepest(sound) < 0.02
    assert abs(buffer.ratio - 1.0) <= RATIO_LIMIT
