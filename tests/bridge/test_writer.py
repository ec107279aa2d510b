import asyncio
from pathlib import Path

import pytest

from bridge import commands as c
from bridge import events as e
from bridge.errors import JournalError, Refused
from bridge.events import Entry, PersonId
from bridge.room import Room
from bridge.sqlite import SqliteJournal
from bridge.writer import RoomWriter
from moderation.policy import Mode
from tests.bridge.fakes import FakeClock, MemoryJournal
from tests.bridge.playbook import ANN, BOB, Q1, START, setup

ASK = c.AskQuestion(person=ANN, text="Why so deep?")


def writer_of(journal: MemoryJournal, queue: int = 100) -> RoomWriter:
    return RoomWriter(journal, setup(Mode.POST, rate=0), FakeClock(), queue=queue)


async def settle() -> None:
    """Let all that is ready run."""
    for _ in range(10):
        await asyncio.sleep(0)


async def failure(writer: RoomWriter, command: c.AnyCommand) -> JournalError:
    with pytest.raises(JournalError) as caught:
        await writer.submit(command, actor="test")
    return caught.value


async def test_a_command_is_answered_with_its_committed_entries() -> None:
    journal = MemoryJournal()
    async with writer_of(journal) as writer:
        entries = await writer.submit(ASK, actor="viewer:ann")
        assert entries == journal.entries
        assert (entries[0].seq, entries[0].at, entries[0].actor) == (1, START, "viewer:ann")
        assert writer.room.questions.known(Q1).text == "Why so deep?"


async def test_no_answer_comes_before_the_commit() -> None:
    journal = MemoryJournal()
    journal.ready.clear()
    async with writer_of(journal) as writer, asyncio.TaskGroup() as tasks:
        answer = tasks.create_task(writer.submit(ASK, actor="test"))
        await settle()
        assert not answer.done()
        assert writer.room.seq == 0
        journal.ready.set()


async def test_what_comes_while_a_commit_is_under_way_is_committed_together() -> None:
    journal = MemoryJournal()
    journal.ready.clear()
    async with writer_of(journal) as writer, asyncio.TaskGroup() as tasks:
        first = tasks.create_task(writer.submit(ASK, actor="test"))
        await settle()
        rest = [tasks.create_task(writer.submit(ASK, actor="test")) for _ in range(20)]
        await settle()
        journal.ready.set()
    assert journal.groups == [1, 20]
    assert [entry.seq for task in (first, *rest) for entry in task.result()] == list(range(1, 22))


async def test_a_decision_sees_what_is_still_under_way() -> None:
    journal = MemoryJournal()
    journal.ready.clear()
    async with writer_of(journal) as writer, asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(writer.submit(ASK, actor="test"))
        voted = tasks.create_task(writer.submit(c.VoteQuestion(id=Q1, person=BOB), actor="test"))
        again = tasks.create_task(writer.submit(c.VoteQuestion(id=Q1, person=BOB), actor="test"))
        await settle()
        assert not again.done(), "it is answered as done only when the vote before it is safe"
        journal.ready.set()
    assert [len(task.result()) for task in (asked, voted, again)] == [1, 1, 0]


async def test_a_refusal_commits_nothing() -> None:
    journal = MemoryJournal()
    async with writer_of(journal, queue=1) as writer:
        for _ in range(3):
            with pytest.raises(Refused):
                await writer.submit(c.ApproveQuestion(id=Q1), actor="test")
        await writer.submit(ASK, actor="test")
    assert len(journal.entries) == 1


async def test_a_failed_commit_undoes_it_and_all_that_stood_on_it() -> None:
    journal = MemoryJournal()
    async with writer_of(journal) as writer:
        await writer.submit(c.StartAir(), actor="test")
        journal.ready.clear()
        journal.fails = True
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(failure(writer, ASK))
            await settle()
            second = tasks.create_task(failure(writer, c.VoteQuestion(id=Q1, person=BOB)))
            third = tasks.create_task(failure(writer, c.VoteQuestion(id=Q1, person=BOB)))
            await settle()
            journal.ready.set()
        assert {str(task.result()) for task in (first, second, third)} == {"The disk is full."}
        assert writer.room.seq == 1
        journal.fails = False
        (entry,) = await writer.submit(ASK, actor="test")
        assert (entry.seq, writer.room.questions.known(Q1).votes) == (2, 0)


async def test_followers_are_told_in_order_after_the_commit_and_before_the_answer() -> None:
    journal = MemoryJournal()
    told: list[tuple[int, int, int, int]] = []

    def follow(before: Room, entry: Entry, after: Room) -> None:
        told.append((before.seq, entry.seq, after.seq, len(journal.entries)))

    async with writer_of(journal) as writer:
        stop = writer.follow(follow)
        await writer.submit(ASK, actor="test")
        await writer.submit(c.TakeNext(), actor="test")
        assert told == [(0, 1, 1, 1), (1, 2, 2, 2)]
        stop()
        await writer.submit(c.TakeNext(), actor="test")
        assert len(told) == 2


