"""Hold immutable collections that change cheaply: an update shares most of its parts with what was before.

The pure core keeps old states beside new ones, thousands a second. A plain dict or tuple would be copied whole for each
event; these copy about twice the square root of their size.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, Generic, Protocol, Self, TypeVar


class Orderable(Protocol):
    """What can be sorted."""

    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T", bound=Orderable)

CHUNK = 64
"""Keys a chunk of a :class:`Sorted` holds before it is split in two."""


class Map(Generic[K, V]):
    """An immutable mapping. The order of iteration means nothing."""

    __slots__ = ("_buckets", "_size")
    _buckets: list[dict[K, V]]
    """As many as a power of two, chosen by the key's hash; neither list nor dictionaries are changed once made."""
    _size: int

    def __init__(self) -> None:
        self._buckets = [{}]
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __contains__(self, key: K) -> bool:
        return key in self._buckets[hash(key) & (len(self._buckets) - 1)]

    def __iter__(self) -> Iterator[K]:
        for bucket in self._buckets:
            yield from bucket

    def values(self) -> Iterator[V]:
        for bucket in self._buckets:
            yield from bucket.values()

    def get(self, key: K) -> V | None:
        return self._buckets[hash(key) & (len(self._buckets) - 1)].get(key)

    def put(self, key: K, value: V) -> Self:
        """Return a mapping in which ``key`` has ``value``."""
        at = hash(key) & (len(self._buckets) - 1)
        old = self._buckets[at]
        size = self._size if key in old else self._size + 1
        return self._made(at, {**old, key: value}, size)

    def drop(self, key: K) -> Self:
        """Return a mapping without ``key``; this one where it has none."""
        at = hash(key) & (len(self._buckets) - 1)
        old = self._buckets[at]
        if key not in old:
            return self
        return self._made(at, {other: value for other, value in old.items() if other != key}, self._size - 1)

    def _made(self, at: int, bucket: dict[K, V], size: int) -> Self:
        made = object.__new__(type(self))
        buckets = self._buckets.copy()
        buckets[at] = bucket
        # At most as many entries in a bucket as there are buckets: both copies stay short.
        made._buckets = _spread(buckets) if size > len(buckets) ** 2 else buckets
        made._size = size
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Map) or len(self) != len(other):
            return False
        return all(key in other and other.get(key) == self.get(key) for key in self)

    __hash__ = None  # type: ignore[assignment]  # equal by content, and contents need not be hashable


def _spread(buckets: list[dict[K, V]]) -> list[dict[K, V]]:
    wider: list[dict[K, V]] = [{} for _ in range(2 * len(buckets))]
    for bucket in buckets:
        for key, value in bucket.items():
            wider[hash(key) & (len(wider) - 1)][key] = value
    return wider


class Sorted(Generic[T]):
    """An immutable sorted sequence of distinct keys."""

    __slots__ = ("_chunks", "_size")
    _chunks: tuple[tuple[T, ...], ...]
    _size: int

    def __init__(self) -> None:
        self._chunks = ()
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[T]:
        for chunk in self._chunks:
            yield from chunk

    @classmethod
    def of(cls, keys: Iterable[T]) -> Self:
        """Return a sequence of ``keys``, which are distinct."""
        ordered = tuple(sorted(keys))
        chunks = tuple(ordered[at : at + CHUNK] for at in range(0, len(ordered), CHUNK))
        return cls()._made(chunks, len(ordered))

    def add(self, key: T) -> Self:
        """Return a sequence that holds ``key`` too; it must not hold it yet."""
        if not self._chunks:
            return self._made(((key,),), 1)
        at = min(bisect_left(self._chunks, key, key=_last), len(self._chunks) - 1)
        chunk = self._chunks[at]
        place = bisect_left(chunk, key)
        assert chunk[place : place + 1] != (key,), "a key stands once"
        grown = (*chunk[:place], key, *chunk[place:])
        halves = (grown,) if len(grown) <= CHUNK else (grown[: CHUNK // 2], grown[CHUNK // 2 :])
        return self._made((*self._chunks[:at], *halves, *self._chunks[at + 1 :]), self._size + 1)

    def remove(self, key: T) -> Self:
        """Return a sequence without ``key``; it must hold it."""
        at = bisect_left(self._chunks, key, key=_last)
        chunk = self._chunks[at] if at < len(self._chunks) else ()
        place = bisect_left(chunk, key)
        assert chunk[place : place + 1] == (key,), "only what stands in it is removed"
        left = (*chunk[:place], *chunk[place + 1 :])
        return self._made((*self._chunks[:at], *((left,) if left else ()), *self._chunks[at + 1 :]), self._size - 1)

    def after(self, key: T) -> T | None:
        """Return the first key greater than ``key``."""
        at = bisect_right(self._chunks, key, key=_last)
        if at == len(self._chunks):
            return None
        return self._chunks[at][bisect_right(self._chunks[at], key)]

    def _made(self, chunks: tuple[tuple[T, ...], ...], size: int) -> Self:
        made = object.__new__(type(self))
        made._chunks = chunks
        made._size = size
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sorted) and len(self) == len(other) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # equal by content


def _last(chunk: tuple[T, ...]) -> T:
    return chunk[-1]
