"""Hold the whole room as one immutable value, the fold of the journal.

``decide`` says what a command makes happen, ``evolve`` takes one entry in. Each part of the room decides for itself;
here stands only what joins them: a session that ends takes the turn along.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from bridge import air, incidents, links, parts, sessions, speakers
from bridge import commands as c
from bridge import events as e
from bridge.air import Air
from bridge.errors import Refused
from bridge.links import Links
from bridge.parts import Parts
from bridge.persistent import Map
from bridge.sessions import Session, Sessions
from bridge.speakers import Speakers
from bridge.terms import PartId, SessionId
from bridge.views import IncidentView, RoomView
from moderation import asking, life, questions
from moderation.asking import Asking
from moderation.policy import Policy
from moderation.questions import Questions

LAYOUTS = ("camera", "slate")


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A source or an output as the settings name it."""

    name: str
    kind: str


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings decide; never in the journal."""

    room: RoomView
    sources: tuple[Feed, ...] = ()
    """The first fills the picture until another is chosen."""
    outputs: tuple[Feed, ...] = ()
    layouts: tuple[str, ...] = LAYOUTS
    policy: Policy = Policy()
    hls_url: str | None = None
    """Where viewers find the programme; None where there is no HLS."""

    @property
    def source_names(self) -> tuple[str, ...]:
        return tuple(source.name for source in self.sources)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The room after ``seq`` entries."""

    setup: Setup
    seq: int
    questions: Questions
    asking: Asking = Asking()
    sessions: Sessions = Sessions()
    speakers: Speakers = Speakers()
    air: Air = Air()
    links: Links = Links()
    parts: Parts = Parts()
    incidents: tuple[IncidentView, ...] = ()
    invites: Map[str, None]
    """One-time invites that were used."""

    @property
    def source(self) -> str | None:
        """The source that fills the picture."""
        return air.chosen(self.air.source, self.setup.source_names)

    @property
    def layout(self) -> str:
        return air.chosen(self.air.layout, self.setup.layouts) or LAYOUTS[0]

    @property
    def session(self) -> Session | None:
        """The session that is on."""
        return self.sessions.open


def empty(setup: Setup) -> Room:
    """Return the room before its first entry."""
    return Room(setup=setup, seq=0, questions=questions.empty(setup.policy.order), invites=Map())


def decide(room: Room, command: c.AnyCommand, now: datetime) -> Sequence[e.AnyEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    session = _session_id(room)
    if isinstance(command, life.QuestionCommand):
        rules = room.setup.policy
        return life.decide(room.questions, command, now, rules=rules, asked=room.asking, session=session)
    match command:
        case c.SetAsking() | c.OpenOnTime():
            return asking.decide(room.asking, command, now)
        case c.OpenSession() | c.CloseSession():
            return _change_session(room, command)
        case c.SpeakNow(name=name):
            return speakers.speak(room.speakers, name, session)
        case c.ReportSource() | c.ReportOutput() | c.ReportStudio():
            return links.decide(room.links, command)
        case c.ReportPartBegan() | c.ReportPartEnded():
            return parts.decide(room.parts, command, session)
        case c.UseInvite(invite=invite):
            return _use_invite(room, invite)
        case _:
            return air.decide(room.air, command, sources=room.setup.source_names, layouts=room.setup.layouts)


def _change_session(room: Room, command: c.OpenSession | c.CloseSession) -> Sequence[e.AnyEvent]:
    changes = sessions.decide(room.sessions, command)
    return [*speakers.speak(room.speakers, None, None), *changes] if changes else []


def _use_invite(room: Room, invite: str) -> Sequence[e.AnyEvent]:
    if invite in room.invites:
        message = "This link was opened before and opens only once. Ask the operator for another."
        raise Refused("invite_used", message, status=403)
    return [e.InviteUsed(invite=invite)]


def evolve(room: Room, entry: e.Entry) -> Room:
    """Return the room after ``entry``, which must be the next one."""
    assert entry.seq == room.seq + 1, "the journal has no gap"
    event, at = entry.event, entry.at
    change = msgspec.structs.replace
    if isinstance(event, e.QuestionEvent):
        part = _part_of(room, event)
        return change(room, seq=entry.seq, questions=life.evolve(room.questions, event, at, part=part))
    told = incidents.add(room.incidents, room.links, entry)
    room = change(room, seq=entry.seq, incidents=told)
    match event:
        case e.SessionOpened() | e.SessionClosed():
            known = speakers.forget_names(room.speakers)
            return change(room, sessions=sessions.evolve(room.sessions, event, at), speakers=known)
        case e.TurnBegan() | e.TurnEnded():
            return change(room, speakers=speakers.evolve(room.speakers, event, at))
        case e.SourceChanged() | e.OutputChanged() | e.StudioChanged():
            return change(room, links=links.evolve(room.links, event, at))
        case e.PartBegan() | e.PartEnded():
            return change(room, parts=parts.evolve(room.parts, event, at))
        case e.AskingChanged():
            return _with_asking(room, asking.evolve(event))
        case e.AskerBanned() | e.AskerUnbanned():
            return change(room, questions=life.barred(room.questions, event))
        case e.InviteUsed(invite=invite):
            return change(room, invites=room.invites.put(invite, None))
        case _:
            return change(room, air=air.evolve(room.air, event, at))


def _part_of(room: Room, event: e.AnyQuestionEvent) -> PartId | None:
    """Return which recording file holds what was just answered, None where none does or nothing was.

    Asked only now: what a file is called is told a moment after its first frame, which may be the question's too.
    """
    if not isinstance(event, e.QuestionAnswered):
        return None
    aired_at = room.questions.known(event.id).on_air_at
    part = room.parts.holding(aired_at) if aired_at is not None else None
    return None if part is None else part.id


def _with_asking(room: Room, wanted: Asking) -> Room:
    ordered = life.reordered(room.questions, wanted.rules(room.setup.policy).order)
    return msgspec.structs.replace(room, asking=wanted, questions=ordered)


def _session_id(room: Room) -> SessionId | None:
    session = room.sessions.open
    return None if session is None else session.id
