"""PURE. Where a stream of packets begins: at a keyframe, which becomes time 0.

The sound of the same moment may come before the keyframe (picture and sound are encoded by two threads), so the last
of it is kept until the keyframe tells where to cut.
"""

from collections import deque

from stream.ports.wire import Packet

AUDIO_HZ = 48_000
KEPT = 64
"""Sound packets kept while no keyframe came: 1.4 s, far more than the two encoders can be apart."""


def audio_at(video_pts: int, fps: int) -> int:
    """Return the sound's time stamp at the picture ``video_pts``."""
    return video_pts * AUDIO_HZ // fps


class Rebase:
    """Passes packets on from the first keyframe, with time stamps that count from it. ``fps`` counts pictures."""

    def __init__(self, fps: int) -> None:
        self._fps = fps
        self._video = 0
        self._audio = 0
        self._early: deque[Packet] = deque(maxlen=KEPT)
        self.begun = False

    def take(self, packet: Packet) -> list[Packet]:
        """Return what is to be muxed now that ``packet`` came, in order."""
        if not self.begun:
            if packet.stream:
                self._early.append(packet)
                return []
            if not packet.keyframe:
                return []
            self.begun = True
            self._video, self._audio = packet.pts, audio_at(packet.pts, self._fps)
            early = [self._moved(sound) for sound in self._early if sound.pts >= self._audio]
            self._early.clear()
            return [self._moved(packet), *early]
        if packet.stream and packet.pts < self._audio:
            return []
        return [self._moved(packet)]

    def _moved(self, packet: Packet) -> Packet:
        stream, keyframe, pts, dts, duration, payload = packet
        origin = self._audio if stream else self._video
        return Packet(stream, keyframe, pts - origin, dts - origin, duration, payload)
