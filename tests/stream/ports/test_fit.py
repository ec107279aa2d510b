import os
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from stream.ports.fit import Fitter, Rect, fitted
from stream.ports.ring import Ring

WIDTH, HEIGHT = 320, 180


@pytest.mark.parametrize(
    ("size", "aspect", "rect"),
    [
        ((1280, 720), None, Rect(0, 0, 1280, 720)),
        ((1920, 1080), Fraction(1), Rect(0, 0, 1280, 720)),
        ((640, 480), None, Rect(160, 0, 960, 720)),
        ((720, 576), Fraction(16, 15), Rect(160, 0, 960, 720)),
        ((720, 576), Fraction(64, 45), Rect(0, 0, 1280, 720)),
        ((2560, 1080), None, Rect(0, 90, 1280, 540)),
        ((720, 1280), None, Rect(438, 0, 404, 720)),
    ],
)
def test_a_picture_is_shown_whole_centred_and_undistorted(
    size: tuple[int, int], aspect: Fraction | None, rect: Rect
) -> None:
    assert fitted(*size, aspect, (1280, 720)) == rect


@given(width=st.integers(16, 8000), height=st.integers(16, 8000))
def test_a_picture_never_leaves_the_programme_and_lies_on_even_pixels(width: int, height: int) -> None:
    rect = fitted(width, height, None, (1280, 720))
    assert all(value % 2 == 0 for value in rect)
    assert rect.x >= 0
    assert rect.x + rect.width <= 1280
    assert rect.y >= 0
    assert rect.y + rect.height <= 720


@pytest.fixture
def ring() -> Iterator[Ring]:
    descriptor = os.memfd_create("ring")
    os.ftruncate(descriptor, Ring.bytes_for(WIDTH, HEIGHT, 30))
    yield Ring(descriptor, width=WIDTH, height=HEIGHT, fps=30)
    os.close(descriptor)


def put(ring: Ring, frame: av.VideoFrame, aspect: Fraction | None = None) -> NDArray[np.uint8]:
    Fitter(ring, width=WIDTH, height=HEIGHT).put(frame, 2, aspect)
    size = ring.picture_bytes
    whole = bytes(ring.memory[ring.offset(2) : ring.offset(2) + size])
    return np.frombuffer(whole, np.uint8).reshape(HEIGHT * 3 // 2, WIDTH)


def noise(width: int, height: int) -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(16, 236, (height * 3 // 2, width), np.uint8)


def test_a_picture_that_fits_is_copied_as_it_is(ring: Ring) -> None:
    pixels = noise(WIDTH, HEIGHT)
    frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    frame.colorspace = 1
    assert np.array_equal(put(ring, frame), pixels)


def test_a_picture_whose_lines_are_padded_is_copied_without_the_padding(ring: Ring) -> None:
    pixels = np.full((180 * 3 // 2, 240), 90, np.uint8)
    pixels[:180] = 200
    frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    frame.colorspace = 1
    shown = put(ring, frame)
    luma = shown[:HEIGHT]
    assert (luma[:, 40:280] == 200).all()
    assert (luma[:, :40] == 16).all()
    assert (luma[:, 280:] == 16).all()
    chroma = shown[HEIGHT:].reshape(-1, WIDTH // 2)
    assert (chroma[:, 20:140] == 90).all()
    assert (chroma[:, :20] == 128).all()


def test_the_bars_beside_an_earlier_shape_are_painted_over(ring: Ring) -> None:
    fitter = Fitter(ring, width=WIDTH, height=HEIGHT)
    for size in ((WIDTH, HEIGHT), (240, 180)):
        frame = av.VideoFrame.from_ndarray(np.full((size[1] * 3 // 2, size[0]), 222, np.uint8), format="yuv420p")
        frame.colorspace = 1
        fitter.put(frame, 0, None)
    assert ring.memory[ring.offset(0)] == 16


@pytest.mark.parametrize(("full", "white"), [(True, 235), (False, 235)])
def test_white_is_white_whatever_the_range(ring: Ring, full: bool, white: int) -> None:
    pixels = np.full((HEIGHT * 3 // 2, WIDTH), 128, np.uint8)
    pixels[:HEIGHT] = 255 if full else 235
    frame = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    frame.colorspace, frame.color_range = 1, 2 if full else 1
    assert put(ring, frame)[:HEIGHT].mean() == pytest.approx(white, abs=1)


def test_an_unmarked_small_picture_is_taken_for_an_old_camera_s(ring: Ring) -> None:
    """BT.601 red becomes BT.709 red."""
    pixels = np.empty((HEIGHT * 3 // 2, WIDTH), np.uint8)
    pixels[:HEIGHT] = 81
    chroma = pixels[HEIGHT:].reshape(-1)
    half = chroma.size // 2
    chroma[:half], chroma[half:] = 90, 240
    shown = put(ring, av.VideoFrame.from_ndarray(pixels, format="yuv420p"))
    assert shown[:HEIGHT].mean() == pytest.approx(63, abs=2)
    assert shown[HEIGHT:].reshape(-1)[:half].mean() == pytest.approx(102, abs=2)


def test_a_picture_of_another_format_is_converted(ring: Ring) -> None:
    frame = av.VideoFrame.from_ndarray(np.full((HEIGHT, WIDTH, 3), 255, np.uint8), format="rgb24")
    assert put(ring, frame)[:HEIGHT].mean() == pytest.approx(235, abs=1)
