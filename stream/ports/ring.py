"""The shared memory in which a source's port leaves its pictures for the mixer: a ring of slots with due times.

One process writes and one reads, with no lock and no message: the port writes pictures a little ahead and stamps each
with the time from which it is shown, and the mixer takes the newest whose time has come. A slot is written again only
when its picture has been out of date for :data:`HELD_S`, so that the mixer may look at it without copying it.
"""

import math
import mmap

SLOT_BYTES = 16
PAGE_BYTES = 4096
HELD_S = 0.12
AHEAD_S = 0.2
"""How far ahead of its due time a picture may be written."""
NEVER = math.inf


def slots_for(fps: int) -> int:
    """Return how many slots a source needs that gives up to ``fps`` pictures a second."""
    return math.ceil((HELD_S + AHEAD_S) * fps) + 3


class Ring:
    """A view of the shared memory behind ``descriptor``; pictures are planar yuv420p of ``width`` × ``height``.

    Single 8-byte stores are atomic where this runs, so that a due time is either the old or the new one.
    """

    def __init__(self, descriptor: int, *, width: int, height: int, fps: int) -> None:
        self.slots = slots_for(fps)
        self.picture_bytes = width * height * 3 // 2
        self._table_bytes = math.ceil((8 + self.slots * SLOT_BYTES) / PAGE_BYTES) * PAGE_BYTES
        self.memory = mmap.mmap(descriptor, self.bytes_for(width, height, fps))
        table = memoryview(self.memory)
        self._published = 0
        self._alive = table[:8].cast("d")
        self._dues = table[8 : 8 + 8 * self.slots].cast("d")
        self._numbers = table[8 + 8 * self.slots : 8 + 16 * self.slots].cast("q")

    @staticmethod
    def bytes_for(width: int, height: int, fps: int) -> int:
        """Return the size of the shared memory."""
        slots = slots_for(fps)
        return math.ceil((8 + slots * SLOT_BYTES) / PAGE_BYTES) * PAGE_BYTES + slots * width * height * 3 // 2

    def offset(self, slot: int) -> int:
        """Return where the picture of ``slot`` begins."""
        return self._table_bytes + slot * self.picture_bytes

    # The port's side --------------------------------------------------------------------------------------------------

    def live_until(self, until_s: float) -> None:
        """Promise that the newest picture holds, and that the port works, until ``until_s``."""
        self._alive[0] = until_s

    def free_slot(self, now_s: float) -> int | None:
        """Return a slot that nobody looks at, closed for readers, or None where all are in use."""
        shown = max((due for due in self._dues if due <= now_s - HELD_S), default=-NEVER)
        for slot in range(self.slots):
            # A slot that never comes due was closed here before and left.
            if not self._numbers[slot] or self._dues[slot] == NEVER or self._dues[slot] < shown:
                self._dues[slot] = NEVER
                return slot
        return None

    def publish(self, slot: int, due_s: float) -> None:
        """Let the picture in ``slot`` be shown from ``due_s`` on."""
        self._published += 1
        self._numbers[slot] = self._published
        self._dues[slot] = due_s

    # The mixer's side -------------------------------------------------------------------------------------------------

    @property
    def alive_s(self) -> float:
        """Until when the port promised to work; 0 before its first word."""
        return self._alive[0]

    def newest(self, now_s: float) -> tuple[int, int] | None:
        """Return number and slot of the picture that is due, or None before the first."""
        best_due, best = -NEVER, -1
        for slot, due in enumerate(self._dues.tolist()):
            if best_due < due <= now_s and self._numbers[slot]:
                best_due, best = due, slot
        return (self._numbers[best], best) if best >= 0 else None
