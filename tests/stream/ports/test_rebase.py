from stream.ports.rebase import Rebase, audio_at
from stream.ports.wire import AUDIO, VIDEO, Packet

FPS = 30


def video(pts: int, *, key: bool = False) -> Packet:
    return Packet(VIDEO, key, pts, pts, 1, b"")


def audio(pts: int) -> Packet:
    return Packet(AUDIO, True, pts, pts, 1024, b"")


def rebased(*packets: Packet) -> list[tuple[int, int]]:
    rebase = Rebase(FPS)
    return [(out.stream, out.pts) for packet in packets for out in rebase.take(packet)]


def test_time_begins_at_the_first_keyframe() -> None:
    assert rebased(video(7), video(60, key=True), video(61)) == [(VIDEO, 0), (VIDEO, 1)]


def test_sound_from_before_the_first_keyframe_is_left_out() -> None:
    begin = audio_at(60, FPS)
    assert rebased(audio(begin - 500), video(60, key=True), audio(begin - 1), audio(begin + 523)) == [
        (VIDEO, 0),
        (AUDIO, 523),
    ]


def test_sound_that_came_before_its_keyframe_is_not_lost() -> None:
    begin = audio_at(60, FPS)
    assert rebased(audio(begin + 100), audio(begin + 1124), video(60, key=True)) == [
        (VIDEO, 0),
        (AUDIO, 100),
        (AUDIO, 1124),
    ]


def test_picture_and_sound_are_moved_by_the_same_time() -> None:
    rebase = Rebase(FPS)
    rebase.take(video(45, key=True))
    (picture,) = rebase.take(video(75))
    (sound,) = rebase.take(audio(audio_at(75, FPS)))
    assert picture.pts / FPS == sound.pts / 48_000 == 1


def test_a_keyframe_on_the_way_does_not_begin_time_anew() -> None:
    assert rebased(video(0, key=True), video(60, key=True)) == [(VIDEO, 0), (VIDEO, 60)]
