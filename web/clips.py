"""Serve the clips of answered questions (EDGE)."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from aiohttp import hdrs
from aiohttp import web as aioweb

from bridge.errors import Refused
from bridge.moments import LINK
from bridge.terms import QuestionId
from web.routes import EVERYONE, Answer, Call, Route

LOOK_S = 0.25
"""How often is looked whether the client still waits."""
_DAY = "public, max-age=86400"


async def clip(call: Call) -> Answer:
    """Serve a clip, made first where it is not there yet; whole, or the range that is asked for."""
    question = QuestionId(call.parameters["id"])
    path = await _while_there(call.request, call.service.clips.file(question))
    return aioweb.FileResponse(path, headers={hdrs.CONTENT_TYPE: "video/mp4", hdrs.CACHE_CONTROL: _DAY})


async def _while_there(request: aioweb.Request, work: Coroutine[Any, Any, Path]) -> Path:
    """Return what ``work`` does; stop it where the client goes away. Raises what it raises, and ConnectionError."""
    try:
        async with asyncio.TaskGroup() as tasks:
            doing = tasks.create_task(work, name="clip")
            while not doing.done():
                await asyncio.wait([doing], timeout=LOOK_S)
                if request.transport is None or request.transport.is_closing():
                    doing.cancel()
    except* Refused as several:
        raise several.exceptions[0] from None
    if doing.cancelled():
        raise ConnectionResetError("The client went away.")
    return doing.result()


ROUTES = (
    Route(
        method=hdrs.METH_GET,
        path=LINK,
        roles=EVERYONE,
        anonymous=True,
        handler=clip,
        summary="The moment of an answered question, cut from the recording when first asked for. Takes ranges. "
        "404 `clip_unknown` or `recording_missing`; 503 `clip_later` while too many are made.",
        content="video/mp4",
        group="media",
    ),
)
