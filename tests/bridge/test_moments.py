from datetime import timedelta

import pytest

from bridge import commands as c
from bridge.moments import LONGEST_S, Moment, link, moment
from tests.bridge.playbook import ANN, Q1, Q2, START, Playbook

BEGUN = c.ReportPartBegan(path="a.mkv", began_at=START)
NEXT = c.TakeNext()
"""The clock moves one second with each command: what is done tenth is done 10 s after the start."""


def approved() -> Playbook:
    return Playbook().given(c.AskQuestion(person=ANN, text="Why so deep?"), c.ApproveQuestion(id=Q1))


def answered(*, recorded: bool = True) -> Playbook:
    """Aired at 4 s of the recording, answered at 5 s."""
    return approved().given(*([BEGUN] if recorded else []), NEXT, NEXT)


def link_of(play: Playbook) -> str | None:
    return link(play.room.questions.known(Q1))


def moment_of(play: Playbook) -> Moment:
    found = moment(play.room, Q1)
    assert found is not None
    return found


def test_a_clip_begins_before_the_question_came_and_ends_after_it_was_answered() -> None:
    found = moment_of(answered())
    assert (found.path, found.from_s, found.aired_s, found.until_s) == ("a.mkv", 3.0, 4.0, 8.0)
    assert found.written_at == START + timedelta(seconds=8)
    assert not found.ends_with_file
    assert link_of(answered()) == "/clips/q1.mp4"


@pytest.mark.parametrize(
    "play",
    [
        Playbook(),
        approved(),
        approved().given(BEGUN, NEXT),
        answered(recorded=False),
        approved().given(BEGUN, c.ReportPartEnded(path="a.mkv"), NEXT, NEXT),
        answered().given(c.RestoreQuestion(id=Q1)),
        answered().given(c.BanAsker(person=ANN)),
        answered().given(c.AirQuestion(id=Q1)),
        answered().given(c.AirQuestion(id=Q1), c.ClearAir()),
        approved().given(BEGUN, c.ReplyQuestion(id=Q1, text="See the paper.")),
    ],
    ids=[
        "nobody asked",
        "not on air yet",
        "on air now",
        "not recorded",
        "recording had ended",
        "waits again",
        "banned",
        "on air again",
        "put back",
        "answered in writing only",
    ],
)
def test_there_is_no_clip_of_what_was_not_answered_on_air_and_recorded(play: Playbook) -> None:
    assert moment(play.room, Q1) is None
    assert Q1 not in play.room.questions.by_id or link_of(play) is None


def test_undoing_brings_the_clip_back() -> None:
    before = moment_of(answered())
    assert moment_of(answered().given(c.RestoreQuestion(id=Q1), c.UndoQuestion(id=Q1))) == before
    assert moment_of(answered().given(c.BanAsker(person=ANN), c.UnbanAsker(person=ANN))) == before


def test_a_question_on_air_again_has_a_clip_of_the_last_time_under_another_name() -> None:
    play = answered()
    before = moment_of(play)
    after = moment_of(play.given(c.AirQuestion(id=Q1), NEXT))
    assert (after.from_s, after.until_s) == (5.0, 10.0)
    assert after.name != before.name


def test_a_clip_ends_with_its_file() -> None:
    play = approved().given(BEGUN, NEXT, c.ReportPartBegan(path="b.mkv", began_at=START + timedelta(seconds=4.5)), NEXT)
    found = moment_of(play)
    assert (found.path, found.aired_s, found.until_s) == ("a.mkv", 4.0, 9.0)
    assert (found.ends_with_file, found.written_at) == (True, START + timedelta(seconds=5))


def test_a_file_that_is_told_of_after_the_question_came_into_it_holds_it() -> None:
    play = approved().given(BEGUN, NEXT, c.ReportPartBegan(path="b.mkv", began_at=START + timedelta(seconds=3.5)), NEXT)
    assert moment_of(play).path == "b.mkv"
    assert moment_of(play).from_s == 0.0


def test_what_is_told_of_files_later_changes_no_link() -> None:
    play = answered(recorded=False)
    assert link_of(play.given(BEGUN)) is None
    assert link_of(answered().given(c.ReportPartEnded(path="a.mkv"))) == "/clips/q1.mp4"


def test_a_clip_is_no_longer_than_it_may_be() -> None:
    found = moment_of(approved().given(BEGUN, NEXT).later(3600).given(NEXT))
    assert found.until_s - found.from_s == LONGEST_S


def test_what_nobody_asked_has_no_clip() -> None:
    assert moment(answered().room, Q2) is None
