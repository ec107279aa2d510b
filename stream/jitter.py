"""PURE. Sound of one source between its own clock and ours, addressed by time.

Samples are kept by their number; where a number lies in time is learned from the stamps, smoothed. Reading goes on from
where it stopped: a plain copy as long as both clocks agree, a hair faster or slower where they do not. What breaks off
or begins is faded. One thread pushes, one pulls. All is bounded, and what could not be heard is counted.
"""

import threading
from typing import Final

import numpy as np
from numpy.typing import NDArray

from stream import resample
from stream.fade import FADE_SAMPLES, RISE, Joiner, echo

RATE_HZ: Final = 48_000
SMOOTHING_S: Final = 4.0
"""Stamps are averaged over this time: jitter of 20 ms leaves less than a millisecond."""
TOLERANCE_S: Final = 0.004
"""Being off by less is left alone, so that equal clocks are read at a ratio of exactly 1."""
SETTLED_S: Final = 0.001
"""Correcting, once begun, goes on down to this: else it would hover at the tolerance's edge."""
GAIN_PER_S: Final = 0.1
"""How much of what it is off by is made up in a second."""
RATIO_LIMIT: Final = 0.005
"""A change of pitch that nobody hears."""
RATIO_SMOOTHING: Final = 0.02
"""Share of a change of the ratio that each pull takes: the pitch glides."""
RESYNC_S: Final = 0.08
"""Being off by more is a cut, not drift."""


