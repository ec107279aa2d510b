"""EDGE. A Matroska recording read from its middle, be it finished or still being written.

A file that is being written has no index: FFmpeg would read all of it up to the moment wanted, minutes late in the
day. But clusters stand in the order of the time that each of them tells, so that the one wanted is found by halving.
FFmpeg is then given the file's head and what follows from that cluster on, as if the file held nothing else.
"""

import os
import re
from typing import Self

_SIZE = rb"(?:[\x80-\xff]|" + b"|".join(
    (
        rb"[\x40-\x7f].",
        rb"[\x20-\x3f].{2}",
        rb"[\x10-\x1f].{3}",
        rb"[\x08-\x0f].{4}",
        rb"[\x04-\x07].{5}",
        rb"[\x02\x03].{6}",
        rb"\x01.{7})",
    )
)
"""An element's size: the first byte tells how many follow (RFC 8794, section 4)."""
_CLUSTER = re.compile(rb"\x1f\x43\xb6\x75" + _SIZE + rb"(?:\xbf\x84.{4})?\xe7([\x81-\x88])(.{8})", re.DOTALL)
"""How a cluster begins (RFC 9559, section 5.1.3): size, maybe a checksum, its time in 1 to 8 bytes.

FFmpeg counts it in milliseconds."""
_BEGINNING_BYTES = 32
"""A cluster's beginning is shorter."""
PIECE_BYTES = 1 << 18
NEAR_BYTES = 1 << 20
"""Halving ends at this distance: to read it costs no more than to look again."""


class NotMatroska(ValueError):
    """The file holds no cluster."""


def first_cluster(piece: bytes) -> tuple[int, int] | None:
    """Return where in ``piece`` the first cluster begins and its time in ms, None where none does."""
    found = _CLUSTER.search(piece)
    if found is None:
        return None
    length = found[1][0] - 0x80
    return found.start(), int.from_bytes(found[2][:length])


class Recording:
    """The file at ``path`` from the last cluster on that begins at or before ``from_ms``.

    For FFmpeg, which only reads it, on and on. A context manager. Raises :exc:`OSError` and :exc:`NotMatroska`.
    """

    def __init__(self, path: str, from_ms: int) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._size = os.fstat(self._file).st_size
            first = self._cluster(0, self._size)
            if first is None:
                raise NotMatroska(path)
            self._head = os.pread(self._file, first[0], 0)
            self._at = self._search(first[0], from_ms)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        os.close(self._file)

    def read(self, size: int) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""
        if self._head:
            piece, self._head = self._head[:size], self._head[size:]
        else:
            piece = os.pread(self._file, size, self._at)
            self._at += len(piece)
        return piece

    def _search(self, first: int, from_ms: int) -> int:
        low, high = first, self._size
        while high - low > NEAR_BYTES:
            middle = (low + high) // 2
            found = self._cluster(middle, high)
            if found is None or found[1] > from_ms:
                high = middle
            else:
                low = found[0]
        return low

    def _cluster(self, start: int, end: int) -> tuple[int, int] | None:
        """Return place and time of the first cluster that begins between two places of the file."""
        while start < end:
            found = first_cluster(os.pread(self._file, PIECE_BYTES + _BEGINNING_BYTES, start))
            if found is not None:
                return (start + found[0], found[1]) if start + found[0] < end else None
            start += PIECE_BYTES
        return None
