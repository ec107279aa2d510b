"""Let a WHIP client publish (RFC 9725): the offer is checked here and answered by the studio."""

from aiohttp import hdrs
from aiohttp import web as aioweb

from bridge.errors import Refused
from web import callers
from web.auth import Caller
from web.bodies import Role
from web.routes import EVERYONE, Answer, Call, Route

SDP = "application/sdp"
ENDPOINT = "/whip/{source}"
WHO = "the source's token, operator"
RESOURCE = "/whip/{source}/{resource}"


async def publish(call: Call) -> Answer:
    """Take an offer. Section 4.2: 201 with the answer, and where the resource is."""
    source = _source(call)
    _require_may_publish(call, source)
    if call.request.content_type != SDP:
        raise Refused("content_type_wrong", f"Send the offer as {SDP}.", status=415)
    answer, resource = await call.service.studio.offer(source, _offer(await call.request.read()))
    headers = {hdrs.LOCATION: f"/whip/{source}/{resource}", hdrs.CACHE_CONTROL: "no-store"}
    return aioweb.Response(status=201, body=answer.encode(), content_type=SDP, headers=headers)


async def end(call: Call) -> Answer:
    """End what is published. Section 4.2: the client deletes the resource."""
    _require_may_publish(call, _source(call))
    call.service.studio.end_whip(call.parameters["resource"])
    return aioweb.Response(status=200)


async def options(call: Call) -> Answer:
    """Say what is taken. Section 4.2: Accept-Post with the type of the offer."""
    _source(call)
    return aioweb.Response(status=204, headers={"Accept-Post": SDP, hdrs.ALLOW: "POST, OPTIONS"})


async def no_patch(call: Call) -> Answer:
    """Refuse trickle ICE and ICE restarts. Sections 4.3.1 and 4.3.2: 405 where they are not supported."""
    _require_may_publish(call, _source(call))
    raise aioweb.HTTPMethodNotAllowed(hdrs.METH_PATCH, [hdrs.METH_DELETE])


def _source(call: Call) -> str:
    source = call.parameters["source"]
    if source not in call.service.whip_tokens:
        names = ", ".join(call.service.whip_tokens) or "none"
        raise Refused("source_unknown", f"There is no WHIP source “{source}”. There are: {names}.", status=404)
    return source


def _require_may_publish(call: Call, source: str) -> None:
    """Let in the source's own token, an operator's token and an operator's cookie. Raises :exc:`Refused`."""
    token, own = callers.bearer(call.request), call.service.whip_tokens[source]
    if token is not None and own is not None and own.matches(token):
        return
    caller: Caller | None
    if token is not None:
        caller = callers.identify(call.service, call.request)
    else:
        caller = callers.known(call.service, call.request)
    if caller is None or caller.role is not Role.OPERATOR:
        message = "Publishing takes the source's token, or an operator's link opened in this browser."
        # RFC 9725, section 4.7, leaves authentication to HTTP: 401 asks for a token, 403 refuses the one given.
        raise Refused("role_needed", message, status=401 if caller is None else 403)


def _offer(body: bytes) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    # RFC 8866, section 5: a description begins with its version; without a medium there is nothing to publish.
    if not text.startswith("v=0") or "\nm=" not in text:
        raise Refused("sdp_invalid", "The offer is not a session description (SDP) with a medium in it.", status=400)
    return text


ROUTES = (
    Route(
        method=hdrs.METH_POST,
        path=ENDPOINT,
        roles=EVERYONE,
        anonymous=True,
        who=WHO,
        handler=publish,
        takes=SDP,
        status=201,
        content=SDP,
        faults=frozenset({401, 503}),
        summary="Publish to a source by WHIP (RFC 9725).",
        group="media",
    ),
    Route(
        method=hdrs.METH_OPTIONS,
        path=ENDPOINT,
        roles=EVERYONE,
        anonymous=True,
        handler=options,
        status=204,
        content="nothing",
        summary="What the WHIP endpoint takes.",
        group="media",
    ),
    Route(
        method=hdrs.METH_DELETE,
        path=RESOURCE,
        roles=EVERYONE,
        anonymous=True,
        who=WHO,
        handler=end,
        faults=frozenset({401}),
        content="nothing",
        summary="End what is published.",
        group="media",
    ),
    Route(
        method=hdrs.METH_PATCH,
        path=RESOURCE,
        roles=EVERYONE,
        anonymous=True,
        who=WHO,
        handler=no_patch,
        faults=frozenset({401}),
        status=405,
        content="nothing",
        summary="Trickle ICE and ICE restarts are not supported.",
        group="media",
    ),
)
