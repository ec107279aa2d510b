import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.plain import folded, looks, piled, placed, plain, visible

ANY = st.text(max_size=80)
CRAMPED = st.text(
    alphabet="aAАрxии !.1ßİıﬀⓢ½😀≠νΗبก한ᄒかµ"
    "\u0301\u0306\u0308\u0338\u0345\u0489\u064b\u0651\u0e38\u0e48\u3099\u200b\u200d\u2065",
    max_size=30,
)
"""Few characters that fall in with each other."""
TEXTS = ANY | CRAMPED


@given(TEXTS)
@example("ก\u0345\u0488")
@example("\ufcf2" * 4)
@example("e\u0301\u0301\u0301\u0301e")
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(TEXTS)
def test_a_plain_form_is_composed_and_has_single_spaces_between_words(text: str) -> None:
    assert plain(text) == unicodedata.normalize("NFC", " ".join(plain(text).split()))


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=80))
def test_text_of_ascii_becomes_the_same_on_the_short_way_as_on_the_long_way(text: str) -> None:
    assert plain(f"日 {text}") == f"日 {plain(text)}".strip()


@given(TEXTS)
@example("\u2260\u0338\u0338\u3099")
def test_how_a_text_is_composed_makes_no_difference(text: str) -> None:
    assert plain(unicodedata.normalize("NFD", text)) == plain(unicodedata.normalize("NFC", text))


@given(TEXTS)
@example("ب\U0001d15ex")
@example("\u2260\u0338\u0338\u064b")
def test_each_word_is_found_where_it_stands(text: str) -> None:
    assert " ".join(word for word, _, _ in placed(text)) == folded(text)
    for word, begin, end in placed(text):
        assert word in folded(text[begin:end]).split()


def test_words_are_placed_without_the_punctuation_around_them() -> None:
    text = "¿Qué? “Batch-Norm”!"
    assert [(word, text[begin:end]) for word, begin, end in placed(text)] == [
        ("que", "Qué"),
        ("batch", "Batch"),
        ("norm", "Norm"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Why does  Batch-Norm\thelp?!", "why does batch norm help"),
        ("Don’t / don't / don´t", "don t don t don t"),
        ("ＧＡＮｓ ﬁt x² № 5", "gans fit x2 no 5"),
        ("Größe STRASSE Straße", "grosse strasse strasse"),
        ("Łódź Ørsted Đà Nẵng", "lodz orsted da nang"),
        ("IŞIK ışık İstanbul", "isik isik istanbul"),
        ("ΛΌΓΟΣ λόγος", "λογοσ λογοσ"),
        ("С чего начать, если ещё не учил?", "с чего начать если еще не учил"),
        ("Какой лучший?", "какой лучший"),
        ("in\u00advis\u200bi\u2060ble\ufeff", "invisible"),
        ("good 👍🏽 job❤️!", "good 👍 job ❤"),
        ("1️⃣ one", "1 one"),
        ("🤷\u200d♀️", "🤷 ♀"),
    ],
)
def test_what_is_written_differently_becomes_the_same(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "لِمَاذَا يُسَاعِدُ",
        "क्या मॉडल सीखता है",
        "ทำไมโมเดลถึงไม่เรียนรู้",
        "למה המודל לא לומד",
        "שָׁלוֹם",
        "なぜバッチ正規化は効くのですか",
        "왜 도움이 되나요",
        "为什么批归一化有用",
        "བོད ཡིག",
        "ఎందుకు",
    ],
)
def test_marks_stay_where_they_carry_the_sense(text: str) -> None:
    assert unicodedata.normalize("NFKC", plain(text)) == unicodedata.normalize("NFKC", text)


def test_a_stretched_word_of_arabic_is_the_same_word() -> None:
    assert plain("مـرحـــبا") == plain("مرحبا")


@pytest.mark.parametrize("text", ["москва и река", "сор рис нет", "ρητορικη", "η νεα μηχανη", "π και ε", "5 ом"])
def test_honest_words_of_cyrillic_and_greek_stay_as_they_are(text: str) -> None:
    assert plain(text) == plain(text.upper()) == text


@pytest.mark.parametrize("text", ["ѕрam", "spаm", "ЅPAM", "ｓрａｍ", "s\u200bраm", "ѕṕäm"])
def test_lookalikes_among_latin_letters_become_latin(text: str) -> None:
    assert plain(text) == "spam"


def test_words_of_lookalikes_alone_are_read_as_latin_only_on_demand() -> None:
    assert plain("ѕрам") == folded("ѕрам") == "ѕрам"
    assert looks(folded("ѕрам")) == ("spam",)


def test_greek_is_read_as_small_and_as_capital_letters() -> None:
    assert "money" in looks(folded("ΜΟΝΕΥ"))
    assert "even" in looks(folded("eνeη"))
    assert looks("spam") == ("spam",)


@given(TEXTS)
def test_a_reading_has_as_many_words_as_the_text(text: str) -> None:
    assert {len(reading.split()) for reading in looks(folded(text))} == {len(folded(text).split())}


ZALGO = "h\u0335\u0321\u030f\u0306e\u0337\u0322\u0350\u0342l\u0334\u0358\u0313p\u0338\u0321\u0306\u0357"


def test_piled_marks_fall_off_every_letter() -> None:
    assert plain(ZALGO) == "help"
    assert plain("ب" + "\u0301" * 4) == "ب"
    assert plain("ก" + "\u0e47" * 20) == "ก"


@pytest.mark.parametrize(
    "text", [ZALGO, "ب" + "\u0301" * 4, "ก" + "\u0e47" * 3, "!" + "\u0336" * 20, "a" + "\u0489" * 9]
)
def test_marks_are_piled_where_no_language_sets_so_many(text: str) -> None:
    assert piled(f"Why {text} so?")


@pytest.mark.parametrize(
    "text",
    [
        "Why?!?!?!?!?!",
        "--- ......... ???",
        "Vì sao chuẩn hóa lại giúp được? Những, ướ, ộ, ằ".upper(),
        unicodedata.normalize("NFD", "Những trường hợp ướt"),
        "בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים",
        "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ",
        "ที่นี่น้ำแข็งปั่นพื้น",
        "क्ष्म्यं र्त्स्न्य मॉडलों",
        "ཧཱུྃ བསྒྲུབས ཀྵྨླྺྲྃ",
        "ŋ̊̀ ɔ̃́ː x̂̄",
        "👩🏽\u200d🚀🏴\U000e0067\U000e0062\U000e007f 1️⃣2️⃣3️⃣ ❤️❤️❤️",
        "ﷺ ｶﾞｷﾞ が",
    ],
)
def test_marks_that_a_language_needs_are_not_piled(text: str) -> None:
    assert not piled(text)
    assert not piled(unicodedata.normalize("NFD", text))


def test_what_is_drawn_as_nothing_is_not_visible() -> None:
    assert visible("s\u200bp\u2060a\u00adm") == "spam"
    assert visible("Größe がک‍") == "Größe がک"
