"""Look at a stream or a recording from outside, with ffprobe and ffmpeg: what is in it, and whether it plays."""

import json
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of a recording."""

    pts_s: float
    dts_s: float
    size: int
    keyframe: bool


@dataclass(frozen=True, slots=True)
class Probe:
    """What ffprobe says of a stream."""

    video: dict[str, Any]
    audio: dict[str, Any]
    pictures: tuple[Packet, ...]
    sounds: tuple[Packet, ...]

    @property
    def fps(self) -> Fraction:
        """Pictures a second, over all."""
        return Fraction(len(self.pictures) - 1) / Fraction(self.pictures[-1].pts_s - self.pictures[0].pts_s)

    @property
    def keyframes_s(self) -> tuple[float, ...]:
        """When keyframes are shown."""
        return tuple(packet.pts_s for packet in self.pictures if packet.keyframe)

    @property
    def keyframe_distance_s(self) -> float:
        """The largest distance between two keyframes."""
        return max(after - before for before, after in pairwise(self.keyframes_s))

    @property
    def video_bps(self) -> float:
        """Bit/s of the picture, from one keyframe to another, so that whole groups are counted."""
        first, last = self.keyframes_s[0], self.keyframes_s[-1]
        within = [packet.size for packet in self.pictures if first <= packet.pts_s < last]
        return sum(within) * 8 / (last - first)

    def largest_gap_s(self, which: str) -> float:
        """Return the largest distance between two neighbouring ``pictures`` or ``sounds``."""
        times = sorted(packet.pts_s for packet in (self.pictures if which == "pictures" else self.sounds))
        return max(after - before for before, after in pairwise(times))

    @property
    def length_s(self) -> float:
        """From the first picture to the last."""
        return self.pictures[-1].pts_s - self.pictures[0].pts_s


def probe(where: Path | str, *, seconds: float | None = None) -> Probe:
    """Read all packets of a recording, or the first ``seconds`` of what is being sent."""
    interval = ["-read_intervals", f"%+{seconds}"] if seconds else []
    shown = ["-show_streams", "-show_packets", "-show_entries", "packet=codec_type,pts_time,dts_time,size,flags"]
    found = json.loads(output("ffprobe", "-v", "error", *interval, *shown, "-of", "json", str(where)))
    kinds = {stream["codec_type"]: stream for stream in found["streams"]}
    return Probe(kinds["video"], kinds["audio"], _packets(found, "video"), _packets(found, "audio"))


def _packets(found: dict[str, Any], kind: str) -> tuple[Packet, ...]:
    return tuple(
        Packet(float(row["pts_time"]), float(row["dts_time"]), int(row["size"]), "K" in row["flags"])
        for row in found["packets"]
        if row["codec_type"] == kind and "dts_time" in row
    )


def picture(where: Path | str, *, at_s: float | None = None) -> bytes:
    """Decode one picture to 160×90 RGB: the one at ``at_s``, or the last of a recording."""
    seek = ["-ss", str(at_s)] if at_s is not None else ["-sseof", "-0.5"]
    command = ["ffmpeg", "-v", "error", *seek, "-i", str(where), "-frames:v", "1"]
    shape = ["-vf", "scale=160:90:flags=area", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run([*command, *shape], capture_output=True, check=False, timeout=60)
    assert len(done.stdout) == 160 * 90 * 3, f"no picture could be decoded: {done.stderr.decode()[-500:]}"
    return done.stdout


def gray(where: Path | str) -> NDArray[np.uint8]:
    """Decode every picture to 32×18 gray: shape ``(pictures, 576)``."""
    command = ["ffmpeg", "-v", "error", "-i", str(where), "-an", "-fps_mode", "passthrough"]
    shape = ["-vf", "scale=32:18:flags=area", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    done = subprocess.run([*command, *shape], capture_output=True, check=True, timeout=300)
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, 32 * 18)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is seen in a recording, picture by picture."""

    times_s: NDArray[np.float64]
    lumas: NDArray[np.float64]
    """Mean luma, 0 … 255."""
    changes: NDArray[np.float64]
    """How much a picture differs from the one before, as the mean over the picture."""

    def stood_still_s(self, *, darker_than: float) -> float:
        """Return how long a moving picture stood still before it began to fade to one ``darker_than`` that."""
        begun = int(np.flatnonzero(self.lumas >= darker_than)[0])
        dark = begun + np.flatnonzero(self.lumas[begun:] < darker_than)
        assert len(dark), f"no picture is darker than {darker_than}"
        bright = float(np.median(self.lumas[begun : dark[0]]))
        fading = int(np.flatnonzero(self.lumas[: dark[0]] > bright * 0.9)[-1]) + 1
        moving = np.flatnonzero(self.changes[: fading - 1] > 1.0)
        return float(self.times_s[fading] - self.times_s[moving[-1]])


def seen(where: Path | str) -> Seen:
    """Decode and look at every picture of a recording."""
    pictures = gray(where).astype(np.int16)
    changes = np.abs(np.diff(pictures, axis=0, prepend=pictures[:1])).mean(axis=1)
    times = np.array([packet.pts_s for packet in probe(where).pictures])[: len(pictures)]
    return Seen(times, pictures.mean(axis=1), changes)


def plays(where: Path | str) -> None:
    """Decode all of a recording; fail where a decoder complains."""
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-xerror", "-i", str(where), "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert not done.stderr.strip(), done.stderr[-2000:]


def output(*command: str) -> str:
    """Run a program and return what it wrote."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout
