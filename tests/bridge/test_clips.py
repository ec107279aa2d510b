import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bridge import commands as c
from bridge.clip_process import ClipFailed
from bridge.clips import AT_ONCE, SETTLE_S, WAITING, Clips
from bridge.errors import Refused
from bridge.terms import QuestionId
from stream.ports import causes
from stream.ports.wire import Cut
from tests.bridge.fakes import FakeClock
from tests.bridge.playbook import ANN, Q1, START, Playbook

CLIP_BYTES = 1000


class FakeCutter:
    """Writes a clip as long as ordered, unless told otherwise; waits while it is not ``ready``."""

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.ready.set()
        self.orders: list[Cut] = []
        self.running = 0
        self.most = 0
        self.cause: str | None = None
        self.until_s: float | None = None

    async def __call__(self, order: Cut) -> float:
        self.orders.append(order)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            Path(order.target).write_bytes(bytes(CLIP_BYTES // 2))
            await self.ready.wait()
            if self.cause is not None:
                raise ClipFailed(self.cause)
            Path(order.target).write_bytes(bytes(CLIP_BYTES))
        finally:
            self.running -= 1
        return order.until_s if self.until_s is None else self.until_s


class Shelf:
    """Answered questions, and the clips under test."""

    def __init__(self, folder: Path, count: int = 1, **limits: int) -> None:
        self.folder = folder / "clips"
        self.folder.mkdir()
        self.play = Playbook().given(c.ReportPartBegan(path="a.mkv", began_at=START))
        for number in range(1, count + 1):
            self.play.given(
                c.AskQuestion(person=ANN, text=f"Why so deep, {number}?", exempt=True),
                c.ApproveQuestion(id=QuestionId(f"q{number}")),
                c.AirQuestion(id=QuestionId(f"q{number}")),
                c.TakeNext(),
            )
        self.clock, self.cutter = FakeClock(), FakeCutter()
        self.clock.time = self.play.later(60).now
        self.clips = Clips(
            self.folder,
            recordings=Path("/rec"),
            room=lambda: self.play.room,
            clock=self.clock,
            cut=self.cutter,
            **({"free_bytes": 0} | limits),
        )

    def kept(self) -> list[str]:
        return sorted(path.name.partition("-")[0] for path in self.folder.iterdir())

    async def refused(self, question: QuestionId = Q1) -> Refused:
        with pytest.raises(Refused) as refused:
            await self.clips.file(question)
        return refused.value


async def soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0)


async def test_a_clip_is_made_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = await shelf.clips.file(Q1)
    assert first.read_bytes() == bytes(CLIP_BYTES)
    order = shelf.cutter.orders[0]
    assert (order.path, order.from_s, order.until_s) == ("/rec/a.mkv", 3.0, 8.0)
    assert await shelf.clips.file(Q1) == first
    assert len(shelf.cutter.orders) == 1


async def test_who_asks_for_the_same_waits_for_the_one_that_is_made(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.ready.clear()
    async with asyncio.TaskGroup() as tasks:
        first, second = (tasks.create_task(shelf.clips.file(Q1)) for _ in range(2))
        await soon(lambda: shelf.cutter.running == 1)
        shelf.cutter.ready.set()
    assert first.result() == second.result()
    assert len(shelf.cutter.orders) == 1


async def test_where_the_first_goes_away_the_second_gets_it_made_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.ready.clear()
    async with asyncio.TaskGroup() as tasks:
        first, second = (tasks.create_task(shelf.clips.file(Q1)) for _ in range(2))
        await soon(lambda: shelf.cutter.running == 1)
        first.cancel()
        shelf.cutter.ready.set()
    assert second.result().is_file()
    assert len(shelf.cutter.orders) == 2


async def test_nothing_is_left_of_a_clip_that_nobody_waits_for(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.ready.clear()
    async with asyncio.TaskGroup() as tasks:
        only = tasks.create_task(shelf.clips.file(Q1))
        await soon(lambda: shelf.cutter.running == 1)
        only.cancel()
    assert (shelf.cutter.running, shelf.kept()) == (0, [])


async def test_few_are_made_at_once_and_not_all_may_wait(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, count=WAITING + 1)
    shelf.cutter.ready.clear()
    async with asyncio.TaskGroup() as tasks:
        for number in range(1, WAITING + 1):
            tasks.create_task(shelf.clips.file(QuestionId(f"q{number}")))
        await soon(lambda: shelf.cutter.running == AT_ONCE)
        refused = await shelf.refused(QuestionId(f"q{WAITING + 1}"))
        assert (refused.code, refused.status, refused.retry_after_s) == ("clip_later", 503, 5.0)
        shelf.cutter.ready.set()
    assert shelf.cutter.most == AT_ONCE
    assert len(shelf.kept()) == WAITING


async def test_the_clip_watched_longest_ago_goes_first(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, count=3, kept_bytes=CLIP_BYTES * 2)
    for watched in ("q1", "q2", "q1", "q3"):
        await shelf.clips.file(QuestionId(watched))
        shelf.clock.time = shelf.play.later(1).now
    assert shelf.kept() == ["q1", "q3"]


async def test_a_clip_made_again_counts_as_the_same_for_who_has_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    times = []
    for _ in range(2):
        made = await shelf.clips.file(Q1)
        times.append(made.stat().st_mtime_ns)
        made.unlink()
        shelf.clock.time = shelf.play.later(100).now
    assert times[0] == times[1]


async def test_what_the_disk_has_left_is_for_the_recording(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, free_bytes=1 << 60)
    refused = await shelf.refused()
    assert (refused.status, refused.retry_after_s) == (503, 60.0)
    assert shelf.cutter.orders == []


async def test_a_question_that_went_out_of_sight_has_no_clip_any_more(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    await shelf.clips.file(Q1)
    shelf.play.given(c.RestoreQuestion(id=Q1))
    refused = await shelf.refused()
    assert (refused.code, refused.status) == ("clip_unknown", 404)


async def test_a_question_that_goes_out_of_sight_meanwhile_is_not_shown(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.ready.clear()

    async def hide() -> None:
        await soon(lambda: shelf.cutter.running == 1)
        shelf.play.given(c.RestoreQuestion(id=Q1))
        shelf.cutter.ready.set()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(hide())
        assert (await shelf.refused()).code == "clip_unknown"


@pytest.mark.parametrize("cause", [causes.MISSING, causes.ABSENT, causes.NOT_MEDIA])
async def test_a_recording_that_is_gone_or_damaged_is_told_in_words(tmp_path: Path, cause: str) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.cause = cause
    refused = await shelf.refused()
    assert (refused.code, refused.status) == ("recording_missing", 404)
    assert "recording" in refused.message.lower()
    assert shelf.kept() == []


async def test_a_clip_that_could_not_be_made_may_be_asked_for_again(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.cause = causes.OTHER
    assert (await shelf.refused()).status == 503
    shelf.cutter.cause = None
    assert (await shelf.clips.file(Q1)).is_file()


async def test_what_is_not_written_yet_is_waited_for(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.clock.time = START + timedelta(seconds=8 + SETTLE_S - 0.1)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(shelf.clips.file(Q1))
        for _ in range(5):
            await asyncio.sleep(0)
        assert shelf.cutter.orders == []
    assert waiting.result().is_file()


async def test_a_clip_that_came_out_short_is_kept_only_where_its_file_has_ended(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.cutter.until_s = 6.0
    assert (await shelf.refused()).retry_after_s == 5.0
    assert shelf.kept() == []
    shelf.play.given(c.ReportPartEnded(path="a.mkv"))
    assert (await shelf.clips.file(Q1)).is_file()


async def test_a_file_that_broke_off_before_the_moment_has_no_clip_of_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.play.given(c.ReportPartEnded(path="a.mkv"))
    shelf.cutter.until_s = 3.9
    assert (await shelf.refused()).code == "recording_missing"
    assert shelf.kept() == []


async def test_what_a_killed_service_left_unfinished_is_removed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    (shelf.folder / "q1-p1-0-1.part").write_bytes(b"half")
    Clips(shelf.folder, recordings=tmp_path, room=lambda: shelf.play.room, clock=shelf.clock)
    assert shelf.kept() == []
