import pytest

from bridge.toml_lines import Path, line_of

TEXT = '''\
# a comment = with an equals sign
top = 1
[room]
name = "[video]"  # [audio]
"time_zone" = 'UTC'
[video]
width = 1280
presets = [
  "a = 1",
  "b",
]
height = 720
words = """
width = 3
"""
bitrate_bps = 5
[[sources]]
name = "one"
kind = "testcard"

[[sources]]
kind = "file"
token = { file = "x" }
  [ web . deep ]
  port = 8
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("room", "name"), 4),
        (("room", "time_zone"), 5),
        (("video", "width"), 7),
        (("video", "height"), 12),
        (("video", "bitrate_bps"), 16),
        (("sources",), 17),
        (("sources", 0), 17),
        (("sources", 0, "kind"), 19),
        (("sources", 1), 21),
        (("sources", 1, "kind"), 22),
        (("web", "deep", "port"), 25),
    ],
)
def test_a_key_is_found_on_its_line(path: Path, line: int) -> None:
    assert line_of(TEXT, path) == line


def test_what_is_not_there_is_placed_at_what_is_around_it() -> None:
    assert line_of(TEXT, ("sources", 1, "path")) == 21
    assert line_of(TEXT, ("sources", 1, "token", "file")) == 23


def test_what_is_nowhere_has_no_line() -> None:
    assert line_of(TEXT, ("obs", "url")) is None
