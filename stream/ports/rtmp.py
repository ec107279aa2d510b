"""EDGE. The port of an RTMP(S) output: ``python -m stream.ports.rtmp``.

The address, which holds the key, comes by the pipe: the command line and the environment of a process can be read by
others. FFmpeg is reached through its ``tee`` muxer, the one way that hands options to the protocol below: opened
directly it neither verifies certificates nor lets the socket's buffer be limited.
"""

import av
import av.logging

from stream.ports import causes, output, wire
from stream.ports.sink import Sink

BUFFERED_S = 0.3
"""How much programme the kernel may hold for the server, before its own doubling: little, so that a server that
stopped reading is noticed within seconds; enough for 20 Mb/s at 100 ms there and back."""
LEAST_BUFFER_BYTES = 64 * 1024


def _quoted(text: str, times: int) -> str:
    """Escape every special character ``times`` over: ``tee`` reads its names with ``av_get_token``."""
    for _ in range(times):
        text = "".join(char if char.isalnum() else f"\\{char}" for char in text)
    return text


def slave(order: wire.Open, video_bps: int) -> str:
    """Return the name that makes ``tee`` open ``order.target`` as FLV with the options that it needs."""
    buffer = max(LEAST_BUFFER_BYTES, int(video_bps / 8 * BUFFERED_S))
    options = {
        "f": "flv",
        "flvflags": "no_duration_filesize",  # a live stream cannot be sought back into
        "onfail": "abort",
        "send_buffer_size": str(buffer),
    }
    if order.target.lower().startswith("rtmps:"):
        options["tls_verify"] = "1"
        if order.ca_file:
            options["ca_file"] = order.ca_file
    listed = ":".join(f"{key}={_quoted(value, 2)}" for key, value in options.items())
    return f"[{listed}]{_quoted(order.target, 1)}"


class Rtmp:
    """A connection that publishes."""

    def __init__(self, header: wire.Header) -> None:
        self._header = header
        self._sink: Sink | None = None
        self._log: list[tuple[str, str]] = []

    def open(self, order: wire.Open) -> None:
        self._log = []
        # Only this thread runs FFmpeg here, so its log can be captured without the deadlocks of threaded processes.
        av.logging.set_level(av.logging.DEBUG)
        try:
            with av.logging.Capture() as lines:
                self._sink = Sink(self._header, slave(order, self._header.video_bps), format="tee", options={})
        finally:
            av.logging.set_level(None)
            self._log = [(part, text) for _, part, text in lines]

    def mux(self, packet: wire.Packet) -> int:
        assert self._sink is not None, "packets are muxed only after open"
        return self._sink.mux(packet)

    def drop(self) -> None:
        self._close(quietly=True)

    def close(self) -> None:
        self._close(quietly=False)

    def _close(self, *, quietly: bool) -> None:
        sink, self._sink = self._sink, None
        if sink is None:
            return
        try:
            sink.close()
        except output.FAULTS:
            if not quietly:
                raise

    def cause(self, number: int) -> str:
        return causes.of_rtmp(number, self._log) if self._sink is None and self._log else causes.of_write(number)


if __name__ == "__main__":
    output.run(Rtmp, ends_in_order=False)
