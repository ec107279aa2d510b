"""EDGE. The port of the HLS output: ``python -m stream.ports.hls``.

Media sequence numbers never fall, also over a restart, so that a player which kept the playlist goes on: a fresh
playlist is continued behind a discontinuity, a stale one is cleared away and numbered from the time of day.
"""

import errno
import os
from pathlib import Path

from bridge.clock import SystemClock
from stream.ports import causes, output, wire
from stream.ports.recording import demand_room
from stream.ports.sink import Sink

PLAYLIST = "live.m3u8"
SEGMENTS = "live*.ts*"
SEGMENT_S = 2
LISTED = 6
FRESH_S = 20.0
"""Players of a playlist that was last written before this have given up; its segments are worth nothing."""
FLAGS = "delete_segments+independent_segments+program_date_time+temp_file+omit_endlist"


def clear(directory: Path, now_s: float) -> bool:
    """Remove a stale playlist and its segments; return whether a fresh one stands. ``now_s`` is the time of day."""
    playlist = directory / PLAYLIST
    if playlist.exists() and now_s - playlist.stat().st_mtime < FRESH_S:
        return True
    for path in (playlist, *directory.glob(SEGMENTS), *directory.glob(f"{PLAYLIST}.tmp")):
        path.unlink(missing_ok=True)
    return False


class Hls:
    """A playlist and its segments in one directory, from the next keyframe on."""

    def __init__(self, header: wire.Header) -> None:
        self._header = header
        self._directory: Path | None = None
        self._sink: Sink | None = None

    def open(self, order: wire.Open) -> None:
        directory = Path(order.target)
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        self._directory = directory

    def mux(self, packet: wire.Packet) -> int:
        if packet.keyframe and packet.stream == wire.VIDEO:
            # FFmpeg's segments are cut short on a full disk without a word: look before each.
            demand_room(self._wanted, self._header)
        if self._sink is None:
            # The programme's date is taken by FFmpeg when it opens the playlist, so not before the first picture.
            if packet.stream or not packet.keyframe:
                return 0
            self._sink = self._begin()
        return self._sink.mux(packet)

    @property
    def _wanted(self) -> Path:
        assert self._directory is not None, "packets are muxed only after open"
        return self._directory

    def _begin(self) -> Sink:
        fresh = clear(self._wanted, SystemClock().now().timestamp())
        options = {
            "hls_time": str(SEGMENT_S),
            "hls_list_size": str(LISTED),
            "hls_delete_threshold": "2",
            "hls_flags": f"{FLAGS}+append_list" if fresh else FLAGS,
            "hls_start_number_source": "epoch",
            "hls_segment_filename": str(self._wanted / "live%d.ts"),
        }
        return Sink(self._header, str(self._wanted / PLAYLIST), format="hls", options=options)

    def drop(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            try:
                sink.close()
            except output.FAULTS:  # the fault itself is being told already
                return

    def close(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.close()

    def cause(self, number: int) -> str:
        return causes.of_file(number)


if __name__ == "__main__":
    output.run(Hls, ends_in_order=True)
