import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.terms import Hold
from moderation.filters import Filter, look
from moderation.plain import folded

ZALGO = "w\u0335\u0321\u030f\u0306hy"


def found(text: str, *words: str) -> list[str | None]:
    """List the watched words that are found in ``text``."""
    holds = look(text, words=words, repeats=0)
    return [hold.detail for hold in holds if hold.why == Filter.WORD]


def reasons(text: str) -> set[str]:
    return {hold.why for hold in look(text, words=(), repeats=0)}


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Buy SPAM now", "spam", "SPAM"),
        ("No “Spam”!", "spam", "Spam"),
        ("spám", "spam", "spám"),
        ("s\u200bpa\u00adm!", "spam", "spam"),
        ("𝐬𝐩𝐚𝐦 and ｓｐａｍ", "spam", "𝐬𝐩𝐚𝐦"),
        ("ⓢⓟⓐⓜ here", "spam", "ⓢⓟⓐⓜ"),
        ("ѕрam", "spam", "ѕрam"),
        ("Вот ѕрам", "spam", "ѕрам"),
        ("ΜΟΝΕΥ now", "money", "ΜΟΝΕΥ"),
        ("мoney", "money", "мoney"),
        ("сука", "cyka", "сука"),
        ("cyka", "сука", "cyka"),
        ("s p a m", "spam", "s p a m"),
        ("This is s.p.a.m, really", "spam", "s.p.a.m"),
        ("S-P-A-M", "spam", "S-P-A-M"),
        ("s_p_a_m", "spam", "s_p_a_m"),
        ("s💩p💩a💩m", "spam", "s💩p💩a💩m"),
        ("a s p a m b", "spam", "s p a m"),
        ("с р а м", "cpam", "с р а м"),
        ("Buy-Now, cheap", "buy now", "Buy-Now"),
        ("b u y n o w", "buy now", "b u y n o w"),
        ("Straße", "STRASSE", "Straße"),
        ("IŞIK", "ışık", "IŞIK"),
        ("加微信吧", "微信", "微信"),
        ("加 微 信 吧", "微信", "微 信"),
        ("これはスパムです", "スパム", "スパム"),
        ("これはｽﾊﾟﾑです", "スパム", "ｽﾊﾟﾑ"),
        ("นี่คือสแปมนะ", "สแปม", "สแปม"),
        ("스팸은 싫어요", "스팸", "스팸"),
        ("क्या स्पैम है", "स्पैम", "स्पैम"),
        ("هذا سبام فقط", "سبام", "سبام"),
        ("هذا سـبـام فقط", "سبام", "سـبـام"),
    ],
)
def test_a_watched_word_is_found_however_it_is_written(text: str, word: str, expected: str) -> None:
    assert found(text, word) == [expected]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("spammy antispam", "spam"),
        ("Scunthorpe classes", "ass"),
        ("buy it now", "buy now"),
        ("now buy", "buy now"),
        ("the a b c of it", "ab"),
        ("f(x, y) = a x", "spam"),
        ("पानी", "पान"),
        ("Что это за сор?", "spam"),
        ("Why is it?", "!!"),
        ("Why is it?", ""),
        ("하나 바다", "나바"),
    ],
)
def test_other_words_are_left_alone(text: str, word: str) -> None:
    assert found(text, word) == []


def test_words_are_named_in_the_order_of_the_text_and_once() -> None:
    assert found("Eggs, spam, SPAM and eggs", "spam", "eggs", "ham") == ["Eggs", "spam"]


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=6), max_size=5))
def test_any_text_and_any_words_are_taken_and_what_is_named_stands_in_the_text(text: str, words: list[str]) -> None:
    for detail in found(text, *words):
        assert detail
        assert folded(detail).replace(" ", "") in folded(text).replace(" ", "")


@given(st.text(alphabet="абвгabc中文スำก한글 123", max_size=20), st.text(alphabet="xyz .,", max_size=10))
def test_a_word_that_stands_in_the_text_is_found(word: str, around: str) -> None:
    assert bool(found(f"{around} {word} {around}", word)) is bool(folded(word))


def test_links_and_mail_addresses_hold_a_question_unless_links_are_welcome() -> None:
    text = "See https://example.com/x or ask ann@example.org, e.g. about node.js"
    holds = look(text, words=(), repeats=0)
    assert holds == (
        Hold(why=Filter.LINK, detail="example.com"),
        Hold(why=Filter.LINK, detail="ann@example.org"),
    )
    assert look(text, words=(), repeats=0, links=False) == ()


def test_a_question_that_was_asked_just_now_is_held() -> None:
    assert look("Why not?", words=(), repeats=1) == (Hold(why=Filter.REPEATED, detail=None),)
    assert look("Why not?", words=(), repeats=0) == ()


@pytest.mark.parametrize(
    "text",
    [
        "WHY DOES THE LOSS NOT GO DOWN",
        "WHY DOES MY GAN NOT CONVERGE??",
        "IS GPT-4 BETTER THAN BERT AT TRANSLATION",
        "I don't KNOW WHY THIS HAPPENS",
        "WARUM WIRD DER VERLUST NICHT KLEINER",
        "WIE GROẞ IST DIE STRAßE EIGENTLICH",
        "NEDEN KAYIP AZALMIYOR",
        "ПОЧЕМУ ПОТЕРИ НЕ ПАДАЮТ",
        "ΓΙΑΤΙ ΔΕΝ ΠΕΦΤΕΙ ΤΟ ΛΑΘΟΣ",
        "¿POR QUÉ NO BAJA LA PÉRDIDA?",
    ],
)
def test_a_text_in_capitals_is_shouted(text: str) -> None:
    assert reasons(text) == {Filter.SHOUTING}
    assert reasons(text.casefold()) == set()


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "WHY? HOW? WHO?",
        "TRANSFORMERS FOREVER",
        "Why is it SO SLOW?",
        "GAN VAE BERT GPT CUDA LSTM",
        "CNN, RNN, LSTM or GRU for NLP?",
        "CUDA OOM on A100 with FSDP + LORA + BF16, FP8",
        "Is RLHF with PPO, DPO or KTO best?",
        "CIFAR, COCO, LAION, MNIST?",
        "Do the X Y Z A B C D E F G H I J K L M N O P have names",
        "Die Verlustfunktion Und Die Lernrate",
        "请问 TRANSFORMER 和 CONVOLUTION 以及 RECURRENT 哪个好",
        "为什么批归一化有用？为什么？为什么？为什么？",
        "لماذا لا يتعلم النموذج هنا في هذه الحالة",
        "なぜバッチ正規化は効くのですか",
        "რატომ არ სწავლობს მოდელი აქ",
        "2024 2025 2026 100000000000",
        "",
    ],
)
def test_acronyms_short_calls_and_scripts_without_capitals_are_not_shouted(text: str) -> None:
    assert reasons(text) == set()


def test_piled_up_marks_hold_a_question() -> None:
    assert reasons(f"{ZALGO} not?") == {Filter.MARKS}
    assert reasons("Vì sao chuẩn hóa lại giúp được?") == set()


def test_all_reasons_are_told_together() -> None:
    text = f"BUY SPAM HERE WITHOUT WAITING EXAMPLE.COM {ZALGO}"
    assert [hold.why for hold in look(text, words={"spam"}, repeats=2)] == list(Filter)
