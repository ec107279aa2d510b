"""Packets that are late, lost, doubled and out of order, as networks make them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from stream.rtp import (
    ASK_AGAIN_TICKS,
    BEHIND_FRAMES,
    DAMAGED_TICKS,
    PATIENCE_TICKS,
    RESTART_PACKETS,
    Frame,
    KeyframeGate,
    PictureOrder,
    SoundOrder,
    is_keyframe,
    ticks_since,
)

FRAME_TICKS = 3000
KEY = b"\x00\x00\x00\x01\x67sps\x00\x00\x00\x01\x68pps\x00\x00\x00\x01\x65"
DELTA = b"\x00\x00\x00\x01\x41"


@dataclass
class Sent:
    sequence_number: int
    timestamp: int
    marker: int
    _data: bytes


def frames(first: int, count: int, *, sequence: int = 0, packets: int = 3, key_every: int = 1000) -> list[Sent]:
    """Return the packets of frames ``first`` to ``first + count``, each of ``packets`` packets."""
    sent = []
    for number in range(first, first + count):
        for part in range(packets):
            head = (KEY if number % key_every == 0 else DELTA) if part == 0 else b""
            sent.append(
                Sent(
                    (sequence + number * packets + part) % 65_536,
                    (number * FRAME_TICKS) % (1 << 32),
                    int(part == packets - 1),
                    head + f"{number}.{part};".encode(),
                )
            )
    return sent


@dataclass
class Receiver:
    """Decodes at once, as far as the test lets it."""

    order: PictureOrder = field(default_factory=PictureOrder)
    asked: int = 0
    got: list[int] = field(default_factory=list)
    newest: bytes = b""
    decodes: bool = True

    def take(self, packets: Iterable[Sent]) -> "Receiver":
        for packet in packets:
            ask, frame = self.order.add(packet)
            self.asked += ask
            if frame is not None:
                self.newest = frame.data
                self.got.append(int(re.findall(rb"(\d+)\.\d;", frame.data)[-1]))
                frame.timestamp = len(self.got)  # as aiortc writes its own time into it
                if self.decodes:
                    self.order.gate.decoded(frame.timestamp)
        return self


def test_a_frame_is_given_with_its_last_packet() -> None:
    receiver = Receiver()
    sent = frames(0, 2)
    receiver.take(sent[:2])
    assert receiver.got == []
    receiver.take(sent[2:3])
    assert receiver.got == [0]
    receiver.take(sent[3:])
    assert receiver.got == [0, 1]
    assert receiver.asked == 0


def test_the_data_of_a_frame_is_that_of_its_packets_in_order() -> None:
    sent = frames(0, 1, packets=4)
    order = PictureOrder()
    order.add(sent[0])
    for packet in (sent[2], sent[1], sent[3]):
        _, frame = order.add(packet)
    assert frame is not None
    assert frame.data == KEY + b"0.0;0.1;0.2;0.3;"


def test_without_marks_a_frame_ends_where_the_next_begins() -> None:
    sent = frames(0, 3)
    for packet in sent:
        packet.marker = 0
    assert Receiver().take(sent).got == [0, 1]


def test_packets_out_of_order_and_doubled_change_nothing() -> None:
    sent = frames(0, 20)
    shuffled = [packet for pair in zip(sent[1::2], sent[::2], strict=True) for packet in pair]
    first, rest = sent[:1], [packet for packet in shuffled if packet is not sent[0]]
    doubled = [packet for packet in rest for _ in range(2)]
    assert Receiver().take(first + doubled).got == list(range(20))


def test_numbers_and_timestamps_wrap() -> None:
    sent = frames(0, 30, sequence=65_500)
    for packet in sent:
        packet.timestamp = (packet.timestamp + (1 << 32) - 10 * FRAME_TICKS) % (1 << 32)
    assert Receiver().take(sent).got == list(range(30))


def test_a_lost_packet_that_is_sent_again_in_time_costs_nothing() -> None:
    sent = frames(0, 10)
    lost = sent.pop(7)
    receiver = Receiver().take(sent[:14])
    assert receiver.got == [0, 1]
    receiver.take([lost, *sent[14:]])
    assert receiver.got == list(range(10))
    assert receiver.asked == 0


def test_a_lost_packet_is_given_up_and_the_next_keyframe_goes_on() -> None:
    sent = frames(0, 60, key_every=30)
    del sent[7]
    receiver = Receiver().take(sent)
    assert receiver.got == [0, 1, *range(30, 60)]
    assert receiver.order.assembly.incomplete == 1
    assert 1 <= receiver.asked <= 30 * FRAME_TICKS // ASK_AGAIN_TICKS + 1


def test_a_keyframe_is_asked_for_as_soon_as_a_packet_is_given_up() -> None:
    sent = frames(0, 60)
    del sent[7]
    receiver = Receiver()
    asked_after = next(number for number, packet in enumerate(sent) if receiver.take([packet]).asked)
    assert asked_after <= (2 + PATIENCE_TICKS // FRAME_TICKS + 2) * 3


def test_a_sender_that_makes_no_keyframes_is_shown_again_after_a_while() -> None:
    sent = frames(0, 150)
    del sent[7]
    receiver = Receiver().take(sent)
    shown_again = receiver.got[2]
    assert DAMAGED_TICKS < (shown_again - 2) * FRAME_TICKS < DAMAGED_TICKS + 3 * PATIENCE_TICKS
    assert receiver.got[-1] == 149


def test_a_decoder_that_is_too_slow_gets_no_more_than_it_can_work_off() -> None:
    receiver = Receiver(decodes=False).take(frames(0, 40, key_every=20))
    assert len(receiver.got) == BEHIND_FRAMES
    receiver.order.gate.decoded(len(receiver.got))
    receiver.decodes = True
    receiver.take(frames(40, 20, key_every=20))
    assert receiver.got[BEHIND_FRAMES:] == list(range(40, 60))


def test_a_decoder_that_gives_nothing_back_is_tried_again() -> None:
    receiver = Receiver(decodes=False).take(frames(0, 200))
    assert len(receiver.got) > BEHIND_FRAMES


def test_a_sender_that_counts_anew_is_followed() -> None:
    receiver = Receiver().take(frames(100, 30, packets=1, key_every=10))
    receiver.take(frames(0, RESTART_PACKETS + 30, packets=1, key_every=10))
    assert receiver.got[-1] == RESTART_PACKETS + 29


def test_packets_that_only_probe_the_way_are_no_frames() -> None:
    sent = frames(0, 3)
    probes = [Sent(3, 0, 0, b""), Sent(4, 0, 0, b"")]
    later = [Sent(packet.sequence_number + 2, packet.timestamp, packet.marker, packet._data) for packet in sent[3:]]
    assert Receiver().take([*sent[:3], *probes, *later]).got == [0, 1, 2]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.0, 0.3), st.integers(1, 5))
def test_whatever_a_network_does_frames_come_whole_in_order_and_few_wait(seed: int, loss: float, packets: int) -> None:
    random = Random(seed)
    sent = [packet for packet in frames(0, 120, packets=packets, key_every=15) if random.random() >= loss]
    sent.sort(key=lambda packet: packet.sequence_number + random.randint(0, 8))
    receiver = Receiver()
    for packet in sent:
        came = len(receiver.got)
        receiver.take([packet])
        if len(receiver.got) > came:
            assert receiver.newest.endswith("".join(f"{receiver.got[-1]}.{n};" for n in range(packets)).encode())
        assert len(receiver.order.assembly._waiting) <= (PATIENCE_TICKS // FRAME_TICKS + 12) * packets
    assert receiver.got == sorted(set(receiver.got))


def test_sound_is_given_at_once_and_loss_holds_nothing_up() -> None:
    order = SoundOrder()
    numbers = [65_534, 65_535, 0, 3, 4]
    given_frames = [order.add(Sent(number, number * 960, 0, b"x"))[1] for number in numbers]
    assert all(frame is not None for frame in given_frames)


def test_sound_that_comes_after_its_follower_or_twice_is_dropped() -> None:
    order = SoundOrder()
    given_frames = [order.add(Sent(number, number * 960, 0, b"x"))[1] for number in (1, 3, 2, 3, 4)]
    assert [frame is not None for frame in given_frames] == [True, True, False, False, True]
    assert order.late == 2


def test_sound_of_a_sender_that_counts_anew_is_given_again() -> None:
    order = SoundOrder()
    order.add(Sent(1000, 0, 0, b"x"))
    given_frames = [order.add(Sent(number, number, 0, b"x"))[1] for number in range(RESTART_PACKETS + 10)]
    assert given_frames[-1] is not None


def test_a_report_is_read_in_the_time_that_aiortc_gives_to_frames() -> None:
    order = SoundOrder()
    assert order.given.pts(5) is None
    _, frame = order.add(Sent(1, (1 << 32) - 960, 0, b"x"))
    assert frame is not None
    frame.timestamp = 4800  # aiortc counts from its first frame and writes that into the frame
    assert order.given.pts(0) == 4800 + 960


def test_keyframes_of_both_formats_are_known() -> None:
    assert is_keyframe(KEY)
    assert not is_keyframe(DELTA)
    assert is_keyframe(b"\x50\x42\x00\x9d\x01\x2a\x80\x02")
    assert not is_keyframe(b"\x51\x42\x00\x9d")
    assert not is_keyframe(b"")


def test_a_gate_that_is_shut_twice_asks_once() -> None:
    gate = KeyframeGate()
    gate.shut(1000)
    gate.shut(1000)
    assert [gate.asks(1000), gate.asks(1000), gate.asks(1000 + ASK_AGAIN_TICKS)] == [True, False, True]
    assert gate.passes(Frame(KEY, 1000 + ASK_AGAIN_TICKS))
    assert not gate.asks(1_000_000)


def test_ticks_are_told_across_the_wrap() -> None:
    assert ticks_since((1 << 32) - 5, 5) == 10
    assert ticks_since(5, (1 << 32) - 5) == -10
