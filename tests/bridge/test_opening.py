import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bridge.commands import SetAsking
from bridge.events import AskingChanged
from bridge.opening import Opening
from bridge.terms import Hand
from bridge.writer import RoomWriter
from tests.bridge.fakes import FakeClock, MemoryJournal
from tests.bridge.playbook import setup


@asynccontextmanager
async def waiting(clock: FakeClock) -> AsyncIterator[RoomWriter]:
    async with RoomWriter(MemoryJournal(), setup(), clock) as writer, asyncio.TaskGroup() as tasks:
        opening = tasks.create_task(Opening(writer, clock).run())
        yield writer
        opening.cancel()


async def entered(writer: RoomWriter, count: int) -> None:
    """Wait until the journal has ``count`` entries."""
    async with asyncio.timeout(5):
        while writer.room.seq < count:
            await asyncio.sleep(0)


async def test_questions_open_when_their_time_has_come() -> None:
    clock = FakeClock()
    async with waiting(clock) as writer:
        at = clock.now() + timedelta(milliseconds=30)
        await writer.submit(SetAsking(opens_at=at), actor="test")
        clock.time = at
        await entered(writer, 2)
        assert writer.room.asking.taken(writer.room.setup.policy)


async def test_a_time_that_passed_while_the_service_was_down_opens_at_once() -> None:
    clock = FakeClock()
    async with RoomWriter(MemoryJournal(), setup(), clock) as writer:
        at = clock.now() + timedelta(hours=1)
        await writer.submit(SetAsking(opens_at=at), actor="test")
        clock.time = at + timedelta(hours=1)
        async with asyncio.TaskGroup() as tasks:
            opening = tasks.create_task(Opening(writer, clock).run())
            await entered(writer, 2)
            opening.cancel()


async def test_a_persons_word_stops_the_timer() -> None:
    clock = FakeClock()
    async with waiting(clock) as writer:
        at = clock.now() + timedelta(seconds=1)
        await writer.submit(SetAsking(opens_at=at), actor="test")
        told = await writer.submit(SetAsking(hand=Hand.CLOSED), actor="test")
        assert [entry.event for entry in told] == [AskingChanged(hand=Hand.CLOSED, opens_at=at)]
        clock.time = at + timedelta(seconds=1)
        await asyncio.sleep(0.01)
        assert writer.room.seq == 2
