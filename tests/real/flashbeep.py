"""Measure how far picture and sound are apart, from what was recorded: the test card's flashes and beeps.

    python -m tests.real.flashbeep FILE

Flashes are found in decoded pictures, beeps in decoded samples, each by the time stamp it is shown at.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

BOX = (0.38, 0.10, 0.62, 0.30)
"""Left, top, right, bottom of what is looked at, as shares of the picture: the inside of the test card's flash."""
WHITE = 180
"""Mean luma from which the box counts as white."""
LOUD = 0.12
"""Half of the beep's peak: what the codec smears before the onset stays below."""
QUIET_S = 0.3
"""Silence that must stand before an onset, so that a beep is counted once."""


@dataclass(frozen=True, slots=True)
class Sync:
    """When flashes and beeps began, in seconds of the recording's time."""

    flashes: tuple[float, ...]
    beeps: tuple[float, ...]

    @property
    def offsets_s(self) -> tuple[float, ...]:
        """How late each beep is after its flash; negative where it is early. Lone flashes and beeps are left out."""
        if not self.beeps:
            return ()
        nearest = (min(self.beeps, key=lambda beep: abs(beep - flash)) - flash for flash in self.flashes)
        return tuple(offset for offset in nearest if abs(offset) < 0.5)

    @property
    def worst_s(self) -> float:
        """The largest distance of a flash and its beep."""
        assert self.offsets_s, "there is nothing to compare: no flash has a beep"
        return max(abs(offset) for offset in self.offsets_s)


def analyse(path: Path | str, *, from_s: float = 0.0) -> Sync:
    """Find all flashes and beeps of a recording from ``from_s`` on."""
    bright: list[tuple[float, bool]] = []
    ear = Ear()
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "AUTO"
        if from_s:
            container.seek(int(from_s * av.time_base))
        for frame in container.decode(container.streams.video[0], container.streams.audio[0]):
            if isinstance(frame, VideoFrame) and frame.time is not None:
                bright.append((frame.time, box_luma(frame) > WHITE))
            elif isinstance(frame, AudioFrame):
                ear.hear(frame)
    return Sync(tuple(rises(sorted(bright))), tuple(ear.onsets))


def box_luma(frame: VideoFrame) -> float:
    """Return the mean luma of the flash's box."""
    plane = frame.planes[0]
    luma = np.frombuffer(bytes(plane), np.uint8).reshape(frame.height, plane.line_size)
    left, top, right, bottom = BOX
    rows = slice(int(top * frame.height), int(bottom * frame.height), 4)
    return float(luma[rows, int(left * frame.width) : int(right * frame.width) : 4].mean())


def rises(samples: list[tuple[float, bool]]) -> Iterator[float]:
    """Give the times at which a thing that was off is on."""
    for (_, before), (time_s, now) in pairwise(samples):
        if now and not before:
            yield time_s


class Ear:
    """Finds the onsets of beeps in a stream of decoded sound."""

    def __init__(self) -> None:
        self.onsets: list[float] = []
        self._quiet_since = 0.0

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame."""
        assert frame.time is not None, "a frame of sound without a time"
        samples = mono(frame)
        loud = np.flatnonzero(np.abs(samples) > LOUD)
        if not len(loud):
            return
        first_s = frame.time + loud[0] / frame.sample_rate
        if first_s - self._quiet_since > QUIET_S:
            self.onsets.append(float(first_s))
        self._quiet_since = frame.time + loud[-1] / frame.sample_rate


def mono(frame: AudioFrame) -> NDArray[np.float32]:
    """Return the first channel in -1 … 1."""
    samples = frame.to_ndarray()
    if frame.format.is_packed:
        samples = samples.reshape(-1, frame.layout.nb_channels).T
    channel = samples[0]
    scale = 1.0 if channel.dtype.kind == "f" else float(np.iinfo(channel.dtype).max)
    return np.asarray(channel / scale, np.float32)


if __name__ == "__main__":
    sync = analyse(sys.argv[1])
    offsets_ms = [offset * 1000 for offset in sync.offsets_s]
    print(f"{len(sync.flashes)} flashes, {len(sync.beeps)} beeps, {len(offsets_ms)} pairs")
    print(f"beep after flash: {min(offsets_ms):+.1f} … {max(offsets_ms):+.1f} ms, mean {np.mean(offsets_ms):+.1f} ms")
