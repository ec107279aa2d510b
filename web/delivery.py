"""Write to many connections, a part of them at a time, so that calls are answered in between.

What is handed in first is written first, to each client. One that does not read what was written before is let go.
"""

from collections import deque
from collections.abc import Callable, Collection, Sequence

from web.crowd import Client, Later

AT_ONCE = 500
"""Clients that are written to before others get their turn on the loop: some 5 ms."""


class Delivery:
    """Everything on its way to clients. It ends by itself: nothing here waits for a client."""

    def __init__(self, let_go: Callable[[Client], None], later: Later, *, backlog_bytes: int, at_once: int) -> None:
        self._let_go = let_go
        self._later = later
        self._backlog_bytes = backlog_bytes
        self._at_once = at_once
        self._waiting: deque[tuple[Sequence[Client], bytes, int]] = deque()
        self.sent = 0
        """Messages so far, over all clients."""

    def write(self, clients: Collection[Client], told: bytes, messages: int) -> None:
        """Write ``told``, which holds so many messages, to ``clients``; what waits goes before it."""
        if not self._waiting and len(clients) <= self._at_once:
            self.write_now(clients, told, messages)
            return
        if not self._waiting:
            self._later(0, self._step)
        everybody = list(clients)
        for first in range(0, len(everybody), self._at_once):
            self._waiting.append((everybody[first : first + self._at_once], told, messages))

    def finish(self) -> None:
        """Write all that waits."""
        while self._waiting:
            self.write_now(*self._waiting.popleft())

    def _step(self) -> None:
        left = self._at_once
        while self._waiting and left > 0:
            left -= len(self._waiting[0][0])
            self.write_now(*self._waiting.popleft())
        if self._waiting:
            self._later(0, self._step)

    def write_now(self, clients: Collection[Client], told: bytes, messages: int) -> None:
        """Write to ``clients`` for whom nothing waits."""
        # A first snapshot may be longer than the backlog: what counts is what waits already.
        most, written, slow = self._backlog_bytes, 0, []
        for client in clients:
            transport = client.transport
            # A connection that broke is gone a moment before its handler says so, and uvloop's cannot be written to.
            if not client.here or transport.is_closing():
                continue
            if transport.get_write_buffer_size() > most:
                slow.append(client)
            else:
                transport.write(told)
                written += 1
        self.sent += written * messages
        for client in slow:
            self._let_go(client)
