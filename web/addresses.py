"""Count the questions that come from each network address, and find that address behind proxies.

All people of one network stand behind one address: the count is theirs together. It is kept in memory only, since
addresses are personal data and the journal is for ever; after a restart it begins anew.
"""

import ipaddress
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bridge.clock import Clock
from bridge.errors import BridgeError, Refused

ADDRESSES = 10_000
"""Addresses that are counted. Policy when there are more: forget the one that asked longest ago."""
IPV6_NETWORK = 64
"""Bits of an IPv6 address that name the network; each household or hall has at least so much (RFC 6177, section 2)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class NetworkLimit:
    """Takes at most ``rate`` questions of one address within ``window_s`` seconds; 0 sets no limit."""

    def __init__(self, clock: Clock, *, rate: int, window_s: float, addresses: int = ADDRESSES) -> None:
        self._clock = clock
        self._rate = rate
        self._window_s = window_s
        self._addresses = addresses
        # By address, those that asked longest ago first: when each question was asked, oldest first.
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many addresses are counted just now."""
        return len(self._asked)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """Hold a place for one question of ``address``; it is free again where the question is refused inside.

        The place is held before the question is committed: of many that come at once no more get through.
        Raises :exc:`Refused` where there is none.
        """
        if self._rate == 0:
            yield
            return
        now_s = self._clock.monotonic()
        since_s = now_s - self._window_s
        asked = self._asked.get(address, deque())
        while asked and asked[0] <= since_s:
            asked.popleft()
        if len(asked) >= self._rate:
            raise _full(asked[0] - since_s)
        asked.append(now_s)
        self._asked[address] = asked
        self._asked.move_to_end(address)
        self._forget(since_s)
        try:
            yield
        except BridgeError:
            self._free(address, now_s)
            raise

    def _forget(self, since_s: float) -> None:
        """Forget addresses that have not asked since then, and as many more as it takes."""
        while len(self._asked) > self._addresses or next(iter(self._asked.values()))[-1] <= since_s:
            self._asked.popitem(last=False)

    def _free(self, address: str, at_s: float) -> None:
        asked = self._asked.get(address)
        if asked is None or at_s not in asked:
            return  # forgotten meanwhile
        asked.remove(at_s)
        if not asked:
            del self._asked[address]


def _full(wait_s: float) -> Refused:
    message = (
        "Too many questions came from your network in a short time. It is not about you: all people of a network share "
        "one limit. Send it again later, or from another network."
    )
    return Refused("rate_limited", message, status=429, retry_after_s=wait_s)


# Which address it is --------------------------------------------------------------------------------------------------


def network(peer: str | None, forwarded: Sequence[str], proxies: Sequence[str]) -> str:
    """Return the network that a call came from, as it is counted.

    ``peer`` is who connected, ``forwarded`` the values of X-Forwarded-For in their order. Each proxy writes behind what
    it was sent: going from the right, the first that is none of our ``proxies`` is the last that one of them saw.
    Whatever stands further left anybody may have made up.
    """
    found = parsed(peer or "")
    if found is None:
        return "unknown"
    hops = [hop.strip() for value in forwarded for hop in value.split(",")]
    while hops and is_one_of(found, proxies):
        hop = parsed(hops.pop())
        if hop is None:
            break  # the last one that is known is all there is
        found = hop
    if found.version == 4:
        return str(found)
    return str(ipaddress.IPv6Network((int(found), IPV6_NETWORK), strict=False))


def parsed(text: str) -> Address | None:
    """Return the address in ``text``, which may have a port behind it; None where it is none."""
    host, colon, _port = text.rpartition(":")
    # 192.0.2.1:80 and [2001:db8::1]:80, but not 2001:db8::1
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif colon and ":" not in host:
        text = host
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket for both kinds names a caller of the one in terms of the other (RFC 4291, section 2.5.5.2).
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_one_of(address: Address, networks: Sequence[str]) -> bool:
    """Tell whether ``address`` lies in one of ``networks``."""
    return any(address in ipaddress.ip_network(one, strict=False) for one in networks)
