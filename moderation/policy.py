"""Judge what people write: lengths, characters that mislead, and how often one person may ask.

Texts are normalised (NFC, trimmed, line ends as ``\\n``) before they are counted in Unicode code points.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from bridge.errors import Refused
from bridge.terms import Mode, Order

QUESTION_MIN = 5
QUESTION_MAX = 500
NAME_MAX = 60
TITLE_MAX = 200
REASON_MAX = 500
ANSWER_MAX = 2000
TAG_MAX = 30
TAGS_MAX = 8
SLOW_MAX_S = 86_400.0

UNPROCESSABLE = 422

# C0 and C1; halves of surrogate pairs, which cannot be stored; U+202A to U+202E, which turn what follows around and
# reach into the text beside it (UAX #9, 2.1 and 2.2). Isolates (2.3) do not, and stay.
_MISLEADING_IN_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]")
_MISLEADING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]")


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of asking, as the settings have them."""

    mode: Mode = Mode.PRE
    rate: int = 3
    """Questions one person may ask within ``rate_window_s``; 0 sets no limit."""
    rate_window_s: float = 600.0
    slow_mode_s: float = 0.0
    """Seconds between two questions of one person; 0 for none."""
    words: tuple[str, ...] = ()
    """Words that hold a question for a moderator."""
    open: bool = True
    """Whether questions are taken at all."""
    order: Order = Order.VOTES
    names: bool = True
    """Whether askers may give a name."""


def question_text(text: str) -> str:
    """Return a question's ``text`` as it is kept. Raises :exc:`Refused`."""
    text = _clean(text, lines=True)
    if len(text) < QUESTION_MIN or not _visible(text):
        raise Refused("question_too_short", f"A question has at least {QUESTION_MIN} characters.", status=UNPROCESSABLE)
    if len(text) > QUESTION_MAX:
        message = f"A question has at most {QUESTION_MAX} characters; this one has {len(text)}."
        raise Refused("question_too_long", message, status=UNPROCESSABLE)
    return text


def asker_name(name: str | None) -> str | None:
    """Return a name as it is kept, None where nothing visible is in it. Raises :exc:`Refused`."""
    if name is None:
        return None
    name = _clean(name, lines=False)
    if len(name) > NAME_MAX:
        message = f"A name has at most {NAME_MAX} characters; this one has {len(name)}."
        raise Refused("name_too_long", message, status=UNPROCESSABLE)
    return name if _visible(name) else None


def speaker_name(name: str) -> str:
    """Return a speaker's name as it is kept. Raises :exc:`Refused`, also where there is none."""
    cleaned = asker_name(name)
    if cleaned is None:
        raise Refused("name_missing", "Say the speaker's name.", status=UNPROCESSABLE)
    return cleaned


def session_title(title: str) -> str:
    """Return a session's title as it is kept. Raises :exc:`Refused`."""
    title = _clean(title, lines=False)
    if not _visible(title):
        raise Refused("title_missing", "A session needs a title.", status=UNPROCESSABLE)
    if len(title) > TITLE_MAX:
        message = f"A title has at most {TITLE_MAX} characters; this one has {len(title)}."
        raise Refused("title_too_long", message, status=UNPROCESSABLE)
    return title


def reason_text(reason: str | None) -> str | None:
    """Return a moderator's reason as it is kept, None where it is empty. Raises :exc:`Refused`."""
    if reason is None:
        return None
    reason = _clean(reason, lines=True)
    if len(reason) > REASON_MAX:
        message = f"A reason has at most {REASON_MAX} characters; this one has {len(reason)}."
        raise Refused("reason_too_long", message, status=UNPROCESSABLE)
    return reason if _visible(reason) else None


def answer_text(text: str) -> str:
    """Return a written answer as it is kept, empty where nothing visible is in it. Raises :exc:`Refused`."""
    text = _clean(text, lines=True)
    if len(text) > ANSWER_MAX:
        message = f"An answer has at most {ANSWER_MAX} characters; this one has {len(text)}."
        raise Refused("answer_too_long", message, status=UNPROCESSABLE)
    return text if _visible(text) else ""


def tags(wanted: Sequence[str]) -> tuple[str, ...]:
    """Return tags as they are kept, each once, in the order given. Raises :exc:`Refused`."""
    cleaned = dict.fromkeys(tag.lower() for one in wanted if _visible(tag := _clean(one, lines=False).lstrip("#")))
    if any(len(tag) > TAG_MAX for tag in cleaned) or len(cleaned) > TAGS_MAX:
        message = f"A question has at most {TAGS_MAX} tags of at most {TAG_MAX} characters."
        raise Refused("tags_wrong", message, status=UNPROCESSABLE)
    return tuple(cleaned)


def check_rate(policy: Policy, asked: Sequence[datetime], now: datetime) -> None:
    """Raise :exc:`Refused` where one who asked at ``asked`` (oldest first) has to wait before asking again."""
    if 0 < policy.rate <= len(asked):
        rule = f"{policy.rate} questions in {_duration(policy.rate_window_s)}"
        _wait(asked[-policy.rate], policy.rate_window_s, now, rule)
    if policy.slow_mode_s > 0 and asked:
        _wait(asked[-1], policy.slow_mode_s, now, f"one question in {_duration(policy.slow_mode_s)}")


def _wait(asked: datetime, window_s: float, now: datetime, rule: str) -> None:
    window = timedelta(seconds=window_s)
    wait = asked + window - now
    if wait <= timedelta(0):
        return
    # A clock that was set back must not make anybody wait longer than the window.
    wait_s = min(wait, window).total_seconds()
    raise Refused("rate_limited", f"You may ask {rule}. Wait {_duration(wait_s)}.", status=429, retry_after_s=wait_s)


def _clean(text: str, *, lines: bool) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = (_MISLEADING if lines else _MISLEADING_IN_A_LINE).search(text)
    if found is not None:
        message = f"The text holds the control character U+{ord(found.group()):04X}. Remove it."
        raise Refused("text_not_allowed", message, status=UNPROCESSABLE)
    return unicodedata.normalize("NFC", text).strip()


def _visible(text: str) -> bool:
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{-int(-seconds // 60)} min"
