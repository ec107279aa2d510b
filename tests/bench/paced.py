"""Send calls at a steady rate, whether or not the ones before are answered, and note how long each answer took."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import uvloop

CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one person."""

    method: str
    path: str
    cookie: str
    body: dict[str, str] | None = None


def send(address: str, calls: Sequence[Call], *, per_s: float) -> list[float]:
    """Send all and return how long each took from when it was due, in seconds; fail where one is refused."""
    return uvloop.run(_send(address, calls, per_s))


async def _send(address: str, calls: Sequence[Call], per_s: float) -> list[float]:
    took_s: list[float] = []
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    jar = aiohttp.DummyCookieJar()
    async with (
        aiohttp.ClientSession(address, connector=connector, cookie_jar=jar) as session,
        asyncio.TaskGroup() as all_,
    ):
        began = time.perf_counter()
        for number, call in enumerate(calls):
            due = began + number / per_s
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            all_.create_task(_one(session, call, due, took_s))
    return took_s


async def _one(session: aiohttp.ClientSession, call: Call, due: float, took_s: list[float]) -> None:
    headers = {"Cookie": call.cookie}
    async with session.request(call.method, call.path, json=call.body, headers=headers) as response:
        answer = await response.read()
        assert response.status < 300, f"{call.method} {call.path}: {response.status} {answer.decode()}"
    took_s.append(time.perf_counter() - due)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of all do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
