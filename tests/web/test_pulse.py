from itertools import pairwise
from math import inf

from tests.bridge.playbook import ANN, START
from tests.web.hearing import FakeTransport
from tests.web.house import HandClock
from web import pulse
from web.auth import Caller
from web.bodies import Role
from web.crowd import Client


def client(clock: HandClock, *, left_s: float = inf) -> Client:
    caller = Caller(person=ANN, role=Role.VIEWER, until=START)
    made = Client(caller, FakeTransport(), until=clock.monotonic() + left_s)
    made.due = clock.monotonic()
    return made


def test_each_is_pinged_once_in_its_time() -> None:
    clock = HandClock()
    one = client(clock)
    assert pulse.look([one], clock) == pulse.Due([one], [], [])
    clock.pass_(seconds=pulse.PING_S - 1)
    assert pulse.look([one], clock) == pulse.Due([], [], [])
    one.answered = True
    clock.pass_(seconds=1)
    assert pulse.look([one], clock) == pulse.Due([one], [], [])


def test_who_did_not_answer_by_the_next_turn_is_gone() -> None:
    clock = HandClock()
    one = client(clock)
    pulse.look([one], clock)
    clock.pass_(seconds=pulse.PING_S)
    assert pulse.look([one], clock) == pulse.Due([], [one], [])


def test_access_ends_on_the_second_however_far_the_next_ping() -> None:
    clock = HandClock()
    one = client(clock, left_s=3)
    assert pulse.look([one], clock) == pulse.Due([one], [], [])
    clock.pass_(seconds=3)
    assert pulse.look([one], clock) == pulse.Due([], [], [one])


def test_those_who_came_at_once_take_turns() -> None:
    clock = HandClock()
    turns = sorted(pulse.first_turn(number, clock) - clock.monotonic() for number in range(1000))
    assert turns[0] >= 0
    assert turns[-1] < pulse.PING_S
    assert max(later - sooner for sooner, later in pairwise(turns)) < 3 * pulse.PING_S / 1000
