"""Keep what the studio reports: how sources, outputs and the studio itself stand, and since when."""

from datetime import datetime

import msgspec

from bridge import commands as c
from bridge import events as e
from bridge.terms import LinkState, SourceState

ReportCommand = c.ReportSource | c.ReportOutput | c.ReportStudio
ReportEvent = e.SourceChanged | e.OutputChanged | e.StudioChanged


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """How a source stands."""

    state: SourceState = SourceState.WAITING
    reason: str | None = None
    since: datetime | None = None
    lost_at: datetime | None = None
    """When it was last live, while it is not."""


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """How an output stands."""

    state: LinkState = LinkState.IDLE
    reason: str | None = None
    since: datetime | None = None
    lost_at: datetime | None = None
    """When it was last live, while it tries to be so again."""


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """All of them by name. The dictionaries are never changed in place."""

    sources: dict[str, Source] = {}
    outputs: dict[str, Output] = {}
    studio: bool = False
    studio_lost_at: datetime | None = None

    def source(self, name: str) -> Source:
        return self.sources.get(name, _NO_SOURCE)

    def output(self, name: str) -> Output:
        return self.outputs.get(name, _NO_OUTPUT)


_NO_SOURCE = Source()
_NO_OUTPUT = Output()


def decide(links: Links, command: ReportCommand) -> list[ReportEvent]:
    """Return what is new in a report; nothing where all stands as it says."""
    match command:
        case c.ReportSource(name=name, state=source_state, reason=reason):
            source = links.source(name)
            if (source.state, source.reason) == (source_state, reason):
                return []
            return [e.SourceChanged(name=name, state=source_state, reason=reason)]
        case c.ReportOutput(name=name, state=state, reason=reason):
            output = links.output(name)
            if (output.state, output.reason) == (state, reason):
                return []
            return [e.OutputChanged(name=name, state=state, reason=reason)]
        case c.ReportStudio(up=up, reason=reason):
            return [] if links.studio is up else [e.StudioChanged(up=up, reason=reason)]


def evolve(links: Links, event: ReportEvent, at: datetime) -> Links:
    """Return the state after ``event``, which happened ``at``."""
    change = msgspec.structs.replace
    match event:
        case e.SourceChanged():
            return change(links, sources={**links.sources, event.name: _source(links.source(event.name), event, at)})
        case e.OutputChanged():
            return change(links, outputs={**links.outputs, event.name: _output(links.output(event.name), event, at)})
        case e.StudioChanged(up=True):
            return change(links, studio=True, studio_lost_at=None)
        case e.StudioChanged():
            # Nothing goes in or out without the studio; it reports each anew when it is back.
            return Links(studio=False, studio_lost_at=at if links.studio else links.studio_lost_at)


def _source(old: Source, event: e.SourceChanged, at: datetime) -> Source:
    lost_at = at if old.state is SourceState.LIVE else old.lost_at
    return Source(
        state=event.state,
        reason=event.reason,
        since=old.since if event.state is old.state else at,
        lost_at=None if event.state is SourceState.LIVE else lost_at,
    )


def _output(old: Output, event: e.OutputChanged, at: datetime) -> Output:
    lost_at = at if old.state is LinkState.LIVE else old.lost_at
    # Idle is on purpose: what comes back from there was not lost.
    return Output(
        state=event.state,
        reason=event.reason,
        since=old.since if event.state is old.state else at,
        lost_at=None if event.state in {LinkState.LIVE, LinkState.IDLE} else lost_at,
    )
