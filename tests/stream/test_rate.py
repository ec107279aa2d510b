import pytest

from stream.rate import Rate


def told(seconds: float, *, keyframe_bytes: int = 200_000) -> tuple[Rate, float]:
    """Tell of small pictures with a large one every two seconds, as a port does; return the rate and the time."""
    rate = Rate()
    size, last = 0, -1.0
    for picture in range(int(seconds * 30)):
        at = 100 + picture / 30
        if picture % 60 == 0 and size:
            rate.add(at, size)
            size, last = 0, at
        size += keyframe_bytes if picture % 60 == 0 else 10_000
        if at - last >= 0.4:
            rate.add(at, size)
            size, last = 0, at
    return rate, 100 + seconds


@pytest.mark.parametrize("seconds", [4.1, 4.5, 5.03, 5.9, 6.0, 6.3, 7.77])
def test_the_bit_rate_does_not_swing_with_the_keyframes(seconds: float) -> None:
    rate, now_s = told(seconds)
    steady = (200_000 + 59 * 10_000) * 8 / 2
    assert rate.bps(now_s) == pytest.approx(steady, rel=0.03)


def test_before_two_reports_there_is_no_rate() -> None:
    rate = Rate()
    assert rate.bps(100.0) == 0
    rate.add(100.0, 5000)
    assert rate.bps(100.0) == 0


def test_what_stopped_has_no_rate() -> None:
    rate, now_s = told(5)
    assert rate.bps(now_s + 2) == 0
