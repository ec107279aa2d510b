"""The words that events, commands and views share: ids, how things stand, and what may be chosen.

They are written to the journal as they are: never renamed.
"""

from enum import StrEnum
from typing import NewType

import msgspec

QuestionId = NewType("QuestionId", str)
SessionId = NewType("SessionId", str)
TurnId = NewType("TurnId", str)
PartId = NewType("PartId", str)
PersonId = NewType("PersonId", str)


class LinkState(StrEnum):
    """How an output stands."""

    IDLE = "idle"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    FAILED = "failed"


class SourceState(StrEnum):
    """How a source stands."""

    WAITING = "waiting"
    """Nothing has come yet."""
    LIVE = "live"
    LOST = "lost"
    """It sent before and stopped; slate and silence stand in."""
    FAILED = "failed"
    """It cannot work as configured (no such file, no video in it); the reason says why."""


class Origin(StrEnum):
    """Where a question came from."""

    WEB = "web"
    ROOM = "room"
    YOUTUBE = "youtube"
    MATRIX = "matrix"
    IRC = "irc"
    OTHER = "other"


class Order(StrEnum):
    """How the approved questions stand."""

    VOTES = "votes"
    """The most wanted first, then the oldest."""
    FAIR = "fair"
    """First-time askers before others, quiet origins before loud ones, then votes."""


class Mode(StrEnum):
    """When a moderator looks at a question."""

    PRE = "pre"
    """Before anybody else sees it."""
    POST = "post"
    """Afterwards: it can be seen and voted for at once."""


class Hand(StrEnum):
    """Who says whether questions are taken: a person's word stands over the timer, and closed over open."""

    TIMER = "timer"
    """Nobody: they are taken from the time that is set, or always where none is."""
    OPEN = "open"
    CLOSED = "closed"
    OVER = "over"
    """Closed for good: the event has ended."""


class Hold(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """Why a filter held a question for a moderator."""

    why: str
    """``word``, ``link``, ``repeated``, ``shouting`` or ``marks``."""
    detail: str | None = None
    """The word as it stands in the text, the link's host, or the e-mail address."""


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a moderator put an approved question; it holds as long as the questions stand in the same ``order``."""

    order: Order
    tier: float
    weight: float
    tie: float
