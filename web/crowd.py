"""Write to all connections of one audience: what is the same for all is built once, votes are gathered.

Before anything else is told, the votes that wait are, so that a client's numbers never run backwards. A client that
knows more than the others (it came later, or was told of something of its own) stands apart until they know it too.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

from bridge.audiences import Audience
from bridge.events import PersonId
from bridge.room import Room
from web.auth import Caller
from web.bodies import Role
from web.moments import Moment, Run

GATHER_MOST = 1024
"""Votes that may wait; beyond that all are told at once."""
AUDIENCE = {
    Role.VIEWER: Audience.PUBLIC,
    Role.GUEST: Audience.PUBLIC,
    Role.DISPLAY: Audience.DISPLAY,
    Role.NOTES: Audience.NOTES,
    Role.MODERATOR: Audience.MODERATOR,
    Role.OPERATOR: Audience.OPERATOR,
}


class Transport(Protocol):
    """The part of a connection's transport that is needed here."""

    def write(self, data: bytes) -> None: ...
    def get_write_buffer_size(self) -> int: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class Client:
    """One connection."""

    __slots__ = ("answered", "audience", "due", "meters", "person", "role", "transport", "until")

    def __init__(self, caller: Caller, transport: Transport, *, until: float, meters: bool = False) -> None:
        self.role = caller.role
        self.audience = AUDIENCE[caller.role]
        self.person = caller.person if self.audience is Audience.PUBLIC else None
        self.meters = meters and self.audience is Audience.OPERATOR
        self.transport = transport
        self.until = until
        """When the access ends, on the monotonic clock."""
        self.due = 0.0
        """When to look at it next."""
        self.answered = True
        """Whether anything came since the last ping."""


Write = Callable[[Iterable[Client], bytes, int], None]
"""Sends clients the same bytes, which hold so many messages; it may let a client go."""


class Crowd:
    """The connections of one audience."""

    def __init__(self, audience: Audience, write: Write) -> None:
        self._audience = audience
        self._write = write
        self.clients: set[Client] = set()
        self.pending: list[Moment] = []
        """Votes that were not told yet."""
        self._by_person: dict[PersonId, tuple[Client, ...]] = {}
        self._ahead: dict[Client, int] = {}
        """Clients that know some of what is pending: up to which number."""

    def add(self, client: Client, seq: int) -> None:
        """Take in a client that knows everything up to ``seq``."""
        self.clients.add(client)
        if client.person is not None:
            self._by_person[client.person] = (*self._by_person.get(client.person, ()), client)
        if self.pending:
            self._ahead[client] = seq

    def remove(self, client: Client) -> None:
        """Forget a client, if it is here."""
        if client not in self.clients:
            return
        self.clients.discard(client)
        self._ahead.pop(client, None)
        if client.person is None:
            return
        if left := tuple(other for other in self._by_person[client.person] if other is not client):
            self._by_person[client.person] = left
        else:
            del self._by_person[client.person]

    def gather(self, vote: Moment) -> None:
        """Keep a vote to be told with others."""
        if not self.clients:
            return
        self.pending.append(vote)
        if len(self.pending) >= GATHER_MOST:
            self.flush(vote.after)

    def tell(self, moment: Moment) -> None:
        """Tell what is no vote, to those whom it concerns."""
        frame = moment.frame(self._audience)
        own = {person: moment.frame(self._audience, person) for person in moment.touched if person in self._by_person}
        if frame is not None:
            self.flush(moment.before)
            self._spread(frame, own, but=())
            return
        for person, theirs in own.items():
            if theirs is not None:
                self._tell_one(person, moment, theirs)

    def flush(self, room: Room) -> None:
        """Tell the votes that wait, as they stand in ``room``."""
        pending, ahead = self.pending, self._ahead
        self.pending, self._ahead = [], {}
        if not pending or not self.clients:
            return
        if self._audience is Audience.OPERATOR:
            self._tell_each(pending, ahead)
            return
        run = Run(pending, room, self._audience)
        own = {person: run.frame(person) for person in run.voted if person in self._by_person}
        self._spread(run.frame(), own, but=[client for client, known in ahead.items() if known >= run.seq])

    def _spread(self, frame: bytes, own: Mapping[PersonId, bytes | None], *, but: Collection[Client]) -> None:
        """Write ``frame`` to all, to the persons of ``own`` theirs instead, and nothing to ``but``."""
        persons = [(self._by_person.get(person, ()), theirs) for person, theirs in own.items()]
        apart = {*but, *(client for clients, _ in persons for client in clients)}
        self._write(self.clients - apart if apart else self.clients, frame, 1)
        for clients, theirs in persons:
            if theirs is not None:
                self._write([client for client in clients if client not in but], theirs, 1)

    def _tell_one(self, person: PersonId, moment: Moment, frame: bytes) -> None:
        """Tell ``person`` alone; what the others still wait for goes before it."""
        for client in self._by_person.get(person, ()):
            known = self._ahead.get(client, 0)
            due = [vote for vote in self.pending if vote.entry.seq > known]
            votes = Run(due, moment.before, self._audience).frame(person) if due else b""
            if self.pending:
                self._ahead[client] = moment.entry.seq
            self._write([client], votes + frame, 2 if votes else 1)

    def _tell_each(self, votes: list[Moment], ahead: Mapping[Client, int]) -> None:
        """Tell operators of each vote by itself, in one go."""
        frames = [(vote.entry.seq, vote.frame(self._audience) or b"") for vote in votes]
        self._write(self.clients - ahead.keys() if ahead else self.clients, _joined(frames, 0), len(frames))
        for client, known in ahead.items():
            if unknown := _joined(frames, known):
                self._write([client], unknown, sum(seq > known for seq, _ in frames))


def _joined(frames: list[tuple[int, bytes]], known: int) -> bytes:
    return b"".join(frame for seq, frame in frames if seq > known)
