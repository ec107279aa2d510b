"""Turn what went wrong into an answer: JSON for programs, a page in words for people. No trace of the inside."""

import html
import math

import msgspec
from aiohttp import hdrs
from aiohttp import web as aioweb
from msgspec import UNSET

from bridge.errors import BridgeError, JournalError, NotesError, Refused, StudioError
from web.bodies import Fault, FaultAnswer

MACHINE_PATHS = ("/api/", "/whip/", "/hls/", "/assets/", "/healthz", "/readyz", "/metrics")
"""Whoever asks for these gets JSON, whatever they say they accept."""
STATUS: dict[type[BridgeError], int] = {JournalError: 503, StudioError: 503, NotesError: 409}
BY_CODE = {"offer_refused": 422}
HTTP_CODES = {
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method."),
    413: ("body_too_large", "The request is too large; 64 KiB are allowed."),
    431: ("headers_too_large", "The request's headers are too large."),
}
PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
/* The grounds and inks of web/client/src/tokens.css: this page must stand without the client's files. */
:root {{ --ground: oklch(0.976 0.003 95); --text: oklch(0.235 0.018 285); --accent: oklch(0.5 0.21 277) }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ground: oklch(0.185 0.013 285); --text: oklch(0.95 0.005 285); --accent: oklch(0.765 0.12 282) }}
}}
body {{ font: 16px/1.5 Inter, system-ui, sans-serif; background: var(--ground); color: var(--text);
  max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem }}
h1 {{ font-size: 25px; line-height: 1.2 }}
a {{ color: var(--accent) }}
</style>
<main>
<h1>{title}</h1>
<p>{message}</p>
{action}
</main>
</html>
"""
PAGE_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
HOME = '<p><a href="/">Go to the viewer page</a></p>'


def answer_for(request: aioweb.Request, error: Exception) -> aioweb.Response:
    """Return the answer for an error that handlers may raise."""
    match error:
        case Refused():
            return _answer(request, error.status, error.code, error.message, retry_after_s=error.retry_after_s)
        case BridgeError():
            status = BY_CODE.get(error.code) or next((s for kind, s in STATUS.items() if isinstance(error, kind)), 500)
            return _answer(request, status, error.code, error.message)
        case aioweb.HTTPException():
            code, message = HTTP_CODES.get(error.status, ("bad_request", "The request could not be understood."))
            response = _answer(request, error.status, code, message)
            if hdrs.ALLOW in error.headers:
                response.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
            return response
        case _:
            message = "Something went wrong here. It was written to the log. Try again."
            return _answer(request, 500, "fault", message)


def page(status: int, title: str, message: str, *, action: str = HOME) -> aioweb.Response:
    """Return a page in words; ``action`` is HTML."""
    text = PAGE.format(title=html.escape(title), message=html.escape(message), action=action)
    headers = {hdrs.CACHE_CONTROL: "no-store", "Content-Security-Policy": PAGE_CSP}
    return aioweb.Response(status=status, text=text, content_type="text/html", charset="utf-8", headers=headers)


def _answer(
    request: aioweb.Request, status: int, code: str, message: str, *, retry_after_s: float | None = None
) -> aioweb.Response:
    if _is_person(request):
        response = page(status, "That did not work", message)
    else:
        fault = Fault(code=code, message=message, retry_after_s=UNSET if retry_after_s is None else retry_after_s)
        response = aioweb.Response(
            status=status,
            body=msgspec.json.encode(FaultAnswer(error=fault)),
            content_type="application/json",
            headers={hdrs.CACHE_CONTROL: "no-store"},
        )
    if retry_after_s is not None:
        response.headers[hdrs.RETRY_AFTER] = str(math.ceil(retry_after_s))
    if status == 401:
        # RFC 9110, section 15.5.2: a 401 names at least one way to authenticate.
        response.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    return response


def _is_person(request: aioweb.Request) -> bool:
    """Tell whether a browser shows the answer to somebody."""
    return "text/html" in request.headers.get(hdrs.ACCEPT, "") and not request.path.startswith(MACHINE_PATHS)
