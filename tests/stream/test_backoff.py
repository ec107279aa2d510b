import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.backoff import JITTER, LONGEST_S, STEADY_FOR_S, STEADY_S, pause_s


def test_the_first_try_after_a_loss_is_made_at_once() -> None:
    assert pause_s(0, 0.0, 0.7) == 0.0


@pytest.mark.parametrize("away_s", [0.0, 1.0, 60.0, STEADY_FOR_S])
def test_for_two_minutes_there_is_a_try_every_two_seconds(away_s: float) -> None:
    assert pause_s(1, away_s, 0.5) == pytest.approx(STEADY_S)


@given(tries=st.integers(1, 10_000), away_s=st.floats(0, STEADY_FOR_S), luck=st.floats(0, 1, exclude_max=True))
def test_a_server_that_comes_back_within_two_minutes_is_tried_within_three_seconds(
    tries: int, away_s: float, luck: float
) -> None:
    assert pause_s(tries, away_s, luck) < 2.5


@given(tries=st.integers(1, 10_000), away_s=st.floats(0, 1e6), luck=st.floats(0, 1, exclude_max=True))
def test_no_pause_is_longer_than_half_a_minute_with_its_jitter(tries: int, away_s: float, luck: float) -> None:
    assert pause_s(tries, away_s, luck) <= LONGEST_S * (1 + JITTER)


@given(away_s=st.floats(0, 1e5), more_s=st.floats(0, 1e4))
def test_the_longer_a_server_is_away_the_longer_the_pause(away_s: float, more_s: float) -> None:
    assert pause_s(9, away_s + more_s, 0.5) >= pause_s(9, away_s, 0.5)


def test_luck_makes_rooms_come_back_at_different_moments() -> None:
    assert pause_s(1, 5, 0.0) < pause_s(1, 5, 0.5) < pause_s(1, 5, 0.99)


def test_after_ten_minutes_the_pause_is_at_its_longest() -> None:
    assert pause_s(50, 600, 0.5) == LONGEST_S
