"""Encoded packets, as the encoder hands them to every output: shared, never copied, never encoded again."""

from dataclasses import dataclass

import msgspec

VIDEO = 0
AUDIO = 1


class StreamHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What a muxer must know before the first packet."""

    init: bytes
    """An MP4 initialisation segment (ISO/IEC 14496-12 ``moov``) that describes both streams, video first."""
    video_extradata: bytes
    """The parameter sets in Annex B form, as the packets are."""
    fps: int
    video_bps: int


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One access unit. Times count in ``1/fps`` for video and in ``1/48000`` for audio, from the programme's start."""

    stream: int
    pts: int
    dts: int
    duration: int
    keyframe: bool
    payload: bytes
    due_s: float
    """Monotonic time of ``pts``."""
