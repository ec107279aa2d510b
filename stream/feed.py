"""PURE but for the write handed in. The studio's end of an output's pipe: what fits is written, the rest dropped.

Called from the encoder's threads, which must never wait: a packet that was begun is finished before anything else; a
full pipe drops everything up to the next keyframe, and the dropped pictures are counted.
"""

from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum, auto
from threading import Lock

from stream.packets import VIDEO, EncodedPacket

Write = Callable[[Sequence[bytes | memoryview]], int]
"""Write the buffers one after another and return the bytes taken; raise :exc:`BlockingIOError` where none fits."""

AT_ONCE = 64
"""Buffers handed to one write; the kernel takes no more than 1024 (IOV_MAX)."""


class Flow(Enum):
    """What becomes of the packets offered."""

    SHUT = auto()
    """Nobody wants them."""
    WAITING = auto()
    """The next keyframe opens the flow."""
    FLOWING = auto()


class Feed:
    """Writes packets and orders to one port. Any thread may call; its lock is never held while something waits."""

    def __init__(self) -> None:
        self._write: Write | None = None
        self._lock = Lock()
        self._rest: deque[memoryview] = deque()
        self._overflowed = False
        self._flow = Flow.SHUT
        self.dropped = 0
        """Pictures lost to a full pipe."""
        self.offered = 0
        """Packets offered while the flow was not shut."""
        self.origin_s = 0.0
        """Monotonic due time of picture 0, told by the newest keyframe."""

    @property
    def waiting(self) -> bool:
        """Tell whether a keyframe is waited for."""
        return self._flow is Flow.WAITING

    def attach(self, write: Write) -> None:
        """Write to this pipe from now on."""
        with self._lock:
            self._write = write

    def detach(self) -> None:
        """Write no more: from here on the pipe may be closed."""
        with self._lock:
            self._let_go()

    def begin(self) -> None:
        """Let packets flow from the next keyframe on."""
        with self._lock:
            if self._write is not None:
                self._flow, self._overflowed = Flow.WAITING, False

    def shut(self) -> None:
        """Let no more packets flow; what was begun is still finished."""
        with self._lock:
            self._flow = Flow.SHUT

    def offer(self, packet: EncodedPacket, head: bytes, fps: int) -> None:
        """Write ``head`` (see ``wire.packet_head``) and the packet, or drop it. Never blocks."""
        with self._lock:
            if self._flow is Flow.SHUT:
                return
            self.offered += 1
            opens = packet.keyframe and packet.stream == VIDEO
            if opens:
                self.origin_s = packet.due_s - packet.pts / fps
            if not self._flushed() or (self._flow is Flow.WAITING and not opens):
                self._drop(packet)
            elif self._put(head, packet.payload):
                self._flow, self._overflowed = Flow.FLOWING, False
            else:
                self._drop(packet)

    def order(self, frame: bytes) -> None:
        """Write an order as soon as there is room, before any later packet."""
        with self._lock:
            if self._write is not None:
                self._rest.append(memoryview(frame))
                self._flushed()

    def flush(self) -> bool:
        """Write what was begun; return whether nothing of it is left."""
        with self._lock:
            return self._flushed()

    def _let_go(self) -> None:
        self._write = None
        self._flow = Flow.SHUT
        self._rest.clear()

    def _drop(self, packet: EncodedPacket) -> None:
        if self._flow is Flow.FLOWING:
            self._flow, self._overflowed = Flow.WAITING, True
        # Before the first keyframe nothing is lost: the flow has not begun.
        if self._overflowed and packet.stream == VIDEO:
            self.dropped += 1

    def _put(self, head: bytes, payload: bytes) -> bool:
        """Begin to write a packet; return False where nothing of it fitted."""
        buffers = (head, payload)
        taken = self._taken(buffers)
        if taken == 0:
            return False
        for buffer in buffers:
            if taken < len(buffer):
                self._rest.append(memoryview(buffer)[taken:])
            taken = max(0, taken - len(buffer))
        return True

    def _flushed(self) -> bool:
        while self._rest:
            taken = self._taken(tuple(self._rest)[:AT_ONCE])
            if taken == 0:
                return False
            while taken:
                first = self._rest.popleft()
                if taken < len(first):
                    self._rest.appendleft(first[taken:])
                    break
                taken -= len(first)
        return True

    def _taken(self, buffers: Sequence[bytes | memoryview]) -> int:
        if self._write is None:
            return 0
        try:
            return self._write(buffers)
        except BlockingIOError:
            return 0
        except BrokenPipeError:  # the port died: its supervisor learns of it by the end of its reports
            self._let_go()
            return 0
