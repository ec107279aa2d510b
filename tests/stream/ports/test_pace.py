from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.ports.pace import FRAME_BYTES, Grid, Pace, Track


def shown(rate: float, *, fps: int = 30, seconds: float = 10.0, rounded_to: int = 9) -> list[float]:
    grid = Grid(fps)
    dues = [round(number / rate, rounded_to) for number in range(int(seconds * rate))]
    return [due for due in dues if grid.wants(100 + due)]


@pytest.mark.parametrize("rate", [30, 30000 / 1001, 25, 24, 10, 1])
@pytest.mark.parametrize("rounded_to", [9, 3])
def test_a_file_as_slow_as_the_programme_or_slower_shows_every_picture(rate: float, rounded_to: int) -> None:
    assert len(shown(rate, rounded_to=rounded_to)) == int(10 * rate)


@pytest.mark.parametrize("rate", [60, 50, 120, 48, 60000 / 1001])
def test_a_faster_file_shows_as_many_pictures_as_the_programme_has(rate: float) -> None:
    assert len(shown(rate)) == pytest.approx(300, abs=2)


def test_twice_the_rate_shows_every_other_picture() -> None:
    assert {round(after - before, 4) for before, after in pairwise(shown(60))} == {0.0333}


def test_a_jump_back_in_time_does_not_stop_the_pictures() -> None:
    grid = Grid(30)
    assert grid.wants(100)
    assert grid.wants(50)
    assert grid.wants(50 + 1 / 30)


def test_the_next_round_follows_the_last_without_a_gap() -> None:
    pace = Pace(start_s=100, ahead_s=0.05)
    assert pace.due(4.9, 104.8) == pytest.approx(104.9)
    pace.next_round(5)
    assert pace.due(0, 104.9) == pytest.approx(105)
    assert pace.jumps == 0


def test_a_file_that_falls_behind_goes_on_from_where_it_is() -> None:
    pace = Pace(start_s=100, ahead_s=0.05)
    assert pace.due(1, 102) == pytest.approx(102.05)
    assert pace.due(1.5, 102.1) == pytest.approx(102.55)
    assert pace.jumps == 1


def test_a_time_stamp_out_of_all_measure_is_not_waited_for() -> None:
    pace = Pace(start_s=100, ahead_s=0.05)
    assert pace.due(95_000, 101) == pytest.approx(101.05)


def silence(samples: int) -> bytes:
    return bytes(samples * FRAME_BYTES)


def tone(samples: int) -> bytes:
    return b"\1" * (samples * FRAME_BYTES)


def test_rounded_time_stamps_leave_the_sound_contiguous() -> None:
    track = Track()
    begun = [track.place(round(number * 1024 / 48_000, 3), tone(1024))[0] for number in range(500)]
    assert begun == pytest.approx([number * 1024 / 48_000 for number in range(500)])


def test_a_small_gap_is_filled_with_silence() -> None:
    track = Track()
    track.place(10.0, tone(480))
    begins_s, samples = track.place(10.03, tone(480))
    assert begins_s == pytest.approx(10.01)
    assert samples == silence(960) + tone(480)
    assert track.until_s == pytest.approx(10.04)


def test_an_overlap_is_cut_away() -> None:
    track = Track()
    track.place(10.0, tone(4800))
    begins_s, samples = track.place(10.09, tone(4800))
    assert begins_s == pytest.approx(10.1)
    assert len(samples) == 4320 * FRAME_BYTES


def test_a_large_gap_is_jumped_over() -> None:
    track = Track()
    track.place(10.0, tone(480))
    assert track.place(12.0, tone(480)) == (12.0, tone(480))


@given(dues=st.lists(st.floats(0, 3), min_size=1, max_size=30))
def test_no_sound_is_ever_due_before_the_one_before_has_ended_unless_time_jumped_back(dues: list[float]) -> None:
    track, ended = Track(), None
    for due in dues:
        begins, samples = track.place(due, tone(960))
        if ended is not None and due > ended - 0.5:
            assert begins >= ended - 0.005
        ended = begins + len(samples) / FRAME_BYTES / 48_000
