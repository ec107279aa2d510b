"""EDGE. What every output's port does: take orders and packets, tell of progress, stay for the next order.

A port outlives its destination's trouble: it reports the fault and waits to be told to try again, since starting a
process for each try would cost the encoder's time just when a server is away.
"""

import sys
from collections.abc import Callable
from typing import Protocol

import av

from bridge.clock import Clock, SystemClock
from stream.ports import causes, pipe, wire

PROGRESS_S = 0.4
PAUSE_S = 0.1
"""Packets are handed on in sips of this length: half the cost of one at a time, and nobody sees the delay."""
FAULTS = (OSError, av.FFmpegError)
"""Not every fault of FFmpeg is an OSError: the end of a connection, say, is not."""


class Destination(Protocol):
    """Where one output's packets go."""

    def open(self, order: wire.Open) -> None:
        """Go there; raise one of :data:`FAULTS`."""

    def mux(self, packet: wire.Packet) -> int:
        """Hand on a packet, return the bytes handed on (0 before the first keyframe); raise one of :data:`FAULTS`."""

    def drop(self) -> None:
        """Give up what is open after a fault, without waiting for anybody."""

    def close(self) -> None:
        """Finish in order; raise one of :data:`FAULTS`."""

    def cause(self, number: int) -> str:
        """Tell the cause of the fault with this errno that ``open`` or ``mux`` raised."""


class _Port:
    """Carries out orders, one after another."""

    def __init__(self, destination: Destination, clock: Clock) -> None:
        self._destination = destination
        self._clock = clock
        self._reported_at = 0.0
        self._frames = 0
        self._size = 0
        self._open = False

    def open(self, order: wire.Open) -> None:
        try:
            self._destination.open(order)
        except FAULTS as error:
            self._fault(error)
        else:
            self._open, self._reported_at = True, 0.0
            pipe.report(wire.Opened())

    def packet(self, packet: wire.Packet) -> None:
        if not self._open:  # what was still in the pipe when the destination failed
            return
        try:
            size = self._destination.mux(packet)
        except FAULTS as error:
            self._open = False
            self._destination.drop()
            self._fault(error)
            return
        if not size:
            return
        opens = packet.keyframe and packet.stream == wire.VIDEO
        if opens and self._frames:
            self._progress()  # so that each report lies within one group of pictures, and rates can be told
        self._frames += packet.stream == wire.VIDEO
        self._size += size
        if self._clock.monotonic() - self._reported_at >= PROGRESS_S:
            self._progress()

    def _progress(self) -> None:
        pipe.report(wire.Progress(self._frames, self._size))
        self._reported_at, self._frames, self._size = self._clock.monotonic(), 0, 0

    def end(self) -> None:
        self._open = False
        try:
            self._destination.close()
        except FAULTS as error:
            self._fault(error)

    def _fault(self, error: OSError | av.FFmpegError) -> None:
        pipe.report(wire.Fault(self._destination.cause(error.errno or 0), going_on=self._open))


def run(make: Callable[[wire.Header], Destination], *, ends_in_order: bool) -> None:
    """Be an output's port until the studio ends it. ``make`` gets the header, which comes first.

    ``ends_in_order`` lets it finish its file where the studio was killed; else it is killed too, wherever it waits.
    """
    pipe.leave_signals_to_the_studio()
    if not ends_in_order:
        pipe.die_with_parent()
    port: _Port | None = None
    try:
        for tag, payload in pipe.orders(pause_s=PAUSE_S):
            if tag == wire.HEADER:
                port = _Port(make(wire.parse_header(payload)), SystemClock())
            elif port is None:
                raise wire.OutOfStep("the header comes first")
            elif tag == wire.PACKET:
                port.packet(wire.parse_packet(payload))
            else:
                match wire.parse(tag, payload):
                    case wire.Open() as order:
                        port.open(order)
                    case wire.End():
                        break
        if port is not None:
            port.end()
    except Exception as error:  # noqa: BLE001 - its text may hold the address and so the key: only its kind is told
        print(f"port failed: {type(error).__name__}", file=sys.stderr)
        pipe.report(wire.Fault(causes.OTHER))
        sys.exit(1)
