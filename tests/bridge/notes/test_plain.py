import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bridge.notes.plain import duration, inline
from tests.bridge.histories import unhurried

NASTY = [
    "<script>alert(1)</script>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/a.png)",
    "**bold** _it_ ~~gone~~ `code`",
    "# heading",
    "1. one",
    "- one",
    "+ one",
    "=====",
    "> quoted",
    "a | b",
    "a\n\n# b",
    "    code",
    "&lt;b&gt; &copy; &#x41;",
    "https://evil.example",
    "www.evil.example",
    "ann@evil.example",
    "<https://evil.example>",
    "ends with a backslash \\",
    "\\*not\\*",
    "[ref]: https://evil.example",
    "$x$ {{template}}",
    "[x] done",
    "[^1]",
    "***",
    "*",
]
RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def text_of(markdown: str) -> str:
    """Return the text of a list item as a reader sees it; fail on anything but text."""
    tokens = RENDERER.parse(f"- {markdown}")
    kinds = [token.type for token in tokens]
    assert kinds in (
        ["bullet_list_open", "list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close",
         "bullet_list_close"],
        ["bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"],
    ), kinds  # fmt: skip
    children: list[Token] = [child for token in tokens for child in token.children or []]
    assert {child.type for child in children} <= {"text", "text_special"}, children
    return "".join(child.content for child in children)


@pytest.mark.parametrize("text", NASTY)
def test_what_people_wrote_is_shown_and_does_nothing(text: str) -> None:
    assert text_of(inline(text)) == " ".join(text.split())


@unhurried
@given(st.one_of(st.text(), st.text("#*_-+=<>[]()!`~|\\&;:@.1 \nax/w")))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    text = text.replace("\0", "")  # CommonMark replaces it, and no text of ours holds it
    assert text_of(inline(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    "text", ["https://a.example", "HTTP://a.example", "www.a.example", "a@b.example", "mailto:a@b.c"]
)
def test_a_bare_address_is_no_link(text: str) -> None:
    assert any(sign in inline(text) for sign in ("\\:", "\\.", "\\@"))


def test_ordinary_sentences_stay_readable() -> None:
    sentence = "Why does it work, and (more to the point) for whom? It's 3.5 times better - or so: see p. 7."
    assert inline(sentence) == sentence


def test_durations_are_shown_as_players_do() -> None:
    assert [duration(seconds) for seconds in (0, 59.9, 754, 36_000, -1)] == [
        "0:00:00",
        "0:00:59",
        "0:12:34",
        "10:00:00",
        "0:00:00",
    ]
