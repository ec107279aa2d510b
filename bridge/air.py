"""Decide over the programme as it is wanted: on or off, blanked, which source, which layout."""

from datetime import datetime

import msgspec

from bridge import commands as c
from bridge import events as e
from bridge.errors import Refused

AirCommand = c.StartAir | c.StopAir | c.Blank | c.Unblank | c.ChooseSource | c.ChooseLayout
AirEvent = e.AirStarted | e.AirStopped | e.AirBlanked | e.AirUnblanked | e.SourceChosen | e.LayoutChosen


class Air(msgspec.Struct, frozen=True, kw_only=True):
    """The programme as it is wanted."""

    on: bool = False
    blanked: bool = False
    since: datetime | None = None
    """When it last started; None while off."""
    told: bool = False
    """Whether it was ever started or stopped: a fresh journal has no wish of its own."""
    source: str | None = None
    """As it was chosen last; None before the first choice."""
    layout: str | None = None


def decide(air: Air, command: AirCommand, *, sources: tuple[str, ...], layouts: tuple[str, ...]) -> list[AirEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`.

    ``sources`` and ``layouts`` are those there are; the first of each stands while none was chosen.
    """
    match command:
        case c.StartAir():
            return [] if air.on else [e.AirStarted()]
        case c.StopAir():
            return [e.AirStopped()] if air.on else []
        case c.Blank():
            return [] if air.blanked else [e.AirBlanked()]
        case c.Unblank():
            return [e.AirUnblanked()] if air.blanked else []
        case c.ChooseSource(name=name):
            _require("source", name, sources)
            return [] if name == chosen(air.source, sources) else [e.SourceChosen(name=name)]
        case c.ChooseLayout(name=name):
            _require("layout", name, layouts)
            return [] if name == chosen(air.layout, layouts) else [e.LayoutChosen(name=name)]


def evolve(air: Air, event: AirEvent, at: datetime) -> Air:
    """Return the state after ``event``, which happened ``at``."""
    change = msgspec.structs.replace
    match event:
        case e.AirStarted():
            return change(air, on=True, since=at, told=True)
        case e.AirStopped():
            return change(air, on=False, since=None, told=True)
        case e.AirBlanked():
            return change(air, blanked=True)
        case e.AirUnblanked():
            return change(air, blanked=False)
        case e.SourceChosen(name=name):
            return change(air, source=name)
        case e.LayoutChosen(name=name):
            return change(air, layout=name)


def chosen(wish: str | None, there: tuple[str, ...]) -> str | None:
    """Return which of those ``there`` are is in force: settings may have taken away what was chosen."""
    if wish in there:
        return wish
    return there[0] if there else None


def _require(kind: str, name: str, there: tuple[str, ...]) -> None:
    if name not in there:
        raise Refused(f"{kind}_unknown", f"There is no {kind} “{name}”. There are: {', '.join(there)}.", status=404)
