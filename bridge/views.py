"""The shapes in which an audience sees the room: the snapshot, and the change that each event makes to it.

The OpenAPI description and the pages' TypeScript types are made from these records. A client keeps a snapshot and
applies changes; doing so gives the same as a fresh snapshot (``apply`` in ``audiences`` is the reference for that).
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from bridge.events import LinkState, QuestionId, SessionId, SourceState, TurnId


class QuestionStatus(StrEnum):
    """Where a question is in its life."""

    WAITING = "waiting"
    APPROVED = "approved"
    NEXT = "next"
    ON_AIR = "on_air"
    ANSWERED = "answered"
    NOT_TAKEN = "not_taken"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views."""


class RoomView(View, frozen=True, kw_only=True):
    """The room itself."""

    name: str
    time_zone: str
    url: str
    """The viewer page's public address, for the QR code and to be read out."""


class SessionView(View, frozen=True, kw_only=True):
    """The session that is on."""

    id: SessionId
    title: str
    host: str | None
    since: datetime


class AirView(View, frozen=True, kw_only=True):
    """Whether the programme goes out. ``since`` is when it last started, None while off."""

    on: bool
    blanked: bool
    since: datetime | None


class AskingView(View, frozen=True, kw_only=True):
    """Whether questions are taken."""

    open: bool
    opens_at: datetime | None = None
    wait_s: float | None = None


class PlayerView(View, frozen=True, kw_only=True):
    """Where the programme can be watched; ``url`` is None while there is nothing to watch."""

    kind: str
    """``hls``."""
    url: str | None


class SpeakerView(View, frozen=True, kw_only=True):
    """Who is speaking."""

    turn: TurnId
    name: str
    since: datetime


class QuestionView(View, frozen=True, kw_only=True):
    """One question as the audience may see it.

    ``mine`` and ``voted`` stand only in what one person gets for themselves: absent elsewhere, and kept by a client
    when a change leaves them out; absent means no. The place in line is told by the order of the list. ``reason`` is
    for the asker and moderators, ``person`` (a pseudonym) for moderators.
    """

    id: QuestionId
    number: int
    text: str
    name: str | None
    status: QuestionStatus
    votes: int
    asked_at: datetime
    on_air_at: datetime | None = None
    answered_at: datetime | None = None
    answer: str | None = None
    link: str | None = None
    reason: str | None = None
    mine: bool | UnsetType = UNSET
    voted: bool | UnsetType = UNSET
    person: str | UnsetType = UNSET


class SourceView(View, frozen=True, kw_only=True):
    """One source, for operators."""

    name: str
    kind: str
    state: SourceState
    reason: str | None
    chosen: bool


class OutputView(View, frozen=True, kw_only=True):
    """One output, for operators; the figures are the last second's."""

    name: str
    kind: str
    """``rtmp``, ``recording`` or ``hls``."""
    state: LinkState
    reason: str | None
    tries: int
    bitrate_bps: int
    frames: int
    dropped: int
    since: datetime | None


class Level(View, frozen=True, kw_only=True):
    """Loudness of one sound in the last tenth of a second, in dB full scale (0 the loudest, -100 silence)."""

    name: str
    rms_db: float
    peak_db: float


class OutputFigures(View, frozen=True, kw_only=True):
    """An output's figures of the last second."""

    name: str
    tries: int
    bitrate_bps: int
    frames: int
    dropped: int


class MetersView(View, frozen=True, kw_only=True):
    """Figures that change all the time and enter no journal: sent beside the events to those who ask for them."""

    levels: tuple[Level, ...]
    outputs: tuple[OutputFigures, ...]
    fps: float
    late: int
    """Frames that left the encoder more than one frame's time after they were due, since the programme began."""
    dropped: int
    """Frames never made because the machine was too busy, since the programme began."""


class IncidentView(View, frozen=True, kw_only=True):
    """One line of the operator's log: what went wrong or right, in words. Newest last, fifty at most."""

    seq: int
    at: datetime
    text: str
    level: str
    """``note``, ``warn`` or ``bad``."""


class StateView(View, frozen=True, kw_only=True):
    """A snapshot. What an audience may not see is absent."""

    room: RoomView
    session: SessionView | None
    air: AirView
    questions: tuple[QuestionView, ...]
    """On air, next, approved (votes, then oldest), waiting (oldest first), answered (newest first), aside.

    In an asker's own state those come first that nobody else sees: waiting, not taken, withdrawn."""
    on_air: QuestionId | None
    next: QuestionId | None
    counts: dict[str, int]
    """By status; for the public only of the statuses it may see."""
    asking: AskingView
    player: PlayerView
    speaker: SpeakerView | None
    speakers: tuple[str, ...] | UnsetType = UNSET
    """Names that have spoken in this session, in the order of the panel's keys 1-9. For operators."""
    source: str | None | UnsetType = UNSET
    layout: str | UnsetType = UNSET
    sources: tuple[SourceView, ...] | UnsetType = UNSET
    outputs: tuple[OutputView, ...] | UnsetType = UNSET
    recording: str | None | UnsetType = UNSET
    """The file that is being written, relative to the recordings' directory."""
    studio: bool | UnsetType = UNSET
    """Whether the media engine answers."""
    incidents: tuple[IncidentView, ...] | UnsetType = UNSET
    guests: tuple[str, ...] | UnsetType = UNSET
    displays: tuple[str, ...] | UnsetType = UNSET


class Snapshot(View, frozen=True, kw_only=True):
    """The answer of ``GET /api/state``."""

    seq: int
    state: StateView
    role: str
    """The caller's role: ``viewer``, ``operator``, ``moderator``, ``notes``, ``display``, ``guest``."""


class Change(View, frozen=True, kw_only=True):
    """The ``data`` of an event as one audience gets it.

    ``id`` and ``question`` belong together: the question takes its new shape and stands before the question ``before``
    (at the end where that is None); ``question`` None means it is gone from this audience's sight. ``set`` replaces
    members of the state by name.
    """

    id: QuestionId | UnsetType = UNSET
    question: QuestionView | None | UnsetType = UNSET
    before: QuestionId | None | UnsetType = UNSET
    set: dict[str, object] | UnsetType = UNSET


class Message(View, frozen=True, kw_only=True):
    """One message of the event stream."""

    seq: int
    kind: str
    at: datetime
    data: Change


class VotesView(View, frozen=True, kw_only=True):
    """How many votes a question has now, and the question that follows it (null: it is the last)."""

    id: QuestionId
    votes: int
    before: QuestionId | None
    voted: bool | UnsetType = UNSET
    """One's own vote, where it changed."""


class Votes(View, frozen=True, kw_only=True):
    """Questions whose votes changed, from the last in line to the first.

    Taken in this order, each is moved before the question ``before``; then all stand where they belong.
    """

    votes: tuple[VotesView, ...]


class VotesMessage(View, frozen=True, kw_only=True):
    """A message of the event stream for all votes since the last one; at most four come a second."""

    kind: Literal["votes"] = "votes"
    seq: int
    """The last of the votes."""
    at: datetime
    data: Votes
