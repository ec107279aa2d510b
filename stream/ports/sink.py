"""EDGE. One FFmpeg muxer that takes the studio's encoded packets as they are.

The streams are made from the header's MP4 initialisation segment, so that no encoder need be opened here. The
parameter sets are then put back into Annex B form, the form that the packets have.
"""

import io
from fractions import Fraction

import av

from stream.ports import wire
from stream.ports.rebase import AUDIO_HZ, Rebase


class Sink:
    """A muxer at ``target``, written from the first keyframe on, which becomes time 0.

    Blocks wherever ``target`` blocks. Raises FFmpeg's :exc:`OSError` children.
    """

    def __init__(self, header: wire.Header, target: str, *, format: str, options: dict[str, str]) -> None:  # noqa: A002 - the muxer's own word
        self._bases = (Fraction(1, header.fps), Fraction(1, AUDIO_HZ))
        self._rebase = Rebase(header.fps)
        self._container = av.open(target, "w", format=format, container_options=options)
        with av.open(io.BytesIO(header.init), format="mp4") as template:
            self._streams = [self._container.add_stream_from_template(stream) for stream in template.streams]
        video = self._container.streams.video[0]
        video.codec_context.extradata = header.video_extradata
        video.codec_context.framerate = Fraction(header.fps)
        self._container.start_encoding()

    def mux(self, packet: wire.Packet) -> int:
        """Write ``packet`` and what became due with it; return the bytes of it."""
        size = 0
        for moved in self._rebase.take(packet):
            out = av.Packet(moved.payload)
            out.stream = self._streams[moved.stream]
            out.time_base = self._bases[moved.stream]
            out.pts, out.dts, out.duration = moved.pts, moved.dts, moved.duration
            out.is_keyframe = moved.keyframe
            self._container.mux(out)
            size += len(moved.payload)
        return size

    def close(self) -> None:
        """Finish the file or say goodbye to the server."""
        self._container.close()
