"""Keep the journal in one SQLite file: write-ahead log, synced at each commit, one thread that does it all.

One bridge at a time writes: a lock beside the file says so and falls with the process. Others may read meanwhile.
"""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from bridge.errors import JournalError
from bridge.events import AnyEvent, Entry
from bridge.journal import PAGE

APPLICATION_ID = 0x46505250
"""Marks the file as ours ("FPRP"), see https://www.sqlite.org/pragma.html#pragma_application_id."""
FILE_VERSION = 1
"""Of the tables; a file of a higher one was written by a newer bridge."""
BUSY_S = 5.0
"""Longest wait for a reader that is in the way."""

_TABLE = """
CREATE TABLE entries (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    version INTEGER NOT NULL,
    actor TEXT NOT NULL,
    data BLOB NOT NULL
)
"""

T = TypeVar("T")
_decode = msgspec.json.Decoder(AnyEvent).decode
_encode = msgspec.json.Encoder().encode


class SqliteJournal:
    """A journal in the file ``path``; use it as an async context manager. See :class:`bridge.journal.Journal`.

    With ``writable`` False it only reads, also beside a bridge that writes. ``max_pages`` bounds the file (4096 bytes
    a page): beyond it appending fails as on a full disk, and what was committed stays.
    """

    def __init__(self, path: Path, *, writable: bool = True, max_pages: int | None = None) -> None:
        self._path = path
        self._writable = writable
        self._max_pages = max_pages
        self._last_seq = 0
        self._lock: int | None = None
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None

    async def __aenter__(self) -> Self:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        try:
            await self._do(self._open)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def last_seq(self) -> int:
        return self._last_seq

    async def append(self, entries: Sequence[Entry]) -> None:
        if entries:
            await self._do(lambda: self._append(entries))

    async def read(self, after: int = 0, limit: int = PAGE) -> list[Entry]:
        return await self._do(lambda: self._read(after, limit))

    async def limit(self, max_pages: int) -> None:
        """Bound the file anew."""
        await self._do(lambda: self._connected.execute(f"PRAGMA max_page_count = {max_pages}").close())

    async def close(self) -> None:
        if self._thread is None:
            return
        thread, self._thread = self._thread, None
        await asyncio.get_running_loop().run_in_executor(thread, self._close)
        thread.shutdown()

    async def _do(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise JournalError(f"The journal {self._path} is closed.")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (sqlite3.Error, OSError) as error:
            raise _in_words(self._path, error) from error

    @property
    def _connected(self) -> sqlite3.Connection:
        assert self._connection is not None, "the journal is open"
        return self._connection

    # In the journal's thread ------------------------------------------------------------------------------------------

    def _open(self) -> None:
        if self._writable:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._take_lock()
        elif not self._path.is_file():
            raise JournalError(f"There is no journal {self._path}. Is this the right data directory?")
        self._connection = sqlite3.connect(
            self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False, cached_statements=16
        )
        self._check_ours()
        if self._writable:
            self._prepare()
        self._check_whole()

    def _take_lock(self) -> None:
        self._lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._lock, 32, 0).decode("ascii", "replace").strip()
            message = (
                f"Another bridge (process {holder}) uses the journal {self._path}. Stop it, or choose another --data."
            )
            raise JournalError(message, code="journal_locked") from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def _check_ours(self) -> None:
        application, version = int(self._pragma("application_id")), int(self._pragma("user_version"))
        tables = self._connected.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if application != APPLICATION_ID and (application or tables or not self._writable):
            raise _foreign(self._path)
        if version > FILE_VERSION:
            message = f"{self._path} was written by a newer Forward Prop. Use that one, or choose another --data."
            raise JournalError(message, code="journal_newer")

    def _prepare(self) -> None:
        connection = self._connected
        if self._pragma("journal_mode = WAL") != "wal":
            raise JournalError(f"The file system of {self._path} allows no write-ahead log. Choose a local disk.")
        # FULL syncs the log at each commit: what was acknowledged survives a power cut.
        # https://www.sqlite.org/pragma.html#pragma_synchronous
        connection.execute("PRAGMA synchronous = FULL")
        if self._max_pages is not None:
            connection.execute(f"PRAGMA max_page_count = {self._max_pages}")
        if int(self._pragma("application_id")) == APPLICATION_ID:
            return
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FILE_VERSION}")
        connection.execute(_TABLE)
        connection.execute("COMMIT")

    def _check_whole(self) -> None:
        verdict = self._pragma("quick_check(1)")
        count, last = self._connected.execute("SELECT count(*), coalesce(max(seq), 0) FROM entries").fetchone()
        if verdict != "ok" or count != last:
            detail = verdict if verdict != "ok" else f"of {last} entries only {count} are there"
            raise _damaged(self._path, detail)
        self._last_seq = last

    def _append(self, entries: Sequence[Entry]) -> None:
        connection, first = self._connected, entries[0].seq
        if not self._writable:
            raise JournalError(f"The journal {self._path} is open for reading only.")
        assert first == self._last_seq + 1, "the journal has no gap"
        try:
            connection.execute("BEGIN IMMEDIATE")
            # A commit that failed late may have left rows that nobody was told of: their numbers are given anew.
            connection.execute("DELETE FROM entries WHERE seq >= ?", (first,))
            connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", map(_row, entries))
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._last_seq = entries[-1].seq

    def _read(self, after: int, limit: int) -> list[Entry]:
        query = "SELECT seq, at, version, actor, data FROM entries WHERE seq > ? ORDER BY seq LIMIT ?"
        return [self._entry(*row) for row in self._connected.execute(query, (after, limit))]

    def _entry(self, seq: int, at: str, version: int, actor: str, data: bytes) -> Entry:
        try:
            return Entry(seq=seq, at=datetime.fromisoformat(at), actor=actor, event=_decode(data), version=version)
        except (ValueError, TypeError) as error:
            raise _damaged(self._path, f"entry {seq} cannot be read: {error}") from error

    def _pragma(self, name: str) -> str:
        return str(self._connected.execute(f"PRAGMA {name}").fetchone()[0])

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _row(entry: Entry) -> tuple[int, str, object, int, str, bytes]:
    kind = entry.event.__struct_config__.tag
    return entry.seq, entry.at.isoformat(), kind, entry.version, entry.actor, _encode(entry.event)


