"""Pictures that wait for the sound that belongs to them: a few, each shown from when it is due."""

import threading
from typing import Final

from stream.picture import Picture

WAITING: Final = 12
"""More than are ever to come: a picture waits a quarter of a second at most, and they stand 3/4 of a frame apart."""
STALE_S: Final = 0.7
"""Without a newer one, a picture is shown for so long."""


class Gallery:
    """Pictures with the monotonic time at which each is due. Any thread may call."""

    def __init__(self, *, fps: int) -> None:
        self.dropped = 0
        """Pictures that came faster than the programme shows them, or that nobody looked at."""
        self._apart_s = 0.75 / fps
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, int, Picture]] = []
        self._shown: tuple[float, int, Picture] | None = None
        self._number = 0

    def put(self, due_s: float, picture: Picture) -> None:
        """Show ``picture`` from monotonic ``due_s`` on, and until then none of those that were to come later."""
        with self._lock:
            self._waiting = [waiting for waiting in self._waiting if waiting[0] < due_s]
            if self._waiting and due_s - self._waiting[-1][0] < self._apart_s:
                self.dropped += 1
                return
            self._number += 1
            self._waiting.append((due_s, self._number, picture))
            if len(self._waiting) > WAITING:  # nobody looks: the oldest is long due
                self._waiting.pop(0)
                self.dropped += 1

    def newest(self, now_s: float) -> tuple[int, Picture] | None:
        """Return the newest picture that is due at ``now_s`` and its number, or None where it is stale."""
        with self._lock:
            while self._waiting and self._waiting[0][0] <= now_s:
                self._shown = self._waiting.pop(0)
            shown = self._shown
        if shown is None or now_s - shown[0] > STALE_S:
            return None
        return shown[1:]
