"""EDGE. A port's own side of its pipes: orders and packets come on standard input, reports go to standard output.

A port is a process with one thread that may block anywhere; the studio watches its progress and kills it. It never
outlives the studio: the kernel kills it with its parent, and the end of its input ends it.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator

from stream.ports import wire

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies, even while it is blocked (prctl(2))."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # Ctrl-C reaches the whole terminal group; the studio ends its ports itself, in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def orders() -> Iterator[tuple[bytes, bytes]]:
    """Yield each frame (tag, payload) from the studio, until it ends the pipe."""
    source = sys.stdin.buffer
    while True:
        prefix = source.read(wire.PREFIX.size)
        if len(prefix) < wire.PREFIX.size:
            return
        tag, length = wire.PREFIX.unpack(prefix)
        payload = source.read(length)
        if len(payload) < length:
            return
        yield tag, payload


def report(record: wire.Message) -> None:
    """Tell the studio."""
    send(wire.message(record))


def send(frame: bytes) -> None:
    """Write a whole frame to the studio; wait where its pipe is full."""
    rest = memoryview(frame)
    while rest:
        rest = rest[os.write(1, rest) :]
