import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream.letterbox import Letterbox, fitted
from stream.picture import planes

WIDTH, HEIGHT = 320, 180


def frame(width: int, height: int, *, yuv: tuple[int, int, int] = (200, 90, 160)) -> av.VideoFrame:
    made = av.VideoFrame(width, height, "yuv420p")
    for plane, value in zip(made.planes, yuv, strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    made.colorspace = 1  # BT.709
    return made


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_every_size_fits_on_even_lines_and_in_the_middle(width: int, height: int) -> None:
    left, top, across, down = fitted(width, height, into=(1280, 720))
    assert {left % 2, top % 2, across % 2, down % 2} == {0}
    assert 2 <= across <= 1280
    assert 2 <= down <= 720
    assert 1280 in (across, left + across, across + 1) or down == 720
    assert abs((1280 - across) - 2 * left) <= 2
    assert abs((720 - down) - 2 * top) <= 2


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 700), st.integers(1, 700))
def test_a_frame_of_any_size_becomes_a_picture(width: int, height: int) -> None:
    picture = Letterbox(width=WIDTH, height=HEIGHT).picture(frame(width, height))
    assert picture.shape == (HEIGHT * 3 // 2, WIDTH)
    assert picture.dtype == np.uint8
    assert picture.flags.c_contiguous
    left, top, across, down = fitted(width, height, into=(WIDTH, HEIGHT))
    assert abs(int(picture[top + down // 2, left + across // 2]) - 200) <= 2


def test_a_frame_of_the_programmes_size_is_taken_as_it_is() -> None:
    picture = Letterbox(width=WIDTH, height=HEIGHT).picture(frame(WIDTH, HEIGHT))
    assert [np.unique(plane).tolist() for plane in planes(picture)] == [[200], [90], [160]]


def test_an_upright_frame_stands_between_black_bars() -> None:
    luma, u, v = planes(Letterbox(width=WIDTH, height=HEIGHT).picture(frame(90, 160)))
    left = (WIDTH - round(HEIGHT * 90 / 160)) // 2
    for plane, black, own, half in ((luma, 16, 200, 1), (u, 128, 90, 2), (v, 128, 160, 2)):
        assert set(plane[:, : left // half - 2].flat) == {black}
        assert set(plane[:, -(left // half - 2) :].flat) == {black}
        assert abs(int(plane[plane.shape[0] // 2, plane.shape[1] // 2]) - own) <= 1


def test_a_size_that_changes_in_the_middle_of_a_stream_is_followed() -> None:
    box = Letterbox(width=WIDTH, height=HEIGHT)
    for width, height in ((480, 270), (3840, 2160), (641, 361), (2, 2), (1280, 720)):
        assert abs(int(box.picture(frame(width, height))[HEIGHT // 2, WIDTH // 2]) - 200) <= 2


@pytest.mark.parametrize(
    ("colorspace", "color_range", "red"),
    # Pure red: ITU-R BT.601 limited, unsaid (which browsers mean as BT.601), BT.709 limited, BT.709 full range.
    [(6, 1, (81, 90, 240)), (2, 0, (81, 90, 240)), (1, 1, (63, 102, 240)), (1, 2, (54, 99, 255))],
)
def test_colours_are_the_same_however_they_are_written(
    colorspace: int, color_range: int, red: tuple[int, int, int]
) -> None:
    written = frame(640, 360, yuv=red)
    written.colorspace = colorspace
    written.color_range = color_range
    middle = [int(plane[plane.shape[0] // 2, plane.shape[1] // 2]) for plane in planes(_picture(written))]
    np.testing.assert_allclose(middle, (63, 102, 240), atol=2)


def _picture(written: av.VideoFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return Letterbox(width=WIDTH, height=HEIGHT).picture(written)
