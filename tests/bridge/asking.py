"""Ask questions without end and print each that was acknowledged: ``python -m tests.bridge.asking JOURNAL``."""

import asyncio
import os
import sys
from pathlib import Path

from bridge.clock import SystemClock
from bridge.commands import AskQuestion
from bridge.events import QuestionAsked
from bridge.sqlite import SqliteJournal
from bridge.terms import PersonId
from bridge.writer import RoomWriter
from tests.bridge.playbook import setup

WRITERS = 32


async def ask_for_ever(writer: RoomWriter, person: PersonId) -> None:
    """Ask, and print id and text of what was acknowledged in one write, so that no line is torn."""
    count = 0
    while True:
        count += 1
        command = AskQuestion(person=person, text=f"{person}-{count}", exempt=True)
        (entry,) = await writer.submit(command, actor="test")
        assert isinstance(entry.event, QuestionAsked)
        os.write(sys.stdout.fileno(), f"{entry.event.id} {entry.event.text}\n".encode())


async def main(path: Path) -> None:
    """Run all the writers on the journal at ``path``."""
    async with (
        SqliteJournal(path) as journal,
        RoomWriter(journal, setup(), SystemClock()) as writer,
        asyncio.TaskGroup() as tasks,
    ):
        for number in range(WRITERS):
            tasks.create_task(ask_for_ever(writer, PersonId(f"{os.getpid()}-{number}")))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
