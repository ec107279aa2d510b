"""EDGE. The port of a recording: ``python -m stream.ports.recording``.

Matroska with clusters of a fifth of a second, each written out at once: killed at any moment, the file plays so far.
Another order to open begins another file at the next keyframe; the sound is cut at the same moment, so that the two
files follow each other without a gap or an overlap. A file that exists is never written to.
"""

import errno
import os
from pathlib import Path

from stream.ports import causes, output, pipe, wire
from stream.ports.rebase import audio_at
from stream.ports.sink import Sink

CLOSE_AFTER_S = 1
"""The old file's last sound has come by then, at the latest."""
NEEDED_S = 3
"""Room on the disk, in seconds of programme, below which no file is begun."""
OPTIONS = {"flush_packets": "1", "cluster_time_limit": "200"}
"""FFmpeg keeps a cluster in memory until it is full: the time limit is what a kill may cost."""


def claim(path: Path) -> Path:
    """Create ``path``, or the first free one of ``-2``, ``-3`` … before its ending; return the one created."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        chosen = path if number == 1 else path.with_stem(f"{path.stem}-{number}")
        try:
            os.close(os.open(chosen, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        except FileExistsError:
            number += 1
        else:
            return chosen


def demand_room(directory: Path, header: wire.Header) -> None:
    """Raise ``ENOSPC`` where the disk has no room for a few seconds: no empty file is left at each new try."""
    room = os.statvfs(directory)
    if room.f_bavail * room.f_frsize < header.video_bps / 8 * NEEDED_S:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _File:
    """One recording file, from the keyframe ``first_pts`` on."""

    def __init__(self, header: wire.Header, path: Path, first_pts: int) -> None:
        self.path = claim(path)
        self.first_pts = first_pts
        self.cut_at = audio_at(first_pts, header.fps)
        try:
            self.sink = Sink(header, f"file:{self.path}", format="matroska", options=OPTIONS)
        except output.FAULTS:
            self.path.unlink(missing_ok=True)  # it holds nothing
            raise
        pipe.report(wire.Began(str(self.path), first_pts))

    def close(self) -> None:
        try:
            self.sink.close()
        finally:
            pipe.report(wire.Ended(str(self.path)))


class Recording:
    """The file that is written, the one before it until its last sound came, and the one wanted next."""

    def __init__(self, header: wire.Header) -> None:
        self._header = header
        self._wanted: Path | None = None
        self._file: _File | None = None
        self._before: _File | None = None

    def open(self, order: wire.Open) -> None:
        path = Path(order.target)
        path.parent.mkdir(parents=True, exist_ok=True)
        demand_room(path.parent, self._header)
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        self._wanted = path

    def mux(self, packet: wire.Packet) -> int:
        if self._wanted is not None and packet.keyframe and not packet.stream:
            self._switch(packet.pts)
        if self._before is not None and self._file is not None:
            if packet.stream and packet.pts < self._file.cut_at:
                return self._before.sink.mux(packet)
            if packet.stream or packet.pts > self._file.first_pts + CLOSE_AFTER_S * self._header.fps:
                self._close_before()
        return self._file.sink.mux(packet) if self._file is not None else 0

    def _switch(self, pts: int) -> None:
        assert self._wanted is not None, "called only where another file is wanted"
        new = _File(self._header, self._wanted, pts)
        self._wanted = None
        self._close_before()
        self._before, self._file = self._file, new

    def _close_before(self) -> None:
        before, self._before = self._before, None
        if before is not None:
            before.close()

    def drop(self) -> None:
        self._wanted = None
        for file in (self._before, self._file):
            if file is not None:
                try:
                    file.close()
                except output.FAULTS:  # the fault itself is being told already
                    continue
        self._before = self._file = None

    def close(self) -> None:
        self._close_before()
        if self._file is not None:
            self._file.close()
            self._file = None

    def cause(self, number: int) -> str:
        return causes.of_file(number)


if __name__ == "__main__":
    output.run(Recording, ends_in_order=True)
