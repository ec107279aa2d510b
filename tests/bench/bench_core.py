"""Measure the pure core with 5,000 questions: commands decided and folded a second, and what a viewer's frames cost."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from bridge import audiences
from bridge import room as rooms
from bridge.audiences import Audience
from bridge.commands import AnyCommand, AskQuestion, TakeNext, VoteQuestion
from bridge.events import Entry
from bridge.terms import PersonId, QuestionId
from tests.bench.bench_journal import SETUP, TEXT
from tests.bench.figures import Figure

QUESTIONS = 5_000
TIMES = 5_000
NOON = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)
AIMS_PER_S = {"asking": 333, "voting": 10_000, "Next": 0}
"""Asking compares each question with 500 others: ten times what 10,000 viewers ask in a busy minute."""


class _Told:
    """A room that is told commands and remembers its last step."""

    def __init__(self) -> None:
        self.before = self.room = rooms.empty(SETUP)
        self.entry: Entry | None = None

    def do(self, command: AnyCommand) -> None:
        """Decide and fold."""
        for event in rooms.decide(self.room, command, NOON):
            self.before = self.room
            self.entry = Entry(seq=self.room.seq + 1, at=NOON, actor="bench", event=event)
            self.room = rooms.evolve(self.room, self.entry)


def _per_s(work: Callable[[int], object], times: int) -> float:
    began = time.perf_counter()
    for at in range(times):
        work(at)
    return times / (time.perf_counter() - began)


def measure() -> Iterator[Figure]:
    """Measure asking, voting, Next, one audience's change and a snapshot."""
    told = _Told()
    commands: dict[str, Callable[[int], AnyCommand]] = {
        "asking": lambda at: AskQuestion(person=PersonId(f"person-{at}"), text=f"{TEXT} Number {at}."),
        "voting": lambda at: VoteQuestion(id=QuestionId(f"q{at % 50 + 1}"), person=PersonId(f"person-{at}")),
        "Next": lambda _: TakeNext(),
    }
    for name, command in commands.items():
        rate = _per_s(lambda at, command=command: told.do(command(at)), QUESTIONS if name == "asking" else TIMES // 2)  # type: ignore[misc]
        least = AIMS_PER_S[name]
        aim, good = (f"> {least:,}", rate > least) if least else ("", None)
        yield Figure(
            f"commands decided and folded a second, {name}, {QUESTIONS:,} questions", aim, f"{rate:,.0f}", good
        )
    told.do(VoteQuestion(id=QuestionId(f"q{QUESTIONS}"), person=PersonId("bench")))
    entry = told.entry
    assert entry is not None, "a vote is an entry"
    changes = _per_s(lambda _: audiences.message(told.before, entry, told.room, Audience.PUBLIC), TIMES)
    yield Figure("the public's message of a vote", "", f"{1e6 / changes:.0f} µs")
    snapshots = _per_s(lambda _: msgspec.json.encode(audiences.snapshot(told.room, Audience.PUBLIC)), 20)
    yield Figure(f"the public's snapshot of {QUESTIONS:,} questions as JSON", "", f"{1e3 / snapshots:.0f} ms")
