"""Say in words what went wrong or right, for the operator's log."""

from datetime import datetime

from bridge import events as e
from bridge.links import Links
from bridge.terms import LinkState, SourceState
from bridge.views import IncidentView

KEPT = 50
"""The newest; older ones stand in the journal."""


def add(incidents: tuple[IncidentView, ...], before: Links, entry: e.Entry) -> tuple[IncidentView, ...]:
    """Return ``incidents`` with what ``entry`` is worth; ``before`` is how all stood before it."""
    said = _say(before, entry)
    if said is None:
        return incidents
    level, text = said
    return (*incidents, IncidentView(seq=entry.seq, at=entry.at, text=text, level=level))[-KEPT:]


def _say(before: Links, entry: e.Entry) -> tuple[str, str] | None:
    match entry.event:
        case e.AirStarted():
            return "note", "The programme is on air."
        case e.AirStopped():
            return "note", "The programme is off air."
        case e.AirBlanked():
            return "warn", "Blanked: the public sees the slate and hears nothing."
        case e.AirUnblanked():
            return "note", "The public sees the room again."
        case e.OutputChanged() as event:
            return _output(before, event, entry)
        case e.SourceChanged() as event:
            return _source(before, event, entry)
        case e.StudioChanged() as event:
            return _studio(before, event, entry)
        case _:
            return None


def _output(before: Links, event: e.OutputChanged, entry: e.Entry) -> tuple[str, str] | None:
    old, why = before.output(event.name), _because(event.reason)
    match event.state:
        case LinkState.LIVE if old.lost_at is not None:
            return "note", f"Output {event.name} is back after {_seconds(entry, old.lost_at)}."
        case LinkState.LIVE if old.state is not LinkState.LIVE:
            return "note", f"Output {event.name} is live."
        case LinkState.RECONNECTING if old.lost_at is None:
            return "warn", f"Output {event.name} lost its connection{why} Trying again."
        case LinkState.FAILED:
            return "bad", f"Output {event.name} failed{why}"
        case _:
            return None


def _source(before: Links, event: e.SourceChanged, entry: e.Entry) -> tuple[str, str] | None:
    old, why = before.source(event.name), _because(event.reason)
    match event.state:
        case SourceState.LIVE if old.lost_at is not None:
            return "note", f"Source {event.name} is back after {_seconds(entry, old.lost_at)}."
        case SourceState.LIVE if old.state is not SourceState.LIVE:
            return "note", f"Source {event.name} is there."
        case SourceState.LOST if old.state is not SourceState.LOST:
            return "warn", f"Source {event.name} is lost{why} Slate and silence stand in until it is back."
        case SourceState.FAILED:
            return "bad", f"Source {event.name} does not work{why}"
        case _:
            return None


def _studio(before: Links, event: e.StudioChanged, entry: e.Entry) -> tuple[str, str] | None:
    if not event.up:
        return "bad", f"The studio stopped{_because(event.reason)} It is being started again."
    if before.studio_lost_at is not None:
        return "note", f"The studio is back after {_seconds(entry, before.studio_lost_at)}."
    return "note", "The studio is there."


def _because(reason: str | None) -> str:
    """Return the end of a sentence, with ``reason`` in it where there is one."""
    return "." if not reason else f": {reason.rstrip('. ')}."


def _seconds(entry: e.Entry, since: datetime) -> str:
    seconds = max(0.0, (entry.at - since).total_seconds())
    return f"{round(seconds)} s" if seconds < 90 else f"{round(seconds / 60)} min"
