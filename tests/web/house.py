"""A whole web service on loopback: the real server, writer and journal; the studio alone is a stand-in."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bridge.errors import JournalError, StudioError
from bridge.events import Entry
from bridge.room import Setup
from bridge.secrets import Secret
from bridge.sqlite import SqliteJournal
from bridge.writer import RoomWriter
from tests.bridge.fakes import FakeClock
from tests.bridge.playbook import setup
from web import auth
from web.auth import Signer
from web.bodies import Role
from web.events import Hub
from web.metrics import Figures, RoomCollector
from web.openapi import ROUTES
from web.server import Server, listen
from web.service import Service

SECRET = bytes(range(32))
PUBLIC = "https://room.example"


class HandClock(FakeClock):
    """Tells the time that it was set to."""

    def pass_(self, **passed: float) -> None:
        self.time += timedelta(**passed)


class FakeStudio:
    """Answers offers as it is told to."""

    def __init__(self) -> None:
        self.up = True
        self.restarts = 0
        self.fault: StudioError | None = None
        self.offers: list[tuple[str, str]] = []
        self.ended: list[str] = []

    async def offer(self, source: str, sdp: str) -> tuple[str, str]:
        if self.fault is not None:
            raise self.fault
        self.offers.append((source, sdp))
        return "v=0\r\nm=video\r\n", f"r{len(self.offers)}"

    def end_whip(self, resource: str) -> None:
        self.ended.append(resource)


class FullDisk(SqliteJournal):
    """A journal whose disk can be full."""

    full = False

    async def append(self, entries: Any) -> None:
        if self.full:
            raise JournalError("The disk is full. Make room.")
        await super().append(entries)


class Person:
    """Somebody with a browser: keeps cookies."""

    def __init__(self, house: "House", role: Role | None = None) -> None:
        self._house = house
        # Cookies of an address without a name are kept only when that is asked for.
        self.session = aiohttp.ClientSession(house.url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        if role is not None:
            self.session.headers["Authorization"] = f"Bearer {house.token(role)}"

        self._streams: list[aiohttp.ClientWebSocketResponse] = []

    async def close(self) -> None:
        for stream in self._streams:
            await stream.close()
        await self.session.close()

    async def listen(self, query: str = "", **more: Any) -> aiohttp.ClientWebSocketResponse:
        """Open the event stream."""
        self._streams.append(await self.session.ws_connect(f"/api/events{query}", **more))
        return self._streams[-1]

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> tuple[int, Any]:
        """Return status and decoded answer."""
        if body is not None:
            more["json"] = body
        async with self.session.request(method, path, **more) as response:
            raw = await response.read()
            return response.status, await response.json() if raw else None

    async def ask(self, text: str = "Why does it work?") -> str:
        """Ask a question and return its id."""
        status, answer = await self.call("POST", "/api/questions", {"text": text})
        assert status == 201, answer
        question: str = answer["id"]
        return question

    async def state(self) -> dict[str, Any]:
        """Return the state as this person sees it."""
        status, answer = await self.call("GET", "/api/state")
        assert status == 200, answer
        state: dict[str, Any] = answer["state"]
        return state


class House:
    """The service and what a test may do to it."""

    def __init__(self, service: Service, journal: FullDisk, studio: FakeStudio, clock: HandClock, port: int) -> None:
        self.service = service
        self.journal = journal
        self.studio = studio
        self.clock = clock
        self.url = f"http://127.0.0.1:{port}"
        self.people: list[Person] = []

    def token(self, role: Role, **more: Any) -> str:
        """Return an invite's token."""
        more = {"opens": timedelta(hours=8)} | more
        return self.service.signer.invite(auth.new_invite(role, self.clock.now(), **more))

    async def person(self, role: Role | None = None) -> Person:
        """Let somebody come; without a role, as a viewer."""
        person = Person(self, role)
        self.people.append(person)
        return person

    async def entries(self) -> list[Entry]:
        """Return the whole journal."""
        return await self.journal.read()


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    settings: Setup | None = None,
    hls: bool = True,
    proxies: tuple[str, ...] = (),
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[House]:
    """Serve from ``folder``: pages in ``pages``, HLS in ``hls``."""
    clock, studio = HandClock(), FakeStudio()
    for name in ("pages/assets", "hls"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    async with (
        FullDisk(folder / "journal.db") as journal,
        RoomWriter(journal, settings or setup(rate=100), clock) as writer,
    ):
        hub, figures = Hub(writer.room, clock, past=writer.recent), Figures()
        writer.follow(hub.tell)
        figures.registry.register(RoomCollector(hub, lambda: studio.restarts))
        service = Service(
            writer=writer,
            journal=journal,
            studio=studio,
            hub=hub,
            figures=figures,
            signer=Signer(SECRET),
            clock=clock,
            url=PUBLIC,
            pages=folder / "pages",
            hls=folder / "hls" if hls else None,
            whip_tokens={"camera": Secret("camera-token"), "stage": None},
            proxies=proxies,
        )
        listening = listen("127.0.0.1", 0)
        house = House(service, journal, studio, clock, listening.getsockname()[1])
        async with Server(service, ROUTES, listening, tls=tls):
            try:
                yield house
            finally:
                for person in house.people:
                    await person.close()
