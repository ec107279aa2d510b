import os
from collections.abc import Iterator

import pytest

from stream.ports.ring import AHEAD_S, HELD_S, Ring

SIZE = {"width": 64, "height": 36, "fps": 30}


@pytest.fixture
def descriptor() -> Iterator[int]:
    made = os.memfd_create("ring")
    os.ftruncate(made, Ring.bytes_for(64, 36, 30))
    yield made
    os.close(made)


@pytest.fixture
def port(descriptor: int) -> Ring:
    return Ring(descriptor, **SIZE)


@pytest.fixture
def mixer(descriptor: int) -> Ring:
    return Ring(descriptor, **SIZE)


def publish(port: Ring, due_s: float, *, now_s: float, mark: int = 1) -> int:
    slot = port.free_slot(now_s)
    assert slot is not None
    port.memory[port.offset(slot)] = mark
    port.publish(slot, due_s)
    return slot


def test_before_the_first_picture_there_is_none(mixer: Ring) -> None:
    assert mixer.newest(1e9) is None
    assert mixer.alive_s == 0


def test_a_picture_is_seen_from_its_due_time_on(port: Ring, mixer: Ring) -> None:
    slot = publish(port, 100.1, now_s=100, mark=7)
    assert mixer.newest(100.09) is None
    assert mixer.newest(100.1) == (1, slot)
    assert mixer.memory[mixer.offset(slot)] == 7


def test_the_newest_of_those_that_are_due_is_seen(port: Ring, mixer: Ring) -> None:
    for number in range(4):
        publish(port, 100 + number / 30, now_s=100)
    found = mixer.newest(100 + 2.5 / 30)
    assert found is not None
    assert found[0] == 3


def test_a_slot_is_written_again_only_when_its_picture_was_out_of_date_long_enough(port: Ring, mixer: Ring) -> None:
    """The mixer may have fetched any picture that was the newest within the last tenth of a second."""
    held: list[tuple[float, int, int]] = []
    number = 0
    for tick in range(300):
        now_s = 100 + tick / 60
        while (due_s := 100 + number / 30) <= now_s + AHEAD_S:
            number += 1
            slot = publish(port, due_s, now_s=now_s, mark=number % 256)
            assert all(slot != seen or now_s - at >= HELD_S - 1e-9 for at, seen, _ in held)
        found = mixer.newest(now_s)
        assert found is not None
        held.append((now_s, found[1], mixer.memory[mixer.offset(found[1])]))
        for at, seen, mark in held[-12:]:
            if now_s - at <= 0.1:
                assert mixer.memory[mixer.offset(seen)] == mark


def test_where_all_slots_are_in_use_none_is_given(port: Ring) -> None:
    for number in range(port.slots):
        publish(port, 100 + number, now_s=100)
    assert port.free_slot(100) is None


def test_a_slot_that_was_closed_but_never_filled_is_given_again(port: Ring, mixer: Ring) -> None:
    slot = port.free_slot(100)
    assert port.free_slot(100) == slot
    assert mixer.newest(1e9) is None


def test_the_port_promises_to_be_alive(port: Ring, mixer: Ring) -> None:
    port.live_until(123.5)
    assert mixer.alive_s == 123.5


def test_pictures_lie_apart_within_the_memory(port: Ring) -> None:
    ends = [port.offset(slot) + port.picture_bytes for slot in range(port.slots)]
    assert all(port.offset(slot + 1) == end for slot, end in enumerate(ends[:-1]))
    assert ends[-1] == len(port.memory)
