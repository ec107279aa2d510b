"""Keep which recording file was on when: anything's offset into it is its time minus ``began_at``."""

from datetime import datetime

import msgspec

from bridge.commands import ReportPartBegan, ReportPartEnded
from bridge.events import PartBegan, PartEnded
from bridge.terms import PartId, SessionId


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One recording file."""

    id: PartId
    path: str
    """Relative to the recordings' directory."""
    began_at: datetime
    session: SessionId | None
    ended_at: datetime | None = None


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """All recording files, oldest first; only the last can be open."""

    all: tuple[Part, ...] = ()

    @property
    def open(self) -> Part | None:
        """The one that is being written."""
        return self.all[-1] if self.all and self.all[-1].ended_at is None else None

    def get(self, part: PartId) -> Part | None:
        return next((known for known in self.all if known.id == part), None)

    def holding(self, at: datetime) -> Part | None:
        """Return the file that was being written ``at`` that time, None where none was."""
        begun = next((part for part in reversed(self.all) if part.began_at <= at), None)
        if begun is None or (begun.ended_at is not None and begun.ended_at < at):
            return None
        return begun


def decide(
    parts: Parts, command: ReportPartBegan | ReportPartEnded, session: SessionId | None
) -> list[PartBegan | PartEnded]:
    """Return what is new in a report. A file that begins ends the one before it."""
    on = parts.open
    match command:
        case ReportPartBegan(path=path, began_at=began_at):
            if any(part.path == path for part in reversed(parts.all)):
                return []
            ended: list[PartBegan | PartEnded] = [] if on is None else [PartEnded(id=on.id)]
            part = PartId(f"p{len(parts.all) + 1}")
            return [*ended, PartBegan(id=part, path=path, began_at=began_at, session=session)]
        case ReportPartEnded(path=path):
            return [PartEnded(id=on.id)] if on is not None and on.path == path else []


def evolve(parts: Parts, event: PartBegan | PartEnded, at: datetime) -> Parts:
    """Return the state after ``event``, which happened ``at``."""
    match event:
        case PartBegan():
            part = Part(id=event.id, path=event.path, began_at=event.began_at, session=event.session)
            return Parts(all=(*parts.all, part))
        case PartEnded():
            on = parts.open
            assert on is not None, "only the file that is written can end"
            return Parts(all=(*parts.all[:-1], msgspec.structs.replace(on, ended_at=at)))
