"""PURE. When the pictures and the sound of a file are due, and which of its pictures are shown at all."""

from dataclasses import dataclass, field

LATE_S = 0.5
"""A file that falls so far behind is not run after: it goes on from where it is."""
FAR_S = 60.0
"""A time stamp so far ahead is a fault in the file, not a pause."""
AUDIO_HZ = 48_000
FRAME_BYTES = 8
"""Two float32 samples."""
SAME_S = 0.005
"""Time stamps of sound that differ by less from the count of samples are rounding."""
FILLED_S = 0.5
"""The longest gap in the sound that is filled with silence, and the longest overlap that is cut away."""


@dataclass(slots=True)
class Pace:
    """Maps a file's own time, which begins at 0 in each round, to the monotonic clock."""

    start_s: float
    """When the file's time 0 is due."""
    ahead_s: float
    jumps: int = 0

    def due(self, media_s: float, now_s: float) -> float:
        """Return when ``media_s`` is due; where that is out of all measure, go on from here instead."""
        due = self.start_s + media_s
        if not now_s - LATE_S < due < now_s + FAR_S:
            self.start_s = now_s + self.ahead_s - media_s
            self.jumps += 1
            due = self.start_s + media_s
        return due

    def next_round(self, length_s: float) -> None:
        """Begin the file again where its last round ended."""
        self.start_s += length_s


@dataclass(slots=True)
class Grid:
    """Lets as many pictures through as the programme shows: a source that is faster has pictures nobody would see."""

    fps: int
    _next_s: float = field(default=-1e9)

    def wants(self, due_s: float) -> bool:
        """Tell whether the picture due at ``due_s`` is shown. A quarter of a tick is left for rounded time stamps."""
        tick_s = 1.0 / self.fps
        if abs(due_s - self._next_s) > 1.0:  # the first picture, or the file jumped
            self._next_s = due_s
        if due_s < self._next_s - tick_s / 4:
            return False
        self._next_s = max(self._next_s, due_s - tick_s / 2) + tick_s
        return True


@dataclass(slots=True)
class Track:
    """Makes sound contiguous: small gaps are filled with silence, small overlaps cut, larger ones jumped over."""

    _next_s: float | None = None

    @property
    def until_s(self) -> float | None:
        """Return when the sound so far ends; None before the first."""
        return self._next_s

    def place(self, due_s: float, samples: bytes) -> tuple[float, bytes]:
        """Return due time and samples (interleaved stereo float32) as they follow what went before."""
        begins_s = due_s
        if self._next_s is not None:
            gap_s = due_s - self._next_s
            if abs(gap_s) < SAME_S:
                begins_s = self._next_s
            elif 0 < gap_s <= FILLED_S:
                begins_s, samples = self._next_s, bytes(round(gap_s * AUDIO_HZ) * FRAME_BYTES) + samples
            elif -FILLED_S <= gap_s < 0:
                begins_s, samples = self._next_s, samples[round(-gap_s * AUDIO_HZ) * FRAME_BYTES :]
        self._next_s = begins_s + len(samples) / FRAME_BYTES / AUDIO_HZ
        return begins_s, samples
