"""Serve what people and players open: built pages, invite links, HLS, the QR code; and what machines look at (EDGE)."""

import io
import re
from pathlib import Path

from aiohttp import hdrs
from aiohttp import web as aioweb

from bridge import commands as c
from bridge.errors import Refused
from bridge.terms import PersonId
from web import callers, faults
from web.auth import invited
from web.bodies import Health, Role
from web.hls import PLAYLIST, Hls
from web.metrics import CONTENT_TYPE
from web.routes import EVERYONE, MODERATORS, OPERATORS, Answer, Call, Handler, Route
from web.service import Service

GET = hdrs.METH_GET
HOME = {
    Role.OPERATOR: ("operator", "/operator"),
    Role.MODERATOR: ("moderate", "/moderate"),
    Role.NOTES: ("notes", "/notes"),
    Role.DISPLAY: ("room", "/room"),
}
"""By role, the page that an invite opens, where it is built; the viewer page otherwise."""
HLS_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",  # RFC 8216, section 4
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
}
_ANEW = "private, no-cache"
"""A page comes with the cookie of one person; it is asked for anew, and not sent again where it did not change."""
_FOREVER = "public, max-age=31536000, immutable"
_SEGMENT = "public, max-age=600"
_NOTHING = "There is nothing to watch at this address just now."
_AGAIN_S = 2.0
"""After this a player may ask again for a playlist that did not come: it was held for longer already."""
_NEVER = re.compile(r"\s*q=0(\.0*)?\s*")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\Z")

# Pages ----------------------------------------------------------------------------------------------------------------


def shows(name: str) -> Handler:
    """Return the handler of one page."""

    async def show(call: Call) -> Answer:
        # Its scripts have names that change with their content, so that only the page itself is asked for anew.
        return _built(call.service.pages / f"{name}.html", _ANEW) or _not_built()

    return show


async def viewer(call: Call) -> Answer:
    """Show the viewer page; what it looks like now can be read before its scripts are there, and without them."""
    painted, request = call.service.viewer_page.painted(), call.request
    if painted is None:
        return _not_built()
    coded = painted.coded if _takes_gzip(request) else None
    tag = painted.digest if coded is None else f"{painted.digest}-gzip"
    answer = aioweb.Response(headers={hdrs.CACHE_CONTROL: _ANEW, hdrs.VARY: hdrs.ACCEPT_ENCODING})
    answer.etag = tag
    if any(known.value in {tag, "*"} for known in request.if_none_match or ()):
        answer.set_status(304)
        return answer
    answer.content_type, answer.charset = "text/html", "utf-8"
    answer.body = coded or painted.whole
    if coded is not None:
        answer.headers[hdrs.CONTENT_ENCODING] = "gzip"
    return answer


def _takes_gzip(request: aioweb.Request) -> bool:
    """Tell whether the answer may come in gzip (RFC 9110, section 12.5.3)."""
    codings = (one.partition(";") for one in request.headers.get(hdrs.ACCEPT_ENCODING, "").lower().split(","))
    return any(name.strip() == "gzip" and not _NEVER.fullmatch(weight) for name, _, weight in codings)


async def operator(call: Call) -> Answer:
    """Show the operator's page, to the operator."""
    if call.caller.role not in OPERATORS:
        message = "This page is the operator's. Open your invite link in this browser; the service prints one."
        return faults.page(403, "Not without a link", message)
    return await shows("operator")(call)


async def moderate(call: Call) -> Answer:
    """Show the moderators' page, to moderators and the operator."""
    if call.caller.role not in MODERATORS:
        message = "This page is the moderators'. Open your invite link in this browser; an operator can make one."
        return faults.page(403, "Not without a link", message)
    return await shows("moderate")(call)


async def asset(call: Call) -> Answer:
    """Serve a part of the pages; its name changes with its content."""
    found = _named(call.service.pages / "assets", call.parameters["name"])
    return _built(found, _FOREVER) or _missing()


