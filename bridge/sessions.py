"""Decide what session is on: at most one at a time, opened by whoever claims the room.

``closed_at`` is None only for the last of ``all``.
"""

from datetime import datetime

import msgspec

from bridge.commands import CloseSession, OpenSession
from bridge.errors import Refused
from bridge.events import SessionClosed, SessionOpened
from bridge.terms import SessionId
from moderation import policy


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """One session."""

    id: SessionId
    title: str
    host: str | None
    opened_at: datetime
    closed_at: datetime | None = None


class Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """All sessions, oldest first."""

    all: tuple[Session, ...] = ()

    @property
    def open(self) -> Session | None:
        """The session that is on."""
        return self.all[-1] if self.all and self.all[-1].closed_at is None else None

    def known(self, wanted: SessionId) -> Session:
        """Return the session of that id, or refuse."""
        for session in self.all:
            if session.id == wanted:
                return session
        raise Refused("session_unknown", f"There is no session {wanted}.", status=404)


def decide(sessions: Sessions, command: OpenSession | CloseSession) -> list[SessionOpened | SessionClosed]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    match command:
        case OpenSession():
            title, host = policy.session_title(command.title), policy.asker_name(command.host)
            opened = SessionOpened(id=SessionId(f"s{len(sessions.all) + 1}"), title=title, host=host)
            on = sessions.open
            return [opened] if on is None else [SessionClosed(id=on.id), opened]
        case CloseSession():
            return [] if sessions.known(command.id).closed_at is not None else [SessionClosed(id=command.id)]


def evolve(sessions: Sessions, event: SessionOpened | SessionClosed, at: datetime) -> Sessions:
    """Return the state after ``event``, which happened ``at``."""
    match event:
        case SessionOpened():
            session = Session(id=event.id, title=event.title, host=event.host, opened_at=at)
            return Sessions(all=(*sessions.all, session))
        case SessionClosed():
            on = sessions.open
            assert on is not None, "only the session that is on can be closed"
            return Sessions(all=(*sessions.all[:-1], msgspec.structs.replace(on, closed_at=at)))
