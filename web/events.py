"""Tell every connected client what happened: built once an audience, written to each connection.

A client that comes with the number it has seen gets what followed, or everything anew where that is too long ago. One
that reads too slowly is let go and resumes; it never holds memory. All of this runs on the loop's thread, without
awaiting, so that no entry can come between a client's past and its future.
"""

import asyncio
from collections import Counter, deque
from typing import Protocol

import msgspec

from bridge import audiences
from bridge.audiences import Audience
from bridge.clock import Clock
from bridge.events import Entry, PersonId
from bridge.room import Room
from bridge.views import MetersView
from web import frames
from web.auth import Caller
from web.bodies import MetersMessage, Role, SnapshotMessage

RING = 1024
"""Entries a client may have missed and still resume; beyond that it gets a snapshot."""
BACKLOG_BYTES = 256 * 1024
"""What may wait for one client."""
METERS_BACKLOG_BYTES = 16 * 1024
"""With more than this waiting, a client gets no meters: newer ones come."""
SLOW = 4008
EXPIRED = 4001
GOING_AWAY = 1001
_LINGER_S = 5.0
"""How long a client that was let go may take to read its last frames."""

AUDIENCE = {
    Role.VIEWER: Audience.PUBLIC,
    Role.GUEST: Audience.PUBLIC,
    Role.DISPLAY: Audience.DISPLAY,
    Role.NOTES: Audience.NOTES,
    Role.MODERATOR: Audience.MODERATOR,
    Role.OPERATOR: Audience.OPERATOR,
}

_encode = msgspec.json.Encoder().encode


class Transport(Protocol):
    """The part of a connection's transport that is needed here."""

    def write(self, data: bytes) -> None: ...
    def get_write_buffer_size(self) -> int: ...
    def close(self) -> None: ...
    def abort(self) -> None: ...


class Client:
    """One connection."""

    def __init__(self, caller: Caller, transport: Transport, *, meters: bool = False) -> None:
        self.role = caller.role
        self.audience = AUDIENCE[caller.role]
        self.person = caller.person if self.audience is Audience.PUBLIC else None
        self.meters = meters and self.audience is Audience.OPERATOR
        self.transport = transport


class _Moment:
    """One entry, with the frames that were built of it."""

    def __init__(self, before: Room, entry: Entry, after: Room) -> None:
        self.before = before
        self.entry = entry
        self.after = after
        self.touched = audiences.touched(before, entry, after)
        self._frames: dict[Audience, bytes | None] = {}

    def frame(self, client: Client) -> bytes | None:
        """Return what ``client`` is sent, None where that is nothing."""
        if client.person is not None and client.person in self.touched:
            return self._build(Audience.ASKER, client.person)
        if client.audience not in self._frames:
            self._frames[client.audience] = self._build(client.audience, None)
        return self._frames[client.audience]

    def _build(self, audience: Audience, person: PersonId | None) -> bytes | None:
        message = audiences.message(self.before, self.entry, self.after, audience, person)
        return None if message is None else frames.text(_encode(message))


class Hub:
    """All connections, and the entries of late."""

    def __init__(self, room: Room, clock: Clock, *, ring: int = RING, backlog_bytes: int = BACKLOG_BYTES) -> None:
        self._room = room
        self._clock = clock
        self._moments: deque[_Moment] = deque(maxlen=ring)
        self._backlog_bytes = backlog_bytes
        self._clients: set[Client] = set()
        self._closed = False
        self.meters: MetersView | None = None
        self.sent = 0
        """Messages so far, over all clients."""
        self.slow = 0
        """Clients let go so far because they did not read."""

    @property
    def room(self) -> Room:
        """The room as clients were told of it last."""
        return self._room

    def connected(self) -> Counter[Audience]:
        """Count the connections of each audience."""
        return Counter(client.audience for client in self._clients)

    # Coming and going -------------------------------------------------------------------------------------------------

    def join(self, client: Client, after: int | None) -> None:
        """Send ``client`` what it missed since the entry ``after``, and everything from now on."""
        if self._closed:
            self._let_go(client, GOING_AWAY, "The service is stopping.")
            return
        self._clients.add(client)
        missed = self._since(after)
        if missed is None:
            self._write(client, frames.text(_encode(self._snapshot(client))))
            return
        for moment in missed:
            if (frame := moment.frame(client)) is not None:
                self._write(client, frame)

    def leave(self, client: Client) -> None:
        """Forget a connection that ended."""
        self._clients.discard(client)

    def expire(self, client: Client) -> None:
        """End a connection whose access has ended."""
        self._let_go(client, EXPIRED, "Your access has ended.")

    def close(self) -> None:
        """Say goodbye to all; whoever comes later is turned away."""
        self._closed = True
        for client in list(self._clients):
            self._let_go(client, GOING_AWAY, "The service is stopping.")

    def _since(self, after: int | None) -> list[_Moment] | None:
        """Return what followed ``after``, or None where that cannot be told."""
        if after is None or after > self._room.seq or after < self._room.seq - len(self._moments):
            return None
        return [moment for moment in self._moments if moment.entry.seq > after]

    def _snapshot(self, client: Client) -> SnapshotMessage:
        audience = Audience.ASKER if client.person is not None else client.audience
        state = audiences.snapshot(self._room, audience, client.person, self.meters)
        return SnapshotMessage(seq=self._room.seq, role=client.role, state=state)

    # What happens -----------------------------------------------------------------------------------------------------

    def tell(self, before: Room, entry: Entry, after: Room) -> None:
        """Tell everybody of ``entry``: a follower of the room's writer."""
        self._room = after
        moment = _Moment(before, entry, after)
        self._moments.append(moment)
        for client in list(self._clients):
            if (frame := moment.frame(client)) is not None:
                self._write(client, frame)

    def tell_meters(self, figures: MetersView | None) -> None:
        """Tell the newest figures to those who asked for them; None says that there are none any more."""
        self.meters = figures
        asking = [client for client in self._clients if client.meters]
        if figures is None or not asking:
            return
        frame = frames.text(_encode(MetersMessage(at=self._clock.now(), data=figures)))
        for client in asking:
            if client.transport.get_write_buffer_size() <= METERS_BACKLOG_BYTES:
                self._write(client, frame)

    def _write(self, client: Client, frame: bytes) -> None:
        # A first snapshot may be longer than the backlog: what counts is what waits already.
        if client.transport.get_write_buffer_size() > self._backlog_bytes:
            self.slow += 1
            self._let_go(client, SLOW, "Too much waits for you. Connect again.")
            return
        client.transport.write(frame)
        self.sent += 1

    def _let_go(self, client: Client, code: int, reason: str) -> None:
        self._clients.discard(client)
        client.transport.write(frames.close(code, reason))
        client.transport.close()
        # Closing waits until all is written, and so for a client that reads nothing.
        asyncio.get_running_loop().call_later(_LINGER_S, client.transport.abort)
