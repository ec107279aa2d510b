import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.ports import wire

MESSAGES: list[wire.Message] = [
    wire.Open("rtmp://host/app/key with ] | ' \\ signs", "/etc/ca.pem"),
    wire.Open("/recordings/سؤال.mkv"),
    wire.End(),
    wire.Play("film.mp4", True, 1280, 720, 30, 7),
    wire.Opened(),
    wire.Progress(30, 500_000),
    wire.Began("/recordings/a-2.mkv", 180),
    wire.Ended("/recordings/a.mkv"),
    wire.Fault("disk_full", going_on=True),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_out_as_it_went_in(message: wire.Message) -> None:
    ((tag, payload),) = wire.Frames().feed(wire.message(message))
    assert wire.parse(tag, payload) == message


def test_every_message_has_its_own_tag() -> None:
    tags = [wire.message(message)[:1] for message in {type(m): m for m in MESSAGES}.values()]
    assert len(tags) == len(set(tags))
    assert not {wire.PACKET, wire.HEADER, wire.SOUND} & set(tags)


def test_a_header_comes_out_as_it_went_in() -> None:
    header = wire.Header(30, 4_000_000, b"moov" * 99, b"\0\0\0\1sps\0\0\0\1pps")
    ((tag, payload),) = wire.Frames().feed(wire.header(header))
    assert tag == wire.HEADER
    assert wire.parse_header(payload) == header


@given(payload=st.binary(max_size=300), pts=st.integers(-(2**60), 2**60), keyframe=st.booleans())
def test_a_packet_comes_out_as_it_went_in(payload: bytes, pts: int, keyframe: bool) -> None:
    head = wire.packet_head(stream=1, keyframe=keyframe, pts=pts, dts=pts - 1, duration=1024, size=len(payload))
    ((tag, body),) = wire.Frames().feed(head + payload)
    assert tag == wire.PACKET
    assert wire.parse_packet(body) == wire.Packet(1, keyframe, pts, pts - 1, 1024, payload)


def test_sound_comes_out_as_it_went_in() -> None:
    ((_, payload),) = wire.Frames().feed(wire.sound(12.5, b"samples!"))
    due_s, samples = wire.parse_sound(payload)
    assert (due_s, bytes(samples)) == (12.5, b"samples!")


@given(cuts=st.lists(st.integers(1, 50), max_size=40))
def test_frames_may_be_cut_anywhere_on_their_way(cuts: list[int]) -> None:
    stream = b"".join(map(wire.message, MESSAGES))
    frames = wire.Frames()
    came: list[tuple[bytes, bytes]] = []
    for cut in [*cuts, len(stream)]:
        came += frames.feed(stream[:cut])
        stream = stream[cut:]
    assert [wire.parse(*frame) for frame in came] == MESSAGES


def test_a_length_beyond_measure_is_out_of_step() -> None:
    with pytest.raises(wire.OutOfStep):
        list(wire.Frames().feed(wire.PREFIX.pack(b"P", wire.MAX_FRAME_BYTES + 1)))


def test_a_tag_that_nobody_knows_is_out_of_step() -> None:
    with pytest.raises(wire.OutOfStep):
        wire.parse(b"?", b"[]")
