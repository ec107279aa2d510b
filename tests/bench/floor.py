"""The floor that the event stream is measured against: a bare aiohttp server that writes one prebuilt frame to all.

``python -m tests.bench.floor PORT``. A viewer's first message is as good as any; ``POST /tell`` sends its body to all.
"""

import resource
import socket
import sys
from typing import Any

import uvloop
from aiohttp import web as aioweb

from web import frames

FIRST = frames.text(b'{"kind":"snapshot","seq":0}')


async def serve(port: int) -> None:
    """Serve for ever."""
    transports: set[Any] = set()

    async def events(request: aioweb.Request) -> aioweb.WebSocketResponse:
        response = aioweb.WebSocketResponse(compress=False)
        await response.prepare(request)
        transports.add(request.transport)
        assert request.transport is not None
        request.transport.write(FIRST)
        async for _ in response:
            pass
        return response

    async def tell(request: aioweb.Request) -> aioweb.Response:
        frame = frames.text(await request.read())
        for transport in transports:
            transport.write(frame)
        return aioweb.Response()

    app = aioweb.Application()
    app.router.add_get("/api/events", events)
    app.router.add_post("/tell", tell)
    with socket.create_server(("127.0.0.1", port), backlog=1024) as listening:
        await aioweb._run_app(app, sock=listening, print=None, access_log=None)


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    uvloop.run(serve(int(sys.argv[1])))
