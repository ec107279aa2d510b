"""Many people at once over HTTP, each with a cookie of their own, from any loopback address."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.real.running import Service

AT_ONCE = 48
"""Calls that one crowd has in the air at most."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the service answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    took_s: float

    @property
    def json(self) -> Any:
        """The decoded body."""
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """The stable code of an error."""
        code: str = self.json["error"]["code"]
        return code


class Crowd:
    """People who connect from ``address``; use it as an async context manager."""

    def __init__(self, service: Service, address: str = "127.0.0.1", *, at_once: int = AT_ONCE) -> None:
        self._service = service
        self.journal = service.data / "journal.db"
        self._address = address
        self._at_once = at_once
        self.when_answered: Callable[[], None] = lambda: None
        """Called as soon as an answer is there."""

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession(
            f"http://127.0.0.1:{self._service.port}",
            connector=aiohttp.TCPConnector(limit=self._at_once, local_addr=(self._address, 0)),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=30),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    def stranger(self) -> "Someone":
        """Return somebody who was never here."""
        return Someone(self, {})

    def bearer(self, token: str) -> "Someone":
        """Return a program with an invite's token."""
        return Someone(self, {"Authorization": f"Bearer {token}"})

    async def invited(self, role: str, *, name: str | None = None) -> str:
        """Return an invite's token, which the operator makes; the command line would hold everybody up."""
        heard = await self.operator().call("POST", "/api/invites", {"role": role, "name": name})
        assert heard.status == 201, heard.body
        token: str = heard.json["url"].partition("token=")[2]
        return token

    def with_cookie(self, cookie: str) -> "Someone":
        """Return a browser that has this cookie."""
        return Someone(self, {"Cookie": cookie})

    def operator(self) -> "Someone":
        """Return the operator."""
        return self.bearer(self._service.token)


class Someone:
    """One of the crowd; keeps the cookie that they were given."""

    def __init__(self, crowd: Crowd, headers: dict[str, str]) -> None:
        self._crowd = crowd
        self.headers = headers

    @property
    def cookie(self) -> str:
        """The cookie, as it is sent."""
        return self.headers["Cookie"]

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Heard:
        """Send one request; ``body`` goes as JSON, ``raw`` as it is."""
        sent = {**self.headers, **(headers or {})}
        data = raw if body is None else json.dumps(body).encode()
        if body is not None:
            sent["Content-Type"] = "application/json"
        began = time.perf_counter()
        async with self._crowd.session.request(
            method, path, data=data, headers=sent, allow_redirects=False
        ) as response:
            read = await response.read()
            self._crowd.when_answered()
            heard = Heard(response.status, response.headers.copy(), read, time.perf_counter() - began)
        if not self.headers and "Set-Cookie" in heard.headers:
            self.headers["Cookie"] = heard.headers["Set-Cookie"].partition(";")[0]
        return heard

    async def ask(self, text: str, **more: object) -> Heard:
        """Ask a question."""
        return await self.call("POST", "/api/questions", {"text": text, **more})

    async def get(self, path: str) -> Any:
        """Return what is decoded of a call that works."""
        heard = await self.call("GET", path)
        assert heard.status == 200, heard.body
        return heard.json
