import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream.picture import OPAQUE, Picture, black, crossfade, overlay_from_rgba, picture_from_rgba, planes

RNG = np.random.default_rng(1)


def noise(*, width: int = 64, height: int = 32) -> Picture:
    return RNG.integers(16, 236, (height * 3 // 2, width), dtype=np.uint8)


def plain(colour: tuple[int, int, int, int], *, width: int = 16, height: int = 8) -> np.ndarray:
    return np.full((height, width, 4), colour, np.uint8)


@pytest.mark.parametrize("height", [32, 90])
def test_planes_are_views_of_the_picture(height: int) -> None:
    picture = black(width=64, height=height)
    luma, u, v = planes(picture)
    assert (luma.shape, u.shape, v.shape) == ((height, 64), (height // 2, 32), (height // 2, 32))
    luma[:], u[:], v[:] = 1, 2, 3
    assert picture[0, 0] == 1
    assert picture[height, 0] == 2
    assert picture[-1, -1] == 3


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    # ITU-R BT.709 in 8-bit limited range; the values that colour bar generators publish.
    [
        ((255, 255, 255), (235, 128, 128)),
        ((0, 0, 0), (16, 128, 128)),
        ((255, 0, 0), (63, 102, 240)),
        ((0, 255, 0), (173, 42, 26)),
        ((0, 0, 255), (32, 240, 118)),
    ],
)
def test_colours_become_bt709(rgb: tuple[int, int, int], yuv: tuple[int, int, int]) -> None:
    picture = picture_from_rgba(plain((*rgb, 255)))
    assert [int(plane[2, 2]) for plane in planes(picture)] == pytest.approx(list(yuv), abs=1)


def test_an_overlay_changes_its_rectangle_only() -> None:
    picture = noise()
    before = picture.copy()
    overlay_from_rgba(plain((200, 200, 200, 255)), x=8, y=4).onto(picture)
    luma, old = planes(picture)[0], planes(before)[0]
    assert (luma[4:12, 8:24] != old[4:12, 8:24]).any()
    luma[4:12, 8:24] = old[4:12, 8:24]
    assert (luma == old).all()


def test_what_is_transparent_leaves_the_picture_as_it_was() -> None:
    picture = noise()
    before = picture.copy()
    overlay_from_rgba(plain((0, 0, 0, 0)), x=0, y=0).onto(picture)
    assert (picture == before).all()


@given(alpha=st.integers(0, 255), under=st.integers(0, 255), opacity=st.integers(0, OPAQUE))
def test_blending_is_right_to_two_steps_for_every_opacity(alpha: int, under: int, opacity: int) -> None:
    picture = black(width=16, height=8)
    planes(picture)[0][:] = under
    overlay_from_rgba(plain((alpha, alpha, alpha, alpha)), x=0, y=0).faded(opacity).onto(picture)
    share = alpha / 255 * opacity / 256
    assert int(planes(picture)[0][0, 0]) == pytest.approx(under * (1 - share) + 235 * share, abs=2)


@pytest.mark.parametrize("weight", [0, 128, OPAQUE])
def test_a_crossfade_weighs_both_pictures(weight: int) -> None:
    target, still = noise(height=80), noise(height=80)
    wanted = target * (1 - weight / 256) + still * (weight / 256)
    crossfade(target, still, weight=weight)
    assert np.abs(target - wanted).max() <= 1


def test_an_overlay_on_odd_pixels_is_refused() -> None:
    with pytest.raises(AssertionError, match="even column"):
        overlay_from_rgba(plain((1, 1, 1, 1)), x=1, y=0)
