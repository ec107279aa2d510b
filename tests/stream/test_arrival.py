import numpy as np
import pytest

from stream.arrival import APART_S, SPELL_S, ArrivalClock, Lipsync

ALLOWANCE_S = 0.05
PACKET_S = 0.02


def test_the_fastest_packet_tells_when_all_are_due() -> None:
    clock = ArrivalClock(allowance_s=ALLOWANCE_S)
    assert clock.due(10.0, 500.030) == pytest.approx(500.080)
    assert clock.due(10.02, 500.030) == pytest.approx(500.080)
    # This one took 20 ms longer; it is due where it would have been.
    assert clock.due(10.04, 500.070) == pytest.approx(500.100, abs=1e-4)


def test_jitter_within_the_allowance_hardly_moves_what_is_due() -> None:
    clock, random = ArrivalClock(allowance_s=ALLOWANCE_S), np.random.default_rng(3)
    moments = [n * PACKET_S for n in range(3000)]
    off_s = [clock.due(at_s, 100.0 + at_s + random.uniform(0.0, 0.04)) - 100.0 - at_s for at_s in moments]
    settled = off_s[200:]
    assert max(settled) - min(settled) < 0.003
    assert clock.moved == 0


@pytest.mark.parametrize("drift_ppm", [-300.0, 300.0])
def test_a_drifting_sender_is_followed(drift_ppm: float) -> None:
    clock = ArrivalClock(allowance_s=ALLOWANCE_S)
    for number in range(30_000):
        arrived_s = 100.0 + number * PACKET_S * (1 + drift_ppm * 1e-6)
        assert clock.due(number * PACKET_S, arrived_s) - arrived_s == pytest.approx(ALLOWANCE_S, abs=0.001)


def test_a_way_that_becomes_longer_is_noticed_soon() -> None:
    clock = ArrivalClock(allowance_s=ALLOWANCE_S)
    for number in range(100):
        clock.due(number * PACKET_S, number * PACKET_S)
    late = 0
    for number in range(100, 200):
        arrived_s = number * PACKET_S + 0.3
        late += clock.due(number * PACKET_S, arrived_s) < arrived_s
    assert late * PACKET_S <= SPELL_S + PACKET_S
    assert clock.moved == 1


def test_one_late_packet_moves_nothing() -> None:
    clock = ArrivalClock(allowance_s=ALLOWANCE_S)
    clock.due(0.0, 0.0)
    clock.due(0.02, 0.9)
    assert clock.due(0.04, 0.91) < 0.15
    clock.due(0.9, 0.9)
    assert clock.due(1.4, 1.4) == pytest.approx(1.45)
    assert clock.moved == 0


def test_a_sender_that_counts_anew_is_followed_both_ways() -> None:
    for jump_s in (5000.0, -5000.0):
        clock = ArrivalClock(allowance_s=ALLOWANCE_S)
        for number in range(100):
            at_s = 6000.0 + number * PACKET_S
            due_s = clock.due(at_s + (jump_s if number >= 50 else 0.0), at_s)
        assert due_s - at_s == pytest.approx(ALLOWANCE_S, abs=0.001)


def lipsync(*, sound_later_s: float, reported: bool = True) -> tuple[float, float]:
    """Return when sound and picture of one moment are due, where sound takes so much longer to come."""
    sync = Lipsync({"audio": 0.05, "video": 0.01})
    if reported:
        sync.report("audio", media_s=7.0, sender_s=1007.0)
        sync.report("video", media_s=3.0, sender_s=1007.0)
    for _ in range(2):
        sound_s = sync.due("audio", 7.0, 500.0 + sound_later_s)
        picture_s = sync.due("video", 3.0, 500.0)
    return sound_s, picture_s


@pytest.mark.parametrize("sound_later_s", [0.0, 0.1, -0.15])
def test_sound_and_picture_of_one_moment_are_due_at_once(sound_later_s: float) -> None:
    sound_s, picture_s = lipsync(sound_later_s=sound_later_s)
    assert sound_s == pytest.approx(picture_s)
    assert sound_s == pytest.approx(500.0 + max(sound_later_s + 0.05, 0.01))


def test_without_reports_each_is_due_by_itself() -> None:
    assert lipsync(sound_later_s=0.1, reported=False) == pytest.approx((500.15, 500.01))


def test_reports_that_ask_for_too_long_a_wait_are_not_believed() -> None:
    assert lipsync(sound_later_s=APART_S + 0.1) == pytest.approx((500.40, 500.01))
