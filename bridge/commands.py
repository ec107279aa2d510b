"""What the room can be told to do, as frozen records.

A command is imperative and carries everything its decision needs, ids of persons included; the time is handed to
``decide`` beside it.
"""

from datetime import datetime

import msgspec
from msgspec import UNSET, UnsetType

from bridge.terms import Hand, LinkState, Mode, Order, Origin, PersonId, QuestionId, SessionId, SourceState


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all commands."""


class StartAir(Command, frozen=True, kw_only=True):
    """Send the programme to its outputs."""


class StopAir(Command, frozen=True, kw_only=True):
    """Send it nowhere."""


class Blank(Command, frozen=True, kw_only=True):
    """Show the public slate and silence."""


class Unblank(Command, frozen=True, kw_only=True):
    """Show the public the room again."""


class ChooseSource(Command, frozen=True, kw_only=True):
    """Fill the picture with the source ``name``, one of those configured."""

    name: str


class ChooseLayout(Command, frozen=True, kw_only=True):
    """Lay the picture out as ``name`` says."""

    name: str


class ReportSource(Command, frozen=True, kw_only=True):
    """Record what the studio says of a source."""

    name: str
    state: SourceState
    reason: str | None = None


class ReportOutput(Command, frozen=True, kw_only=True):
    """Record what the studio says of an output."""

    name: str
    state: LinkState
    reason: str | None = None


class ReportStudio(Command, frozen=True, kw_only=True):
    """Record that the studio came or was lost."""

    up: bool
    reason: str | None = None


class ReportPartBegan(Command, frozen=True, kw_only=True):
    """Record that a recording file began."""

    path: str
    began_at: datetime


class ReportPartEnded(Command, frozen=True, kw_only=True):
    """Record that a recording file is complete."""

    path: str


class OpenSession(Command, frozen=True, kw_only=True):
    """Begin a session; the one that is on is closed first."""

    title: str
    host: str | None = None


class CloseSession(Command, frozen=True, kw_only=True):
    """End the session."""

    id: SessionId


class SpeakNow(Command, frozen=True, kw_only=True):
    """Begin a turn of ``name`` and end the one before; nobody speaks where ``name`` is None."""

    name: str | None


class AskQuestion(Command, frozen=True, kw_only=True):
    """Ask a question."""

    person: PersonId
    text: str
    name: str | None = None
    exempt: bool = False
    """Moderators are exempt from the limits."""
    origin: Origin = Origin.WEB


class AddQuestion(Command, frozen=True, kw_only=True):
    """Ask on behalf of somebody who is not on the page; as a moderator, so it is approved with that."""

    text: str
    name: str | None = None
    origin: Origin


class EditOwnQuestion(Command, frozen=True, kw_only=True):
    """Change the words of one's own question while it waits."""

    id: QuestionId
    person: PersonId
    text: str


class WithdrawQuestion(Command, frozen=True, kw_only=True):
    """Take one's own question back while it waits."""

    id: QuestionId
    person: PersonId


class VoteQuestion(Command, frozen=True, kw_only=True):
    """Vote for a question; a second vote changes nothing."""

    id: QuestionId
    person: PersonId


class UnvoteQuestion(Command, frozen=True, kw_only=True):
    """Take one's vote back; without one nothing changes."""

    id: QuestionId
    person: PersonId


class ModerateQuestion(Command, frozen=True, kw_only=True):
    """Base of what moderators do with a question. ``rev`` says which state of it they saw; None does not ask."""

    id: QuestionId
    rev: int | None = None


class EditQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Change a question's words as a moderator."""

    text: str


class ApproveQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Let it be seen and taken."""


class RejectQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Do not take it."""

    reason: str | None = None


class RestoreQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Undo the decision: it waits again."""


class StarQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Mark it for moderators."""


class UnstarQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Take the mark away."""


class TagQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Give it these tags and no others."""

    tags: tuple[str, ...]


class ReplyQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Answer it in writing; an empty text takes the answer back."""

    text: str
    by: str | None = None


class MoveQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Put it right before another in the line, at its end where ``before`` is None."""

    before: QuestionId | None


class MergeQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Let ``into`` stand for it."""

    into: QuestionId


class UndoQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Undo the moderators' last act on it."""


class RedoQuestion(ModerateQuestion, frozen=True, kw_only=True):
    """Do again what was undone last."""


class ClaimQuestion(Command, frozen=True, kw_only=True):
    """Tell other moderators that one has it open."""

    id: QuestionId
    by: str
    holder: PersonId


class ReleaseQuestion(Command, frozen=True, kw_only=True):
    """Tell them that one has not any more."""

    id: QuestionId
    holder: PersonId


class BanAsker(Command, frozen=True, kw_only=True):
    """Take no more questions of ``person`` and hide those that stand."""

    person: PersonId


class UnbanAsker(Command, frozen=True, kw_only=True):
    """Undo that."""

    person: PersonId


class SetAsking(Command, frozen=True, kw_only=True):
    """Change whether and how questions are taken; what is unset stays. None: as the settings say."""

    hand: Hand | UnsetType = UNSET
    opens_at: datetime | None | UnsetType = UNSET
    slow_mode_s: float | None | UnsetType = UNSET
    mode: Mode | None | UnsetType = UNSET
    order: Order | None | UnsetType = UNSET
    names: bool | None | UnsetType = UNSET


class OpenOnTime(Command, frozen=True, kw_only=True):
    """Let the timed opening be over, where its time has come."""


class TakeNext(Command, frozen=True, kw_only=True):
    """On air becomes answered, next goes on air, the top approved one becomes next."""


class ClearAir(Command, frozen=True, kw_only=True):
    """Put the question on air back among the approved."""


class AirQuestion(Command, frozen=True, kw_only=True):
    """Put a question on air out of turn."""

    id: QuestionId


class UseInvite(Command, frozen=True, kw_only=True):
    """Use up a one-time invite."""

    invite: str


AnyCommand = (
    StartAir
    | StopAir
    | Blank
    | Unblank
    | ChooseSource
    | ChooseLayout
    | ReportSource
    | ReportOutput
    | ReportStudio
    | ReportPartBegan
    | ReportPartEnded
    | OpenSession
    | CloseSession
    | SpeakNow
    | AskQuestion
    | AddQuestion
    | EditOwnQuestion
    | WithdrawQuestion
    | VoteQuestion
    | UnvoteQuestion
    | EditQuestion
    | ApproveQuestion
    | RejectQuestion
    | RestoreQuestion
    | StarQuestion
    | UnstarQuestion
    | TagQuestion
    | ReplyQuestion
    | MoveQuestion
    | MergeQuestion
    | UndoQuestion
    | RedoQuestion
    | ClaimQuestion
    | ReleaseQuestion
    | BanAsker
    | UnbanAsker
    | SetAsking
    | OpenOnTime
    | TakeNext
    | ClearAir
    | AirQuestion
    | UseInvite
)
