"""Suggest questions that ask the same (PURE).

Compared is what questions are about: words that every question has count little or nothing. A cheap look at all others
finds the few that are worth a close one. Nothing is merged by this: a moderator decides.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, TypeVar

from rapidfuzz import fuzz, process

from moderation.commonplaces import ASKING, ASKING_HAN, EMPTY, EMPTY_HAN, FIELD
from moderation.plain import HANGUL, UNSPACED

T = TypeVar("T")

ALIKE = 0.65
"""From which score two questions may ask the same. Set, as the weights are, by the pairs in the tests."""
CLOSELY = 10
"""How many questions get a close look; those that ask the same were always among the first six."""
FAR = 40.0
"""Below which share of letters, in percent, none is worth it."""
REMEMBERED = 8192
"""Questions whose topic need not be worked out again."""

_TOPICAL, _FIELD, _ASKING = 6.0, 3.0, 1.5
"""What a word counts."""
_PAIR = 0.5
"""What share of that two neighbours count where no spaces part words, since each sign is in two pairs."""

_MISTYPED = 0.82
"""From which share of letters in common a word may be another, inflected or mistyped."""
_STEM, _STEM_LETTERS, _STEM_SHARE = 0.8, 4, 0.55
"""What it counts that two words only begin alike; how many letters that takes, and which share of the longer word."""

_DENSE = re.compile(f"[{UNSPACED}{HANGUL}]")
_HIRAGANA = re.compile("[\u3040-\u309f]+")
_HAN = re.compile(f"({EMPTY_HAN})|({ASKING_HAN})")


class _Topic(NamedTuple):
    """What a question is about."""

    words: dict[str, float]
    """With what each counts, in order."""
    whole: float
    """What all count together."""
    joined: dict[str, tuple[str, str]]
    """Neighbours, by what they make if written as one word."""
    line: str
    """The words by the alphabet, for the cheap look, to which order must mean nothing."""


def similar(text: str, others: Sequence[tuple[T, str]], *, limit: int = 3) -> tuple[tuple[T, float], ...]:
    """Return those of ``others`` that may ask what ``text`` asks, best first, with scores up to 1.

    All texts are in their plain form.
    """
    topic, topics = _topic(text), [_topic(other) for _, other in others]
    lines = [other.line for other in topics]
    near = process.extract(topic.line, lines, scorer=fuzz.ratio, limit=CLOSELY, score_cutoff=FAR)
    scored = [(others[index][0], _score(topic, topics[index])) for _, _, index in near]
    scored.sort(key=lambda found: -found[1])
    return tuple(found for found in scored[:limit] if found[1] >= ALIKE)


@lru_cache(maxsize=REMEMBERED)
def _topic(text: str) -> _Topic:
    words: dict[str, float] = {}
    for word in text.split():
        words.update(_pairs(word) if _DENSE.search(word) else {word: _count(word)})
    said = {word: count for word, count in words.items() if count}
    if all(count <= _ASKING for count in said.values()):
        said = dict.fromkeys(words, _ASKING)
    joined = {first + second: (first, second) for first, second in pairwise(said)}
    return _Topic(words=said, whole=sum(said.values()), joined=joined, line=" ".join(sorted(said)))


def _count(word: str) -> float:
    if word in EMPTY:
        return 0.0
    return _ASKING if word in ASKING else _FIELD if word in FIELD else _TOPICAL


def _pairs(word: str) -> dict[str, float]:
    """Return the neighbours in a piece of text whose words no spaces part, and the words of asking."""
    if word in ASKING:
        return {word: _ASKING}
    # Hiragana are the endings and particles of Japanese. A word of nothing else is kept.
    word = _HIRAGANA.sub(" ", word) if _HIRAGANA.sub("", word) else word
    pairs = {found[2]: _ASKING for found in _HAN.finditer(word) if found[2]}
    for run in _HAN.sub(" ", word).split():
        found = [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
        pairs |= {pair: _PAIR * _count(pair) for pair in found}
    return pairs


def _score(one: _Topic, other: _Topic) -> float:
    """Return which share of what two questions say is common to both."""
    mine, theirs = dict(one.words), dict(other.words)
    _join(mine, theirs, one.joined)
    _join(theirs, mine, other.joined)
    common = sum(mine.pop(word) + theirs.pop(word) for word in mine.keys() & theirs.keys())
    for word, count in mine.items():
        likeness, twin = max(((_likeness(word, their), their) for their in theirs), default=(0.0, ""))
        if likeness:
            common += likeness * (count + theirs.pop(twin))
    whole = one.whole + other.whole
    return common / whole if whole else 0.0


def _join(words: dict[str, float], others: Mapping[str, float], joined: Mapping[str, tuple[str, str]]) -> None:
    """Write neighbours as one word where the others do: ``batch norm`` and ``batchnorm``."""
    for both in joined.keys() & others.keys() - words.keys():
        first, second = joined[both]
        words[both] = words.pop(first, 0.0) + words.pop(second, 0.0)


def _likeness(one: str, other: str) -> float:
    """Return how far one word may be the other, mistyped, inflected or cut short. Few mistype the first letter."""
    shorter, longer = sorted((len(one), len(other)))
    if one[0] != other[0] or longer < _STEM_LETTERS:
        return 0.0
    share = fuzz.ratio(one, other) / 100
    if share >= _MISTYPED:
        return share
    begin = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    stem = begin >= _STEM_LETTERS and (begin == shorter or begin >= _STEM_SHARE * longer)
    return _STEM if stem else 0.0
