import io
from fractions import Fraction

import av
import numpy as np
import pytest

from stream.encoder import AAC_FRAME, Encoder
from stream.packets import EncodedPacket
from stream.picture import black, planes
from stream.protocol import Programme

PROGRAMME = Programme(width=320, height=180, fps=30, video_bps=400_000, preset="ultrafast", audio_bps=96_000)


def encode(pictures: int, *, keyframes_at: frozenset[int] = frozenset()) -> tuple[Encoder, list[EncodedPacket]]:
    encoder = Encoder(PROGRAMME)
    rng = np.random.default_rng(1)
    picture = black(width=320, height=180)
    packets = []
    for tick in range(pictures):
        planes(picture)[0][:] = rng.integers(16, 236, dtype=np.uint8)
        packets += encoder.video(picture, tick=tick, due_s=100 + tick / 30, keyframe=tick in keyframes_at)
    return encoder, packets


def test_a_picture_leaves_as_soon_as_it_is_encoded() -> None:
    _, packets = encode(10)
    assert [packet.pts for packet in packets] == list(range(10))


def test_there_is_a_keyframe_every_two_seconds_and_where_one_is_wanted() -> None:
    _, packets = encode(150, keyframes_at=frozenset({70}))
    assert [packet.pts for packet in packets if packet.keyframe] == [0, 60, 70, 130]


def test_no_packet_waits_for_a_later_one() -> None:
    _, packets = encode(90)
    assert all(packet.pts == packet.dts for packet in packets)


def test_the_bitrate_is_constant() -> None:
    _, packets = encode(240)
    for second in range(1, 8):
        bits = sum(len(packet.payload) * 8 for packet in packets if second <= packet.pts / 30 < second + 1)
        assert bits == pytest.approx(PROGRAMME.video_bps, rel=0.35), "a keyframe's second weighs more"
    assert sum(len(packet.payload) * 8 for packet in packets) / 8 == pytest.approx(PROGRAMME.video_bps, rel=0.1)


def test_sound_of_any_block_size_becomes_frames_without_a_gap() -> None:
    encoder = Encoder(PROGRAMME)
    packets = []
    for _ in range(50):
        packets += encoder.audio(np.zeros((960, 2), np.float32), start_s=100.0)
    times = [packet.pts for packet in packets]
    assert times == list(range(times[0], times[0] + len(times) * AAC_FRAME, AAC_FRAME))
    assert packets[3].due_s == pytest.approx(100 + packets[3].pts / 48_000)


def test_the_header_describes_both_streams() -> None:
    encoder, packets = encode(1)
    with av.open(io.BytesIO(encoder.header.init), format="mp4") as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.width, video.height) == ("h264", 320, 180)
        assert (audio.codec_context.name, audio.rate) == ("aac", 48_000)
    assert encoder.header.video_extradata.startswith(b"\0\0\0\1")
    assert packets[0].keyframe


def test_what_was_encoded_can_be_decoded() -> None:
    encoder, packets = encode(5)
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = encoder.header.video_extradata
    frames = []
    for packet in packets:
        decoded = av.Packet(packet.payload)
        decoded.pts, decoded.dts, decoded.time_base = packet.pts, packet.dts, Fraction(1, 30)
        frames += decoder.decode(decoded)
    frames += decoder.decode(None)
    assert len(frames) == 5
    assert {frame.format.name for frame in frames} == {"yuv420p"}
