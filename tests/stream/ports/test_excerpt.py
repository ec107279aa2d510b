from itertools import pairwise

from stream.ports.excerpt import AAC_SAMPLES, Excerpt
from stream.ports.wire import AUDIO, VIDEO, Packet


def recording(seconds: int, *, without: range = range(0)) -> list[Packet]:
    """Return packets as they stand in a file: 25 pictures a second, a keyframe each 2 s, sound; times in ms."""
    pictures = [Packet(VIDEO, at % 2000 == 0, at, at, 40, b"v") for at in range(0, seconds * 1000, 40)]
    sounds = [
        Packet(AUDIO, True, at, at, 21, b"a")
        for at in (round(n * AAC_SAMPLES / 48 + 5) for n in range(seconds * 48_000 // AAC_SAMPLES))
    ]
    kept = [packet for packet in pictures + sounds if packet.stream or packet.pts not in without]
    return sorted(kept, key=lambda packet: (packet.pts, -packet.stream))


def excerpt(packets: list[Packet], from_ms: int, until_ms: int) -> tuple[Excerpt, list[Packet]]:
    made = Excerpt(from_ms=from_ms, until_ms=until_ms, hz=48_000)
    given = []
    for packet in packets:
        given += made.take(packet)
        if made.ended:
            break
    return made, given


def of(stream: int, packets: list[Packet]) -> list[Packet]:
    return [packet for packet in packets if packet.stream == stream]


def test_it_begins_at_the_keyframe_before_and_ends_in_time() -> None:
    made, given = excerpt(recording(20), 5500, 9000)
    pictures = of(VIDEO, given)
    assert (pictures[0].pts, pictures[0].keyframe) == (0, True)
    assert len(pictures) == (9000 - 4000) // 40
    assert (made.ended, made.until_ms) == (True, 9000)


def test_a_keyframe_at_the_very_moment_is_the_beginning() -> None:
    _, given = excerpt(recording(20), 6000, 7000)
    assert len(of(VIDEO, given)) == 1000 // 40


def test_sound_stands_where_it_stood_beside_the_picture_and_follows_without_a_gap() -> None:
    packets = recording(20)
    _, given = excerpt(packets, 5500, 9000)
    first = next(packet.pts for packet in of(AUDIO, packets) if packet.pts >= 4000)
    times = [packet.pts for packet in of(AUDIO, given)]
    assert abs(times[0] - (first - 4000) * 48) <= 96
    assert times == list(range(times[0], times[0] + len(times) * AAC_SAMPLES, AAC_SAMPLES))


def test_sound_that_comes_before_the_keyframe_belongs_to_it() -> None:
    key = Packet(VIDEO, True, 4000, 4000, 40, b"v")
    early = Packet(AUDIO, True, 4010, 4010, 21, b"a")
    late = Packet(VIDEO, False, 4040, 4040, 40, b"v")
    _, given = excerpt([early._replace(pts=3990, dts=3990), early, key, late], 4000, 9000)
    assert [packet.stream for packet in given] == [AUDIO, VIDEO, VIDEO]


def test_a_hole_in_the_sound_stays_one() -> None:
    packets = [packet for packet in recording(8) if not (packet.stream and 3000 <= packet.pts < 3500)]
    times = [packet.pts for packet in of(AUDIO, excerpt(packets, 2000, 6000)[1])]
    gaps = [after - before for before, after in pairwise(times) if after - before != AAC_SAMPLES]
    assert len(gaps) == 1
    assert 0.48 * 48_000 < gaps[0] < 0.55 * 48_000


def test_without_a_keyframe_before_it_begins_at_the_first_after() -> None:
    made, given = excerpt(recording(20, without=range(0, 6000)), 5500, 9000)
    assert len(of(VIDEO, given)) == 3000 // 40
    assert min(packet.pts for packet in given) >= 0
    assert made.until_ms == 9000


def test_a_recording_that_ends_before_gives_nothing() -> None:
    made, given = excerpt(recording(5), 5500, 9000)
    assert (given, made.until_ms, made.ended) == ([], 0, False)


def test_a_recording_that_ends_within_gives_what_there_is() -> None:
    made, given = excerpt(recording(7), 5500, 9000)
    assert (len(of(VIDEO, given)), made.until_ms, made.ended) == (3000 // 40, 7000, False)