def _in_words(path: Path, error: sqlite3.Error | OSError) -> JournalError:
    # The names of SQLite's result codes: https://www.sqlite.org/rescode.html
    match getattr(error, "sqlite_errorname", None):
        case "SQLITE_FULL" | "SQLITE_IOERR_WRITE":
            message = f"The disk is full: the journal {path} could not be written. What it holds is safe. Make room."
            return JournalError(message, code="journal_full")
        case "SQLITE_NOTADB":
            return _foreign(path)
        case "SQLITE_CORRUPT":
            return _damaged(path, str(error))
        case "SQLITE_BUSY" | "SQLITE_LOCKED":
            message = f"Another program holds the journal {path}. Close it and try again."
            return JournalError(message, code="journal_locked")
        case "SQLITE_READONLY" | "SQLITE_CANTOPEN" | "SQLITE_PERM":
            return JournalError(f"The journal {path} cannot be opened for writing: {error}. Look at its permissions.")
        case _:
            return JournalError(f"The journal {path} does not work: {error}.")


def _foreign(path: Path) -> JournalError:
    message = f"{path} is no journal of Forward Prop. Nothing was changed in it. Choose another --data."
    return JournalError(message, code="journal_foreign")


def _damaged(path: Path, detail: str) -> JournalError:
    message = f"The journal {path} is damaged ({detail}). Keep the file, and put a backup in its place."
    return JournalError(message, code="journal_damaged")
