"""The journal's vocabulary: what happened, as frozen records.

An event is past tense and complete in itself: replaying the journal needs no settings, clock or outside system. Kinds
are never renamed and fields never removed; a new field has a default, so that old rows still decode.
Media, levels and statistics never stand here, only verdicts ("output failed", "turn began").
"""

from datetime import datetime

import msgspec

from bridge.terms import (
    Hand,
    Hold,
    LinkState,
    Mode,
    Order,
    Origin,
    PartId,
    PersonId,
    Place,
    QuestionId,
    SessionId,
    SourceState,
    TurnId,
)

SCHEMA_VERSION = 1
"""Written beside each event; raised when a kind's meaning changes."""


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="kind", omit_defaults=True):
    """Base of all events; ``kind`` is the tag. They hold plain values, so that no cycle has to be looked for."""


# Air ------------------------------------------------------------------------------------------------------------------


class AirStarted(Event, frozen=True, kw_only=True, tag="air.started"):
    """The programme goes to its outputs from now on."""


class AirStopped(Event, frozen=True, kw_only=True, tag="air.stopped"):
    """The programme goes nowhere."""


class AirBlanked(Event, frozen=True, kw_only=True, tag="air.blanked"):
    """The public gets slate and silence."""


class AirUnblanked(Event, frozen=True, kw_only=True, tag="air.unblanked"):
    """The public gets the room again."""


class SourceChosen(Event, frozen=True, kw_only=True, tag="source.chosen"):
    """``name`` fills the picture from now on."""

    name: str


class LayoutChosen(Event, frozen=True, kw_only=True, tag="layout.chosen"):
    """The picture is laid out as ``name`` says."""

    name: str


class SourceChanged(Event, frozen=True, kw_only=True, tag="source.changed"):
    """A source came, went or failed."""

    name: str
    state: SourceState
    reason: str | None = None


class OutputChanged(Event, frozen=True, kw_only=True, tag="output.changed"):
    """An output came up, went down or failed. ``reason`` is a sentence without secrets."""

    name: str
    state: LinkState
    reason: str | None = None


class StudioChanged(Event, frozen=True, kw_only=True, tag="studio.changed"):
    """The media engine came (``up``) or was lost."""

    up: bool
    reason: str | None = None


class PartBegan(Event, frozen=True, kw_only=True, tag="part.began"):
    """A recording file began; offsets into it count from ``began_at``, the UTC time of its first frame."""

    id: PartId
    path: str
    """Relative to the recordings' directory."""
    began_at: datetime
    session: SessionId | None = None


class PartEnded(Event, frozen=True, kw_only=True, tag="part.ended"):
    """The recording file is complete (or was cut off)."""

    id: PartId


# Sessions and speakers ------------------------------------------------------------------------------------------------


class SessionOpened(Event, frozen=True, kw_only=True, tag="session.opened"):
    """A session began in the room."""

    id: SessionId
    title: str
    host: str | None = None


class SessionClosed(Event, frozen=True, kw_only=True, tag="session.closed"):
    """The session is over."""

    id: SessionId


class TurnBegan(Event, frozen=True, kw_only=True, tag="turn.began"):
    """``name`` speaks from now on."""

    id: TurnId
    name: str
    session: SessionId | None = None


class TurnEnded(Event, frozen=True, kw_only=True, tag="turn.ended"):
    """The turn is over."""

    id: TurnId


# Questions ------------------------------------------------------------------------------------------------------------


class QuestionEvent(Event, frozen=True, kw_only=True):
    """Base of the events about one question."""

    id: QuestionId


class QuestionAsked(QuestionEvent, frozen=True, kw_only=True, tag="question.asked"):
    """Somebody asked; it waits for a moderator, or stands ``approved`` where questions are moderated afterwards."""

    number: int
    person: PersonId
    text: str
    name: str | None = None
    session: SessionId | None = None
    approved: bool = False
    origin: Origin = Origin.WEB
    held: tuple[Hold, ...] = ()
    """What the filters found; a question that they hold waits, also where questions are moderated afterwards."""
    similar: tuple[QuestionId, ...] = ()
    """Questions that ask nearly the same, the likest first."""


class QuestionEdited(QuestionEvent, frozen=True, kw_only=True, tag="question.edited"):
    """Its words were changed, by the asker or by a moderator; the asker's own words stay in the journal."""

    text: str
    by_moderator: bool = False


class QuestionWithdrawn(QuestionEvent, frozen=True, kw_only=True, tag="question.withdrawn"):
    """The asker took it back."""


class QuestionApproved(QuestionEvent, frozen=True, kw_only=True, tag="question.approved"):
    """A moderator lets it be seen and taken."""


class QuestionRejected(QuestionEvent, frozen=True, kw_only=True, tag="question.rejected"):
    """A moderator did not take it; the asker is told ``reason``."""

    reason: str | None = None
    banned: bool = False
    """It went because its asker was banned, and comes back with them."""


class QuestionRestored(QuestionEvent, frozen=True, kw_only=True, tag="question.restored"):
    """A moderator's decision was undone: it waits again."""