class JitterBuffer:
    """The sound of one source. ``capacity_s`` bounds what waits; beyond it the oldest is dropped."""

    def __init__(self, *, capacity_s: float = 1.0) -> None:
        self.underruns = 0
        """How often the sound broke off because nothing more had come."""
        self.overruns = 0
        """How often more came than the buffer holds."""
        self.resyncs = 0
        """How often reading went on at another place."""
        self.dropped_samples = 0
        """Samples that came and were never heard."""
        self.ratio = 1.0
        """Samples of the source for each of ours."""
        self._lock = threading.Lock()
        self._joiner = Joiner()
        self._capacity = int(capacity_s * RATE_HZ)
        self._store = np.zeros((2 * self._capacity, 2), np.float32)
        self._origin = 0  # number of the sample at the head of the store
        self._first = 0  # number of the oldest sample held
        self._end = 0  # number of the sample that comes next
        self._done = 0  # all before this number were heard, or counted as dropped
        self._zero_s = 0.0  # monotonic time of sample 0
        self._stamps = 0  # seen since the last cut
        self._risen = FADE_SAMPLES  # how far the fade-in after silence put between has got
        self._read: float | None = None  # number of the sample to be heard next; None while silent
        self._steering = False
        self._next_s = 0.0  # where the next pull should begin

    @property
    def newest_s(self) -> float | None:
        """The monotonic time until which there is sound; None before the first."""
        return self._time(self._end) if self._stamps else None

    def push(self, due_s: float, samples: NDArray[np.float32]) -> None:
        """Take ``samples`` (n, 2), the first of which is to sound at monotonic ``due_s``.

        Within 80 ms of where the sound before ends they follow on it; later, silence comes between; earlier, they
        replace all that waits.
        """
        with self._lock:
            self._place(due_s, len(samples))
            samples = self._fade_in(samples)
            for start in range(0, len(samples), self._capacity):
                self._append(samples[start : start + self._capacity])

    def pull(self, at_s: float, count: int) -> NDArray[np.float32]:
        """Return what sounds from ``at_s`` on, (count, 2) in an array of its own; silence where there is nothing."""
        out = np.zeros((count, 2), np.float32)
        start = stop = 0
        with self._lock:
            if self._read is not None:
                self._steer(at_s, self._read)
            if self._read is None:
                self._find(at_s, count)
            if self._read is not None:
                start, stop = self._fill(out, self._read)
        self._next_s = at_s + count / RATE_HZ
        self._joiner.join(out, start, stop)
        return out

    def _time(self, number: float) -> float:
        return self._zero_s + number / RATE_HZ

    def _held(self, start: int, stop: int) -> NDArray[np.float32]:
        return self._store[start - self._origin : stop - self._origin]

    def _pass(self, number: int) -> None:
        """Count what lies before ``number`` and was not heard as dropped."""
        self.dropped_samples += max(0, number - self._done)
        self._done = max(self._done, number)

    # Writing ----------------------------------------------------------------------------------------------------------

    def _place(self, due_s: float, count: int) -> None:
        """Make the next sample's number mean ``due_s``, by learning from it or by a cut."""
        early_s = due_s - self._time(self._end)
        if self._stamps and abs(early_s) <= RESYNC_S:
            self._stamps += 1
            self._zero_s += early_s * max(1 / self._stamps, min(1.0, count / RATE_HZ / SMOOTHING_S))
        elif self._stamps and 0 < early_s * RATE_HZ < self._capacity:
            silence = np.zeros((round(early_s * RATE_HZ), 2), np.float32)
            ending = echo(self._held(self._first, self._end))
            silence[: len(ending)] = ending
            self._append(silence)
            self._risen = 0
        else:
            self._pass(self._end)
            self._first = self._end
            self._zero_s = due_s - self._end / RATE_HZ
            self._stamps = 1

    def _fade_in(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return ``samples``, faded in where they follow on silence that was put between."""
        if not (count := min(len(samples), FADE_SAMPLES - self._risen)):
            return samples
        faded = samples.copy()
        faded[:count] *= RISE[self._risen : self._risen + count]
        self._risen += count
        return faded

    def _append(self, samples: NDArray[np.float32]) -> None:
        first = max(self._first, self._end + len(samples) - self._capacity)
        if first > self._done:
            self._pass(first)
            self.overruns += 1
        self._first = first
        if self._end + len(samples) - self._origin > len(self._store):
            kept = self._held(first, self._end).copy()
            self._store[: len(kept)] = kept
            self._origin = first
        self._end += len(samples)
        self._held(self._end - len(samples), self._end)[:] = samples

    # Reading ----------------------------------------------------------------------------------------------------------

    def _steer(self, at_s: float, read: float) -> None:
        """Set the ratio from how far reading is off; stop reading where that is too far to be steered."""
        behind_s = at_s - self._time(read)
        if abs(behind_s) > RESYNC_S or abs(at_s - self._next_s) > 1 / RATE_HZ or read < self._first:
            self.resyncs += 1
            self._read = None
            self._joiner.cut()
            return
        self._steering = abs(behind_s) > (SETTLED_S if self._steering else TOLERANCE_S)
        wanted = 1.0 + min(max(behind_s * GAIN_PER_S, -RATIO_LIMIT), RATIO_LIMIT) if self._steering else 1.0
        self.ratio += (wanted - self.ratio) * RATIO_SMOOTHING
        if wanted == 1.0 and abs(self.ratio - 1.0) < 1e-7:
            self.ratio = 1.0

    def _find(self, at_s: float, count: int) -> None:
        """Begin to read at ``at_s`` if anything is due within ``count`` samples from there."""
        start = round((at_s - self._zero_s) * RATE_HZ)
        if self._first < start + count and start < self._end:
            self._pass(min(start, self._end))
            self._read = float(start)
            self.ratio = 1.0
            self._steering = False

    def _fill(self, out: NDArray[np.float32], read: float) -> tuple[int, int]:
        """Write what sounds from ``read`` on into ``out``; return where in it that begins and where it ends."""
        whole = self.ratio == 1.0 and read.is_integer()
        start = max(0, self._first - int(read))
        reach = self._end - read - (0 if whole else resample.AFTER)
        stop = min(len(out), max(start, int(reach / self.ratio)))
        if stop > start:
            out[start:stop] = self._copy(read + start, stop - start, whole=whole)
        self._read = read + len(out) * self.ratio
        self._done = max(self._done, min(int(self._read), self._end))
        if stop < len(out):
            self.underruns += 1
            self._read = None
        return start, stop

    def _copy(self, read: float, count: int, *, whole: bool) -> NDArray[np.float32]:
        """Return ``count`` samples from ``read`` on, at our rate."""
        start = int(read)
        if whole:
            return self._held(start, start + count)
        missing = max(0, self._first - (start - resample.BEFORE))
        window = self._held(start - resample.BEFORE + missing, min(self._end, start + resample.span(count, self.ratio)))
        if missing:
            window = np.concatenate((np.repeat(window[:1], missing, axis=0), window))
        return resample.read(window, read - start, self.ratio, count)
