import msgspec
import pytest

from bridge.errors import Refused
from bridge.notes import FORMATS, SessionNotes, render
from tests.bridge.notes.day import closed, notes_of


def test_markdown_comes_with_its_media_type() -> None:
    media_type, content = render(notes_of(closed()), "md")
    assert media_type == "text/markdown; charset=utf-8"
    assert content.decode().startswith("# GANs, round 2\n")


def test_json_holds_the_whole_record() -> None:
    notes = notes_of(closed())
    media_type, content = render(notes, "json")
    assert media_type == "application/json"
    assert msgspec.json.decode(content, type=SessionNotes) == notes


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match="There are: md, json") as caught:
        render(notes_of(closed()), "docx")
    assert (caught.value.code, caught.value.status) == ("format_unknown", 404)
    assert FORMATS == ("md", "json")
