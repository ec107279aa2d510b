"""A studio that makes no picture: it speaks the protocol on a real socket and does as the test says.

In the test's own loop as :class:`FakeStudio`; as a process of its own by ``python -m tests.bridge.fake_studio``, which
writes what it is told beside its socket.
"""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bridge.views import MetersView
from stream import protocol
from stream.protocol import FromStudio, Hello, Quit, ToStudio, Want

METERS = MetersView(levels=(), outputs=(), fps=30.0, late=0, dropped=0)


class FakeStudio:
    """Keeps what it hears in ``heard``."""

    def __init__(self, *, version: int = protocol.VERSION, greets: bool = True) -> None:
        self._version = version
        self._greets = greets
        self._bridges: list[asyncio.StreamWriter] = []
        self.heard: list[ToStudio] = []
        self.news = asyncio.Condition()
        self.connections = 0

    @property
    def wants(self) -> list[Want]:
        return [message for message in self.heard if isinstance(message, Want)]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._bridges.append(writer)
        self.connections += 1
        if self._greets:
            self.send(Hello(version=self._version, pid=os.getpid()))
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                message = protocol.to_studio.decode(await protocol.read_frame(reader))
                async with self.news:
                    self.heard.append(message)
                    self.news.notify_all()
                if isinstance(message, Quit):
                    break
        self._bridges.remove(writer)
        writer.close()

    def send(self, *messages: FromStudio) -> None:
        for message in messages:
            self.send_raw(protocol.frame(message))

    def send_raw(self, data: bytes) -> None:
        for bridge in self._bridges:
            bridge.write(data)

    def hang_up(self) -> None:
        for bridge in self._bridges:
            bridge.close()

    async def heard_so_many(self, count: int, kind: type[ToStudio] = Want) -> None:
        """Wait until ``count`` messages of ``kind`` have come."""
        async with asyncio.timeout(5), self.news:
            await self.news.wait_for(lambda: sum(isinstance(message, kind) for message in self.heard) >= count)


@asynccontextmanager
async def listening(data: Path, studio: FakeStudio) -> AsyncIterator[FakeStudio]:
    """Let ``studio`` listen in ``data``."""
    here = Path.cwd()
    os.chdir(data)  # a socket's address is short
    try:
        server = await asyncio.start_unix_server(studio.serve, "studio.sock")
    finally:
        os.chdir(here)
    try:
        yield studio
    finally:
        server.close()
        studio.hang_up()
        (data / "studio.sock").unlink(missing_ok=True)


async def main() -> None:
    """Be a studio until told to quit; leave a line in ``lives`` for each life."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--deaf", action="store_true", help="greet, and then never say a word")
    parser.add_argument("--waits", action="store_true", help="wait for the word before all else")
    arguments = parser.parse_args()
    data: Path = arguments.data
    if arguments.waits:
        waiting = data / "waiting.new"
        waiting.write_text(str(os.getpid()))
        waiting.replace(data / "waiting")
        if not sys.stdin.readline():
            return
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    with (data / "lives").open("a") as lives:
        settings = [name for name in os.environ if name.startswith("FORWARD_PROP_")]
        lives.write(f"{os.getpid()} {os.getsid(0)} {settings}\n")
    (data / "studio.sock").unlink(missing_ok=True)
    studio = FakeStudio()
    async with listening(data, studio):
        while not ended.is_set() and not any(isinstance(message, Quit) for message in studio.heard):
            if not arguments.deaf:
                studio.send(protocol.Meters(figures=METERS))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), 0.05)


if __name__ == "__main__":
    asyncio.run(main())
