import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import commonplaces
from moderation.duplicates import ALIKE, similar
from moderation.plain import plain
from tests.moderation import question_pairs as pairs

Pairs = tuple[tuple[str, str], ...]


def suggested(one: str, other: str) -> bool:
    return bool(similar(plain(one), [(1, plain(other))]))


def both_ways(labelled: Pairs) -> list[tuple[str, str]]:
    return [*labelled, *((other, one) for one, other in labelled)]


@pytest.mark.parametrize(("one", "other"), both_ways(pairs.UNLIKE + pairs.UNLIKE_UNSEEN))
def test_questions_about_other_things_are_not_suggested(one: str, other: str) -> None:
    assert not suggested(one, other)


@pytest.mark.parametrize(
    ("labelled", "least"),
    [pytest.param(pairs.ALIKE, 0.95, id="tuned"), pytest.param(pairs.ALIKE_UNSEEN, 0.8, id="unseen")],
)
def test_questions_that_ask_the_same_are_suggested(labelled: Pairs, least: float) -> None:
    missed = [pair for pair in both_ways(labelled) if not suggested(*pair)]
    share = 1 - len(missed) / len(both_ways(labelled))
    print(f"{share:.0%} found of {len(both_ways(labelled))}; missed: {missed}")
    assert share >= least


def test_batch_norm_is_one_subject_however_it_is_written() -> None:
    assert suggested("Why does batch norm help?", "why does batchnorm help with small batches")


def test_a_duplicate_is_found_among_all_others() -> None:
    others = [(pair, plain(pair[1])) for pair in pairs.ALIKE + pairs.UNLIKE]
    for pair in pairs.ALIKE:
        keys = [key for key, _ in similar(plain(pair[0]), others)]
        assert pair in keys or any(plain(key[1]) == plain(pair[1]) for key in keys)


@pytest.mark.parametrize("text", ["Why batch norm?", "为什么", "Why not?", "a", "何", "?", "そうですか"])
def test_the_same_question_is_suggested_with_a_score_of_one(text: str) -> None:
    scored = similar(plain(text), [("same", plain(text))])
    assert scored == ((("same", 1.0),) if plain(text) else ())


def test_questions_of_asking_words_alone_are_compared_whole() -> None:
    assert not suggested("Why not?", "Why is that so?")
    assert suggested("What is the best way?", "what is the best way???")


def test_the_best_come_first_and_no_more_than_wanted() -> None:
    texts = [
        "gradient clipping",
        "what is gradient clipping",
        "gradient cliping in rnns",
        "lunch",
        "gradient clipping norm",
    ]
    others = list(enumerate(texts))
    scored = similar("gradient clipping", others)
    assert [key for key, _ in scored[:2]] == [0, 1]
    assert [score for _, score in scored] == sorted((score for _, score in scored), reverse=True)
    assert len(scored) == 3
    assert similar("gradient clipping", others, limit=1) == scored[:1]
    assert similar("gradient clipping", []) == ()


WORDS = st.sampled_from(
    [
        "why",
        "does",
        "batch",
        "norm",
        "help",
        "batchnorm",
        "helps",
        "the",
        "loss",
        "批归",
        "学习率",
        "なぜ",
        "배치",
        "لماذا",
    ]
)
SAID = st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=40).map(plain)


@given(SAID, st.lists(SAID, max_size=12), st.integers(0, 5))
def test_any_texts_can_be_compared(text: str, others: list[str], limit: int) -> None:
    scored = similar(text, list(enumerate(others)), limit=limit)
    assert len(scored) <= limit
    assert all(ALIKE <= score <= 1 for _, score in scored)
    assert len({key for key, _ in scored}) == len(scored)


@given(SAID, SAID)
def test_a_text_is_never_less_like_itself_than_like_another(text: str, other: str) -> None:
    scored = dict(similar(text, [("other", other), ("self", text)]))
    assert not scored or scored["self"] == 1.0


def test_commonplaces_are_in_their_plain_form_and_stand_once() -> None:
    lists = (commonplaces.EMPTY, commonplaces.ASKING, commonplaces.FIELD)
    words = [word for words in lists for word in words]
    assert [word for word in words if plain(word) != word] == []
    assert len(set(words)) == len(words)
