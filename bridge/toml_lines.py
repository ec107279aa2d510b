"""Find the line of a TOML file on which a key stands, for messages (PURE).

The standard library's parser tells no positions. This reads the lines again, knowing only as much TOML as that takes:
tables, arrays of tables, keys, and values that run over several lines.
"""

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEY = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"^\s*(\[\[?)\s*({_KEY})\s*\]\]?\s*(?:#.*)?$")
_ASSIGNMENT = re.compile(rf"^\s*({_KEY})\s*=\s*(.*)$")
_STRING_OR_COMMENT = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#.*')


def line_of(text: str, path: Path) -> int | None:
    """Return the 1-based line of ``path``, or of the nearest thing around it; None where there is nothing."""
    lines: dict[Path, int] = {}
    for number, found in _positions(text):
        lines.setdefault(found, number)
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def _positions(text: str) -> Iterator[tuple[int, Path]]:
    """Yield each table's and key's path with its line, in order."""
    table: Path = ()
    counts: dict[Path, int] = {}
    rest = _Rest()
    for number, line in enumerate(text.splitlines(), start=1):
        if rest.open:
            rest.feed(line)
            continue
        if match := _TABLE.match(line):
            table = _resolve(_parts(match[2]), counts)
            if match[1] == "[[":
                yield number, table
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            yield number, table
        elif match := _ASSIGNMENT.match(line):
            yield number, (*table, *_parts(match[1]))
            rest.feed(match[2])


def _resolve(parts: Path, counts: dict[Path, int]) -> Path:
    """Put the number of the newest element behind each array of tables on the way."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        if path in counts:
            path = (*path, counts[path])
    return (*path, parts[-1])


def _parts(key: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(_PART, key))


class _Rest:
    """Whether a value goes on in the next line: inside brackets or a string of several lines."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""

    @property
    def open(self) -> bool:
        return bool(self._quote) or self._depth > 0

    def feed(self, line: str) -> None:
        """Read one more line of the value."""
        while self._quote or any(quote in line for quote in ('"""', "'''")):
            if self._quote:
                _, found, line = line.partition(self._quote)
                if not found:
                    return
                self._quote = ""
                continue
            opening = next((m for m in _STRING_OR_COMMENT.finditer(line) if m[0] in ('"""', "'''")), None)
            if opening is None:
                break
            self._count(line[: opening.start()])
            self._quote, line = opening[0], line[opening.end() :]
        self._count(line)

    def _count(self, line: str) -> None:
        plain = _STRING_OR_COMMENT.sub("", line)
        self._depth += sum(plain.count(sign) for sign in "[{") - sum(plain.count(sign) for sign in "]}")
