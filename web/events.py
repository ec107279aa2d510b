"""Tell every connected client what happened: built once an audience, written to each connection.

A client that comes with the number it has seen gets what followed, or everything anew where that is too long ago. One
that reads too slowly is let go and resumes; it never holds memory. All of this runs on the loop's thread, without
awaiting, so that no entry can come between a client's past and its future.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from itertools import islice

import msgspec

from bridge import audiences
from bridge.audiences import Audience
from bridge.clock import Clock
from bridge.events import Entry
from bridge.room import Room
from bridge.terms import PersonId
from bridge.views import MetersView
from web import displays, frames, pulse, snapshots
from web.auth import Caller
from web.bodies import DisplaysMessage, DisplaysView, MetersMessage, Role
from web.crowd import AUDIENCE, GATHER_S, Client, Crowd, Later, Timer
from web.delivery import AT_ONCE, Delivery
from web.displays import Displays
from web.moments import Moment, Retelling
from web.snapshots import Form, Snapshots

RING = 1024
"""Entries a client may have missed and still resume; beyond that it gets a snapshot."""
BACKLOG_BYTES = 256 * 1024
"""What may wait for one client."""
METERS_BACKLOG_BYTES = 16 * 1024
"""With more than this waiting, a client gets no meters: newer ones come."""
INVITED = frozenset({Role.DISPLAY, Role.MODERATOR, Role.OPERATOR})
"""Whose screens are the event's own."""
SLOW = 4008
EXPIRED = 4001
GOING_AWAY = 1001
_LINGER_S = 5.0
"""How long a client that was let go may take to read its last frames."""

_encode = msgspec.json.Encoder().encode


def on_loop(seconds: float, function: Callable[[], None]) -> Timer:
    """Call ``function`` later, on the running loop."""
    return asyncio.get_running_loop().call_later(seconds, function)


class _Past(msgspec.Struct, frozen=True):
    """What followed a number, for one audience."""

    moments: list[Moment]
    told: list[bytes]
    joined: bytes
    touched: frozenset[PersonId]
    """Whoever needs it told otherwise."""


