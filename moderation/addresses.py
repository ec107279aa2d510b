"""Find the hosts and e-mail addresses that a text names, and leave code and file names alone (PURE).

A name with dots is a link where it says so (``https://``, ``www.``, a path behind a slash) or ends as only hosts end:
``self.net``, ``train.py``, ``tf.io`` and a full stop without its space are none.
"""

import re
import unicodedata

from moderation import plain


def _endings(line: str) -> frozenset[str]:
    return frozenset(line.split())


_ALONE = _endings("biz ch club cn com de dk edu eu fr gov icu jp kr net nl org ru shop ua uk website")
"""Endings that are neither attributes of code, nor suffixes of files, nor words that follow a full stop."""
_WITH_PATH = _ALONE | _endings(
    "academy ac ae ag ai am app ar at au az ba be bg blog br bz ca cf cl click cloud co cr cy cz dev do ec ee es fi fm "
    "fun ga gd ge gg gl gle gq gr gt hk hr hu ie il im in info io iq ir is it ke kz li link lk live lt lu lv ly ma me "
    "media mk ml mn mt mx my news ng no nz online page pe ph pk pro pt pw ro rw sa science sg si site sk so space "
    "store su systems tech th tk to tools top tr tv tw tz ug us uy uz ve vg vip vn wiki works world ws xyz za"
)
"""Endings that make a link of what goes on with a slash. Not among them: py, rs, sh, id, mu and tn, which code has."""
_TWO = re.compile(
    r"ac\.(?:at|be|cn|il|in|ir|jp|kr|nz|th|uk|za)|(?:com?|edu|gov|org)\.[a-z]{2}|git(?:hub|lab)\.io|[^.]+\.xn--[a-z0-9]+"
)
"""Two last labels that only hosts have."""
_CODE = frozenset({"agent", "cls", "model", "self", "this"})
"""Before ``net``, these are objects with a network."""

_IN_LABEL = "A-Za-z0-9\u00c0-\u024f"
_LABEL = f"[{_IN_LABEL}]++(?:-++[{_IN_LABEL}]++)*+"
_DELIMITERS = r"\s/?\#:,;()<>\[\]\"'“”"

_DOTTED = re.compile(r"\.\w|://")
_ADDRESS = re.compile(
    rf"""
    (?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]*+://(?:[^\s/?\#@]*+@)?
        (?P<linked>\[[0-9A-Fa-f:.]+\]|[^{_DELIMITERS}{plain.UNSPACED}]+|[^{_DELIMITERS}]+)\S*
    |(?<![\w.+-])(?P<box>\w[\w.+-]*+)@(?P<mailed>{_LABEL}(?:\.{_LABEL})++)(?![_(])
    |(?<![{_IN_LABEL}_.@-])(?P<web>(?i:www)\d?(?:\.[^\W_](?:\w|-)++)++)
    |(?<![{_IN_LABEL}_.@\\-])(?<!(?<!/)/)(?P<named>{_LABEL}(?:\.{_LABEL})++)(?P<after>(?::\d{{1,5}})?/\S*|[_([=])?
    |(?P<foreign>[\u0400-\u04ff0-9-]++\.рф(?!\w)|[\u4e00-\u9fff]++\.(?:中国|中國))
    """,
    re.VERBOSE,
)
_HIDDEN_DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot|punkt)\s?[\])}]\s?", re.IGNORECASE)


def addresses(text: str) -> tuple[str, ...]:
    """Return the hosts that ``text`` links to and the e-mail addresses in it, in order, each once.

    Hidden dots and invisible characters are undone first, so that a host may read a little clearer than it stood.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", plain.visible(text))
    text = _HIDDEN_DOT.sub(".", text)
    if not _DOTTED.search(text):
        return ()
    found = (_address(at) for word in text.split() if _DOTTED.search(word) for at in _ADDRESS.finditer(word))
    return tuple(dict.fromkeys(address for address in found if address))


def _address(at: re.Match[str]) -> str | None:
    if at["mailed"]:
        mailed = at["mailed"].lower()
        return f"{at['box']}@{at['mailed']}" if _ends_as(mailed, _WITH_PATH) else None
    if at["named"]:
        return at["named"] if _is_host(at["named"], at["after"] or "") else None
    linked: str = at["linked"] or at["web"] or at["foreign"]
    return linked.strip(".!*_-")


def _is_host(name: str, after: str) -> bool:
    if "/" in after:
        return _ends_as(name, _WITH_PATH)
    first, _, rest = name.partition(".")
    if after or (rest == "net" and first in _CODE):
        return False
    # "B.Com" is a degree and "ML.NET" a library, but "Example.Com" is what a telephone makes of a host.
    if rest in {"Com", "COM", "Org", "ORG"}:
        return len(first) > 1
    return _ends_as(name, _ALONE)


def _ends_as(name: str, endings: frozenset[str]) -> bool:
    others, last = name.rsplit(".", 1)
    return last in endings or _TWO.fullmatch(f"{others.rsplit('.', 1)[-1]}.{last}") is not None
