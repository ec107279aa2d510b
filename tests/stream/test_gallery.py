import numpy as np

from stream.gallery import STALE_S, WAITING, Gallery
from stream.picture import Picture

FRAME_S = 1 / 30


def picture(value: int = 0) -> Picture:
    return np.full((3, 2), value, np.uint8)


def test_nothing_is_shown_before_the_first() -> None:
    assert Gallery(fps=30).newest(0.0) is None


def test_each_picture_is_shown_from_when_it_is_due() -> None:
    gallery = Gallery(fps=30)
    for number in range(3):
        gallery.put(10.0 + number * FRAME_S, picture(number))
    assert gallery.newest(9.99) is None
    for number in range(3):
        shown = gallery.newest(10.0 + number * FRAME_S + 0.001)
        assert shown is not None
        assert shown[0] == number + 1
        assert shown[1][0, 0] == number


def test_the_newest_that_is_due_is_shown_and_the_ones_before_are_passed_over() -> None:
    gallery = Gallery(fps=30)
    for number in range(5):
        gallery.put(10.0 + number * FRAME_S, picture(number))
    shown = gallery.newest(20.0 - 10.0 + 5 * FRAME_S)
    assert shown is not None
    assert shown[0] == 5


def test_a_picture_goes_stale() -> None:
    gallery = Gallery(fps=30)
    gallery.put(10.0, picture())
    assert gallery.newest(10.0 + STALE_S - 0.01) is not None
    assert gallery.newest(10.0 + STALE_S + 0.01) is None
    gallery.put(20.0, picture())
    assert gallery.newest(20.0) is not None


def test_a_source_that_nobody_looked_at_is_shown_at_once_and_few_of_its_pictures_are_kept() -> None:
    gallery = Gallery(fps=30)
    for number in range(100):
        gallery.put(10.0 + number * FRAME_S, picture(number))
    assert gallery.dropped == 100 - WAITING
    shown = gallery.newest(10.0 + 99 * FRAME_S)
    assert shown is not None
    assert shown[1][0, 0] == 99


def test_of_pictures_that_come_faster_than_they_are_shown_some_are_left_out() -> None:
    gallery = Gallery(fps=30)
    seen = set()
    for number in range(120):
        gallery.put(10.1 + number / 120, picture())
        shown = gallery.newest(10.0 + number / 120)
        seen.add(shown and shown[0])
    assert gallery.dropped >= 70
    assert 25 <= len(seen) <= 40


def test_a_picture_due_before_those_that_wait_takes_their_place() -> None:
    gallery = Gallery(fps=30)
    gallery.put(10.0, picture(1))
    gallery.put(10.2, picture(2))
    gallery.put(10.1, picture(3))
    shown = gallery.newest(11.0 - 0.5)
    assert shown is not None
    assert shown[1][0, 0] == 3