class Hub:
    """All connections, and the entries of late."""

    def __init__(
        self,
        room: Room,
        clock: Clock,
        *,
        ring: int = RING,
        backlog_bytes: int = BACKLOG_BYTES,
        at_once: int = AT_ONCE,
        later: Later = on_loop,
        past: Iterable[tuple[Room, Entry, Room]] = (),
    ) -> None:
        """``past`` are the entries that led to ``room``: who saw the first of them can resume."""
        self._room = room
        self._clock = clock
        self._moments: deque[Moment] = deque((Moment(*step) for step in past), maxlen=ring)
        self._pasts: dict[tuple[Audience, int], _Past] = {}
        """Kept until something happens: after a restart, thousands come with the same number."""
        self._later = later
        self._delivery = Delivery(self._too_slow, later, backlog_bytes=backlog_bytes, at_once=at_once)
        self._crowds = {
            audience: Crowd(audience, self._delivery.write, clock=clock, later=later)
            for audience in set(AUDIENCE.values())
        }
        self._snapshots = Snapshots()
        self._joined = 0
        self._looking = False
        self._screening = False
        self._closed = False
        self.displays = Displays()
        self.meters: MetersView | None = None
        self.slow = 0
        """Clients let go so far because they did not read."""
        self.vanished = 0
        """Clients given up so far because they answered no ping."""

    @property
    def room(self) -> Room:
        """The room after the last entry; clients may hear of it a moment later."""
        return self._room

    @property
    def sent(self) -> int:
        """Messages so far, over all clients."""
        return self._delivery.sent

    def connected(self) -> Counter[Audience]:
        """Count the connections of each audience."""
        return Counter({audience: len(crowd.clients) for audience, crowd in self._crowds.items()})

    # Coming and going -------------------------------------------------------------------------------------------------

    def join(self, client: Client, after: int | None) -> None:
        """Send ``client`` what it missed since the entry ``after``, and everything from now on."""
        if self._closed:
            self._let_go(client, GOING_AWAY, "The service is stopping.")
            return
        missed = self._missed(client, after)
        resumes = missed is not None
        if missed is None:
            missed = (self._snapshot(Form.FRAME, client.role, client.person), 1)
        self._crowds[client.audience].add(client, self._room.seq)
        self._joined += 1
        client.due = min(pulse.first_turn(self._joined, self._clock), client.until)
        if not self._looking:
            self._looking = True
            self._later(pulse.LOOK_S, self.look)
        told, messages = missed
        if messages:
            self._delivery.write_now([client], told, messages)
        # A page that lost its link forgets the screens: nothing is said where there are none.
        if resumes and client.audience in audiences.MODERATING and self.displays.views:
            self._delivery.write_now([client], self._displays_frame(), 1)

    def heard(self, client: Client, text: str) -> None:
        """Take in what a client says: a screen tells what it shows."""
        said = displays.read(text)
        if said is None:
            return
        invited = client.role in INVITED
        if self.displays.report(client, said, name=client.name, invited=invited, now=self._clock.now()):
            self._tell_displays_soon()

    def leave(self, client: Client) -> None:
        """Forget a connection that ended."""
        if self.displays.leave(client):
            self._tell_displays_soon()
        self._crowds[client.audience].remove(client)

    def look(self) -> None:
        """Ping those whose turn it is, give up who did not answer, end the connections whose access has ended."""
        self._looking = any(crowd.clients for crowd in self._crowds.values())
        if self._looking:
            self._later(pulse.LOOK_S, self.look)
        for crowd in self._crowds.values():
            due = pulse.look(crowd.clients, self._clock)
            for client in due.ended:
                self._let_go(client, EXPIRED, "Your access has ended.")
            for client in due.gone:
                self.vanished += 1
                self.leave(client)
                client.transport.abort()
            self._delivery.write(due.ping, frames.ping(), 0)

    def close(self) -> None:
        """Say goodbye to all; whoever comes later is turned away."""
        self._closed = True
        self.flush()
        self._delivery.finish()
        for crowd in self._crowds.values():
            for client in list(crowd.clients):
                self._let_go(client, GOING_AWAY, "The service is stopping.")

    def _missed(self, client: Client, after: int | None) -> tuple[bytes, int] | None:
        """Return what followed ``after`` and how many messages that are, or None where that cannot be told."""
        if after is None or after > self._room.seq or after < self._room.seq - len(self._moments):
            return None
        past = self._pasts.get((client.audience, after)) or self._past(client.audience, after)
        if client.person not in past.touched:
            return past.joined, len(past.told)
        told = Retelling(client.audience).frames(past.moments, client.person)
        return b"".join(told), len(told)

    def _past(self, audience: Audience, after: int) -> _Past:
        moments = list(islice(self._moments, len(self._moments) - (self._room.seq - after), None))
        told = Retelling(audience).frames(moments)
        touched = frozenset(person for moment in moments for person in moment.touched)
        past = self._pasts[audience, after] = _Past(moments, told, b"".join(told), touched)
        return past

    # Snapshots --------------------------------------------------------------------------------------------------------

    def state(self, caller: Caller) -> bytes:
        """Return what ``GET /api/state`` answers: the room as ``caller`` may see it, as JSON."""
        return self._snapshot(Form.ANSWER, caller.role, caller.person)

    def _snapshot(self, form: Form, role: Role, person: PersonId | None) -> bytes:
        audience = AUDIENCE[role]
        if audience is Audience.PUBLIC:
            assert person is not None, "each of the public is somebody"
            return self._snapshots.of_public(self._room, form, role, person)
        return snapshots.of_others(self._room, form, role, audience, self.meters, self.displays.views)

    # What happens -----------------------------------------------------------------------------------------------------

    def tell(self, before: Room, entry: Entry, after: Room) -> None:
        """Tell everybody of ``entry``: a follower of the room's writer."""
        moment = Moment(before, entry, after)
        self._room = after
        self._moments.append(moment)
        self._pasts.clear()
        for crowd in self._crowds.values():
            crowd.tell(moment)

    def flush(self) -> None:
        """Tell what was gathered."""
        for crowd in self._crowds.values():
            crowd.flush()

    def tell_meters(self, figures: MetersView | None) -> None:
        """Tell the newest figures to those who asked for them; None says that there are none any more."""
        self.meters = figures
        asking = [client for client in self._crowds[Audience.OPERATOR].clients if client.meters]
        if figures is None or not asking:
            return
        frame = frames.text(_encode(MetersMessage(at=self._clock.now(), data=figures)))
        ready = [client for client in asking if client.transport.get_write_buffer_size() <= METERS_BACKLOG_BYTES]
        self._delivery.write(ready, frame, 1)

    def _tell_displays_soon(self) -> None:
        # Anybody may say that theirs is a screen, and as often as they like: moderators hear of it four times a second.
        if not self._screening:
            self._screening = True
            self._later(GATHER_S, self._tell_displays)

    def _tell_displays(self) -> None:
        self._screening = False
        frame = self._displays_frame()
        for audience in audiences.MODERATING:
            self._delivery.write(self._crowds[audience].clients, frame, 1)

    def _displays_frame(self) -> bytes:
        message = DisplaysMessage(at=self._clock.now(), data=DisplaysView(displays=self.displays.views))
        return frames.text(_encode(message))

    def _too_slow(self, client: Client) -> None:
        self.slow += 1
        self._let_go(client, SLOW, "Too much waits for you. Connect again.")

    def _let_go(self, client: Client, code: int, reason: str) -> None:
        self.leave(client)
        if client.transport.is_closing():
            return
        client.transport.write(frames.close(code, reason))
        client.transport.close()
        # Closing waits until all is written, and so for a client that reads nothing.
        self._later(_LINGER_S, client.transport.abort)
