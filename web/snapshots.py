"""Keep the newest snapshot as JSON: whole for the public, in pieces for those who see some of it otherwise.

Thousands come at once and see the same. Whoever asked or voted sees the same but for a few questions: theirs are put in
place of the public's, and nothing else is built again.
"""

from enum import StrEnum

import msgspec

from bridge import audiences
from bridge.audiences import Audience
from bridge.events import PersonId, QuestionId
from bridge.room import Room
from bridge.views import MetersView
from moderation.questions import PUBLIC, Question
from web import frames
from web.bodies import Role

_encode = msgspec.json.Encoder().encode


class Form(StrEnum):
    """What a snapshot is for."""

    ANSWER = "answer"
    """The body of ``GET /api/state``."""
    FRAME = "frame"
    """The first message of the event stream."""


class _Sheet(msgspec.Struct):
    """The public's snapshot of one room, in pieces."""

    room: Room
    members: dict[str, object]
    """All members of the state; the questions' place is empty."""
    places: dict[QuestionId, int]
    questions: list[bytes]
    whole: dict[tuple[Form, Role], bytes]


class Snapshots:
    """Snapshots of the newest room that was asked for."""

    def __init__(self) -> None:
        self._sheet: _Sheet | None = None
        self._known: dict[QuestionId, tuple[Question, bytes]] = {}
        """The public's questions as JSON, each with what it was made of."""

    def of_public(self, room: Room, form: Form, role: Role, person: PersonId) -> bytes:
        """Return the snapshot for one of the public, who may have asked or voted."""
        sheet = self._fresh(room)
        if audiences.is_special(room, person):
            return _wrapped(form, room, role, _state(sheet, self._theirs(sheet, person)))
        if (form, role) not in sheet.whole:
            sheet.whole[form, role] = _wrapped(form, room, role, _state(sheet, sheet.questions))
        return sheet.whole[form, role]

    def _fresh(self, room: Room) -> _Sheet:
        if self._sheet is None or self._sheet.room is not room:
            self._known = {
                question.id: self._piece(question) for question in room.questions if question.status in PUBLIC
            }
            members = msgspec.structs.asdict(audiences.around(room))
            self._sheet = _Sheet(
                room=room,
                members={name: value for name, value in members.items() if value is not msgspec.UNSET},
                places={id_: place for place, id_ in enumerate(self._known)},
                questions=[piece for _, piece in self._known.values()],
                whole={},
            )
        return self._sheet

    def _piece(self, question: Question) -> tuple[Question, bytes]:
        known = self._known.get(question.id)
        # Questions never change in place: the same one looks the same.
        if known is not None and known[0] is question:
            return known
        return question, _encode(audiences.public(question))

    def _theirs(self, sheet: _Sheet, person: PersonId) -> list[bytes]:
        hidden, shown = audiences.personal(sheet.room, person)
        questions = sheet.questions.copy()
        for view in shown:
            questions[sheet.places[view.id]] = _encode(view)
        return [*(_encode(view) for view in hidden), *questions]


def of_others(room: Room, form: Form, role: Role, audience: Audience, figures: MetersView | None) -> bytes:
    """Return the snapshot for those who are few: built each time."""
    return _wrapped(form, room, role, _encode(audiences.snapshot(room, audience, None, figures)))


def _state(sheet: _Sheet, questions: list[bytes]) -> bytes:
    return _encode(sheet.members | {"questions": msgspec.Raw(b"[" + b",".join(questions) + b"]")})


def _wrapped(form: Form, room: Room, role: Role, state: bytes) -> bytes:
    """Put ``state`` into what is sent; the shapes are ``Snapshot`` and ``SnapshotMessage``."""
    if form is Form.ANSWER:
        return _encode({"seq": room.seq, "state": msgspec.Raw(state), "role": role})
    return frames.text(_encode({"kind": "snapshot", "seq": room.seq, "role": role, "state": msgspec.Raw(state)}))
