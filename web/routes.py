"""Say what a route is: one row of the table that both the dispatch and the descriptions are made from.

Each row states who may call it; there is no default.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web as aioweb

from web.auth import Caller
from web.bodies import Role
from web.service import Service

EVERYONE = frozenset(Role)
MODERATORS = frozenset({Role.MODERATOR, Role.OPERATOR})
OPERATORS = frozenset({Role.OPERATOR})
NOTE_TAKERS = frozenset({Role.NOTES, Role.OPERATOR})


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call, as its handler gets it: checked and decoded."""

    service: Service
    visitor: Caller | None
    """None on an anonymous route."""
    request: aioweb.Request
    body: Any = None
    """An instance of the route's ``body``."""

    @property
    def caller(self) -> Caller:
        """Who calls."""
        assert self.visitor is not None, "only an anonymous route does not ask who calls"
        return self.visitor

    @property
    def parameters(self) -> Mapping[str, str]:
        """The parts of the path that vary."""
        return self.request.match_info


Answer = msgspec.Struct | list[Any] | aioweb.StreamResponse
Handler = Callable[[Call], Awaitable[Answer]]


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table."""

    method: str
    path: str
    roles: frozenset[Role]
    handler: Handler
    summary: str
    body: type[msgspec.Struct] | None = None
    takes: str = ""
    """The media type of a body that is no JSON."""
    answer: Any = None
    """The type of the answer; None where it is no JSON, and ``content`` says what it is."""
    status: int = 200
    content: str = "application/json"
    faults: frozenset[int] = frozenset()
    """Statuses of errors that it gives beside those that all of its kind give (see ``web.openapi``)."""
    query: Mapping[str, str] = {}
    """Names of the query's members with their meaning."""
    who: str = ""
    """Who may call, in words, where the handler itself looks at a token."""
    anonymous: bool = False
    """Whether it serves anybody without asking who they are and without giving a cookie."""
    group: str = "api"
