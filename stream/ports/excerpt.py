"""PURE. Which packets of a recording make a clip, and at which times: from a keyframe on, which becomes time 0.

Matroska counts in milliseconds, which is too coarse for sound: players would hear gaps and overlaps of a few samples.
So sound that follows without a gap is counted in samples again, as the encoder counted it.
"""

from stream.ports.wire import VIDEO, Packet

MS = 1000
AAC_SAMPLES = 1024
"""In each packet of AAC."""
NEAR_MS = 2
"""Two packets that are so near to following each other do: each time is off by half a millisecond at most."""


class Excerpt:
    """Takes a recording's packets, times in ms, and gives those from the last keyframe at or before ``from_ms`` on.

    Where there is no such keyframe, the first one after it. Pictures given count in ms, sound in samples of ``hz``.
    """

    def __init__(self, *, from_ms: int, until_ms: int, hz: int) -> None:
        self._from_ms = from_ms
        self._until_ms = until_ms
        self._hz = hz
        self._kept: list[Packet] = []
        """What may become the beginning: the sound of late, and all from the newest keyframe on."""
        self._keyed = False
        self._origin_ms: int | None = None
        self._next_sample = 0
        self.until_ms = 0
        """In the recording's time, the end of the last picture given; 0 before the first."""
        self.ended = False
        """Nothing that comes now is wanted."""

    def take(self, packet: Packet) -> list[Packet]:
        """Return what the clip gets now that ``packet`` came, in order."""
        if packet.pts >= self._until_ms:
            self.ended = self.ended or packet.stream == VIDEO
            return []
        if self._origin_ms is not None:
            return self._moved([packet], self._origin_ms)
        if packet.stream == VIDEO:
            if packet.keyframe and (packet.pts <= self._from_ms or not self._keyed):
                # Its sound may have come before it: picture and sound are encoded by two threads.
                self._kept = [kept for kept in self._kept if kept.stream != VIDEO and kept.pts >= packet.pts]
                self._keyed = True
            elif not self._keyed:
                return []
        self._kept.append(packet)
        return self._begin() if packet.stream == VIDEO and packet.pts > self._from_ms else []

    def _begin(self) -> list[Packet]:
        self._origin_ms = next(kept.pts for kept in self._kept if kept.stream == VIDEO)
        begun, self._kept = self._kept, []
        return self._moved(begun, self._origin_ms)

    def _moved(self, packets: list[Packet], origin_ms: int) -> list[Packet]:
        moved: list[Packet] = []
        for packet in packets:
            if packet.stream == VIDEO:
                self.until_ms = packet.pts + packet.duration
                moved.append(packet._replace(pts=packet.pts - origin_ms, dts=packet.dts - origin_ms))
            elif packet.pts >= origin_ms:
                moved.append(self._sound(packet, packet.pts - origin_ms))
        return moved

    def _sound(self, packet: Packet, at_ms: int) -> Packet:
        sample = round(at_ms * self._hz / MS)
        if abs(sample - self._next_sample) * MS <= NEAR_MS * self._hz or sample < self._next_sample:
            sample = self._next_sample
        self._next_sample = sample + AAC_SAMPLES
        return packet._replace(pts=sample, dts=sample, duration=AAC_SAMPLES)
