"""Serve the table of routes: who calls and may they, decode, call the handler, answer, count (EDGE).

Whatever a handler raises becomes an answer here; nothing of the inside reaches a client.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec
import structlog
from aiohttp import hdrs
from aiohttp import web as aioweb
from aiohttp.typedefs import Handler, Middleware

from bridge.errors import BridgeError, Refused
from web import callers, faults
from web.auth import COOKIE
from web.callers import NEW_COOKIE, SAFE
from web.routes import Call, Route
from web.service import Service

log = structlog.get_logger(__name__)

MAX_BODY_BYTES = 64 * 1024
BACKLOG = 1024
"""Connections that may wait to be taken: many come back at once after a restart."""
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        # hls.js hands the player a blob and works in a worker made from one.
        "media-src 'self' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self' ws: wss:",
        # Attributes only: a component may say how wide a bar is.
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=()",
}
_SHUTDOWN_S = 3.0
"""How long calls under way may take when the service stops."""


class Server:
    """Serves ``routes`` on ``listening`` (see :func:`listen`); use it as an async context manager."""

    def __init__(
        self,
        service: Service,
        routes: Sequence[Route],
        listening: socket.socket,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._service = service
        self._listening = listening
        self._tls = tls
        self._runner = aioweb.AppRunner(
            application(service, routes), access_log=None, handle_signals=False, shutdown_timeout=_SHUTDOWN_S
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await aioweb.SockSite(self._runner, self._listening, ssl_context=self._tls, backlog=BACKLOG).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Say goodbye to the event streams, which would never end by themselves, and to who waits, and stop."""
        self._service.hub.close()
        if self._service.hls is not None:
            self._service.hls.close()
        await self._runner.cleanup()


def listen(host: str, port: int) -> socket.socket:
    """Take the port; calls wait there until a :class:`Server` answers them. Raises :exc:`BridgeError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as fault:
        # The library puts its own words behind the system's.
        reason = os.strerror(fault.errno) if isinstance(fault.errno, int) and fault.errno > 0 else str(fault)
        message = f"Port {port} of {host} cannot be used: {reason}. Choose another --port or --host."
        raise BridgeError(message, code="port_unusable") from fault


def application(service: Service, routes: Sequence[Route]) -> aioweb.Application:
    """Return aiohttp's application of the table."""
    app = aioweb.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_answering(service)])
    for route in routes:
        handler = _serving(service, route)
        if route.method == hdrs.METH_GET:
            app.router.add_get(route.path, handler)
        else:
            app.router.add_route(route.method, route.path, handler)

    async def dress(request: aioweb.Request, response: aioweb.StreamResponse) -> None:
        _dress(service, request, response)

    app.on_response_prepare.append(dress)
    return app


def _answering(service: Service) -> Middleware:
    @aioweb.middleware
    async def answer(request: aioweb.Request, handler: Handler) -> aioweb.StreamResponse:
        began_s = service.clock.monotonic()
        try:
            response = await handler(request)
        except (BridgeError, aioweb.HTTPException) as error:
            response = faults.answer_for(request, error)
            # What is refused is meant to be: a crowd of players that come too early must not fill the log.
            if response.status >= 500 and not isinstance(error, Refused):
                log.error("http.failed", method=request.method, path=request.path, reason=str(error))
        except (asyncio.CancelledError, ConnectionError):
            raise
        except Exception as error:
            # A fault of one call must neither show nor end the others.
            log.exception("http.fault", method=request.method, path=request.path)
            response = faults.answer_for(request, error)
        resource = request.match_info.route.resource
        path = resource.canonical if resource is not None else "none"
        service.figures.answered(request.method, path, response.status, service.clock.monotonic() - began_s)
        return response

    return answer


def _serving(service: Service, route: Route) -> Handler:
    decoder = None if route.body is None else msgspec.json.Decoder(route.body)

    async def serve(request: aioweb.Request) -> aioweb.StreamResponse:
        if request.method not in SAFE or hdrs.SEC_WEBSOCKET_KEY in request.headers:
            callers.require_own_origin(service, request)
        caller = None
        if not route.anonymous:
            caller = callers.identify(service, request, page=route.group == "pages")
            if caller.role not in route.roles:
                raise _not_allowed(route)
        body = None if decoder is None else await _decoded(request, decoder)
        answer = await route.handler(Call(service=service, visitor=caller, request=request, body=body))
        if isinstance(answer, aioweb.StreamResponse):
            return answer
        return aioweb.Response(
            status=route.status,
            body=msgspec.json.encode(answer),
            content_type="application/json",
            headers={hdrs.CACHE_CONTROL: "no-store"},
        )

    return serve


def _not_allowed(route: Route) -> Refused:
    roles = " or ".join(sorted(route.roles))
    return Refused("role_needed", f"Only {roles} may do this. Open your invite link, or ask for one.", status=403)


async def _decoded(request: aioweb.Request, decoder: msgspec.json.Decoder[msgspec.Struct]) -> msgspec.Struct:
    """Read and check the body. Raises :exc:`Refused`."""
    raw = await request.read()
    if raw and hdrs.CONTENT_TYPE in request.headers and request.content_type != "application/json":
        raise Refused("content_type_wrong", "Send the body as application/json.", status=415)
    try:
        return decoder.decode(raw or b"{}")
    except msgspec.ValidationError as fault:
        raise Refused("body_invalid", f"The body does not fit: {fault}.", status=422) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise Refused("json_invalid", "The body is not valid JSON.", status=400) from fault


def _dress(service: Service, request: aioweb.Request, response: aioweb.StreamResponse) -> None:
    """Add what every answer has: headers that protect, and the cookie where there is a new one."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop(hdrs.SERVER, None)
    if (cookie := request.get(NEW_COOKIE)) is None:
        return
    if not cookie:
        response.del_cookie(COOKIE, path="/")
    else:
        left = service.signer.read_cookie(cookie, service.clock.now()).until - service.clock.now()
        response.set_cookie(
            COOKIE,
            cookie,
            path="/",
            max_age=int(left.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=callers.is_https(service, request),
        )
    # aiohttp has turned cookies into headers before it comes here, and here alone an upgrade can be reached.
    response.headers.add(hdrs.SET_COOKIE, response.cookies[COOKIE].OutputString())
