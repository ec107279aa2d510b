"""Reduce texts to the form in which they are compared (PURE).

The plain form of a plain form is itself. Marks fall off Latin, Greek and Cyrillic letters only: in other scripts they
are vowels and tones, without which another word stands there. No letter of an honest word is taken for another's.
"""

import re
import unicodedata

FEW_MARKS = 3
"""Accents on one letter that are still writing: Vietnamese needs two, phonetic scripts three."""
MANY_MARKS = 9
"""Marks of any kind on one letter that are no writing: Hebrew with accents needs five, Tibetan up to eight."""

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, kana and Han, which set no space between words; for use in a character class."""
HANGUL = "\uac00-\ud7a3"
"""Korean, which sets spaces, but ties particles to the word."""

# Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt): drawn as nothing, some of them letters or marks.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

_SILENT = "\u0640\u0345"
"""The line that stretches Arabic words; Greek's iota subscript, which folding of case would make a letter."""

_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}

_LETTERS = (
    "A-Za-z0-9\u00aa\u00ba\u00c0-\u02af\u0370-\u03ff\u0400-\u0482\u048a-\u052f\u1c80-\u1c8f\u1d00-\u1dbf\u1e00-\u1fff"
    "\u2c60-\u2c7f\ua640-\ua66e\ua680-\ua69d\ua720-\ua7ff\uab30-\uab6f"
)
"""Latin, Greek, Cyrillic, and digits."""
_ACCENTS = (
    "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u2de0-\u2dff\ua66f\ua674-\ua67d\ua69e\ua69f"
    "\ufe20-\ufe2f\U0001d165-\U0001d169\U0001d16d-\U0001d172"
)
"""What stands on them, on symbols and on notes of music."""
_MARK = r"[^\w\s]"
"""A combining mark, in a text that was parted: symbols stand alone there and punctuation is gone."""
# The breve of й stays: to those who write it, it is no mark on и but another letter.
_FALLING = re.compile(
    rf"(?={_MARK})(?:(?<=[{_LETTERS}])(?!(?<=[иИ])\u0306(?!{_MARK})){_MARK}+|(?:^|(?<=\s))[{_ACCENTS}]+)"
)
_RUN = re.compile(f"{_MARK}{{3,}}")
_PILE = re.compile(rf"[{_ACCENTS}]{{{FEW_MARKS + 1}}}|({_MARK})\1\1|{_MARK}{{{MANY_MARKS}}}")

_STROKES = str.maketrans({"đ": "d", "ħ": "h", "ı": "i", "ł": "l", "ø": "o", "ŧ": "t", "ɑ": "a", "ɡ": "g"})
"""Latin letters that Unicode does not take apart and that people write without."""

# Lower-case letters of Cyrillic and Greek, by the Latin letter that they look like as small or as capital letters.
_AS_SMALL = {
    "a": "аα", "c": "сϲ", "d": "ԁ", "e": "еєε", "h": "һ", "i": "іι", "j": "јϳ", "k": "кκ", "l": "ӏ", "n": "η",
    "o": "оο", "p": "рρ", "q": "ԛ", "s": "ѕ", "u": "υμ", "v": "ѵν", "w": "ԝω", "x": "хχ", "y": "уүγ",
}  # fmt: skip
_AS_CAPITAL = {
    "a": "аα", "b": "вβ", "c": "сϲ", "e": "еε", "h": "нη", "i": "іιӏ", "j": "јϳ", "k": "кκ", "m": "мμ", "n": "ν",
    "o": "оο", "p": "рρ", "s": "ѕ", "t": "тτ", "x": "хχ", "y": "уүυ", "z": "ζ",
}  # fmt: skip


def _table(*alphabets: dict[str, str]) -> dict[int, str]:
    """Return what each lookalike becomes; a later alphabet has the last word."""
    return {ord(other): letter for alphabet in alphabets for letter, others in alphabet.items() for other in others}


_SMALL = _table(_AS_CAPITAL, _AS_SMALL)
_CAPITAL = _table(_AS_SMALL, _AS_CAPITAL)
_FOREIGN = re.compile(f"[{''.join(map(chr, _SMALL))}]")
_LATIN = re.compile("[a-z]")


class _Parts(dict[int, str]):
    """What is left of each character where a text is parted into words, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        part = self[code] = _part(chr(code))
        return part


def _part(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or character in _SILENT or _INVISIBLE.match(character):
        return ""
    if category[0] in "LMN":
        return character
    # Pictures are words by themselves. What this Unicode does not know yet may be one of them.
    return f" {character} " if category in {"So", "Cn", "Co", "Cs"} else " "


_PARTS = _Parts()


def plain(text: str) -> str:
    """Return the form of ``text`` that alike texts have in common: words in lower case with single spaces between.

    Lookalikes become Latin where a word mixes them with Latin letters.
    """
    text = folded(text)
    if text.isascii() or not _FOREIGN.search(text):
        return text
    return " ".join([word.translate(_SMALL) if _LATIN.search(word) else word for word in text.split(" ")])


def folded(text: str) -> str:
    """Return ``text`` as :func:`plain` does, but with all lookalikes left as they are."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    text = _FALLING.sub("", _RUN.sub(_unpiled, _parted(text)))
    return unicodedata.normalize("NFC", " ".join(text.casefold().translate(_STROKES).split()))


def looks(folded_text: str) -> tuple[str, ...]:
    """Return what a folded text may be read as by one who takes every letter for Latin: once, or in two ways."""
    if folded_text.isascii():
        return (folded_text,)
    small, capital = folded_text.translate(_SMALL), folded_text.translate(_CAPITAL)
    return (small,) if small == capital else (small, capital)


def placed(text: str) -> list[tuple[str, int, int]]:
    """Return the words of the folded text, each with where it begins and ends in ``text``."""
    words: list[tuple[str, int, int]] = []
    begin = 0
    for place, character in enumerate(text + " "):
        if " " not in _PARTS[ord(character)]:
            continue
        for first, last in ((begin, place), (place, place + 1)):
            words += [(word, first, last) for word in folded(text[first:last]).split()]
        begin = place + 1
    # Marks strewn over what parts words can make other words of the pieces than of the whole: then all is one piece.
    all_words = folded(text).split()
    return words if [word for word, _, _ in words] == all_words else [(word, 0, len(text)) for word in all_words]


def piled(text: str) -> bool:
    """Return whether more marks stand on one letter than any language sets there."""
    return not text.isascii() and any(_PILE.search(run.group()) for run in _RUN.finditer(_parted(text)))


def visible(text: str) -> str:
    """Return ``text`` without the characters that are drawn as nothing."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def _parted(text: str) -> str:
    """Take words and letters apart. What looks like one character may hold spaces, and its letters invisible ones.

    Where such go, marks meet that have an order among them: hence the last step.
    """
    text = unicodedata.normalize("NFD", text).translate(_PARTS)
    return unicodedata.normalize("NFD", unicodedata.normalize("NFKD", text).translate(_PARTS))


def _unpiled(run: re.Match[str]) -> str:
    return "" if _PILE.search(run.group()) else run.group()
