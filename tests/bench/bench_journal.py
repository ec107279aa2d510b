"""Measure how many questions a second are acknowledged: decided, committed and synced, by 256 writers at once.

The floor is the same number of the same rows, inserted by plain ``sqlite3`` with the same settings and the same groups
of 256, nothing else done. Both run twice on the same disk, by turns; the better run of each counts.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import uvloop

from bridge.clock import SystemClock
from bridge.commands import AskQuestion
from bridge.room import Setup
from bridge.sqlite import SqliteJournal
from bridge.terms import Mode, PersonId
from bridge.views import RoomView
from bridge.writer import RoomWriter
from moderation.policy import Policy
from tests.bench.figures import Figure

WRITERS = 256
EACH = 80
"""Questions that each writer asks, one after the other."""
TEXT = "Why does batch normalisation help when the batch is small?"
SETUP = Setup(
    room=RoomView(name="Forward Prop", time_zone="UTC", url="http://room.example/"),
    policy=Policy(mode=Mode.POST, rate=0),
)
TABLE = "CREATE TABLE entries (seq INTEGER PRIMARY KEY, at TEXT, kind TEXT, version INTEGER, actor TEXT, data BLOB)"

Row = tuple[int, str, str, int, str, bytes]


async def _ask(writer: RoomWriter, person: PersonId, took_s: list[float]) -> None:
    for number in range(EACH):
        began = time.perf_counter()
        text = f"{TEXT} Asked by {person}, the {number}th time."
        await writer.submit(AskQuestion(person=person, text=text, name="Grace"), actor=f"viewer:{person}")
        took_s.append(time.perf_counter() - began)


async def _acknowledged(path: Path) -> tuple[float, float]:
    """Return questions acknowledged a second and the 99th percentile of the wait for one, in seconds."""
    took_s: list[float] = []
    async with SqliteJournal(path) as journal, RoomWriter(journal, SETUP, SystemClock()) as writer:
        began = time.perf_counter()
        await asyncio.gather(*(_ask(writer, PersonId(f"person-{at}"), took_s) for at in range(WRITERS)))
        lasted_s = time.perf_counter() - began
        assert writer.room.seq == WRITERS * EACH, "all were acknowledged"
    return WRITERS * EACH / lasted_s, sorted(took_s)[int(len(took_s) * 0.99)]


def _rows(path: Path) -> list[Row]:
    with sqlite3.connect(path) as connection:
        rows: list[Row] = connection.execute("SELECT * FROM entries ORDER BY seq").fetchall()
    connection.close()
    return rows


def _inserted(path: Path, rows: list[Row]) -> float:
    """Return rows that plain sqlite3 commits a second, in groups of as many as there are writers."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(TABLE)
    began = time.perf_counter()
    for first in range(0, len(rows), WRITERS):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)", rows[first : first + WRITERS])
        connection.execute("COMMIT")
    lasted_s = time.perf_counter() - began
    connection.close()
    return len(rows) / lasted_s


def run() -> dict[str, float]:
    """Return the measured figures by name."""
    ours: list[tuple[float, float]] = []
    floor: list[float] = []
    with tempfile.TemporaryDirectory() as directory, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for at in range(2):
            path = Path(directory, f"ours-{at}.db")
            ours.append(runner.run(_acknowledged(path)))
            floor.append(_inserted(Path(directory, f"floor-{at}.db"), _rows(path)))
    acknowledged_per_s, p99_s = max(ours)
    return {
        "acknowledged_per_s": acknowledged_per_s,
        "p99_s": p99_s,
        "floor_per_s": max(floor),
        "ratio": acknowledged_per_s / max(floor),
    }


def measure() -> Iterator[Figure]:
    """Put the figures into words."""
    figures = run()
    acknowledged = f"{figures['acknowledged_per_s']:,.0f} (p99 {figures['p99_s'] * 1000:.0f} ms)"
    yield Figure(f"acknowledged questions a second, {WRITERS} writers, SQLite synced at each commit", "", acknowledged)
    floor = f"{figures['ratio']:.2f} of {figures['floor_per_s']:,.0f} rows a second"
    yield Figure("the same against bare sqlite3, which only inserts the rows", "", floor)


def main() -> None:
    """Print the figures."""
    for figure in measure():
        print(f"{figure.what}: {figure.measured}")


if __name__ == "__main__":
    main()
