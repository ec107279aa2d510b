"""Write the notes of a session from the journal's file, beside a service that runs or without one (EDGE)."""

from pathlib import Path

from bridge.app import journal_path, public_url, told_address
from bridge.errors import NotesError
from bridge.events import SessionOpened
from bridge.journal import read_all
from bridge.notes import render, session_notes
from bridge.settings import Settings
from bridge.sqlite import SqliteJournal
from bridge.terms import SessionId
from bridge.views import RoomView

LAST = "last"


async def notes_of(settings: Settings, data: Path, session: str, form: str) -> bytes:
    """Return the notes of ``session`` (an id, or ``last``). Raises :exc:`BridgeError`."""
    async with SqliteJournal(journal_path(settings, data), writable=False) as journal:
        entries = await read_all(journal)
    if session == LAST:
        opened = [entry.event.id for entry in entries if isinstance(entry.event, SessionOpened)]
        if not opened:
            raise NotesError("There was no session yet, so there are no notes.")
        session = opened[-1]
    url = told_address(data) or public_url(settings, settings.web.port)
    room = RoomView(name=settings.room.name, time_zone=settings.room.time_zone, url=url)
    _media_type, content = render(session_notes(entries, SessionId(session), room), form)
    return content