async def test_a_follower_that_raises_holds_up_nobody() -> None:
    faults: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(str(context["exception"])))
    told: list[int] = []

    def broken(_before: Room, _entry: Entry, _after: Room) -> None:
        raise ValueError("a bug")

    async with writer_of(MemoryJournal()) as writer:
        writer.follow(broken)
        writer.follow(lambda _before, entry, _after: told.append(entry.seq))
        await writer.submit(ASK, actor="test")
        await writer.submit(ASK, actor="test")
    assert (told, faults) == ([1, 2], ["a bug", "a bug"])


async def test_with_a_full_queue_who_comes_waits() -> None:
    journal = MemoryJournal()
    journal.ready.clear()
    async with writer_of(journal, queue=2) as writer, asyncio.TaskGroup() as tasks:
        answers = [tasks.create_task(writer.submit(ASK, actor="test")) for _ in range(5)]
        await settle()
        assert sum(journal.groups) == 0
        journal.ready.set()
    assert [answer.result()[0].seq for answer in answers] == [1, 2, 3, 4, 5]
    assert max(journal.groups) <= 2


async def test_a_caller_that_goes_away_does_not_undo_its_command() -> None:
    journal = MemoryJournal()
    journal.ready.clear()
    async with writer_of(journal, queue=1) as writer:
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(writer.submit(ASK, actor="test"))
            await settle()
            answer.cancel()
            journal.ready.set()
        await writer.submit(ASK, actor="test")
    assert len(journal.entries) == 2


async def test_at_the_end_what_is_under_way_is_committed() -> None:
    journal = MemoryJournal()
    async with asyncio.TaskGroup() as tasks:
        async with writer_of(journal) as writer:
            answer = tasks.create_task(writer.submit(ASK, actor="test"))
            await asyncio.sleep(0)
        with pytest.raises(JournalError, match="is stopping"):
            await writer.submit(ASK, actor="test")
    assert len(answer.result()) == len(journal.entries) == 1


async def test_an_error_of_the_caller_s_leaves_the_last_commit_whole() -> None:
    journal = MemoryJournal()

    async def ask_and_fail(tasks: asyncio.TaskGroup) -> None:
        async with writer_of(journal) as writer:
            tasks.create_task(writer.submit(ASK, actor="test"))
            await asyncio.sleep(0)
            raise ValueError("a bug")

    async with asyncio.TaskGroup() as tasks:
        with pytest.raises(ValueError, match="a bug"):
            await ask_and_fail(tasks)
    assert len(journal.entries) == 1


async def test_a_restart_finds_the_room_as_it_was(tmp_path: Path) -> None:
    async with SqliteJournal(tmp_path / "journal.db") as journal, RoomWriter(journal, setup(), FakeClock()) as writer:
        for number in range(50):
            await writer.submit(c.AskQuestion(person=PersonId(f"p{number}"), text="Why so deep?"), actor="test")
        await writer.submit(c.ApproveQuestion(id=Q1), actor="test")
        await writer.submit(c.TakeNext(), actor="test")
        before = writer.room
    async with SqliteJournal(tmp_path / "journal.db") as journal, RoomWriter(journal, setup(), FakeClock()) as writer:
        assert writer.room == before
        (entry,) = await writer.submit(c.TakeNext(), actor="test")
        assert entry.event == e.QuestionAnswered(id=Q1)


async def test_the_last_entries_are_remembered_over_a_restart(tmp_path: Path) -> None:
    async with SqliteJournal(tmp_path / "journal.db") as journal, RoomWriter(journal, setup(), FakeClock()) as writer:
        for command in (c.StartAir(), c.Blank(), c.Unblank()):
            await writer.submit(command, actor="test")
    async with (
        SqliteJournal(tmp_path / "journal.db") as journal,
        RoomWriter(journal, setup(), FakeClock(), remember=3) as writer,
    ):
        assert [entry.seq for _, entry, _ in writer.recent] == [1, 2, 3]
        await writer.submit(c.StopAir(), actor="test")
        assert [(before.seq, entry.seq, after.seq) for before, entry, after in writer.recent] == [
            (1, 2, 2),
            (2, 3, 3),
            (3, 4, 4),
        ]
        assert writer.recent[-1][2] is writer.room


async def test_on_a_full_disk_nothing_is_acknowledged_and_with_room_again_all_goes_on(tmp_path: Path) -> None:
    long = c.AskQuestion(person=ANN, text="?" * 500)
    async with (
        SqliteJournal(tmp_path / "journal.db", max_pages=24) as journal,
        RoomWriter(journal, setup(Mode.POST, rate=0), FakeClock()) as writer,
    ):
        for _ in range(20):
            await writer.submit(long, actor="test")
        answers = await asyncio.gather(*(writer.submit(long, actor="test") for _ in range(500)), return_exceptions=True)
        assert {getattr(answer, "code", None) for answer in answers} == {"journal_full"}
        assert writer.room.seq == journal.last_seq == 20
        await journal.limit(100_000)
        (entry,) = await writer.submit(long, actor="test")
        assert entry.seq == 21
