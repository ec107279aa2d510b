"""Decide who is speaking: one turn at a time, begun by one press, ended by the next."""

from datetime import datetime

import msgspec

from bridge.events import TurnBegan, TurnEnded
from bridge.terms import SessionId, TurnId
from moderation import policy


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A turn that is on."""

    id: TurnId
    name: str
    began_at: datetime


class Speakers(msgspec.Struct, frozen=True, kw_only=True):
    """Who is speaking and who spoke."""

    turn: Turn | None = None
    count: int = 0
    """Turns so far."""
    names: tuple[str, ...] = ()
    """Who has spoken in this session, in the order of their first turn."""


def speak(speakers: Speakers, name: str | None, session: SessionId | None) -> list[TurnBegan | TurnEnded]:
    """Return what it takes that ``name`` speaks, or nobody; nothing where that is so. Raises :exc:`Refused`."""
    name = None if name is None else policy.speaker_name(name)
    if speakers.turn is not None and speakers.turn.name == name:
        return []
    ended: list[TurnBegan | TurnEnded] = [] if speakers.turn is None else [TurnEnded(id=speakers.turn.id)]
    if name is None:
        return ended
    return [*ended, TurnBegan(id=TurnId(f"t{speakers.count + 1}"), name=name, session=session)]


def evolve(speakers: Speakers, event: TurnBegan | TurnEnded, at: datetime) -> Speakers:
    """Return the state after ``event``, which happened ``at``."""
    match event:
        case TurnBegan(name=name):
            names = speakers.names if name in speakers.names else (*speakers.names, name)
            return Speakers(turn=Turn(id=event.id, name=name, began_at=at), count=speakers.count + 1, names=names)
        case TurnEnded():
            return msgspec.structs.replace(speakers, turn=None)


def forget_names(speakers: Speakers) -> Speakers:
    """Return the state as another session finds it."""
    return msgspec.structs.replace(speakers, names=())
