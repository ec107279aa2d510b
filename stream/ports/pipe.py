"""EDGE. A port's own side of its pipes: orders and packets come on standard input, reports go to standard output.

A port is a process with one thread that may block anywhere; the studio watches its progress and kills it. It never
outlives the studio for long: the end of its input ends it, and where that may not be read, the kernel kills it.
"""

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Iterator

from stream.ports import wire

PR_SET_PDEATHSIG = 1
READ_BYTES = 1 << 18


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies, even while it is blocked (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def leave_signals_to_the_studio() -> None:
    """Ignore what reaches the whole group: Ctrl-C, a service manager's stop. The studio ends its ports, in order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def orders(*, pause_s: float = 0.0) -> Iterator[tuple[bytes, bytes]]:
    """Yield each frame (tag, payload) from the studio, until it ends the pipe.

    ``pause_s`` is slept after all that had come was taken, so that a packet does not cost a waking up each.
    """
    frames = wire.Frames()
    while piece := os.read(0, READ_BYTES):
        yield from frames.feed(piece)
        if pause_s and len(piece) < READ_BYTES:
            time.sleep(pause_s)


def report(record: wire.Message) -> None:
    """Tell the studio."""
    send(wire.message(record))


def send(frame: bytes) -> None:
    """Write a whole frame to the studio; wait where its pipe is full. Where the studio has gone, nobody is told."""
    rest = memoryview(frame)
    with contextlib.suppress(BrokenPipeError):  # the end of the input is what ends a port
        while rest:
            rest = rest[os.write(1, rest) :]
