"""Gather the JSON schemas of every record that crosses HTTP, by name.

One list, read by the OpenAPI description and by the TypeScript types.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from bridge import views
from web import bodies

STREAM: tuple[type[msgspec.Struct], ...] = (
    views.Message,
    views.VotesMessage,
    bodies.SnapshotMessage,
    bodies.MetersMessage,
)
"""The messages of the event stream."""
ANSWERS: tuple[type[msgspec.Struct], ...] = (
    views.Snapshot,
    bodies.QuestionAnswer,
    bodies.QueueAnswer,
    bodies.Done,
    bodies.SessionLine,
    bodies.TurnLine,
    bodies.InviteAnswer,
    bodies.FaultAnswer,
    bodies.Health,
)
REQUESTS: tuple[type[msgspec.Struct], ...] = (
    bodies.AskRequest,
    bodies.EditRequest,
    bodies.RejectRequest,
    bodies.SessionRequest,
    bodies.SpeakerRequest,
    bodies.SourceRequest,
    bodies.LayoutRequest,
    bodies.InviteRequest,
)


def _hook(kind: type) -> dict[str, Any]:
    """Let ``object`` (a member of the state, in a change) stand for anything."""
    assert kind is object, f"{kind} has no schema"
    return {"description": "Any member of the state."}


def components(kinds: Iterable[Any], ref_template: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a schema for each of ``kinds``, and by name the schemas that these refer to."""
    schemas, named = msgspec.json.schema_components(kinds, schema_hook=_hook, ref_template=ref_template)
    return list(schemas), named
