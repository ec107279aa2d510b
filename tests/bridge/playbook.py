"""Write state machines' tests as a script: given what happened, when a command comes, then these events follow.

play = Playbook()
play.given(AskQuestion(person=ANN, text="Why so deep?"), ApproveQuestion(id=Q1))
play.when(TakeNext()).then(QuestionAired(id=Q1))
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Self

import msgspec

from bridge import room as rooms
from bridge.commands import AnyCommand
from bridge.errors import Refused
from bridge.events import AnyEvent, Entry
from bridge.room import Feed, Room, Setup
from bridge.terms import Mode, PersonId, QuestionId
from bridge.views import RoomView
from moderation.policy import Policy

ANN, BOB, EVE = PersonId("ann"), PersonId("bob"), PersonId("eve")
Q1, Q2, Q3, Q4 = (QuestionId(f"q{number}") for number in range(1, 5))
START = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)


def setup(mode: Mode = Mode.PRE, *, rate: int = 3, taken: bool = True) -> Setup:
    """Return the settings of a small room."""
    return Setup(
        room=RoomView(name="Forward Prop", time_zone="Europe/Berlin", url="https://room.example/"),
        sources=(Feed(name="testcard", kind="testcard"), Feed(name="camera", kind="whip")),
        outputs=(Feed(name="tube", kind="rtmp"), Feed(name="recording", kind="recording")),
        policy=Policy(mode=mode, rate=rate, open=taken),
        hls_url="/hls/live.m3u8",
    )


class Playbook:
    """A room that is told commands; its clock moves one second with each of them, or as told."""

    def __init__(self, settings: Setup | None = None) -> None:
        self.room: Room = rooms.empty(settings or setup())
        self.now = START
        self.entries: list[Entry] = []
        self._events: Sequence[AnyEvent] = ()
        self._refused: Refused | None = None

    def given(self, *commands: AnyCommand) -> Self:
        """Do commands that must be allowed."""
        for command in commands:
            self._do(command)
        return self

    def later(self, seconds: float) -> Self:
        self.now += timedelta(seconds=seconds)
        return self

    @property
    def happened(self) -> bool:
        """Whether the last command made anything happen."""
        return bool(self._events)

    def when(self, command: AnyCommand) -> Self:
        """Do the command that the test is about."""
        self._refused = None
        try:
            self._do(command)
        except Refused as refused:
            self._events, self._refused = (), refused
        return self

    def then(self, *events: AnyEvent) -> Self:
        """Compare what happened; without ``events``, nothing did."""
        assert self._refused is None, f"refused: {self._refused}"
        assert _lines(self._events) == _lines(events)
        return self

    def refused(self, code: str, status: int = 409) -> Refused:
        """Compare how it was refused, and return that."""
        assert self._refused is not None, f"not refused: {_lines(self._events)}"
        assert (self._refused.code, self._refused.status) == (code, status), str(self._refused)
        return self._refused

    def _do(self, command: AnyCommand) -> None:
        self.now += timedelta(seconds=1)
        self._events = rooms.decide(self.room, command, self.now)
        for event in self._events:
            entry = Entry(seq=self.room.seq + 1, at=self.now, actor="test", event=event)
            self.room = rooms.evolve(self.room, entry)
            self.entries.append(entry)


def _lines(events: Sequence[AnyEvent]) -> list[str]:
    return [msgspec.json.encode(event).decode() for event in events]
