from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from stream.feed import Feed
from stream.packets import AUDIO, VIDEO, EncodedPacket
from stream.ports import wire

FPS = 30


class Pipe:
    """Takes as many bytes as there is room for, as a pipe that does not block does."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.came = bytearray()
        self.broken = False

    def write(self, buffers: Sequence[bytes | memoryview]) -> int:
        if self.broken:
            raise BrokenPipeError
        whole = b"".join(buffers)[: self.room]
        if not whole:
            raise BlockingIOError
        self.came += whole
        self.room -= len(whole)
        return len(whole)

    def packets(self) -> list[tuple[int, int]]:
        """Return stream and pts of each packet that came, whole and in step."""
        frames = [frame for frame in wire.Frames().feed(bytes(self.came)) if frame[0] == wire.PACKET]
        return [(packet.stream, packet.pts) for packet in (wire.parse_packet(payload) for _, payload in frames)]


def video(pts: int, *, key: bool = False, size: int = 100) -> EncodedPacket:
    return EncodedPacket(VIDEO, pts, pts, 1, key, bytes(size), due_s=50 + pts / FPS)


def audio(pts: int) -> EncodedPacket:
    return EncodedPacket(AUDIO, pts, pts, 1024, True, bytes(40), due_s=50 + pts / 48_000)


def offer(feed: Feed, packet: EncodedPacket) -> None:
    head = wire.packet_head(
        stream=packet.stream,
        keyframe=packet.keyframe,
        pts=packet.pts,
        dts=packet.dts,
        duration=packet.duration,
        size=len(packet.payload),
    )
    feed.offer(packet, head, FPS)


def fed(pipe: Pipe) -> Feed:
    feed = Feed()
    feed.attach(pipe.write)
    feed.begin()
    return feed


def test_nothing_flows_before_the_output_is_open() -> None:
    pipe = Pipe(10_000)
    feed = Feed()
    feed.attach(pipe.write)
    offer(feed, video(0, key=True))
    assert pipe.packets() == []
    assert feed.offered == 0


def test_the_flow_begins_with_a_keyframe_and_what_came_before_is_not_counted_as_lost() -> None:
    pipe = Pipe(10_000)
    feed = fed(pipe)
    assert feed.waiting
    for packet in (video(1), audio(0), video(2, key=True), audio(1), video(3)):
        offer(feed, packet)
    assert pipe.packets() == [(VIDEO, 2), (AUDIO, 1), (VIDEO, 3)]
    assert feed.dropped == 0
    assert not feed.waiting


def test_a_full_pipe_drops_everything_up_to_the_next_keyframe_and_counts_the_pictures() -> None:
    pipe = Pipe(250)
    feed = fed(pipe)
    for packet in (video(0, key=True), video(1), video(2), audio(1)):
        offer(feed, packet)
    pipe.room = 10_000
    for packet in (video(3), audio(2), video(4, key=True), audio(3)):
        offer(feed, packet)
    # Picture 1 had been begun, so it is finished; 2 and 3 are lost, and the sound with them.
    assert pipe.packets() == [(VIDEO, 0), (VIDEO, 1), (VIDEO, 4), (AUDIO, 3)]
    assert feed.dropped == 2


def test_a_packet_that_was_begun_is_finished_before_anything_else() -> None:
    pipe = Pipe(60)
    feed = fed(pipe)
    offer(feed, video(0, key=True))
    assert not feed.flush()
    pipe.room = 10_000
    feed.order(wire.message(wire.End()))
    kinds = [tag for tag, _ in wire.Frames().feed(bytes(pipe.came))]
    assert kinds == [wire.PACKET, wire.message(wire.End())[:1]]


def test_an_order_waits_for_room_and_goes_before_later_packets() -> None:
    pipe = Pipe(0)
    feed = fed(pipe)
    feed.order(wire.message(wire.Open("next.mkv")))
    pipe.room = 10_000
    offer(feed, video(0, key=True))
    kinds = [tag for tag, _ in wire.Frames().feed(bytes(pipe.came))]
    assert kinds == [wire.message(wire.Opened()).lower()[:1], wire.PACKET]


def test_a_port_that_died_is_written_to_no_more() -> None:
    pipe = Pipe(10_000)
    feed = fed(pipe)
    pipe.broken = True
    offer(feed, video(0, key=True))
    pipe.broken = False
    offer(feed, video(1, key=True))
    assert pipe.packets() == []


def test_a_new_pipe_begins_with_a_whole_frame_though_the_old_one_ended_within_one() -> None:
    feed = fed(Pipe(60))
    offer(feed, video(0, key=True))
    feed.detach()
    pipe = Pipe(10_000)
    feed.attach(pipe.write)
    feed.begin()
    offer(feed, video(1, key=True))
    assert pipe.packets() == [(VIDEO, 1)]


def test_the_newest_keyframe_tells_when_picture_nought_was_due() -> None:
    feed = fed(Pipe(10_000))
    offer(feed, video(90, key=True))
    assert feed.origin_s == 50


@given(
    sizes=st.lists(st.integers(0, 400), min_size=1, max_size=60),
    rooms=st.lists(st.integers(0, 500), min_size=1, max_size=60),
)
def test_whatever_the_room_only_whole_packets_come_and_each_flow_begins_with_a_keyframe(
    sizes: list[int], rooms: list[int]
) -> None:
    pipe = Pipe(0)
    feed = fed(pipe)
    for number, size in enumerate(sizes):
        pipe.room = rooms[number % len(rooms)]
        offer(feed, video(number, key=number % 5 == 0, size=size))
    pipe.room = 1 << 20
    assert feed.flush()
    came = [pts for _, pts in pipe.packets()]
    assert came == sorted(came)
    for before, after in zip([-5, *came], came, strict=False):
        assert after == before + 1 or after % 5 == 0
    if came:
        assert len(came) + feed.dropped == len(sizes) - came[0]