async def picture(call: Call) -> Answer:
    """Serve a picture that the pages refer to by name."""
    found = _named(call.service.pages, call.parameters["name"] + ".svg")
    return _built(found, "public, max-age=3600") or _missing()


def _named(folder: Path, name: str) -> Path | None:
    return folder / name if _NAME.match(name) else None


def _built(path: Path | None, caching: str) -> aioweb.FileResponse | None:
    """Return a built file as an answer, compressed as the browser takes it: beside it stand its ``.br`` and ``.gz``."""
    answer = _file(path, caching)
    if answer is not None:
        # Also where it goes out as it is, and with a 304 (RFC 9110, section 15.4.5): caches on the way must know.
        answer.headers[hdrs.VARY] = hdrs.ACCEPT_ENCODING
    return answer


def _file(path: Path | None, caching: str) -> aioweb.FileResponse | None:
    """Return the file as an answer, None where there is none."""
    if path is None or not path.is_file():
        return None
    return aioweb.FileResponse(path, headers={hdrs.CACHE_CONTROL: caching})


def _missing() -> aioweb.Response:
    raise aioweb.HTTPNotFound


def _not_built() -> aioweb.Response:
    message = "The pages are not built yet. Run “make pages” in the project's folder and load this page again."
    return faults.page(503, "The pages are missing", message, action="")


# Invites --------------------------------------------------------------------------------------------------------------


async def enter(call: Call) -> Answer:
    """Open an invite link: give the cookie and go to the role's page. What is wrong with it is said in words."""
    service, request = call.service, call.request
    try:
        invite = service.signer.read_invite(request.query.get("token", ""), service.clock.now())
        caller = invited(invite, _person(service, request))
        if invite.once:
            await service.writer.submit(c.UseInvite(invite=invite.id), actor=caller.actor)
    except Refused as fault:
        if "application/json" in request.headers.get(hdrs.ACCEPT, ""):
            raise
        return faults.page(fault.status, "This link does not open", fault.message)
    request[callers.NEW_COOKIE] = service.signer.cookie(caller)
    page, address = HOME.get(caller.role, ("index", "/"))
    target = address if (service.pages / f"{page}.html").is_file() or page == "operator" else "/"
    headers = {hdrs.LOCATION: target, hdrs.CACHE_CONTROL: "no-store", "Referrer-Policy": "no-referrer"}
    return aioweb.Response(status=303, headers=headers)


def _person(service: Service, request: aioweb.Request) -> PersonId | None:
    """Return who opens it, if they were here before: they keep their questions and votes."""
    try:
        caller = callers.known(service, request)
    except Refused:
        return None
    return None if caller is None else caller.person


# Media ----------------------------------------------------------------------------------------------------------------


async def hls(call: Call) -> Answer:
    """Serve the playlist, which changes, and segments, which do not."""
    programme, name = call.service.hls, call.parameters["name"]
    kind = HLS_TYPES.get(Path(name).suffix)
    if programme is None:
        raise Refused("hls_off", "HLS is switched off in the settings: [hls] enabled.", status=404)
    if name == PLAYLIST:
        await _playlist(programme, call.request)
    found = _named(programme.folder, name) if kind else None
    answer = _file(found, "no-cache" if name == PLAYLIST else _SEGMENT)
    if answer is None:
        raise Refused("not_on_air", _NOTHING, status=404)
    assert kind is not None, "only known kinds are looked for"
    answer.headers[hdrs.CONTENT_TYPE] = kind
    # Players of other sites may show the programme, as they may read any public feed.
    answer.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


async def _playlist(programme: Hls, request: aioweb.Request) -> None:
    """Wait until there is a playlist. Raises :exc:`Refused` where none comes."""
    waits = request.method == hdrs.METH_GET
    if programme.there() or (waits and await programme.arrives(gone=lambda: request.transport is None)):
        return
    if not programme.on_air():
        raise Refused("not_on_air", _NOTHING, status=404)
    message = "The programme is on air, but there is no picture yet. Try again in a moment."
    raise Refused("not_on_air_yet", message, status=503, retry_after_s=_AGAIN_S)


