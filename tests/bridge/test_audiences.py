from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import audiences, replica
from bridge import commands as c
from bridge import room as rooms
from bridge.audiences import Audience
from bridge.commands import AnyCommand
from bridge.events import Entry
from bridge.room import Room
from bridge.terms import Mode, PersonId
from bridge.views import MetersView, OutputFigures
from moderation.questions import PUBLIC
from tests.bridge.histories import PEOPLE, histories, told, unhurried
from tests.bridge.playbook import ANN, BOB, EVE, Q1, Q2, Playbook, setup

VIEWERS = [(Audience.ASKER, person) for person in PEOPLE]
EVERYBODY = [*VIEWERS, *((audience, None) for audience in Audience)]


def plain(record: msgspec.Struct) -> dict[str, Any]:
    """Return what a client gets: the record after a journey as JSON."""
    value: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return value


def rooms_of(play: Playbook) -> list[tuple[Room, Entry, Room]]:
    steps, before = [], rooms.empty(play.room.setup)
    for entry in play.entries:
        after = rooms.evolve(before, entry)
        steps.append((before, entry, after))
        before = after
    return steps


@unhurried
@given(histories, st.sampled_from(Mode))
def test_changes_applied_to_an_old_snapshot_equal_the_fresh_one(history: list[AnyCommand], mode: Mode) -> None:
    play = told(Playbook(setup(mode)), history)
    for audience, person in EVERYBODY:
        state = plain(audiences.snapshot(rooms.empty(play.room.setup), audience, person))
        for before, entry, after in rooms_of(play):
            message = audiences.message(before, entry, after, audience, person)
            if message is not None:
                state = replica.apply(state, plain(message))
            assert state == plain(audiences.snapshot(after, audience, person))


@unhurried
@given(histories, st.sampled_from(Mode))
def test_a_viewer_needs_their_own_frame_only_where_they_are_touched(history: list[AnyCommand], mode: Mode) -> None:
    play = told(Playbook(setup(mode)), history)
    for person in PEOPLE:
        state = plain(audiences.snapshot(rooms.empty(play.room.setup), Audience.ASKER, person))
        for before, entry, after in rooms_of(play):
            own = person in audiences.touched(before, entry, after)
            message = audiences.message(
                before, entry, after, Audience.ASKER if own else Audience.PUBLIC, person if own else None
            )
            if message is not None:
                state = replica.apply(state, plain(message))
            assert state == plain(audiences.snapshot(after, Audience.ASKER, person))


@unhurried
@given(histories)
def test_what_is_not_public_never_reaches_another(history: list[AnyCommand]) -> None:
    play = told(Playbook(setup(Mode.PRE)), history)
    others: list[tuple[Audience, PersonId | None]] = [
        *VIEWERS,
        (Audience.PUBLIC, None),
        (Audience.DISPLAY, None),
        (Audience.NOTES, None),
    ]
    for before, entry, after in rooms_of(play):
        for audience, person in others:
            seen = audiences.snapshot(after, audience, person).questions
            change = audiences.change(before, entry, after, audience, person)
            if change is not None and change.question:
                seen = (*seen, change.question)
            for view in seen:
                question = after.questions.known(view.id)
                assert question.status in PUBLIC or question.person == person
                assert view.reason is None or question.person == person
                assert view.desk is msgspec.UNSET


@unhurried
@given(histories)
def test_operators_get_a_message_for_each_entry(history: list[AnyCommand]) -> None:
    play = told(Playbook(), history)
    for before, entry, after in rooms_of(play):
        assert audiences.change(before, entry, after, Audience.OPERATOR) is not None


def last(play: Playbook, audience: Audience, person: PersonId | None = None) -> dict[str, Any] | None:
    message = audiences.message(*rooms_of(play)[-1], audience, person)
    return None if message is None else plain(message)


def asked(mode: Mode = Mode.PRE) -> Playbook:
    return Playbook(setup(mode)).given(c.AskQuestion(person=ANN, text="Why so deep?"))


