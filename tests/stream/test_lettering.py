import numpy as np
import pytest

from stream.lettering import Letterer, is_right_to_left

SCRIPTS = {
    "arabic with an emoji": "لماذا يعمل تطبيع الدفعات بهذا الشكل؟ 🤔",
    "chinese": "为什么批量归一化有效？",
    "devanagari": "बैच नॉर्म क्यों काम करता है?",
    "korean": "배치 정규화는 왜 효과가 있나요?",
    "emoji": "👩‍🔬🏳️‍🌈👍🏽",
    "hebrew": "למה זה עובד?",
}


@pytest.fixture(scope="module")
def letterer() -> Letterer:
    return Letterer(width=1280, height=720)


def ink(pixels: np.ndarray) -> int:
    """Count the pixels that are neither ground nor edge: what was written."""
    return int((pixels[..., :3].max(axis=2) > 100).sum())


@pytest.mark.parametrize("text", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_every_script_is_drawn(letterer: Letterer, text: str) -> None:
    written = ink(letterer.question(number=1, text=text, name=None))
    empty = ink(letterer.question(number=1, text=" " * 9, name=None))
    assert written > empty + 300


def test_different_words_look_different(letterer: Letterer) -> None:
    """What a font lacks is drawn as equal boxes: two words of the same length would be the same."""
    first, second = letterer.glyph("为什么", size=60), letterer.glyph("批量归", size=60)
    assert first.shape != second.shape or (first != second).any()


@pytest.mark.parametrize(
    "text", ["Wort " * 100, "为" * 500, "m" * 500, "؟لماذا " * 71], ids=["words", "cjk", "one", "arabic"]
)
def test_any_question_of_allowed_length_fits_the_picture(letterer: Letterer, text: str) -> None:
    height, width = letterer.question(number=999, text=text, name="N" * 60).shape[:2]
    assert height <= 720 * 0.77
    assert width <= 1280


def test_a_long_name_fits_the_lower_third(letterer: Letterer) -> None:
    assert letterer.lower_third("Wolfgang " * 6).shape[1] <= 1280 * 0.7


@pytest.mark.parametrize("name", ["", "Ada", "Ñandú", "محمد"])
def test_sides_are_even(letterer: Letterer, name: str) -> None:
    for pixels in (letterer.lower_third(name), letterer.question(number=1, text=name + "?", name=name)):
        assert pixels.shape[0] % 2 == 0
        assert pixels.shape[1] % 2 == 0


def test_the_slate_covers_everything(letterer: Letterer) -> None:
    slate = letterer.slate(title="Forward Prop", line="We are back in a moment")
    assert slate.shape == (720, 1280, 4)
    assert (slate[..., 3] == 255).all()


def test_colours_are_premultiplied(letterer: Letterer) -> None:
    pixels = letterer.lower_third("Ada")
    assert (pixels[..., :3].max(axis=2) <= pixels[..., 3]).all()


@pytest.mark.parametrize(
    ("text", "rtl"), [("abc", False), ("123 مرحبا", True), ("שלום", True), ("؟", True), ("", False)]
)
def test_the_first_strong_character_gives_the_direction(text: str, *, rtl: bool) -> None:
    assert is_right_to_left(text) is rtl
