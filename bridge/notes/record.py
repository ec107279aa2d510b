"""Fold the journal into the record of one session: who spoke when, what was asked, and where that stands in the video.

Everything in it is for publication: a question that waits, was not taken or was withdrawn is not in it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from bridge import events as e
from bridge.errors import Refused
from bridge.events import Entry
from bridge.terms import PartId, QuestionId, SessionId, TurnId
from bridge.views import QuestionStatus, RoomView
from moderation import life, questions


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what stands in the notes."""


class Place(Note, frozen=True, kw_only=True):
    """A moment in a recording: ``offset_s`` seconds after the first frame of ``part``."""

    part: PartId
    offset_s: float


class PartNote(Note, frozen=True, kw_only=True):
    """A recording file that holds something of the session; ``path`` is relative to the recordings' directory."""

    id: PartId
    path: str
    began_at: datetime
    ended_at: datetime | None


class TurnNote(Note, frozen=True, kw_only=True):
    """Somebody spoke."""

    id: TurnId
    name: str
    began_at: datetime
    ended_at: datetime | None
    """None while it goes on."""
    place: Place | None


class SpeakerNote(Note, frozen=True, kw_only=True):
    """How long somebody spoke in all."""

    name: str
    turns: int
    seconds: float


class QuestionNote(Note, frozen=True, kw_only=True):
    """A question that was approved in this session, or stood in its picture."""

    id: QuestionId
    number: int
    text: str
    name: str | None
    votes: int
    status: QuestionStatus
    asked_at: datetime
    aired_at: datetime | None
    """When it came into the picture for the last time."""
    answered_at: datetime | None
    place: Place | None
    """Where it came into the picture."""


class SessionNotes(Note, frozen=True, kw_only=True):
    """The notes of one session. Times are UTC; ``time_zone`` (an IANA name) says how to show them."""

    id: SessionId
    room: str
    time_zone: str
    title: str
    host: str | None
    opened_at: datetime
    closed_at: datetime | None
    """None while it is on."""
    parts: tuple[PartNote, ...]
    speakers: tuple[SpeakerNote, ...]
    """Who spoke longest stands first."""
    questions: tuple[QuestionNote, ...]
    """Those that were on air, in that order; then the others, most votes first."""
    turns: tuple[TurnNote, ...]


def session_notes(entries: Iterable[Entry], session: SessionId, room: RoomView) -> SessionNotes:
    """Return the notes of ``session``; ``entries`` are the whole journal, from its first.

    A session that is on is noted up to the last entry. Raises :exc:`Refused` where there is no such session.
    """
    fold = _Fold(session)
    for entry in entries:
        fold.take(entry)
    opened = fold.opened
    if opened is None or fold.opened_at is None:
        raise Refused("session_unknown", f"There is no session {session}.", status=404)
    turns = tuple(msgspec.structs.replace(turn, place=fold.place(turn.began_at)) for turn in fold.turns.values())
    asked = _asked(fold)
    return SessionNotes(
        id=session,
        room=room.name,
        time_zone=room.time_zone,
        title=opened.title,
        host=opened.host,
        opened_at=fold.opened_at,
        closed_at=fold.closed_at,
        parts=_parts(fold, [*turns, *asked]),
        speakers=_talk_time(turns, fold.last_at or fold.opened_at),
        questions=asked,
        turns=turns,
    )


class _Fold:
    """What has been gathered up to an entry."""

    def __init__(self, session: SessionId) -> None:
        self.session = session
        self.opened: e.SessionOpened | None = None
        self.opened_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.last_at: datetime | None = None
        self.parts: dict[PartId, PartNote] = {}
        self.own_parts: set[PartId] = set()
        """Files that were begun for this session."""
        self.turns: dict[TurnId, TurnNote] = {}
        self.questions = questions.empty()
        self.aired: dict[QuestionId, datetime] = {}
        """Questions that were in this session's picture, and when they came into it for the last time."""

    @property
    def on(self) -> bool:
        return self.opened is not None and self.closed_at is None

    def take(self, entry: Entry) -> None:
        event, at = entry.event, entry.at
        if self.closed_at is None:
            self.last_at = at
        if isinstance(event, e.QuestionEvent):
            self.questions = life.evolve(self.questions, event, at)
            self._take_airing(event, at)
            return
        match event:
            case e.SessionOpened(id=self.session):
                self.opened, self.opened_at = event, at
            case e.SessionClosed(id=self.session):
                self.closed_at = at
            case e.PartBegan(id=part):
                self.parts[part] = PartNote(id=part, path=event.path, began_at=event.began_at, ended_at=None)
                if event.session == self.session:
                    self.own_parts.add(part)
            case e.PartEnded(id=part):
                self.parts[part] = msgspec.structs.replace(self.parts[part], ended_at=at)
            case e.TurnBegan(session=self.session):
                self.turns[event.id] = TurnNote(id=event.id, name=event.name, began_at=at, ended_at=None, place=None)
            case e.TurnEnded(id=turn) if turn in self.turns:
                self.turns[turn] = msgspec.structs.replace(self.turns[turn], ended_at=at)
            case _:
                pass

    def _take_airing(self, event: e.AnyQuestionEvent, at: datetime) -> None:
        match event:
            case e.QuestionAired() if self.on:
                self.aired.pop(event.id, None)
                self.aired[event.id] = at
            case e.QuestionAired() | e.QuestionPutBack():
                self.aired.pop(event.id, None)  # it was a slip, or another session has taken it up
            case _:
                pass

    def place(self, at: datetime | None) -> Place | None:
        """Return where ``at`` stands in a recording; None where none was made then.

        Asked when all parts are known: what a file is called is told a moment after its first frame.
        """
        begun = [part for part in self.parts.values() if at is not None and part.began_at <= at]
        if at is None or not begun:
            return None
        part = max(begun, key=lambda part: part.began_at)
        if part.ended_at is not None and part.ended_at < at:
            return None
        return Place(part=part.id, offset_s=(at - part.began_at).total_seconds())


def _parts(fold: _Fold, noted: Iterable[TurnNote | QuestionNote]) -> tuple[PartNote, ...]:
    held = {note.place.part for note in noted if note.place is not None}
    return tuple(part for part in fold.parts.values() if part.id in held or part.id in fold.own_parts)


def _asked(fold: _Fold) -> tuple[QuestionNote, ...]:
    aired = [fold.questions.known(question) for question in fold.aired]
    left = [
        question
        for question in fold.questions
        if question.session == fold.session and question.status in {QuestionStatus.APPROVED, QuestionStatus.NEXT}
    ]
    return tuple(_question(fold, question) for question in [*aired, *left] if question.status in questions.PUBLIC)


def _question(fold: _Fold, question: questions.Question) -> QuestionNote:
    aired_at = fold.aired.get(question.id)
    return QuestionNote(
        id=question.id,
        number=question.number,
        text=question.text,
        name=question.name,
        votes=question.votes,
        status=question.status,
        asked_at=question.asked_at,
        aired_at=aired_at,
        answered_at=question.answered_at,
        place=fold.place(aired_at),
    )


def _talk_time(turns: Iterable[TurnNote], until: datetime) -> tuple[SpeakerNote, ...]:
    spoken: dict[str, list[timedelta]] = {}
    for turn in turns:
        spoken.setdefault(turn.name, []).append(max(timedelta(0), (turn.ended_at or until) - turn.began_at))
    notes = (
        SpeakerNote(name=name, turns=len(times), seconds=sum(times, timedelta(0)).total_seconds())
        for name, times in spoken.items()
    )
    return tuple(sorted(notes, key=lambda note: -note.seconds))
