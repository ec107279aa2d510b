"""Mix the programme's sound, 20 ms a tick: the chosen source, limited; and measure every source's loudness.

Runs on the sound thread alone. What is to be heard is handed over by assignment to :attr:`SoundBoard.wanted`; a change
fades over one tick, so that it does not click. Every source is read each tick, heard or not: a buffer that nobody reads
would fill, and the panel shows all of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bridge.views import Level
from stream.levels import level, mix
from stream.limiter import Limiter
from stream.timeline import AUDIO_HZ

TICK_SAMPLES = AUDIO_HZ // 50
PROGRAMME = "programme"
"""Name of the level of what goes out."""

_METER_TICKS = 5

SoundAt = Callable[[float, int], NDArray[np.float32]]
"""Returns a source's samples, shape ``(count, 2)``, that begin at a monotonic time; silence where there are none."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is to be heard."""

    sources: Mapping[str, SoundAt] = field(default_factory=dict)
    chosen: str | None = None
    """The one that is heard; None is silence."""


class SoundBoard:
    """Mixes 48 kHz stereo."""

    def __init__(self) -> None:
        self.wanted = Hearing()
        self.levels: tuple[Level, ...] = ()
        """Of the last tenth of a second: each source, then the programme. Replaced as a whole."""
        self._limiter = Limiter()
        self._gains: dict[str, float] = {}
        self._metered: dict[str, list[NDArray[np.float32]]] = {}
        self._ticks = 0

    def tick(self, due_s: float) -> NDArray[np.float32]:
        """Return the programme's next 20 ms, shape ``(960, 2)``, that sound at monotonic ``due_s``."""
        wanted = self.wanted
        # The limiter looks ahead; reading that much ahead keeps sound and picture together.
        at_s = due_s + self._limiter.delay_samples / AUDIO_HZ
        tracks = {name: sound_at(at_s, TICK_SAMPLES) for name, sound_at in wanted.sources.items()}
        heard = [name for name in tracks if name == wanted.chosen or self._gains.get(name)]
        gains = [self._ramp(name, target=float(name == wanted.chosen)) for name in heard]
        mixed = mix([tracks[name] for name in heard], gains) if heard else np.zeros((TICK_SAMPLES, 2), np.float32)
        programme = self._limiter.process(mixed)
        self._meter({**tracks, PROGRAMME: programme})
        return programme

    def _ramp(self, name: str, *, target: float) -> tuple[float, float]:
        before = self._gains.get(name, 0.0)
        self._gains[name] = target
        return before, target

    def _meter(self, tracks: Mapping[str, NDArray[np.float32]]) -> None:
        for name, samples in tracks.items():
            self._metered.setdefault(name, []).append(samples)
        self._ticks += 1
        if self._ticks % _METER_TICKS:
            return
        measured = ((name, level(np.concatenate(blocks))) for name, blocks in self._metered.items())
        self.levels = tuple(Level(name=name, rms_db=rms, peak_db=peak) for name, (rms, peak) in measured)
        self._metered = {}
