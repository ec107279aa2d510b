"""Make what people wrote harmless in Markdown and in the HTML that is made from it.

Escaped is what could have a meaning where it stands, and no more: people will correct these pages by hand.
"""

import re

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
"""As entities, so that a renderer that knows no backslash shows them rightly too."""
_MEANINGFUL = re.compile(r"[\\`*_\[\]~|#$]")
_AT_THE_START = re.compile(r"^(?:([-+=])|(\d{1,9})([.)]))")
"""Lists and underlined headings: CommonMark 0.31, 4.3 and 5.2."""
_ADDRESS = re.compile(r"(?<=[a-z])(:)(?=//)|(?<=www)(\.)|(?<=\S)(@)(?=\S)", re.IGNORECASE)
"""What makes a bare address a link: GitHub Flavored Markdown 0.29, 6.9."""


def inline(text: str) -> str:
    """Return ``text`` as one line of Markdown that shows it and does nothing else."""
    text = " ".join(text.split())
    text = _MEANINGFUL.sub(r"\\\g<0>", text)
    text = _ADDRESS.sub(lambda found: "\\" + found.group(), text)
    text = _AT_THE_START.sub(_escape_start, text)
    return re.sub("[&<>]", lambda found: _ENTITIES[found.group()], text)


def _escape_start(found: re.Match[str]) -> str:
    sign, number, mark = found.groups()
    return f"\\{sign}" if sign else f"{number}\\{mark}"


def duration(seconds: float) -> str:
    """Return ``0:12:34``, as players show it."""
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
