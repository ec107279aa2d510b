"""PURE. Put packets in order and frames together: stands in for aiortc's own jitter buffer.

That one holds sound back for four packets (80 ms), stands still for 16 of them after a lost one and stays that late
for good; of pictures it gives a frame only when the next one begins, and stands still for 512 packets after a lost one.
Here sound does not wait, since what comes later is addressed by time; a picture is complete with the packet that says
so; what stays incomplete is given up after 200 ms, and the last good picture stands until a keyframe comes.
"""

from collections import deque
from typing import Final, Protocol

PATIENCE_TICKS: Final = 90_000 // 5
"""How much of media time may come while a lost packet is waited for: a few round trips."""
DAMAGED_TICKS: Final = 90_000 * 2
"""Without a keyframe, pictures are shown again after this, damaged as they may be."""
ASK_AGAIN_TICKS: Final = 90_000 // 2
"""A keyframe is asked for at this interval."""
WAITING_PACKETS: Final = 2048
"""Bound of what waits for a lost packet: 2 s at 10 Mbit/s."""
BEHIND_FRAMES: Final = 15
"""With so many frames not yet decoded, the decoder is too slow: frames are dropped up to a keyframe."""
RESTART_PACKETS: Final = 50
"""So many packets in a row from the past mean that the sender has begun to count anew."""


class Packet(Protocol):
    """What is used of aiortc's ``RtpPacket``; ``_data`` is the payload without the format's own header."""

    sequence_number: int
    timestamp: int
    marker: int
    _data: bytes


class Frame:
    """What aiortc hands to its decoder."""

    def __init__(self, data: bytes, timestamp: int) -> None:
        self.data = data
        self.timestamp = timestamp


class Counting:
    """Continues 16-bit sequence numbers without a wrap."""

    def __init__(self) -> None:
        self.newest = -1
        self._past = 0

    def number(self, sequence_number: int) -> int:
        """Return the number of a packet: below 0 where its time can no longer be told (the count began anew)."""
        if self.newest < 0:
            self.newest = sequence_number
        step = (sequence_number - self.newest + 0x8000) % 0x10000 - 0x8000
        self._past = self._past + 1 if step < 0 else 0
        if self._past > RESTART_PACKETS:
            self.newest, self._past = -1, 0
            return -1
        number = self.newest + step
        self.newest = max(self.newest, number)
        return number


class Given:
    """Remembers the newest frame given to the decoder, and so what aiortc makes of timestamps."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._timestamp = 0

    def note(self, frame: Frame) -> None:
        """Remember ``frame``, which still has its sender's timestamp."""
        self._frame, self._timestamp = frame, frame.timestamp

    def pts(self, timestamp: int) -> int | None:
        """Return what decoded frames of the sender's ``timestamp`` have as their pts; None before the first."""
        # aiortc counts from the first frame, without a wrap, and writes that into the frame itself.
        return self._frame.timestamp + ticks_since(self._timestamp, timestamp) if self._frame is not None else None


class SoundOrder:
    """Gives each packet of sound at once; drops those that come after their follower."""

    def __init__(self) -> None:
        self.given = Given()
        self.late = 0
        """Packets dropped because they came after their follower."""
        self._counting = Counting()
        self._newest = -1

    def add(self, packet: Packet) -> tuple[bool, Frame | None]:
        """Take ``packet``; return that no keyframe is needed, and the frame to decode."""
        number = self._counting.number(packet.sequence_number)
        if 0 <= number <= self._newest:
            self.late += 1
            return False, None
        self._newest = number
        if not packet._data:
            return False, None
        frame = Frame(packet._data, packet.timestamp)
        self.given.note(frame)
        return False, frame


class Assembly:
    """Gives each frame of pictures as soon as all its packets are in, in order."""

    def __init__(self) -> None:
        self.incomplete = 0
        """How often a lost packet was given up."""
        self._counting = Counting()
        self._waiting: dict[int, Packet] = {}
        self._begin = -1  # number of the first packet of the next frame; below 0 before the first packet
        self._reach = -1  # all packets from there up to here are in

    def add(self, packet: Packet) -> Frame | None:
        """Take ``packet``; return the frame that is whole now."""
        number = self._counting.number(packet.sequence_number)
        if number < 0 or self._begin < 0:
            self._waiting.clear()
            self._begin = self._reach = number = self._counting.number(packet.sequence_number)
        if number < self._begin:
            return None
        self._waiting[number] = packet
        frame = self._whole()
        if frame is None and self._stuck(packet):
            self._give_up()
            frame = self._whole()
        return frame

    def _whole(self) -> Frame | None:
        while (packet := self._waiting.get(self._reach)) is not None:
            before = self._waiting.get(self._reach - 1) if self._reach > self._begin else None
            if before is not None and before.timestamp != packet.timestamp:  # a sender that sets no marks
                ended = before
            else:
                self._reach += 1
                if not packet.marker:
                    continue
                ended = packet
            data = b"".join(self._waiting.pop(number)._data for number in range(self._begin, self._reach))
            self._begin = self._reach
            if data:  # packets that only probe the way carry none
                return Frame(data, ended.timestamp)
        return None

    def _stuck(self, newest: Packet) -> bool:
        if not self._waiting:
            return False
        waited = ticks_since(self._waiting[min(self._waiting)].timestamp, newest.timestamp)
        return waited > PATIENCE_TICKS or len(self._waiting) > WAITING_PACKETS

    def _give_up(self) -> None:
        """Go on with the first frame behind the lost packet whose beginning is in."""
        self.incomplete += 1
        behind = sorted(number for number in self._waiting if number > self._reach)
        begins = (number for number in behind if self._begins(number))
        self._begin = self._reach = next(begins, self._counting.newest + 1)
        self._waiting = {number: packet for number, packet in self._waiting.items() if number >= self._begin}

    def _begins(self, number: int) -> bool:
        before = self._waiting.get(number - 1)
        return before is not None and (bool(before.marker) or before.timestamp != self._waiting[number].timestamp)


