from datetime import UTC, datetime, timedelta

import pytest

from bridge.errors import Refused
from moderation import policy
from moderation.policy import Policy

NOON = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)


def refusal(text: str) -> tuple[str, int]:
    with pytest.raises(Refused) as caught:
        policy.question_text(text)
    return caught.value.code, caught.value.status


@pytest.mark.parametrize("length", [5, 500])
def test_a_question_of_an_allowed_length_is_kept(length: int) -> None:
    assert policy.question_text("?" * length) == "?" * length


@pytest.mark.parametrize("text", ["", "?", "    ?    ", "????", "\n" * 30])
def test_a_question_of_fewer_than_five_characters_is_refused(text: str) -> None:
    assert refusal(text) == ("question_too_short", 422)


@pytest.mark.parametrize("character", ["\u200b", "\u2060", "\u00ad", "\u3000", "\u2066"])
def test_a_question_in_which_nothing_can_be_seen_is_refused(character: str) -> None:
    assert refusal(character * 9) == ("question_too_short", 422)


def test_a_question_of_501_characters_is_refused_and_says_how_many_it_has() -> None:
    with pytest.raises(Refused, match="at most 500 characters; this one has 501") as caught:
        policy.question_text("?" * 501)
    assert caught.value.code == "question_too_long"


def test_characters_are_counted_after_normalising() -> None:
    assert policy.question_text("e\u0301" * 500) == "é" * 500
    assert refusal("e\u0301" * 4) == ("question_too_short", 422)


@pytest.mark.parametrize("character", ["\0", "\x07", "\x1b", "\x1c", "\x7f", "\x85", "\x9b", "\ud800"])
@pytest.mark.parametrize("where", ["{}Why not?", "Why {}not?", "Why not?{}"])
def test_a_control_character_is_refused_wherever_it_stands(character: str, where: str) -> None:
    assert refusal(where.format(character)) == ("text_not_allowed", 422)


@pytest.mark.parametrize("character", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"])
def test_embeddings_and_overrides_of_direction_are_refused(character: str) -> None:
    assert refusal(f"Why {character}not?") == ("text_not_allowed", 422)


@pytest.mark.parametrize(
    "text",
    ["لماذا لا؟ 👩‍🚀", "\u2067שלום\u2069 ok", "\u200fمرحبا بكم", "क्यों नहीं?", "なぜですか。", "One\nand\ttwo"],
)
def test_any_script_with_its_marks_and_joined_emoji_is_kept(text: str) -> None:
    assert policy.question_text(text) == text


def test_line_ends_are_made_one_kind() -> None:
    assert policy.question_text("one\r\ntwo\rthree") == "one\ntwo\nthree"


def test_a_name_is_trimmed_and_none_where_nothing_is_in_it() -> None:
    assert policy.asker_name("  Ann ") == "Ann"
    assert policy.asker_name(" \u200b ") is None
    assert policy.asker_name(None) is None


@pytest.mark.parametrize(("name", "code"), [("a" * 61, "name_too_long"), ("A\nB", "text_not_allowed")])
def test_a_name_that_is_too_long_or_has_lines_is_refused(name: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        policy.asker_name(name)
    assert caught.value.code == code


def test_a_title_has_1_to_200_characters() -> None:
    assert policy.session_title(" GANs, round 2 ") == "GANs, round 2"
    for title, code in ((" ", "title_missing"), ("x" * 201, "title_too_long"), ("a\u202eb", "text_not_allowed")):
        with pytest.raises(Refused) as caught:
            policy.session_title(title)
        assert caught.value.code == code


def test_a_reason_may_be_empty_and_has_at_most_500_characters() -> None:
    assert policy.reason_text("  ") is None
    assert policy.reason_text(None) is None
    assert policy.reason_text(" asked before ") == "asked before"
    with pytest.raises(Refused) as caught:
        policy.reason_text("x" * 501)
    assert caught.value.code == "reason_too_long"


def test_who_asked_three_times_in_ten_minutes_is_told_how_long_to_wait() -> None:
    asked = [NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)]
    with pytest.raises(Refused, match=r"3 questions in 10 min\. Wait 7 min\.") as caught:
        policy.check_rate(Policy(), asked, NOON + timedelta(minutes=3))
    assert (caught.value.code, caught.value.status, caught.value.retry_after_s) == ("rate_limited", 429, 420.0)
    policy.check_rate(Policy(), asked, NOON + timedelta(minutes=10))


def test_a_clock_set_back_makes_nobody_wait_longer_than_the_window() -> None:
    with pytest.raises(Refused) as caught:
        policy.check_rate(Policy(rate=1), [NOON], NOON - timedelta(days=365))
    assert caught.value.retry_after_s == 600.0


def test_a_rate_of_nought_is_no_limit() -> None:
    policy.check_rate(Policy(rate=0), [NOON] * 99, NOON)
