"""Say what the studio should do, from the room and the settings alone (PURE).

The studio is told this as a whole whenever it changes, and makes it so.
"""

import re
import unicodedata
from datetime import datetime

import msgspec

from bridge.room import Room
from bridge.settings import CardSource, FileSource, OutputSettings, Settings, SourceSettings, WhipSource
from stream import protocol

RECORDING = "recording"
HLS = "hls"
SLATE_LAYOUT = "slate"
_MAX_SLUG = 40


class Folders(msgspec.Struct, frozen=True, kw_only=True):
    """Where the studio writes to: absolute paths."""

    recordings: str
    hls: str


def wanted(room: Room, settings: Settings, folders: Folders) -> protocol.Want:
    """Return the whole wanted state. It holds stream keys: it may reach no log."""
    video = settings.video
    turn = room.speakers.turn
    question = room.questions.on_air
    return protocol.Want(
        programme=protocol.Programme(
            width=video.width,
            height=video.height,
            fps=video.fps,
            video_bps=video.bitrate_bps,
            preset=video.preset,
            audio_bps=settings.audio.bitrate_bps,
        ),
        on_air=room.air.on,
        blanked=room.air.blanked,
        sources=tuple(_source(source) for source in settings.sources),
        source=None if room.layout == SLATE_LAYOUT else room.source,
        slate=_slate(room),
        lower_third=None if turn is None else turn.name,
        question=None
        if question is None
        else protocol.QuestionOverlay(number=question.number, text=question.text, name=question.name),
        outputs=_outputs(room, settings, folders),
    )


def recording_name(room: Room) -> str:
    """Return the file to record into: one for each session, one for each time between.

    It begins with the UTC time at which that began, so that files sort as the day went.
    """
    session = room.session
    if session is not None:
        parts = [_stamp(session.opened_at), str(session.id), _slug(session.title)]
        return "-".join(part for part in parts if part) + ".mkv"
    closed = room.sessions.all[-1].closed_at if room.sessions.all else None
    since = max((moment for moment in (closed, room.air.since) if moment is not None), default=None)
    return f"{_stamp(since)}-between.mkv" if since is not None else "between.mkv"


def _source(source: SourceSettings) -> protocol.SourceSpec:
    match source:
        case CardSource():
            return protocol.TestCard(name=source.name)
        case FileSource():
            return protocol.FileSource(name=source.name, path=source.path, loop=source.loop)
        case WhipSource():
            return protocol.WhipSource(name=source.name)


def _slate(room: Room) -> protocol.Slate:
    session = room.session
    if room.air.blanked:
        line = "We will be right back"
    elif session is not None:
        line = session.title
    else:
        line = "Between sessions" if room.sessions.all else "Starting soon"
    return protocol.Slate(title=room.setup.room.name, line=line)


def _outputs(room: Room, settings: Settings, folders: Folders) -> tuple[protocol.OutputSpec, ...]:
    recording = protocol.RecordingOutput(name=RECORDING, path=f"{folders.recordings}/{recording_name(room)}")
    hls = (protocol.HlsOutput(name=HLS, directory=folders.hls),) if settings.hls.enabled else ()
    return (recording, *hls, *(_rtmp(output) for output in settings.outputs))


def _rtmp(output: OutputSettings) -> protocol.RtmpOutput:
    url = output.url if output.key is None else f"{output.url.rstrip('/')}/{output.key.reveal()}"
    return protocol.RtmpOutput(name=output.name, url=url, ca_file=output.ca_file)


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _slug(title: str) -> str:
    """Return ``title`` as it may stand in a file's name on any system; nothing where it has no Latin letter."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_MAX_SLUG].strip("-")
