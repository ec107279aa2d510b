from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from stream.timeline import Timeline

RATES = st.sampled_from([Fraction(30), Fraction(25), Fraction(50), Fraction(30_000, 1001)])


@given(start_s=st.floats(0, 1e6), rate=RATES, tick=st.integers(0, 10_000_000))
def test_the_tick_at_a_ticks_own_time_is_that_tick(start_s: float, rate: Fraction, tick: int) -> None:
    timeline = Timeline(start_s, rate)
    assert timeline.tick_at(timeline.due(tick)) == tick


def test_a_tick_that_is_one_behind_is_caught_up() -> None:
    timeline = Timeline(10.0, Fraction(30))
    assert timeline.following(4, timeline.due(6)) == (5, 0)


def test_ticks_that_can_no_longer_be_shown_in_time_are_dropped_and_counted() -> None:
    timeline = Timeline(10.0, Fraction(30))
    assert timeline.following(4, timeline.due(15)) == (15, 10)


def test_before_the_start_the_first_tick_follows() -> None:
    assert Timeline(10.0, Fraction(30)).following(-1, 9.0) == (0, 0)
