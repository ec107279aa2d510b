"""Clients of the hub without a network: a transport that keeps what is written, and a page that follows along."""

import json
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

from bridge.replica import apply
from bridge.terms import PersonId
from tests.bridge.playbook import START
from web.auth import Caller
from web.bodies import Role
from web.crowd import Client
from web.events import Hub


class FakeTransport:
    """Keeps what is written; ``waiting`` pretends that the other side does not read."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.waiting = 0
        self.closed = False
        self.aborted = False

    def write(self, data: bytes) -> None:
        assert not self.closed, "uvloop raises where one writes to a closed transport"
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return self.waiting

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.aborted = True

    @property
    def close_code(self) -> int:
        last = self.written[-1]
        assert last[0] == 0x88, "a close frame"
        return int.from_bytes(last[2:4], "big")

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All messages so far."""
        return [message for written in self.written for message in _messages(written)]


def _messages(written: bytes) -> Iterator[dict[str, Any]]:
    while written and written[0] == 0x81:
        skipped = {126: 4, 127: 10}.get(written[1], 2)
        length = written[1] if skipped == 2 else int.from_bytes(written[2:skipped], "big")
        yield json.loads(written[skipped : skipped + length])
        written = written[skipped + length :]


class Timers:
    """Stands in for the loop's timers: they go off when told to."""

    def __init__(self) -> None:
        self._waits: dict[FakeTimer, tuple[float, Callable[[], None]]] = {}

    def __call__(self, seconds: float, function: Callable[[], None]) -> "FakeTimer":
        timer = FakeTimer(self._waits)
        self._waits[timer] = (seconds, function)
        return timer

    @property
    def waits(self) -> list[float]:
        """The seconds that each of them waits."""
        return [seconds for seconds, _ in self._waits.values()]

    def go_off(self) -> None:
        """Do all that waits now, and what that begins at once."""
        self._do(list(self._waits))
        while soon := [timer for timer, (seconds, _) in self._waits.items() if seconds == 0]:
            self._do(soon)

    def _do(self, timers: "list[FakeTimer]") -> None:
        for timer in timers:
            if timer in self._waits:
                self._waits.pop(timer)[1]()


class FakeTimer:
    """One of them."""

    def __init__(self, waits: "dict[FakeTimer, tuple[float, Callable[[], None]]]") -> None:
        self._waits = waits

    def cancel(self) -> None:
        self._waits.pop(self, None)


class Page:
    """Somebody's page: keeps a state as ``state.ts`` does, but takes nothing twice and no number out of order."""

    def __init__(self, hub: Hub, role: Role, person: PersonId) -> None:
        self.role = role
        self.person = person
        self.seq: int | None = None
        self.state: dict[str, Any] = {}
        self.kinds: list[str] = []
        self._hub = hub
        self._client: Client | None = None
        self.transport = FakeTransport()

    @property
    def connected(self) -> bool:
        return self._client is not None

    def connect(self) -> None:
        """Come, or come back."""
        self.transport = FakeTransport()
        self._client = Client(Caller(person=self.person, role=self.role, until=START), self.transport, until=inf)
        self._hub.join(self._client, self.seq)

    def drop(self) -> None:
        """Lose the connection with all that was written to it and not read."""
        if self._client is not None:
            self._hub.leave(self._client)
            self._client = None

    def move(self, hub: Hub) -> None:
        """Find another hub at the same address."""
        self.drop()
        self._hub = hub

    def read(self) -> None:
        """Take in what was written."""
        for message in self.transport.messages:
            self._take(message)
        self.transport.written.clear()

    def _take(self, message: dict[str, Any]) -> None:
        self.kinds.append(message["kind"])
        if message["kind"] == "snapshot":
            self.seq, self.state = message["seq"], message["state"]
            return
        assert self.seq is not None, "a stream begins with a snapshot"
        assert message["seq"] > self.seq, f"{message} comes after {self.seq}"
        assert self.role is not Role.OPERATOR or message["seq"] == self.seq + 1, "operators see no gap"
        self.seq, self.state = message["seq"], apply(self.state, message)