class QuestionStarred(QuestionEvent, frozen=True, kw_only=True, tag="question.starred"):
    """A moderator marked it, for moderators only."""


class QuestionUnstarred(QuestionEvent, frozen=True, kw_only=True, tag="question.unstarred"):
    """The mark is gone."""


class QuestionTagged(QuestionEvent, frozen=True, kw_only=True, tag="question.tagged"):
    """It carries these tags from now on, and no others."""

    tags: tuple[str, ...]


class QuestionReplied(QuestionEvent, frozen=True, kw_only=True, tag="question.replied"):
    """It was answered in writing; one that is not on air is answered with that. An empty ``text`` takes it back."""

    text: str
    by: str | None = None


class QuestionMoved(QuestionEvent, frozen=True, kw_only=True, tag="question.moved"):
    """A moderator put it in another place of the line."""

    place: Place


class QuestionMerged(QuestionEvent, frozen=True, kw_only=True, tag="question.merged"):
    """It asks the same as ``into``, which stands for both from now on."""

    into: QuestionId


class QuestionUnited(QuestionEvent, frozen=True, kw_only=True, tag="question.united"):
    """It stands for the questions ``merged``, and their votes count for it, once a person."""

    merged: tuple[QuestionId, ...]


class QuestionUndone(QuestionEvent, frozen=True, kw_only=True, tag="question.undone"):
    """The moderators' last act on it was undone: it stands as before that."""


class QuestionRedone(QuestionEvent, frozen=True, kw_only=True, tag="question.redone"):
    """What was undone last was done again."""


class QuestionClaimed(QuestionEvent, frozen=True, kw_only=True, tag="question.claimed"):
    """A moderator has it open."""

    by: str
    """As other moderators read it."""
    holder: PersonId


class QuestionReleased(QuestionEvent, frozen=True, kw_only=True, tag="question.released"):
    """Nobody has it open."""


class QuestionPreparedNext(QuestionEvent, frozen=True, kw_only=True, tag="question.next"):
    """It is the one that comes next."""


class QuestionAired(QuestionEvent, frozen=True, kw_only=True, tag="question.on_air"):
    """It stands in the picture from now on."""


class QuestionAnswered(QuestionEvent, frozen=True, kw_only=True, tag="question.answered"):
    """It was answered in the room."""


class QuestionPutBack(QuestionEvent, frozen=True, kw_only=True, tag="question.put_back"):
    """It left the picture, or the place of the next one, and is approved as before."""


class QuestionVoted(QuestionEvent, frozen=True, kw_only=True, tag="question.voted"):
    """``person`` wants it answered."""

    person: PersonId


class QuestionUnvoted(QuestionEvent, frozen=True, kw_only=True, tag="question.unvoted"):
    """``person`` took the vote back."""

    person: PersonId


class AskingChanged(Event, frozen=True, kw_only=True, tag="asking.changed"):
    """Whether and how questions are taken from now on, whole. None: as the settings say."""

    hand: Hand = Hand.TIMER
    opens_at: datetime | None = None
    slow_mode_s: float | None = None
    mode: Mode | None = None
    order: Order | None = None
    names: bool | None = None


class AskerBanned(Event, frozen=True, kw_only=True, tag="asker.banned"):
    """``person`` may ask no more."""

    person: PersonId


class AskerUnbanned(Event, frozen=True, kw_only=True, tag="asker.unbanned"):
    """``person`` may ask again."""

    person: PersonId


# Access ---------------------------------------------------------------------------------------------------------------


class InviteUsed(Event, frozen=True, kw_only=True, tag="invite.used"):
    """A one-time invite was opened and opens no more."""

    invite: str


AnyQuestionEvent = (
    QuestionAsked
    | QuestionEdited
    | QuestionWithdrawn
    | QuestionApproved
    | QuestionRejected
    | QuestionRestored
    | QuestionStarred
    | QuestionUnstarred
    | QuestionTagged
    | QuestionReplied
    | QuestionMoved
    | QuestionMerged
    | QuestionUnited
    | QuestionUndone
    | QuestionRedone
    | QuestionClaimed
    | QuestionReleased
    | QuestionPreparedNext
    | QuestionAired
    | QuestionAnswered
    | QuestionPutBack
    | QuestionVoted
    | QuestionUnvoted
)

AnyEvent = (
    AirStarted
    | AirStopped
    | AirBlanked
    | AirUnblanked
    | SourceChosen
    | LayoutChosen
    | SourceChanged
    | OutputChanged
    | StudioChanged
    | PartBegan
    | PartEnded
    | SessionOpened
    | SessionClosed
    | TurnBegan
    | TurnEnded
    | AnyQuestionEvent
    | AskingChanged
    | AskerBanned
    | AskerUnbanned
    | InviteUsed
)


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of the journal."""

    seq: int
    """1, 2, 3 … without a gap."""
    at: datetime
    """UTC."""
    actor: str
    """Who did it: ``system``, ``studio``, ``viewer:PERSON``, ``operator:NAME`` …"""
    event: AnyEvent
    version: int = SCHEMA_VERSION
