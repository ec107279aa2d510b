"""Write to all connections of one audience: what is the same for all is built once, and gathered where it is much.

What is told goes out in the order of the journal, so that a client's numbers never run backwards. A client that knows
more than the others (it came later, or was told of something of its own) stands apart until they know it too.
"""

from collections.abc import Callable, Collection
from math import inf
from typing import Protocol

from bridge.audiences import Audience
from bridge.clock import Clock
from bridge.terms import PersonId
from web.auth import Caller
from web.bodies import Role
from web.moments import Moment, Retelling

GATHER_S = 0.3
"""How long votes are gathered: however unevenly they are delivered, no more than four messages come in a second."""
GATHER_MOST = 1024
"""Moments that may wait; beyond that all are told at once."""
PACE_S = 13e-6
"""How long a crowd is left alone after it was written to, for each client: twice what writing to one takes."""
PACE_FROM = 1000
"""Clients from which on that matters. Fewer are told at once."""
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
    def is_closing(self) -> bool: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class Client:
    """One connection."""

    __slots__ = ("answered", "audience", "due", "here", "meters", "name", "person", "role", "transport", "until")

    def __init__(self, caller: Caller, transport: Transport, *, until: float, meters: bool = False) -> None:
        self.role = caller.role
        self.name = caller.name
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
        self.here = True
        """False once it left or was let go."""


Write = Callable[[Collection[Client], bytes, int], None]
"""Sends clients the same bytes, which hold so many messages; it may let a client go."""


class Timer(Protocol):
    """What can be called off."""

    def cancel(self) -> None: ...


Later = Callable[[float, Callable[[], None]], Timer]
"""Calls a function on the loop after so many seconds."""


class Crowd:
    """The connections of one audience."""

    def __init__(
        self, audience: Audience, write: Write, *, clock: Clock, later: Later, pace_from: int = PACE_FROM
    ) -> None:
        self._audience = audience
        self._write = write
        self._clock = clock
        self._later = later
        self._pace_from = pace_from
        self.clients: set[Client] = set()
        self._pending: list[Moment] = []
        """What was not told yet."""
        self._by_person: dict[PersonId, tuple[Client, ...]] = {}
        self._ahead: dict[Client, int] = {}
        """Clients that know some of what is pending: up to which number."""
        self._timer: Timer | None = None
        self._due = inf
        """When the timer goes off."""
        self._rested = 0.0
        """When the crowd may be written to again."""

    def add(self, client: Client, seq: int) -> None:
        """Take in a client that knows everything up to ``seq``."""
        self.clients.add(client)
        if client.person is not None:
            self._by_person[client.person] = (*self._by_person.get(client.person, ()), client)
        if self._pending:
            self._ahead[client] = seq

    def remove(self, client: Client) -> None:
        """Forget a client, if it is here."""
        if client not in self.clients:
            return
        client.here = False
        self.clients.discard(client)
        self._ahead.pop(client, None)
        if client.person is None:
            return
        if left := tuple(other for other in self._by_person[client.person] if other is not client):
            self._by_person[client.person] = left
        else:
            del self._by_person[client.person]

    def tell(self, moment: Moment) -> None:
        """Tell of ``moment``: of a vote with others, of all else at once or as soon as the crowd has rested."""
        if not self.clients:
            return
        if not moment.is_vote and moment.frame(self._audience) is None:
            for person in self._by_person.keys() & moment.touched:
                self._tell_one(person, moment)
            return
        self._pending.append(moment)
        if len(self._pending) >= GATHER_MOST:
            self.flush()
        else:
            self._flush_after(GATHER_S if moment.is_vote else 0)

    def flush(self) -> None:
        """Tell everything that waits."""
        pending, ahead = self._pending, self._ahead
        self._pending, self._ahead = [], {}
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._due = None, inf
        if not pending or not self.clients:
            return
        retelling = Retelling(self._audience)
        touched = self._by_person.keys() & {person for moment in pending for person in moment.touched}
        apart = {*ahead, *(client for person in touched for client in self._by_person[person])}
        told = retelling.frames(pending)
        self._write(self.clients - apart if apart else self.clients, b"".join(told), len(told))
        for client in apart & self.clients:
            known = ahead.get(client, 0)
            due = [moment for moment in pending if moment.entry.seq > known] if known else pending
            self._tell_client(client, retelling.frames(due, client.person))
        if len(self.clients) >= self._pace_from:
            self._rested = self._clock.monotonic() + len(self.clients) * PACE_S

    def _flush_after(self, wait_s: float) -> None:
        now = self._clock.monotonic()
        due = max(now + wait_s, self._rested)
        if due <= now:
            self.flush()
        elif due < self._due:
            if self._timer is not None:
                self._timer.cancel()
            self._timer, self._due = self._later(due - now, self.flush), due

    def _tell_one(self, person: PersonId, moment: Moment) -> None:
        """Tell ``person`` alone of ``moment``; what the others still wait for goes before it."""
        retelling = Retelling(self._audience)
        for client in self._by_person.get(person, ()):
            known = self._ahead.get(client, 0)
            due = [before for before in self._pending if before.entry.seq > known]
            if self._pending:
                self._ahead[client] = moment.entry.seq
            self._tell_client(client, retelling.frames([*due, moment], person))

    def _tell_client(self, client: Client, told: list[bytes]) -> None:
        if told:
            self._write([client], b"".join(told), len(told))
