"""Find out who calls, from the request: bearer token, cookie, or somebody new; and from where (EDGE)."""

from urllib.parse import urlsplit

import msgspec
from aiohttp import hdrs
from aiohttp import web as aioweb

from bridge.errors import Refused
from bridge.terms import PersonId
from web import addresses
from web.auth import COOKIE, Caller, invited, new_viewer
from web.bodies import Role
from web.service import Service

SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})
NEW_COOKIE = aioweb.RequestKey("NEW_COOKIE", str)
"""The cookie to give with the answer; an empty one takes it away."""
_RENEW = 0.5
"""A viewer's cookie is renewed when less than this share of its time is left."""


def bearer(request: aioweb.Request) -> str | None:
    """Return the bearer token (RFC 6750, section 2.1), None where there is none."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def identify(service: Service, request: aioweb.Request, *, page: bool = False) -> Caller:
    """Return who calls; somebody new is given a cookie with the answer. Raises :exc:`Refused`.

    On a ``page`` a cookie that is not ours is replaced: the person who sees it could do nothing else about it.
    """
    if (token := bearer(request)) is not None:
        return _with_token(service, token)
    caller = None
    try:
        caller = known(service, request)
    except Refused:
        if not page:
            request[NEW_COOKIE] = ""
            raise
    if caller is None:
        caller = new_viewer(service.clock.now())
        request[NEW_COOKIE] = service.signer.cookie(caller)
    return caller


def known(service: Service, request: aioweb.Request) -> Caller | None:
    """Return whose cookie comes with the request, None where there is none. Raises :exc:`Refused`."""
    text = request.cookies.get(COOKIE)
    if text is None:
        return None
    now = service.clock.now()
    caller = service.signer.read_cookie(text, now)
    if caller.role is Role.VIEWER:
        whole = new_viewer(now).until - now
        if caller.until - now < whole * _RENEW:
            caller = msgspec.structs.replace(caller, until=now + whole)
            request[NEW_COOKIE] = service.signer.cookie(caller)
    return caller


def _with_token(service: Service, token: str) -> Caller:
    try:
        invite = service.signer.read_invite(token, service.clock.now())
    except Refused as fault:
        raise Refused("token_invalid", fault.message, status=401) from fault
    if invite.once:
        message = "This link opens once, in a browser. Make a lasting invite for programs."
        raise Refused("token_invalid", message, status=401)
    return invited(invite, PersonId(f"i-{invite.id}"))


def require_own_origin(service: Service, request: aioweb.Request) -> None:
    """Refuse what another site's page makes a browser send. A program sends no origin. Raises :exc:`Refused`."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return
    ours = {outside_host(service, request).lower(), urlsplit(service.url).netloc.lower()}
    if _netloc(origin) not in ours:
        message = "This call came from another site's page. Open it from the room's own address."
        raise Refused("origin_refused", message, status=403)


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def is_https(service: Service, request: aioweb.Request) -> bool:
    """Tell whether the browser came by https, maybe to a proxy before us."""
    if _from_proxy(service, request):
        return _first(request, "X-Forwarded-Proto") == "https" or request.secure
    return request.secure


def outside_host(service: Service, request: aioweb.Request) -> str:
    """Return host and port as the browser sees them."""
    if _from_proxy(service, request) and (host := _first(request, "X-Forwarded-Host")):
        return host
    return request.headers.get(hdrs.HOST, "")


def _first(request: aioweb.Request, header: str) -> str:
    return request.headers.get(header, "").partition(",")[0].strip()


def network(service: Service, request: aioweb.Request) -> str:
    """Return the network that the call came from, maybe by a proxy before us."""
    return addresses.network(request.remote, request.headers.getall(hdrs.X_FORWARDED_FOR, []), service.proxies)


def _from_proxy(service: Service, request: aioweb.Request) -> bool:
    peer = addresses.parsed(request.remote or "")
    return peer is not None and addresses.is_one_of(peer, service.proxies)
