import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from bridge.errors import JournalError
from bridge.events import Entry, QuestionAsked
from bridge.journal import read_all
from bridge.sqlite import FILE_VERSION, SqliteJournal
from bridge.terms import PersonId, QuestionId
from tests.bridge import asking

NOON = datetime(2026, 6, 5, 12, 0, 0, 123456, tzinfo=UTC)


def entry(seq: int, text: str = "لماذا؟ 👩‍🚀") -> Entry:
    event = QuestionAsked(id=QuestionId(f"q{seq}"), number=seq, person=PersonId("ann"), text=text)
    return Entry(seq=seq, at=NOON + timedelta(seconds=seq), actor="viewer:ann", event=event)


def entries(first: int, last: int) -> list[Entry]:
    return [entry(seq) for seq in range(first, last + 1)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def test_what_was_appended_is_read_again_after_a_restart(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.append(entries(1, 2))
        await journal.append([])
        await journal.append(entries(3, 3))
        assert await journal.read() == entries(1, 3)
    async with SqliteJournal(path) as journal:
        assert journal.last_seq == 3
        assert await read_all(journal) == entries(1, 3)
        assert await journal.read(after=1, limit=1) == [entry(2)]


async def test_the_log_is_written_ahead_and_synced_at_each_commit(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        assert await journal._do(lambda: journal._pragma("journal_mode")) == "wal"
        assert await journal._do(lambda: journal._pragma("synchronous")) == "2"


async def test_a_second_bridge_is_told_which_process_has_the_journal(path: Path) -> None:
    async with SqliteJournal(path):
        with pytest.raises(JournalError, match=rf"Another bridge \(process {os.getpid()}\)") as caught:
            await SqliteJournal(path).__aenter__()
    assert caught.value.code == "journal_locked"
    async with SqliteJournal(path):
        pass


async def test_a_reader_reads_beside_the_bridge_that_writes(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.append(entries(1, 2))
        async with SqliteJournal(path, writable=False) as reader:
            assert await read_all(reader) == entries(1, 2)
            await journal.append(entries(3, 3))
            assert await reader.read(after=2) == [entry(3)]
            with pytest.raises(JournalError, match="for reading only"):
                await reader.append(entries(4, 4))


async def test_reading_a_journal_that_is_not_there_makes_none(path: Path) -> None:
    with pytest.raises(JournalError, match="There is no journal"):
        await SqliteJournal(path, writable=False).__aenter__()
    assert not path.exists()


@pytest.mark.parametrize("content", [b"Dear diary, today the room was full." * 100, b"\x00" * 8192])
async def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"no journal of Forward Prop"):
        await SqliteJournal(path).__aenter__()
    assert path.read_bytes() == content


async def test_the_database_of_another_program_is_refused(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(JournalError) as caught:
        await SqliteJournal(path).__aenter__()
    assert caught.value.code == "journal_foreign"


async def test_the_journal_of_a_newer_bridge_is_refused(path: Path) -> None:
    async with SqliteJournal(path):
        pass
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {FILE_VERSION + 1}")
    connection.close()
    with pytest.raises(JournalError, match="newer Forward Prop") as caught:
        await SqliteJournal(path).__aenter__()
    assert caught.value.code == "journal_newer"


async def test_a_torn_file_is_said_to_be_damaged(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.append(entries(1, 2000))
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 8192)
        file.truncate(size - 4096)
    with pytest.raises(JournalError, match="damaged") as caught:
        await SqliteJournal(path).__aenter__()
    assert caught.value.code == "journal_damaged"


async def test_a_gap_in_the_numbers_is_noticed(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.append(entries(1, 5))
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM entries WHERE seq = 3")
    connection.close()
    with pytest.raises(JournalError, match="of 5 entries only 4 are there"):
        await SqliteJournal(path).__aenter__()


async def test_an_entry_of_an_unknown_kind_is_named(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.append(entries(1, 1))
    with sqlite3.connect(path) as connection:
        connection.execute("""UPDATE entries SET data = '{"kind": "moon.landed"}'""")
    connection.close()
    async with SqliteJournal(path) as journal:
        with pytest.raises(JournalError, match="entry 1 cannot be read"):
            await journal.read()


async def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands in the way")
    with pytest.raises(JournalError, match="does not work"):
        await SqliteJournal(tmp_path / "data" / "journal.db").__aenter__()


async def test_a_closed_journal_says_so(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        pass
    await journal.close()
    with pytest.raises(JournalError, match="is closed"):
        await journal.read()


async def test_beyond_its_bound_nothing_is_kept_and_with_room_again_all_goes_on(path: Path) -> None:
    async with SqliteJournal(path, max_pages=16) as journal:
        await journal.append(entries(1, 10))
        with pytest.raises(JournalError, match="The disk is full"):
            await journal.append(entries(11, 5000))
        assert journal.last_seq == 10
        assert await read_all(journal) == entries(1, 10)
        await journal.limit(100_000)
        await journal.append(entries(11, 5000))
    async with SqliteJournal(path) as journal:
        assert len(await read_all(journal)) == 5000


async def test_rows_of_a_commit_that_nobody_was_told_of_give_way(path: Path) -> None:
    async with SqliteJournal(path) as journal:
        await journal.append(entries(1, 2))
    async with SqliteJournal(path) as journal:
        journal._last_seq = 1  # as if the last commit had failed after it reached the disk
        await journal.append([entry(2, "Another?")])
        assert await read_all(journal) == [entry(1), entry(2, "Another?")]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    mounted = tmp_path / "disk"
    mounted.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(mounted)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs to be root")
    yield mounted
    subprocess.run(["umount", str(mounted)], check=True)


def fill(filler: Path) -> None:
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass


@pytest.mark.real
async def test_a_disk_that_is_full_is_said_and_with_room_again_all_goes_on(small_disk: Path) -> None:
    async with SqliteJournal(small_disk / "journal.db") as journal:
        await journal.append(entries(1, 10))
        filler = small_disk / "filler"
        fill(filler)
        with pytest.raises(JournalError, match="The disk is full"):
            await journal.append(entries(11, 500))
        assert await read_all(journal) == entries(1, 10)
        filler.unlink()
        await journal.append(entries(11, 500))
        assert len(await read_all(journal)) == 500


@pytest.mark.real
async def test_killed_at_any_moment_nothing_acknowledged_is_lost(path: Path) -> None:
    moments = Random(6)
    acknowledged: list[str] = []
    for _ in range(6):
        acknowledged += await asyncio.to_thread(kill_after, path, lines=moments.randrange(50, 1500))
        async with SqliteJournal(path) as journal:
            kept = {
                event.id: event.text
                for event in (read.event for read in await read_all(journal))
                if isinstance(event, QuestionAsked)
            }
        assert [line for line in acknowledged if kept.get(QuestionId(line.split()[0])) != line.split()[1]] == []
    assert len(acknowledged) > 300


def kill_after(path: Path, *, lines: int) -> list[str]:
    """Let a bridge's writer ask without end; kill it after so many acknowledgements and return all it gave."""
    command = [sys.executable, "-m", asking.__name__, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, bufsize=1) as child:
        assert child.stdout is not None
        heard = [child.stdout.readline() for _ in range(lines)]
        child.send_signal(signal.SIGKILL)
        heard += child.stdout.readlines()
    return [line.strip() for line in heard if line.endswith("\n")]
