"""EDGE. Plays one file into the ring and into a sink for sound, a little ahead of time, round after round."""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

import av

from stream.ports import wire
from stream.ports.fit import Fitter
from stream.ports.media import Media, NotMedia
from stream.ports.pace import Grid, Pace, Track
from stream.ports.ring import Ring

if TYPE_CHECKING:
    from stream.ports.media import AnyPacket

SOUND_AHEAD_S = 0.25
PICTURE_AHEAD_S = 0.18
"""Within ``ring.AHEAD_S``, which the ring has slots for."""
LATE_S = 0.1
QUEUED = 600
"""Undecoded picture packets kept while sound is searched for: a file may hold its sound far behind its pictures."""
START_S = 0.2
"""Between opening a file and its first picture: time to get ahead in, on a busy machine too."""
AT_ONCE = 4
"""Pictures decoded in one step: a file that is hard to decode must not keep the port from its word."""


class Turn(Enum):
    """What one step came to."""

    DONE = auto()
    """All that is near has been played."""
    MORE = auto()
    """There is more to play already now."""
    ENDED = auto()
    """The file has ended and is not to be played again."""


class Player:
    """Plays ``order``. Opening raises :exc:`OSError` and :exc:`NotMedia`; so does a round that held nothing."""

    def __init__(self, order: wire.Play, ring: Ring, send: Callable[[float, bytes], None], now_s: float) -> None:
        self._loop = order.loop
        self._path = order.path
        self._media = Media(order.path)
        self._ring = ring
        self._fitter = Fitter(ring, width=order.width, height=order.height)
        self._grid = Grid(order.fps)
        self._send = send
        self._pace = Pace(now_s + START_S, START_S)
        self._track = Track()
        self._packets: deque[AnyPacket] = deque()
        self._frames: deque[av.VideoFrame] = deque()
        self._pictures = 0
        self._gave = False
        self._hurried = False
        self._sounded = False
        self._read_all = False
        self._drained = False
        self._seen_s = 0.0

    @property
    def played(self) -> bool:
        """Tell whether anything was shown or heard yet."""
        return self._pictures > 0 or self._sounded

    def step(self, now_s: float) -> Turn:
        """Play some of what is due soon, and return, so that the caller can tell that all is well."""
        self._hear(now_s)
        more = self._show(now_s)
        if not self._at_end:
            return Turn.MORE if more else Turn.DONE
        if not self._gave:
            raise NotMedia(self._path)
        if not self._loop:
            return Turn.ENDED
        if self._still:
            return Turn.DONE
        self._again()
        return Turn.MORE

    @property
    def _at_end(self) -> bool:
        return self._read_all and self._drained and not self._frames

    @property
    def _still(self) -> bool:
        """Tell whether the file is one picture: it is held, not decoded again and again."""
        return self._pictures == 1 and not self._sounded

    def _again(self) -> None:
        self._pace.next_round(self._media.length_s)
        try:
            self._media.rewind()
        except OSError:
            self._media.close()
            self._media = Media(self._path)
        self._read_all = self._drained = self._gave = False

    # Sound ------------------------------------------------------------------------------------------------------------

    def _hear(self, now_s: float) -> None:
        """Read on until the sound reaches far enough ahead."""
        if self._media.audio is None:
            return
        while not self._read_all and len(self._packets) < QUEUED:
            until_s = self._track.until_s
            if until_s is not None and until_s >= now_s + SOUND_AHEAD_S:
                return
            self._read(now_s)

    def _read(self, now_s: float) -> None:
        """Read one packet: sound is decoded at once, pictures when they are near."""
        packet = self._media.packet()
        if packet is None:
            self._read_all = True
            if self._media.audio is not None:
                self._sound(None, now_s)
            self._drained = self._media.video is None
        elif packet.stream is self._media.video:
            self._packets.append(packet)
        else:
            self._sound(packet, now_s)

    def _sound(self, packet: "AnyPacket | None", now_s: float) -> None:
        for media_s, samples in self._media.sounds(packet):
            follows_s = self._track.until_s
            if media_s is not None:
                due_s = self._pace.due(media_s, now_s)
            else:
                due_s = follows_s if follows_s is not None else self._pace.start_s
            begins_s, placed = self._track.place(due_s, samples)
            if placed:
                self._sounded = self._gave = True
                self._send(begins_s, placed)

    # Pictures ---------------------------------------------------------------------------------------------------------

    def _show(self, now_s: float) -> bool:
        """Put pictures that are near into the ring, a few at a time; return whether there may be more."""
        if self._media.video is None:
            return False
        for _ in range(AT_ONCE):
            if not self._decoded(now_s):
                return False
            frame = self._frames[0]
            due_s = self._due(frame, now_s)
            if due_s > now_s + PICTURE_AHEAD_S:
                return False
            self._hurry(on=due_s < now_s - LATE_S)
            if self._grid.wants(due_s):
                slot = self._ring.free_slot(now_s)
                if slot is None:
                    return False
                self._fitter.put(frame, slot, self._media.aspect)
                self._ring.publish(slot, due_s)
                self._pictures += 1
                self._gave = True
            self._seen_s = due_s
            self._frames.popleft()
        return True

    def _due(self, frame: av.VideoFrame, now_s: float) -> float:
        media_s = self._media.at(frame)
        if media_s is not None:
            return self._pace.due(media_s, now_s)
        # A bare stream without time stamps: one picture after another, from where it stands.
        return max(self._seen_s, now_s - LATE_S) + 1 / self._media.rate

    def _hurry(self, *, on: bool) -> None:
        if on is not self._hurried:
            self._hurried = on
            self._media.hurry(on=on)

    def _decoded(self, now_s: float) -> bool:
        """Decode until a picture is there; return False at the end of the round."""
        while not self._frames:
            if self._packets:
                self._frames.extend(self._media.pictures(self._packets.popleft()))
            elif self._read_all:
                if self._drained:
                    return False
                self._frames.extend(self._media.pictures(None))
                self._drained = True
            else:
                self._read(now_s)
        return True