def test_the_asker_sees_what_waits_and_others_hear_nothing() -> None:
    play = asked()
    mine = last(play, Audience.ASKER, ANN)
    assert mine is not None
    assert (mine["data"]["question"]["status"], mine["data"]["question"]["mine"]) == ("waiting", True)
    assert last(play, Audience.ASKER, BOB) is None
    assert last(play, Audience.PUBLIC) is None
    assert last(play, Audience.DISPLAY) is None


def test_the_asker_is_told_why_it_was_not_taken_and_others_only_that_it_went() -> None:
    play = asked(Mode.POST).given(c.RejectQuestion(id=Q1, reason="Asked before."))
    mine, public = last(play, Audience.ASKER, ANN), last(play, Audience.PUBLIC)
    assert mine is not None
    assert (mine["kind"], mine["data"]["question"]["reason"]) == ("question.rejected", "Asked before.")
    assert public is not None
    assert public["kind"] == "question.hidden"
    assert public["data"] == {"id": "q1", "question": None, "before": None, "set": public["data"]["set"]}
    assert set(public["data"]["set"]) == {"counts"}


def test_voters_learn_of_a_question_that_comes_back() -> None:
    play = asked(Mode.POST).given(c.VoteQuestion(id=Q1, person=BOB), c.RestoreQuestion(id=Q1))
    play.given(c.ApproveQuestion(id=Q1))
    assert audiences.touched(*rooms_of(play)[-1]) == {ANN, BOB}


def test_one_frame_does_for_all_who_are_not_touched() -> None:
    play = asked(Mode.POST).given(c.VoteQuestion(id=Q1, person=BOB))
    assert audiences.touched(*rooms_of(play)[-1]) == {ANN, BOB}
    assert last(play, Audience.ASKER, EVE) is not None
    public = last(play, Audience.PUBLIC)
    assert public is not None
    assert "voted" not in public["data"]["question"]


def test_votes_move_a_question_before_the_one_it_passed() -> None:
    play = asked(Mode.POST).given(c.AskQuestion(person=BOB, text="Why so wide?"), c.VoteQuestion(id=Q2, person=ANN))
    public = last(play, Audience.PUBLIC)
    assert public is not None
    assert (public["data"]["id"], public["data"]["before"]) == ("q2", "q1")


@pytest.mark.parametrize("audience", [Audience.PUBLIC, Audience.ASKER, Audience.DISPLAY, Audience.MODERATOR])
def test_what_is_for_operators_is_absent_for_others(audience: Audience) -> None:
    state = plain(audiences.snapshot(Playbook().room, audience))
    assert not {"sources", "outputs", "source", "layout", "incidents", "studio", "recording", "speakers"} & set(state)


def test_the_player_has_an_address_only_on_air() -> None:
    play = Playbook()
    assert audiences.snapshot(play.room, Audience.PUBLIC).player.url is None
    play.given(c.StartAir())
    assert audiences.snapshot(play.room, Audience.PUBLIC).player.url == "/hls/live.m3u8"


def test_the_public_counts_only_what_it_may_see() -> None:
    play = asked()
    assert audiences.snapshot(play.room, Audience.PUBLIC).counts == {
        "approved": 0,
        "next": 0,
        "on_air": 0,
        "answered": 0,
    }
    assert audiences.snapshot(play.room, Audience.MODERATOR).counts["waiting"] == 1


def test_an_operator_s_snapshot_carries_the_outputs_figures() -> None:
    figures = MetersView(
        levels=(),
        outputs=(OutputFigures(name="tube", tries=2, bitrate_bps=4_100_000, frames=900, dropped=3),),
        fps=30.0,
        late=0,
        dropped=0,
    )
    outputs = audiences.snapshot(Playbook().room, Audience.OPERATOR, figures=figures).outputs
    assert isinstance(outputs, tuple)
    assert [(output.name, output.tries, output.bitrate_bps) for output in outputs] == [
        ("tube", 2, 4_100_000),
        ("recording", 0, 0),
    ]
