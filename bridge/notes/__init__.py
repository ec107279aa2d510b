"""Notes of a session: one record folded from the journal, written out in several formats."""

import msgspec

from bridge.errors import Refused
from bridge.notes import markdown
from bridge.notes.record import SessionNotes, session_notes

__all__ = ["FORMATS", "SessionNotes", "render", "session_notes"]

FORMATS = ("md", "json")


def render(notes: SessionNotes, form: str) -> tuple[str, bytes]:
    """Return media type and content of ``notes`` in one of :data:`FORMATS`. Raises :exc:`Refused`."""
    match form:
        case "md":
            return "text/markdown; charset=utf-8", markdown.page(notes).encode()
        case "json":
            return "application/json", msgspec.json.format(msgspec.json.encode(notes), indent=2) + b"\n"
        case _:
            message = f"There is no format “{form}” of notes. There are: {', '.join(FORMATS)}."
            raise Refused("format_unknown", message, status=404)
