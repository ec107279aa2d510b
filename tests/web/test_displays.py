from datetime import timedelta

import pytest

from bridge.terms import QuestionId
from tests.bridge.playbook import START
from web import displays
from web.bodies import DisplayReport
from web.displays import MOST, Displays

ROOM = DisplayReport(page="room", shows=None)
Q7 = QuestionId("q7")


def test_a_screen_is_known_by_its_name_and_what_it_shows() -> None:
    known = Displays()
    assert known.report("a", ROOM, name="Stage", invited=True, now=START)
    assert not known.report("a", ROOM, name="Stage", invited=True, now=START + timedelta(seconds=9))
    assert known.report("a", DisplayReport(page="room", shows=Q7), name="Stage", invited=True, now=START)
    assert [(one.name, one.shows, one.since) for one in known.views] == [("Stage", Q7, START)]
    assert known.leave("a")
    assert not known.leave("a")
    assert known.views == ()


def test_invited_screens_come_first_and_are_not_crowded_out() -> None:
    known = Displays()
    for at in range(MOST):
        assert known.report(at, ROOM, name=None, invited=False, now=START)
    assert not known.report("one more", ROOM, name=None, invited=False, now=START)
    assert known.report("stage", ROOM, name="Stage", invited=True, now=START)
    assert [one.name for one in known.views] == ["Stage", *["Room"] * (MOST - 1)]


def test_more_invited_screens_than_are_kept_leave_the_first_ones() -> None:
    known = Displays()
    for at in range(MOST + 2):
        known.report(at, ROOM, name=f"screen {at}", invited=True, now=START)
    assert [one.name for one in known.views] == [f"screen {at}" for at in range(MOST)]


@pytest.mark.parametrize("text", ["", "hello", "{}", '{"page": "kitchen", "shows": null}', '{"page": "room"}', "[]"])
def test_what_says_nothing_of_a_screen_is_passed_over(text: str) -> None:
    assert displays.read(text) is None


def test_what_a_screen_sends_is_read() -> None:
    assert displays.read('{"page": "overlay", "shows": "q7"}') == DisplayReport(page="overlay", shows=Q7)
