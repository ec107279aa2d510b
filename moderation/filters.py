"""Find what a moderator should look at before others see it, and say what it is (PURE).

A filter holds a question back for a moderator. None drops it: a filter that is wrong costs one look.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from bridge.terms import Hold
from moderation import plain
from moderation.addresses import addresses

LOUD_LETTERS = 15
LOUD_WORDS = 3
LOUD_SHARE = 0.6
"""From how many letters and words, and from which share of capitals, a text is shouted."""
OTHER_SHARE = 0.1
"""Up to how many letters of scripts without capitals."""
CLOSED_LETTERS = 3
"""From how many letters a word is looked for with its letters spaced out."""

_ACRONYMS = """
    agi ai alu api asic asr auc bert bleu ceo cifar clip coco cpu cuda cudnn dae ddim ddpm dino dpo elbo elu eth
    eu faq fid gae gan gans gelu glue gpu gpus gru gui iclr icml id ieee io iou ip json laion lora mae mape mcmc
    mle mlops moe mse nas nasa nerf neurips nist numa ocr onnx oom pca pdf pos ppo rag ram relu resnet roc rouge
    rpa sae sota squad swa tpu tpus uae uk umap un url usa usb vae vaes vit yolo
"""
_KNOWN = frozenset(_ACRONYMS.split())
"""Acronyms of the field that hold a vowel and so could be words; the others are told by having none."""
_VOWELS = frozenset("aeiouyæœ" + "аеёиоуыэюяіє" + "αεηιουω")
_LONGEST_ACRONYM = 5

_WORD = re.compile(r"[^\W_]+")
_HANGUL = re.compile(f"[{plain.HANGUL}]")
_UNSPACED = re.compile(f"[{plain.UNSPACED}]")


class Filter(StrEnum):
    """What held a question back."""

    WORD = "word"
    """A word that moderators watch for."""
    LINK = "link"
    REPEATED = "repeated"
    """The same was asked just now, perhaps by another."""
    SHOUTING = "shouting"
    """Nearly all of it is in capital letters."""
    MARKS = "marks"
    """Accents are piled up until they cover the lines around."""


class _Watched(NamedTuple):
    """Words to watch for, folded, in all the ways they may look."""

    phrases: dict[str, list[tuple[str, ...]]]
    """By their first word."""
    closed: tuple[str, ...]
    """The same without spaces, to be found where letters are spaced out."""
    within: tuple[str, ...]
    """Found also inside words: Korean."""
    across: tuple[str, ...]
    """Found also across words, without spaces: those of scripts that set none."""


def look(text: str, *, words: Collection[str], repeats: int, links: bool = True) -> tuple[Hold, ...]:
    """Return why ``text`` should be held back, nothing where it need not be.

    ``words`` are single words or phrases, ``repeats`` is how many other questions of late have the same plain form.
    """
    holds = [Hold(why=Filter.WORD, detail=word) for word in _watched_words(text, words)]
    if links:
        holds += [Hold(why=Filter.LINK, detail=host) for host in addresses(text)]
    if repeats >= 1:
        holds.append(Hold(why=Filter.REPEATED, detail=None))
    if shouted(text):
        holds.append(Hold(why=Filter.SHOUTING, detail=None))
    if plain.piled(text):
        holds.append(Hold(why=Filter.MARKS, detail=None))
    return tuple(holds)


def shouted(text: str) -> bool:
    """Return whether most of ``text`` is in capital letters, acronyms left aside.

    Where other scripts stand beside it, Latin in capitals is a name or a term and no shouting.
    """
    words = [] if text.islower() else [word for word in _WORD.findall(text) if not _is_term(word)]
    letters = "".join(words)
    capitals, small = sum(map(str.isupper, letters)), sum(map(str.islower, letters))
    cased, uncased = capitals + small, sum(map(str.isalpha, letters)) - capitals - small
    return (
        cased >= LOUD_LETTERS
        and len(words) >= LOUD_WORDS
        and capitals >= LOUD_SHARE * cased
        and uncased <= OTHER_SHARE * cased
    )


def _is_term(word: str) -> bool:
    """Return whether ``word`` would be written like this by one who does not shout. Numbers are."""
    if not word.isupper():
        return word.isdigit()
    if len(word) == 1 or not word.isalpha():
        return True
    letters = plain.folded(word)
    return letters in _KNOWN or (len(letters) <= _LONGEST_ACRONYM and _VOWELS.isdisjoint(letters))


def _watched_words(text: str, words: Collection[str]) -> list[str]:
    """Return the watched words of ``text`` as they stand in it, each once."""
    if not words:
        return []
    watched = _compiled(frozenset(words))
    folded = plain.folded(text)
    spans: set[tuple[int, int]] = set()
    for reading in plain.looks(folded):
        said = reading.split()
        spans.update(_said(said, watched))
        spans.update(_spaced_out(said, watched))
    places = plain.placed(text) if spans else []
    found = [(places[first][1], places[last - 1][2]) for first, last in spans]
    found += [_place(text, word, space="") for word in watched.across if word in folded.replace(" ", "")]
    found += [_place(text, word, space=" ") for word in watched.within if word in folded]
    named: dict[str, str] = {}
    for begin, end in sorted(found):
        word = plain.visible(text[begin:end])
        named.setdefault(plain.folded(word), word)
    return list(named.values())


@lru_cache(maxsize=8)
def _compiled(words: frozenset[str]) -> _Watched:
    phrases: dict[str, list[tuple[str, ...]]] = {}
    closed, within, across = [], [], []
    for word in sorted({plain.folded(word) for word in words} - {""}):
        if _UNSPACED.search(word):
            across.append(word.replace(" ", ""))
        elif _HANGUL.search(word):
            within.append(word)
        else:
            for reading in plain.looks(word):
                phrase = tuple(reading.split())
                phrases.setdefault(phrase[0], []).append(phrase)
                closed.append("".join(phrase))
    return _Watched(
        phrases=phrases,
        closed=tuple(word for word in closed if len(word) >= CLOSED_LETTERS),
        within=tuple(within),
        across=tuple(across),
    )


def _said(words: Sequence[str], watched: _Watched) -> Iterator[tuple[int, int]]:
    """Find words and phrases; what is found is given as the first word's index and the one after the last."""
    for first, word in enumerate(words):
        for phrase in watched.phrases.get(word, ()):
            last = first + len(phrase)
            if tuple(words[first:last]) == phrase:
                yield first, last


def _spaced_out(words: Sequence[str], watched: _Watched) -> Iterator[tuple[int, int]]:
    """Find words whose letters stand apart, like ``s p a m`` and ``s.p.a.m``, with pictures between or without."""
    for single, run in groupby(enumerate(words), key=lambda at: len(at[1]) == 1):
        letters = [(index, word) for index, word in run if word.isalnum()] if single else []
        if len(letters) < CLOSED_LETTERS:
            continue
        row = "".join(word for _, word in letters)
        for word in watched.closed:
            at = row.find(word)
            if at >= 0:
                yield letters[at][0], letters[at + len(word) - 1][0] + 1


def _place(text: str, word: str, *, space: str) -> tuple[int, int]:
    """Return where a folded ``word`` begins and ends in ``text``; spaces between words count as ``space``."""

    def held_by(part: str) -> bool:
        return word in plain.folded(part).replace(" ", space)

    end = bisect_left(range(len(text)), True, key=lambda end: held_by(text[:end]))
    after_begin = bisect_left(range(end), True, key=lambda begin: not held_by(text[begin:end]))
    return after_begin - 1, end
