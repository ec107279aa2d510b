"""EDGE. The port that makes one clip of a recording: ``python -m stream.ports.clip``.

The bridge runs it. Nothing is decoded or encoded: the packets of a span go into an MP4 whose index stands in front, as
browsers want it. It works at the lowest priority, since the programme is encoded beside it.
"""

import os
from collections.abc import Callable, Iterator
from fractions import Fraction

import av

from bridge.clock import Clock, SystemClock
from stream.ports import causes, pipe, wire
from stream.ports.excerpt import MS, Excerpt
from stream.ports.matroska import NotMatroska, Recording

PROGRESS_S = 0.4
BEFORE_S = 4.0
"""Read before the span, so that the keyframe before it is met: our encoder makes one every 2 s."""
READ_BYTES = 1 << 18
OPTIONS = {"movflags": "+faststart"}


class Absent(Exception):
    """The recording holds nothing of the span."""


def packets(source: av.container.InputContainer) -> Iterator[wire.Packet]:
    """Give a recording's packets, times in ms, as far as they are whole: the last ones may be being written."""
    streams = [source.streams.video[0], source.streams.audio[0]]
    try:
        for packet in source.demux(streams):
            if not packet.size or packet.pts is None:
                continue
            kind = wire.AUDIO if packet.stream_index == streams[1].index else wire.VIDEO
            dts = packet.pts if packet.dts is None else packet.dts
            yield wire.Packet(kind, packet.is_keyframe, packet.pts, dts, packet.duration or 0, bytes(packet))
    except av.FFmpegError:
        return


class Writer:
    """An MP4 file at ``target`` with the streams of ``source``."""

    def __init__(self, target: str, source: av.container.InputContainer) -> None:
        video, audio = source.streams.video[0], source.streams.audio[0]
        self._bases = (Fraction(1, MS), Fraction(1, audio.rate))
        self._container = av.open(target, "w", format="mp4", options=OPTIONS)
        self._streams = [self._container.add_stream_from_template(stream) for stream in (video, audio)]

    def write(self, packet: wire.Packet) -> None:
        """Write one packet, times in ms or samples."""
        out = av.Packet(packet.payload)
        out.stream = self._streams[packet.stream]
        out.time_base = self._bases[packet.stream]
        out.pts, out.dts, out.duration = packet.pts, packet.dts, packet.duration
        out.is_keyframe = packet.keyframe
        self._container.mux(out)

    def close(self) -> None:
        """Finish the file."""
        self._container.close()


def cut(order: wire.Cut, *, clock: Clock, report: Callable[[wire.Message], None]) -> wire.Made:
    """Make the clip. Raises :exc:`OSError`, :exc:`NotMatroska`, :exc:`av.FFmpegError` and :exc:`Absent`."""
    first_ms = int(max(0.0, order.from_s - BEFORE_S) * MS)
    with (
        Recording(order.path, first_ms) as file,
        av.open(file, "r", format="matroska", buffer_size=READ_BYTES) as source,
    ):
        excerpt = Excerpt(
            from_ms=round(order.from_s * MS), until_ms=round(order.until_s * MS), hz=source.streams.audio[0].rate
        )
        writer: Writer | None = None
        reported_s, frames, size = clock.monotonic(), 0, 0
        for packet in packets(source):
            for moved in excerpt.take(packet):
                writer = writer or Writer(order.target, source)
                writer.write(moved)
                frames, size = frames + (moved.stream == wire.VIDEO), size + len(moved.payload)
            if clock.monotonic() - reported_s >= PROGRESS_S:
                report(wire.Progress(frames, size))
                reported_s, frames, size = clock.monotonic(), 0, 0
            if excerpt.ended:
                break
        if writer is None:
            raise Absent
        writer.close()
    return wire.Made(excerpt.until_ms / MS)


def answer(order: wire.Cut) -> wire.Message:
    """Make the clip and return what is told of it."""
    if not os.path.exists(order.path):
        return wire.Fault(causes.MISSING)
    try:
        return cut(order, clock=SystemClock(), report=pipe.report)
    except Absent:
        return wire.Fault(causes.ABSENT)
    except (NotMatroska, IndexError):  # no cluster, or no picture or sound
        return wire.Fault(causes.NOT_MEDIA)
    except (OSError, av.FFmpegError) as error:
        cause = causes.of_file(error.errno or 0)
        # What is not the disk's fault is the recording's: nothing else goes in.
        return wire.Fault(causes.NOT_MEDIA if cause == causes.OTHER else cause)


def main() -> None:
    """Take one order from the pipe, carry it out and end."""
    pipe.leave_signals_to_the_studio()
    pipe.die_with_parent()
    os.nice(19)
    for tag, payload in pipe.orders():
        match wire.parse(tag, payload):
            case wire.Cut() as order:
                pipe.report(answer(order))
                return


if __name__ == "__main__":
    main()
