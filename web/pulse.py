"""Find out who is still there: one look at all connections now and then instead of timers for each.

A connection whose other side vanished without a word would stay for ever, and behind a proxy a silent one is ended. So
each is pinged once in 25 seconds; one that has not answered by its next turn is given up. Access ends here too.
"""

from collections.abc import Iterable, Sequence

import msgspec

from bridge.clock import Clock
from web.crowd import Client

LOOK_S = 0.25
"""How often to look: often, so that few are pinged at a time and few answer at once."""
PING_S = 25.0
"""Proxies commonly end a connection that is silent for a minute."""
_GOLDEN = 0.618034
"""Its multiples are spread evenly over what lies between whole numbers, however many they are."""


def first_turn(number: int, clock: Clock) -> float:
    """Return when the connection ``number`` is pinged first: thousands may have come in the same second."""
    return clock.monotonic() + PING_S * (number * _GOLDEN % 1)


class Due(msgspec.Struct, frozen=True):
    """What one look found."""

    ping: Sequence[Client]
    gone: Sequence[Client]
    """They did not answer the ping before."""
    ended: Sequence[Client]
    """Their access has ended."""


def look(clients: Iterable[Client], clock: Clock) -> Due:
    """Return whose turn it is and set their next one."""
    now, ping, gone, ended = clock.monotonic(), [], [], []
    for client in [client for client in clients if client.due <= now]:
        if client.until <= now:
            ended.append(client)
        elif client.answered:
            ping.append(client)
            client.answered = False
            client.due = min(now + PING_S, client.until)
        else:
            gone.append(client)
    return Due(ping, gone, ended)
