"""PURE. What goes over the pipes between the studio and its ports: one framing for both directions.

A frame is a one-byte tag, a 4-byte big-endian length and that many bytes. Packets and sound are binary; everything
else is a JSON array of a record's fields. Imports nothing heavy: a port must be at work within a fraction of a second.
"""

import json
import struct
from collections.abc import Iterator
from typing import NamedTuple

PREFIX = struct.Struct("!cI")
PACKET_HEAD = struct.Struct("!BBqqi")
HEADER_HEAD = struct.Struct("!III")
SOUND_HEAD = struct.Struct("!d")

VIDEO = 0
AUDIO = 1

PACKET = b"P"
HEADER = b"H"
SOUND = b"S"

MAX_FRAME_BYTES = 1 << 26
"""Far above any keyframe: a longer length means that the two sides lost step."""


class Packet(NamedTuple):
    """An encoded packet, as the studio's ``EncodedPacket`` without its due time."""

    stream: int
    keyframe: bool
    pts: int
    dts: int
    duration: int
    payload: bytes


class Header(NamedTuple):
    """What a muxer must know; see ``stream.packets.StreamHeader``."""

    fps: int
    video_bps: int
    init: bytes
    video_extradata: bytes


class Open(NamedTuple):
    """To an output: go to ``target`` (address, path or directory), now or at the next keyframe."""

    target: str
    ca_file: str | None = None


class End(NamedTuple):
    """To an output: finish in order and exit."""


class Play(NamedTuple):
    """To a file source: what to play, at which size; ``ring_fd`` is the inherited shared memory for the pictures."""

    path: str
    loop: bool
    width: int
    height: int
    fps: int
    ring_fd: int


class Cut(NamedTuple):
    """To the clip's port: copy what the recording ``path`` holds between two of its seconds into an MP4 ``target``."""

    path: str
    target: str
    from_s: float
    until_s: float


class Made(NamedTuple):
    """The clip is made; its last picture ends at this second of the recording."""

    until_s: float


class Opened(NamedTuple):
    """The output takes packets; the file plays."""


class Progress(NamedTuple):
    """What an output has handed on since it last told: pictures, and bytes of both streams."""

    frames: int
    size: int


class Began(NamedTuple):
    """A recording file began with the picture ``pts``."""

    path: str
    pts: int


class Ended(NamedTuple):
    """A recording file is complete; the source has played to its end."""

    path: str


class Fault(NamedTuple):
    """It does not work: ``cause`` is one of ``stream.ports.causes``."""

    cause: str
    going_on: bool = False
    """Only the newest order failed; what ran before it still runs."""


Message = Open | End | Play | Cut | Made | Opened | Progress | Began | Ended | Fault

_TAGS: dict[type[Message], bytes] = {
    Open: b"o",
    End: b"e",
    Play: b"y",
    Cut: b"c",
    Made: b"m",
    Opened: b"O",
    Progress: b"p",
    Began: b"b",
    Ended: b"E",
    Fault: b"f",
}
_KINDS: dict[bytes, type[Message]] = {tag: kind for kind, tag in _TAGS.items()}


class OutOfStep(ValueError):
    """What came over a pipe is no frame."""


def message(record: Message) -> bytes:
    """Frame a message."""
    payload = json.dumps(record).encode()
    return PREFIX.pack(_TAGS[type(record)], len(payload)) + payload


def parse(tag: bytes, payload: bytes) -> Message:
    """Read a message back; raise :exc:`OutOfStep` where ``tag`` is no message's."""
    kind = _KINDS.get(tag)
    if kind is None:
        raise OutOfStep(f"no message has the tag {tag!r}")
    return kind(*json.loads(payload))


def header(record: Header) -> bytes:
    """Frame what a muxer must know."""
    head = HEADER_HEAD.pack(record.fps, record.video_bps, len(record.init))
    payload = head + record.init + record.video_extradata
    return PREFIX.pack(HEADER, len(payload)) + payload


def parse_header(payload: bytes) -> Header:
    """Read a header back."""
    fps, video_bps, size = HEADER_HEAD.unpack_from(payload)
    start = HEADER_HEAD.size
    return Header(fps, video_bps, payload[start : start + size], payload[start + size :])


def packet_head(*, stream: int, keyframe: bool, pts: int, dts: int, duration: int, size: int) -> bytes:
    """Return what goes before a packet's payload of ``size`` bytes; made once, written to every output."""
    return PREFIX.pack(PACKET, PACKET_HEAD.size + size) + PACKET_HEAD.pack(stream, keyframe, pts, dts, duration)


def parse_packet(payload: bytes) -> Packet:
    """Read a packet back."""
    stream, keyframe, pts, dts, duration = PACKET_HEAD.unpack_from(payload)
    return Packet(stream, bool(keyframe), pts, dts, duration, payload[PACKET_HEAD.size :])


def sound(due_s: float, samples: bytes) -> bytes:
    """Frame sound (interleaved stereo float32 at 48 kHz) whose first sample is due at ``due_s``."""
    return PREFIX.pack(SOUND, SOUND_HEAD.size + len(samples)) + SOUND_HEAD.pack(due_s) + samples


def parse_sound(payload: bytes) -> tuple[float, memoryview]:
    """Read sound back: its due time and the raw samples."""
    (due_s,) = SOUND_HEAD.unpack_from(payload)
    return due_s, memoryview(payload)[SOUND_HEAD.size :]


class Frames:
    """Cuts a stream of bytes, fed in pieces of any size, into frames."""

    def __init__(self) -> None:
        self._bytes = bytearray()

    def feed(self, piece: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield each frame (tag, payload) that ``piece`` completes; raise :exc:`OutOfStep` on a length beyond all."""
        self._bytes += piece
        at = 0
        while len(self._bytes) - at >= PREFIX.size:
            tag, length = PREFIX.unpack_from(self._bytes, at)
            if length > MAX_FRAME_BYTES:
                raise OutOfStep(f"a frame of {length} bytes was announced")
            end = at + PREFIX.size + length
            if len(self._bytes) < end:
                break
            yield tag, bytes(self._bytes[at + PREFIX.size : end])
            at = end
        del self._bytes[:at]
