"""Messages between bridge and studio: framed MessagePack over a local socket.

The bridge tells the wanted state as a whole (:class:`Want`), never steps; the studio makes it so and reports facts. A
bridge that connects anew gets :class:`Hello` and one fact for each thing that stands, so that it knows the world
without having seen it come about. A frame is a 4-byte big-endian length and that many bytes, at most
:data:`MAX_FRAME_BYTES`.
"""

import asyncio
import struct
from datetime import datetime

import msgspec

from bridge.terms import LinkState, SourceState
from bridge.views import MetersView

VERSION = 1
"""Of this protocol. A bridge that meets a studio of another version asks it to quit and starts its own."""
MAX_FRAME_BYTES = 1 << 20
LENGTH = struct.Struct("!I")


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages."""


# Wanted state ---------------------------------------------------------------------------------------------------------


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """How the programme is encoded. A change of it restarts the encoder; all else is changed while running."""

    width: int
    height: int
    fps: int
    video_bps: int
    preset: str
    audio_bps: int


class TestCard(msgspec.Struct, frozen=True, kw_only=True, tag="testcard"):
    """A moving picture with clock, flash and beep each second."""

    name: str


class FileSource(msgspec.Struct, frozen=True, kw_only=True, tag="file"):
    """A media file, played in real time."""

    name: str
    path: str
    loop: bool = True


class WhipSource(msgspec.Struct, frozen=True, kw_only=True, tag="whip"):
    """A place where a WHIP client may publish; the bridge has checked its token."""

    name: str


SourceSpec = TestCard | FileSource | WhipSource


class RtmpOutput(msgspec.Struct, frozen=True, kw_only=True, tag="rtmp"):
    """An RTMP or RTMPS ingest. ``url`` holds the key: it must reach no log and no message back."""

    name: str
    url: str
    ca_file: str | None = None


class RecordingOutput(msgspec.Struct, frozen=True, kw_only=True, tag="recording"):
    """A recording. Another ``path`` begins another file at the next keyframe, without a gap or an overlap.

    Where ``path`` exists already (the studio was restarted), ``-2``, ``-3`` … is put before its ending.
    """

    name: str
    path: str


class HlsOutput(msgspec.Struct, frozen=True, kw_only=True, tag="hls"):
    """``live.m3u8`` and its segments in ``directory``."""

    name: str
    directory: str


OutputSpec = RtmpOutput | RecordingOutput | HlsOutput


class QuestionOverlay(msgspec.Struct, frozen=True, kw_only=True):
    """A question in the picture."""

    number: int
    text: str
    name: str | None


class Slate(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in for the picture when there is none."""

    title: str
    line: str


class Want(Message, frozen=True, kw_only=True, tag="want"):
    """The whole wanted state."""

    programme: Programme
    on_air: bool
    """Off air, ``outputs`` are stopped; the mixer keeps its clock."""
    blanked: bool
    sources: tuple[SourceSpec, ...]
    source: str | None
    """The one that fills the picture and is heard."""
    slate: Slate
    lower_third: str | None
    question: QuestionOverlay | None
    outputs: tuple[OutputSpec, ...]


class WhipOffer(Message, frozen=True, kw_only=True, tag="whip.offer"):
    """A WHIP client's offer for ``source``; answered by :class:`WhipAnswer` with the same ``request``."""

    request: int
    source: str
    sdp: str


class WhipEnd(Message, frozen=True, kw_only=True, tag="whip.end"):
    """The WHIP client of ``resource`` says goodbye."""

    resource: str


class Quit(Message, frozen=True, kw_only=True, tag="quit"):
    """End everything in order and exit."""


# Facts ----------------------------------------------------------------------------------------------------------------


class Hello(Message, frozen=True, kw_only=True, tag="hello"):
    """The studio's first message to each bridge that connects."""

    version: int
    pid: int


class SourceFact(Message, frozen=True, kw_only=True, tag="source"):
    """A source changed its state."""

    name: str
    state: SourceState
    reason: str | None = None


class OutputFact(Message, frozen=True, kw_only=True, tag="output"):
    """An output changed its state. ``reason`` is a sentence without secrets."""

    name: str
    kind: str
    state: LinkState
    tries: int
    since: datetime
    reason: str | None = None


class PartFact(Message, frozen=True, kw_only=True, tag="part"):
    """A recording file began (``ended`` False) or is complete. ``path`` is the file really written."""

    path: str
    began_at: datetime
    ended: bool = False


class Meters(Message, frozen=True, kw_only=True, tag="meters"):
    """Figures, ten times a second."""

    figures: MetersView


class WhipAnswer(Message, frozen=True, kw_only=True, tag="whip.answer"):
    """The answer to an offer: ``sdp`` and ``resource``, or ``fault`` in words."""

    request: int
    sdp: str | None = None
    resource: str | None = None
    fault: str | None = None


ToStudio = Want | WhipOffer | WhipEnd | Quit
FromStudio = Hello | SourceFact | OutputFact | PartFact | Meters | WhipAnswer

to_studio: msgspec.msgpack.Decoder[ToStudio] = msgspec.msgpack.Decoder(ToStudio)
from_studio: msgspec.msgpack.Decoder[FromStudio] = msgspec.msgpack.Decoder(FromStudio)
_encoder = msgspec.msgpack.Encoder()


class FrameTooLong(ValueError):
    """The other side announced a frame beyond :data:`MAX_FRAME_BYTES`."""


def frame(message: ToStudio | FromStudio) -> bytes:
    """Encode ``message`` with its length before it."""
    payload = _encoder.encode(message)
    return LENGTH.pack(len(payload)) + payload


async def read_frame(reader: asyncio.StreamReader) -> bytes:
    """Read one frame's payload.

    Raises :exc:`asyncio.IncompleteReadError` at the end of the stream and :exc:`FrameTooLong`.
    """
    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
    if length > MAX_FRAME_BYTES:
        raise FrameTooLong(f"a frame of {length} bytes was announced; {MAX_FRAME_BYTES} are allowed")
    return await reader.readexactly(length)