async def qr(call: Call) -> Answer:
    """Draw the viewer page's address."""
    import segno

    drawn = io.BytesIO()
    code = segno.make_qr(call.service.url + "/", error="m")
    code.save(drawn, kind="svg", border=2, xmldecl=False, omitsize=True, dark="#000", light="#fff")
    headers = {hdrs.CACHE_CONTROL: "public, max-age=300"}
    return aioweb.Response(body=drawn.getvalue(), content_type="image/svg+xml", headers=headers)


# Machines -------------------------------------------------------------------------------------------------------------


async def healthz(_call: Call) -> Answer:
    """Say that the service is alive."""
    return Health(status="ok")


async def readyz(call: Call) -> Answer:
    """Say whether it can do its work."""
    if not call.service.studio.up:
        raise Refused("not_ready", "The media engine is not there yet, or is being started again.", status=503)
    return Health(status="ready")


async def metrics(call: Call) -> Answer:
    """Hand the figures to Prometheus."""
    headers = {hdrs.CONTENT_TYPE: CONTENT_TYPE, hdrs.CACHE_CONTROL: "no-store"}
    return aioweb.Response(body=call.service.figures.text(), headers=headers)


# The table ------------------------------------------------------------------------------------------------------------


def _page(path: str, handler: Handler, summary: str, *faults: int) -> Route:
    return Route(
        method=GET,
        path=path,
        roles=EVERYONE,
        handler=handler,
        summary=summary,
        content="text/html",
        faults=frozenset({503, *faults}),
        group="pages",
    )


def _open(
    path: str,
    handler: Handler,
    content: str,
    summary: str,
    *,
    group: str,
    answer: object = None,
    faults: frozenset[int] = frozenset(),
) -> Route:
    return Route(
        method=GET,
        path=path,
        roles=EVERYONE,
        anonymous=True,
        handler=handler,
        summary=summary,
        content=content,
        group=group,
        answer=answer,
        faults=faults,
    )


ROUTES = (
    _page("/", viewer, "The viewer page, with the room in it as it is now."),
    _page("/room", shows("room"), "The room screen."),
    _page("/overlay", shows("overlay"), "The question on air, see-through, for other mixers."),
    _page("/camera", shows("camera"), "Publishes a browser's camera and microphone."),
    _page("/operator", operator, "The operator's page; in words that it is theirs to everybody else.", 403),
    Route(
        method=GET,
        path="/enter",
        roles=EVERYONE,
        anonymous=True,
        handler=enter,
        summary="Opens an invite link.",
        query={"token": "The invite's token."},
        status=303,
        content="a redirect",
        faults=frozenset({403, 503}),
        group="pages",
    ),
    _page("/moderate", moderate, "The moderators' page; in words that it is theirs to everybody else.", 403),
    _open("/assets/{name}", asset, "any", "A part of the pages.", group="pages"),
    _open("/qr.svg", qr, "image/svg+xml", "The viewer page's address as a QR code.", group="pages"),
    _open(r"/{name:[a-z0-9-]+}.svg", picture, "image/svg+xml", "A picture of the pages.", group="pages"),
    _open(
        "/hls/{name}",
        hls,
        HLS_TYPES[".m3u8"],
        "The programme as HLS: live.m3u8, waited for while it begins.",
        group="media",
    ),
    _open("/healthz", healthz, "application/json", "Whether the service is alive.", group="machines", answer=Health),
    _open(
        "/readyz",
        readyz,
        "application/json",
        "Whether it can serve.",
        group="machines",
        answer=Health,
        faults=frozenset({503}),
    ),
    _open("/metrics", metrics, "text/plain", "Figures for Prometheus.", group="machines"),
)
