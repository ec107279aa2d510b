import json
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bridge import audiences
from bridge import commands as c
from bridge import room as rooms
from bridge.audiences import Audience
from bridge.commands import AnyCommand
from bridge.events import PersonId
from bridge.room import Room
from bridge.views import Snapshot
from moderation.policy import Mode
from tests.bridge.histories import PEOPLE, histories, told, unhurried
from tests.bridge.playbook import ANN, BOB, Q1, Playbook, setup
from tests.web.hearing import FakeTransport
from web.bodies import Role, SnapshotMessage
from web.snapshots import Form, Snapshots, of_others

STRANGER = PersonId("stranger")


def plain(record: object) -> Any:
    return msgspec.json.decode(msgspec.json.encode(record))


def answer(snapshots: Snapshots, room: Room, person: PersonId) -> Any:
    return json.loads(snapshots.of_public(room, Form.ANSWER, Role.VIEWER, person))


@unhurried
@given(histories, st.sampled_from(Mode))
def test_each_person_gets_what_would_be_built_for_them_alone(history: list[AnyCommand], mode: Mode) -> None:
    play, snapshots = told(Playbook(setup(mode)), history), Snapshots()
    room = rooms.empty(play.room.setup)
    for entry in play.entries:
        room = rooms.evolve(room, entry)
        for person in (*PEOPLE, STRANGER):
            state = audiences.snapshot(room, Audience.ASKER, person)
            assert answer(snapshots, room, person) == plain(Snapshot(seq=room.seq, state=state, role=Role.VIEWER))


def test_all_who_neither_asked_nor_voted_share_one() -> None:
    play, snapshots = Playbook(setup(Mode.POST)).given(c.AskQuestion(person=ANN, text="Why so deep?")), Snapshots()
    first, second = (snapshots.of_public(play.room, Form.FRAME, Role.VIEWER, PersonId(name)) for name in "xy")
    assert first is second
    assert snapshots.of_public(play.room, Form.FRAME, Role.VIEWER, ANN) != first
    play.given(c.VoteQuestion(id=Q1, person=BOB))
    assert answer(snapshots, play.room, BOB)["state"]["questions"][0]["voted"]


def test_who_took_the_last_vote_back_shares_again() -> None:
    play, snapshots = Playbook(setup(Mode.POST)).given(c.AskQuestion(person=ANN, text="Why so deep?")), Snapshots()
    play.given(c.VoteQuestion(id=Q1, person=BOB), c.UnvoteQuestion(id=Q1, person=BOB))
    theirs = snapshots.of_public(play.room, Form.ANSWER, Role.VIEWER, BOB)
    assert theirs is snapshots.of_public(play.room, Form.ANSWER, Role.VIEWER, STRANGER)


def test_a_role_is_told_to_whom_it_belongs() -> None:
    room, snapshots = Playbook().room, Snapshots()
    roles = [
        json.loads(snapshots.of_public(room, Form.ANSWER, role, STRANGER))["role"]
        for role in (Role.VIEWER, Role.GUEST, Role.VIEWER)
    ]
    assert roles == ["viewer", "guest", "viewer"]


def test_the_first_message_of_a_stream_is_as_described() -> None:
    room, transport = Playbook().room, FakeTransport()
    transport.write(Snapshots().of_public(room, Form.FRAME, Role.VIEWER, STRANGER))
    transport.write(of_others(room, Form.FRAME, Role.OPERATOR, Audience.OPERATOR, None))
    state = audiences.snapshot(room, Audience.PUBLIC)
    assert transport.messages[0] == plain(SnapshotMessage(seq=0, role=Role.VIEWER, state=state))
    assert transport.messages[1]["state"]["sources"]
