"""The shapes of the HTTP calls: what a caller sends and what it gets back, beside the views.

The OpenAPI description and the pages' TypeScript types are made from these records. A request with a member unknown
here is refused: a caller learns of a slip instead of wondering why it does nothing.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from bridge.terms import Hand, Mode, Order, Origin, PartId, QuestionId, SessionId, TurnId
from bridge.views import DisplayView, MetersView, QuestionStatus, StateView, View


class Role(StrEnum):
    """What a caller may do."""

    VIEWER = "viewer"
    GUEST = "guest"
    DISPLAY = "display"
    NOTES = "notes"
    MODERATOR = "moderator"
    OPERATOR = "operator"


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what callers send."""


class AskRequest(Request, frozen=True, kw_only=True):
    """A question; ``name`` is optional. ``origin`` is for moderators, who ask for somebody that is not on the page."""

    text: str
    name: str | None = None
    origin: Origin | None = None


class EditRequest(Request, frozen=True, kw_only=True):
    """New words of a question."""

    text: str


class RejectRequest(Request, frozen=True, kw_only=True):
    """Why a question is not taken; the asker reads ``reason``."""

    reason: str | None = None


class AnswerRequest(Request, frozen=True, kw_only=True):
    """A written answer; an empty one takes it back."""

    text: str


class TagsRequest(Request, frozen=True, kw_only=True):
    """All tags of a question."""

    tags: tuple[str, ...]


class MergeRequest(Request, frozen=True, kw_only=True):
    """The question that stands for this one from now on."""

    into: QuestionId


class MoveRequest(Request, frozen=True, kw_only=True):
    """The question to stand right before; null: at the end of the line."""

    before: QuestionId | None


class AskingRequest(Request, frozen=True, kw_only=True):
    """Whether and how questions are taken; what is left out stays. null: as the settings say."""

    hand: Hand | UnsetType = UNSET
    """``open``, ``closed`` and ``over`` stand over the timer; ``timer``: from ``opens_at`` on, or always without it."""
    opens_at: Annotated[datetime, Meta(tz=True)] | None | UnsetType = UNSET
    slow_mode_s: float | None | UnsetType = UNSET
    mode: Mode | None | UnsetType = UNSET
    order: Order | None | UnsetType = UNSET
    names: bool | None | UnsetType = UNSET


class SessionRequest(Request, frozen=True, kw_only=True):
    """A session to open."""

    title: str
    host: str | None = None


class SpeakerRequest(Request, frozen=True, kw_only=True):
    """Who speaks from now on; null: nobody."""

    name: str | None


class SourceRequest(Request, frozen=True, kw_only=True):
    """The source to fill the picture with."""

    name: str


class LayoutRequest(Request, frozen=True, kw_only=True):
    """The layout to use."""

    name: str


class InviteRequest(Request, frozen=True, kw_only=True):
    """An invite to make; it expires after ``expires_s`` seconds (8 h)."""

    role: Role
    name: Annotated[str, Meta(max_length=60)] | None = None
    expires_s: Annotated[float, Meta(gt=0, le=366 * 86_400)] = 8 * 3600.0
    once: bool = False
    """Opens once and no more."""


class DisplayReport(Request, frozen=True, kw_only=True):
    """What a screen sends over its event stream, each time it shows something else."""

    page: Literal["room", "overlay"]
    shows: QuestionId | None


class QuestionAnswer(View, frozen=True, kw_only=True):
    """Where a question stands after the call; ``rev`` is for moderators."""

    id: QuestionId
    number: int
    status: QuestionStatus
    rev: int | UnsetType = UNSET


class QueueAnswer(View, frozen=True, kw_only=True):
    """The question on air and the next one after the call."""

    on_air: QuestionId | None
    next: QuestionId | None


class Done(View, frozen=True, kw_only=True):
    """The call was committed; ``seq`` is the journal's last entry then."""

    seq: int


class SessionLine(View, frozen=True, kw_only=True):
    """One session of the list; ``closed_at`` is null while it is on."""

    id: SessionId
    title: str
    host: str | None
    opened_at: datetime
    closed_at: datetime | None


class TurnLine(View, frozen=True, kw_only=True):
    """One turn of speech; ``offset_s`` counts from the start of the recording ``part`` that it began in."""

    id: TurnId
    name: str
    session: SessionId | None
    began_at: datetime
    ended_at: datetime | None
    part: PartId | None
    offset_s: float | None


class InviteAnswer(View, frozen=True, kw_only=True):
    """An invite's link."""

    url: str
    role: Role
    name: str | None
    expires_at: datetime


class Fault(View, frozen=True, kw_only=True):
    """What went wrong: a stable ``code``, a sentence, and how long to wait where waiting helps."""

    code: str
    message: str
    retry_after_s: float | UnsetType = UNSET


class FaultAnswer(View, frozen=True, kw_only=True):
    """The answer of every call that failed."""

    error: Fault


class SnapshotMessage(View, frozen=True, kw_only=True):
    """A message of the event stream: everything anew, because what came after ``after`` is too long ago."""

    kind: Literal["snapshot"] = "snapshot"
    seq: int
    role: Role
    state: StateView


class MetersMessage(View, frozen=True, kw_only=True):
    """A message of the event stream beside the journal's, for operators who ask with ``meters=1``."""

    kind: Literal["meters"] = "meters"
    at: datetime
    data: MetersView


class DisplaysView(View, frozen=True, kw_only=True):
    """All screens that are connected."""

    displays: tuple[DisplayView, ...]


class DisplaysMessage(View, frozen=True, kw_only=True):
    """A message beside the journal's, for operators and moderators: a screen came, went or shows something else."""

    kind: Literal["displays"] = "displays"
    at: datetime
    data: DisplaysView


class Health(View, frozen=True, kw_only=True):
    """Whether the service is alive, or able to serve."""

    status: str