class KeyframeGate:
    """Lets frames pass to the decoder that it can use and can keep up with."""

    def __init__(self) -> None:
        self.dropped = 0
        """Whole frames dropped because one before them was lost or the decoder is too slow."""
        self._shut_at: int | None = None  # timestamp
        self._asked_at = 0
        self._undecoded: deque[Frame] = deque()

    def begin(self, timestamp: int) -> None:
        """Let nothing pass before the first keyframe, with which a sender begins by itself."""
        self._shut_at = self._asked_at = timestamp

    def shut(self, timestamp: int) -> None:
        """Let nothing pass until a keyframe comes: one is asked for at once."""
        if self._shut_at is None:
            self._shut_at = timestamp
            self._asked_at = timestamp - ASK_AGAIN_TICKS

    def asks(self, timestamp: int) -> bool:
        """Tell whether to ask for a keyframe now, with media time at ``timestamp``."""
        # While the decoder works off what it has, a keyframe would come too early.
        if self._shut_at is None or len(self._undecoded) > BEHIND_FRAMES // 3:
            return False
        if ticks_since(self._asked_at, timestamp) < ASK_AGAIN_TICKS:
            return False
        self._asked_at = timestamp
        return True

    def passes(self, frame: Frame) -> bool:
        """Tell whether ``frame`` is for the decoder; it counts as undecoded from then on."""
        if len(self._undecoded) >= BEHIND_FRAMES:
            self.shut(frame.timestamp)
        if self._shut_at is not None and not self._opens(frame, ticks_since(self._shut_at, frame.timestamp)):
            self.dropped += 1
            return False
        self._undecoded.append(frame)
        return True

    def decoded(self, pts: int) -> None:
        """Take note that the frame of ``pts`` came out of the decoder."""
        # aiortc writes the time that it gives to a frame into the frame itself.
        while self._undecoded and self._undecoded[0].timestamp <= pts:
            self._undecoded.popleft()

    def _opens(self, frame: Frame, shut_ticks: int) -> bool:
        if shut_ticks > DAMAGED_TICKS:
            self._undecoded.clear()  # no keyframe to be had, or a decoder that gives nothing back: try anew
        elif not is_keyframe(frame.data) or len(self._undecoded) > BEHIND_FRAMES // 3:
            return False
        self._shut_at = None
        return True


class PictureOrder:
    """Assembly and gate in one, in the shape that aiortc expects."""

    def __init__(self) -> None:
        self.given = Given()
        self.assembly = Assembly()
        self.gate = KeyframeGate()
        self._begun = False

    def add(self, packet: Packet) -> tuple[bool, Frame | None]:
        """Take ``packet``; return whether to ask for a keyframe, and the frame to decode."""
        if not self._begun:
            self._begun = True
            self.gate.begin(packet.timestamp)
        lost = self.assembly.incomplete
        frame = self.assembly.add(packet)
        if self.assembly.incomplete > lost:
            self.gate.shut(packet.timestamp)
        if frame is not None and not self.gate.passes(frame):
            frame = None
        if frame is not None:
            self.given.note(frame)
        return self.gate.asks(packet.timestamp), frame


def ticks_since(then: int, now: int) -> int:
    """Return how far the 32-bit timestamp ``now`` lies behind ``then``; negative where it lies before."""
    return (now - then + (1 << 31)) % (1 << 32) - (1 << 31)


def is_keyframe(data: bytes) -> bool:
    """Tell whether a frame of H.264 (Annex B, four-byte start codes) or VP8 can be decoded without those before it."""
    if data[3:6] == b"\x9d\x01\x2a":  # RFC 6386, section 9.1: the start code of a VP8 keyframe
        return True
    at = data.find(_START_CODE)
    while at >= 0 and at + 4 < len(data):
        if data[at + 4] & 0x1F == _IDR:
            return True
        at = data.find(_START_CODE, at + 4)
    return False


_START_CODE = b"\x00\x00\x00\x01"
_IDR = 5  # ITU-T H.264, table 7-1
