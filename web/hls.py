"""Tell whether the HLS playlist can be had, and wait for one that is about to begin (EDGE).

It comes a few seconds after the programme goes on air, when its first segment is full; players that ask before that are
held. All of them share one look at the disk, a few times a second; nobody looks while nobody waits.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from bridge.clock import Clock

PLAYLIST = "live.m3u8"
FRESH_S = 20.0
"""A playlist that was last written before this is of a programme that ended; the studio clears it away by the same."""
PATIENCE_S = 8.0
"""Longest that a player is held: shorter than the ten seconds after which most of them give up by themselves."""
LOOK_EVERY_S = 0.2


class _Waiting(msgspec.Struct, frozen=True, kw_only=True):
    answer: asyncio.Future[bool]
    until_s: float
    gone: Callable[[], bool]


class Hls:
    """The folder of the playlist and its segments. For the loop's thread."""

    def __init__(self, folder: Path, clock: Clock, *, on_air: Callable[[], bool]) -> None:
        self.folder = folder
        self.on_air = on_air
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many players are held."""
        return sum(not one.answer.done() for one in self._waiting)

    def there(self) -> bool:
        """Tell whether there is a playlist of a programme that goes on."""
        try:
            written_s = (self.folder / PLAYLIST).stat().st_mtime
        except OSError:
            return False
        return self._clock.now().timestamp() - written_s < FRESH_S

    async def arrives(self, *, gone: Callable[[], bool]) -> bool:
        """Wait for the playlist; return whether it came.

        It is waited for as long as the programme is on air, ``PATIENCE_S`` seconds at most. Nobody waits on for a
        player that is ``gone``: their connections are as many as may wait at once.
        """
        if self.there():
            return True
        if self._closed or not self.on_air():
            return False
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(answer=answer, until_s=self._clock.monotonic() + PATIENCE_S, gone=gone))
        self._look_later()
        return await answer

    def look(self) -> None:
        """Look once for all who wait, and answer those who need not wait longer."""
        there, over, now_s = self.there(), self._closed or not self.on_air(), self._clock.monotonic()
        waiting = [one for one in self._waiting if not one.answer.done()]
        self._waiting = []
        for one in waiting:
            if there or over or now_s >= one.until_s or one.gone():
                one.answer.set_result(there)
            else:
                self._waiting.append(one)
        if self._waiting:
            self._look_later()

    def close(self) -> None:
        """Answer all who wait; nobody waits from now on."""
        self._closed = True
        self.look()
        if self._timer is not None:
            self._timer.cancel()

    def _look_later(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._on_time)

    def _on_time(self) -> None:
        self._timer = None
        self.look()
