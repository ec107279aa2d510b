"""Thousands of viewers in one process of their own: they follow the event stream and note when each frame came.

No library stands between: a WebSocket client is a request, a few bytes of each frame's head, and an answer to pings
(RFC 6455, section 5). They come back after a lost connection as a page does (``events.ts``). ``perf_counter`` is the
machine's monotonic clock, the same in all processes.
"""

import asyncio
import multiprocessing
import random
import re
import resource
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

import uvloop

REQUEST = (
    "GET /api/events{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: {cookie}\r\n\r\n"
)
PONG = b"\x8a\x80\x00\x00\x00\x00"
AWAY = 1001
AT_ONCE = 200
"""Connections that are opened at a time in the beginning."""
SAMPLE = 50
"""Viewers whose frames are noted one by one."""
SEQ = re.compile(rb'"seq":(\d+)')


def wait_s(tries: int, *, away: bool) -> float:
    """Return the wait before a try, as ``events.ts`` does."""
    if away and tries < 4:
        return random.uniform(0.5, 5.0)
    return min(15.0, 0.5 * 2.0**tries) * random.uniform(0.5, 1.5)


def _frame(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the payload of the frame at ``at`` begins and ends, None where it has not come whole."""
    have = len(data) - at
    if have < 2:
        return None
    length, head = data[at + 1], 2
    if length >= 126:
        head = 4 if length == 126 else 10
        if have < head:
            return None
        length = int.from_bytes(data[at + 2 : at + head], "big")
    return (at + head, at + head + length) if have >= head + length else None


class Viewer(asyncio.Protocol):
    """One connection after the other of one viewer."""

    def __init__(self, crowd: "Crowd", cookie: str, *, noted: bool) -> None:
        self.crowd = crowd
        self.cookie = cookie
        self.live = False
        self.last = b""
        """The beginning of the last message."""
        self.noted: list[float] | None = [] if noted else None
        """When each message of votes came."""
        self._rest = b""
        self._tries = 0
        self._away = False
        self._transport: asyncio.Transport | None = None

    @property
    def seq(self) -> int:
        """The number of the last message, 0 before the first."""
        found = SEQ.search(self.last)
        return 0 if found is None else int(found[1])

    async def connect(self) -> None:
        """Connect, once; raises :exc:`OSError`."""
        self._rest = b""
        await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.crowd.port)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # uvloop's transports are no subclass of asyncio's
        query = f"?after={self.seq}" if self.last else ""
        transport.write(REQUEST.format(query=query, cookie=self.cookie).encode())  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        data, at = self._rest + data, 0
        if not self.live:
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101 "), data[:200]
            self.live, self._tries, self._away = True, 0, False
            self.crowd.live += 1
        while frame := _frame(data, at):
            begin, end = frame
            self._take(data[at], data[begin:end], now)
            at = end
        self._rest = data[at:]

    def _take(self, first: int, payload: bytes, now: float) -> None:
        if first == 0x81:
            self.last = payload[:80]
            self.crowd.times.append(now)
            if self.noted is not None and b'"votes"' in self.last:
                self.noted.append(now)
            if self.last.startswith(b'{"kind":"snapshot"'):
                self.crowd.snapshots += 1
        elif first == 0x89:
            self._write(PONG)
        elif first == 0x88:
            code = int.from_bytes(payload[:2], "big")
            self._away = code == AWAY
            self.crowd.codes[code] = self.crowd.codes.get(code, 0) + 1
            if self._transport is not None:
                self._transport.close()

    def _write(self, data: bytes) -> None:
        if self._transport is not None:
            self._transport.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._transport = None
        if self.live:
            self.live = False
            self.crowd.live -= 1
        self._again()

    def _again(self) -> None:
        wait = wait_s(self._tries, away=self._away)
        asyncio.get_running_loop().call_later(wait, self.crowd.start, self._retry)
        self._tries += 1

    async def _retry(self) -> None:
        try:
            await self.connect()
        except OSError:
            self._again()


class Crowd:
    """All viewers; its public methods are what the bench can ask for."""

    def __init__(self, start: Callable[[Callable[[], Any]], object]) -> None:
        self.start = start
        self.port = 0
        self.viewers: list[Viewer] = []
        self.live = 0
        self.times: list[float] = []
        """When each message came, over all viewers."""
        self.snapshots = 0
        self.codes: dict[int, int] = {}
        """How often the service closed a connection, by code."""

    async def connect(self, port: int, cookies: Sequence[str]) -> float:
        """Connect a viewer for each cookie; return how long it took until each had its first message."""
        began, self.port = time.perf_counter(), port
        for first in range(0, len(cookies), AT_ONCE):
            fresh = [
                Viewer(self, cookie, noted=len(self.viewers) + n < SAMPLE)
                for n, cookie in enumerate(cookies[first : first + AT_ONCE])
            ]
            self.viewers += fresh
            await asyncio.gather(*(viewer.connect() for viewer in fresh))
            while not all(viewer.last for viewer in fresh):
                await asyncio.sleep(0.002)
        return time.perf_counter() - began

    async def forget(self) -> None:
        """Forget what came so far."""
        self.times = []
        self.snapshots = 0
        for viewer in self.viewers[:SAMPLE]:
            viewer.noted = []

    async def received(self, count: int, within_s: float) -> list[float]:
        """Wait until ``count`` messages came, over all; return when each did."""
        until = time.perf_counter() + within_s
        while len(self.times) < count and time.perf_counter() < until:
            await asyncio.sleep(0.02)
        return self.times

    async def up_to_date(self, seq: int, within_s: float) -> float:
        """Wait until all are connected and know the entry ``seq``; return when that was."""
        until = time.perf_counter() + within_s
        while self.live < len(self.viewers) or min(viewer.seq for viewer in self.viewers) < seq:
            assert time.perf_counter() < until, f"{self.live} of {len(self.viewers)} are connected"
            await asyncio.sleep(0.05)
        return time.perf_counter()

    async def counts(self) -> tuple[int, int, dict[int, int], list[list[float]]]:
        """Return who is connected, snapshots got, closes by code, and when some viewers were told of votes."""
        noted = [viewer.noted or [] for viewer in self.viewers[:SAMPLE]]
        return self.live, self.snapshots, self.codes, noted


async def _serve(asked: Connection) -> None:
    async with asyncio.TaskGroup() as tasks:
        crowd = Crowd(lambda coroutine: tasks.create_task(coroutine()))
        while (call := await asyncio.to_thread(asked.recv)) is not None:
            answer = await getattr(crowd, call[0])(*call[1])
            await asyncio.to_thread(asked.send, answer)


def run(asked: Connection) -> None:
    """Be the process."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(_serve(asked))


class Viewers:
    """The process, seen from the bench."""

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=run, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self._pipe.close()
        self.process.join()

    def _call(self, name: str, *arguments: Any) -> Any:
        self._pipe.send((name, arguments))
        return self._pipe.recv()

    def connect(self, port: int, cookies: Sequence[str]) -> float:
        """Connect a viewer for each cookie and return how long that took, in seconds."""
        took_s: float = self._call("connect", port, list(cookies))
        return took_s

    def forget(self) -> None:
        """Forget what came so far."""
        self._call("forget")

    def received(self, count: int, *, within_s: float = 10.0) -> list[float]:
        """Return when each of ``count`` messages came, over all viewers; fail where fewer do."""
        times: list[float] = self._call("received", count, within_s)
        assert len(times) >= count, f"{len(times)} of {count} messages came"
        return times

    def up_to_date(self, seq: int, *, within_s: float) -> float:
        """Return when all were connected and knew the entry ``seq``."""
        when: float = self._call("up_to_date", seq, within_s)
        return when

    def counts(self) -> tuple[int, int, dict[int, int], list[list[float]]]:
        """Return who is connected, snapshots got, closes by code, and when some viewers were told of votes."""
        counts: tuple[int, int, dict[int, int], list[list[float]]] = self._call("counts")
        return counts
