from collections.abc import Iterable, Sequence
from math import inf
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import audiences
from bridge import commands as c
from bridge import room as rooms
from bridge.audiences import Audience
from bridge.commands import AnyCommand
from bridge.errors import Refused
from bridge.room import Room
from bridge.terms import Mode, PersonId
from tests.bridge.fakes import FakeClock
from tests.bridge.histories import PEOPLE, ballots, beginning, histories, unhurried
from tests.bridge.playbook import ANN, BOB, EVE, Q1, Q2, Q3, START, Playbook, setup
from tests.web.hearing import FakeTransport, Page, Timers
from tests.web.house import HandClock
from web.auth import Caller
from web.bodies import Role
from web.crowd import AUDIENCE, GATHER_MOST, GATHER_S, PACE_S, Client, Crowd
from web.events import Hub
from web.moments import Moment
from web.pulse import LOOK_S

STRANGER = PersonId("stranger")
"""Never asks and never votes: the public."""


class Hall:
    """A room whose hub is told of everything, and people with pages open."""

    def __init__(self, mode: Mode = Mode.PRE, *, ring: int = 1024, at_once: int = 100) -> None:
        self.play = Playbook(setup(mode, rate=100))
        self.rooms: list[Room] = [self.play.room]
        """The room after each number."""
        self.timers = Timers()
        self.hub = Hub(self.play.room, FakeClock(), ring=ring, at_once=at_once, later=self.timers)
        self.pages: list[Page] = []

    def do(self, *commands: AnyCommand) -> None:
        """Do what is allowed and tell the hub of it."""
        for command in commands:
            told = len(self.play.entries)
            try:
                self.play.given(command)
            except Refused:
                continue
            for entry in self.play.entries[told:]:
                self.rooms.append(rooms.evolve(self.rooms[-1], entry))
                self.hub.tell(self.rooms[-2], entry, self.rooms[-1])

    def restart(self, *, remembered: int) -> None:
        """Lose all connections, and all of the hub but the last entries."""
        steps = list(zip(self.rooms, self.play.entries, self.rooms[1:], strict=False))
        self.hub = Hub(self.rooms[-1], FakeClock(), later=self.timers, past=steps[-remembered:])
        for page in self.pages:
            page.move(self.hub)

    def page(self, role: Role, person: PersonId = STRANGER) -> Page:
        """Open a page."""
        page = Page(self.hub, role, person)
        self.pages.append(page)
        page.connect()
        return page

    def expected(self, page: Page, room: Room) -> Any:
        """Return the snapshot of ``room`` for ``page``, as JSON."""
        audience = Audience.ASKER if AUDIENCE[page.role] is Audience.PUBLIC else AUDIENCE[page.role]
        return msgspec.json.decode(msgspec.json.encode(audiences.snapshot(room, audience, page.person)))

    def check(self, pages: Iterable[Page], *, flushed: bool) -> None:
        """Check what pages hold against fresh snapshots: of the number they know, and once flushed of the last."""
        for page in pages:
            page.read()
            assert page.seq is not None
            assert page.state == self.expected(page, self.rooms[page.seq])
            if flushed:
                assert page.state == self.expected(page, self.rooms[-1])


MOVES = ("stay", "flush", "drop", "resume", "read")
script = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 7)), min_size=60, max_size=60)


def move(hall: Hall, what: str, page: Page) -> None:
    match what:
        case "flush":
            hall.timers.go_off()
            hall.check([page], flushed=False)
        case "drop":
            page.drop()
        case "resume":
            page.drop()
            page.connect()
        case "read":
            hall.check([page], flushed=False)


@unhurried
@given(histories, script, st.sampled_from(Mode), st.sampled_from([(3, 100), (1024, 1), (1024, 100)]))
def test_nothing_is_missed_and_nothing_told_twice(
    history: list[AnyCommand], moves: Sequence[tuple[str, int]], mode: Mode, sizes: tuple[int, int]
) -> None:
    hall = Hall(mode, ring=sizes[0], at_once=sizes[1])
    for role in (Role.OPERATOR, Role.MODERATOR, Role.DISPLAY, Role.NOTES, Role.VIEWER):
        hall.page(role)
    for person in PEOPLE:
        hall.page(Role.VIEWER, person)
    hall.check(hall.pages, flushed=True)
    for command, (what, which) in zip([*beginning, *history], moves, strict=False):
        hall.do(command)
        move(hall, what, hall.pages[which])
    for page in hall.pages:
        if not page.connected:
            page.connect()
    hall.timers.go_off()
    hall.check(hall.pages, flushed=True)


@unhurried
@given(st.lists(ballots, min_size=5, max_size=30), st.integers(0, 30))
def test_however_many_move_at_once_each_finds_its_place(votes: list[AnyCommand], flushed: int) -> None:
    hall = Hall(Mode.POST)
    hall.do(*beginning)
    pages = [hall.page(Role.VIEWER), hall.page(Role.VIEWER, ANN), hall.page(Role.MODERATOR)]
    hall.do(*votes[:flushed])
    hall.timers.go_off()
    hall.check(pages, flushed=True)
    hall.do(*votes[flushed:])
    hall.timers.go_off()
    hall.check(pages, flushed=True)


def voting(*more: AnyCommand) -> Hall:
    """Return a hall with three approved questions."""
    hall = Hall(Mode.POST)
    hall.do(*(c.AskQuestion(person=person, text=f"Why, {person}?", exempt=True) for person in (ANN, BOB, EVE)), *more)
    return hall


def vote(person: str, question: Any = Q1) -> AnyCommand:
    return c.VoteQuestion(id=question, person=PersonId(person))


def test_votes_are_told_together_a_moment_later() -> None:
    hall = voting()
    page = hall.page(Role.VIEWER)
    hall.do(*(vote(f"p{n}", Q2) for n in range(50)), vote("p1", Q3))
    page.read()
    assert page.kinds == ["snapshot"]
    waits = [wait for wait in hall.timers.waits if wait != LOOK_S]
    assert waits == [pytest.approx(GATHER_S)], "one timer, while something waits"
    hall.timers.go_off()
    page.read()
    assert page.kinds == ["snapshot", "votes"]
    assert [(q["id"], q["votes"]) for q in page.state["questions"]] == [("q2", 50), ("q3", 1), ("q1", 0)]
    assert hall.timers.waits == [LOOK_S]


def test_what_else_happens_is_told_after_the_votes_before_it() -> None:
    hall = voting()
    page = hall.page(Role.VIEWER)
    hall.do(vote("p1"), c.Blank())
    page.read()
    assert page.kinds == ["snapshot", "votes", "air.blanked"]


def test_a_question_that_waits_makes_nobody_hear_of_votes_early_but_its_asker() -> None:
    hall = Hall()
    hall.do(c.AskQuestion(person=ANN, text="Why so deep?"), c.ApproveQuestion(id=Q1))
    others, asker = hall.page(Role.VIEWER), hall.page(Role.VIEWER, BOB)
    hall.do(vote("p1"), c.AskQuestion(person=BOB, text="Why so wide?"))
    others.read()
    asker.read()
    assert others.kinds == ["snapshot"]
    assert asker.kinds == ["snapshot", "votes", "question.asked"]
    hall.timers.go_off()
    others.read()
    asker.read()
    assert others.kinds == ["snapshot", "votes"]
    assert asker.kinds == ["snapshot", "votes", "question.asked"], "it knows them"


def test_voters_learn_of_their_own_vote_on_every_page_of_theirs() -> None:
    hall = voting()
    here, there, elsewhere = hall.page(Role.VIEWER, BOB), hall.page(Role.VIEWER, BOB), hall.page(Role.VIEWER)
    hall.do(vote(BOB))
    hall.timers.go_off()
    hall.check(hall.pages, flushed=True)
    voted = [page.state["questions"][0].get("voted") for page in (here, there, elsewhere)]
    assert voted == [True, True, None]
    hall.do(c.UnvoteQuestion(id=Q1, person=BOB))
    hall.timers.go_off()
    hall.check(hall.pages, flushed=True)


def test_operators_hear_of_each_vote_in_one_go() -> None:
    hall = voting()
    page = hall.page(Role.OPERATOR)
    sent = hall.hub.sent
    hall.do(*(vote(f"p{n}") for n in range(5)))
    page.read()
    assert page.kinds == ["snapshot"]
    hall.timers.go_off()
    assert len(page.transport.written) == 1
    assert hall.hub.sent - sent == 5
    page.read()
    assert page.kinds == ["snapshot", *["question.voted"] * 5]


def test_who_comes_while_votes_wait_hears_of_them_once() -> None:
    hall = voting()
    known = hall.page(Role.OPERATOR)
    known.read()
    known.drop()
    viewer = hall.page(Role.VIEWER)
    hall.do(vote("p1"))
    fresh = hall.page(Role.OPERATOR)
    known.connect()
    hall.do(vote("p2"))
    hall.timers.go_off()
    hall.check([known, fresh, viewer], flushed=True)
    assert fresh.kinds == ["snapshot", "question.voted"]
    assert known.kinds == ["snapshot", "question.voted", "question.voted"]


def test_very_many_votes_do_not_wait() -> None:
    hall = voting()
    page = hall.page(Role.VIEWER)
    hall.do(*(vote(f"p{n}") for n in range(GATHER_MOST)))
    page.read()
    assert page.kinds == ["snapshot", "votes"]


def test_votes_missed_are_retold_together() -> None:
    hall = voting()
    page = hall.page(Role.VIEWER)
    page.read()
    page.drop()
    hall.do(*(vote(f"p{n}") for n in range(9)), c.Blank(), vote("p10"))
    page.connect()
    page.read()
    assert page.kinds == ["snapshot", "votes", "air.blanked", "votes"]


def test_after_a_restart_clients_resume_with_what_they_missed() -> None:
    hall = voting()
    pages = [hall.page(Role.VIEWER), hall.page(Role.VIEWER, BOB), hall.page(Role.OPERATOR)]
    hall.check(pages, flushed=True)
    hall.do(vote(BOB), c.Blank(), vote("p1", Q2))
    hall.restart(remembered=4)
    for page in pages:
        page.connect()
    hall.check(pages, flushed=True)
    assert pages[0].kinds == ["snapshot", "votes", "air.blanked", "votes"]
    hall.do(c.Unblank())
    hall.check(pages, flushed=True)


def test_who_missed_more_than_is_remembered_over_a_restart_gets_everything() -> None:
    hall = voting()
    page = hall.page(Role.VIEWER)
    page.read()
    hall.do(c.Blank(), c.Unblank())
    hall.restart(remembered=1)
    page.connect()
    hall.check([page], flushed=True)
    assert page.kinds == ["snapshot", "snapshot"]


def test_many_who_come_back_with_the_same_number_get_the_same_bytes() -> None:
    hall = voting(c.Blank())
    pages = [hall.page(Role.VIEWER, PersonId(f"p{n}")) for n in range(3)]
    hall.check(pages, flushed=True)
    for page in pages:
        page.drop()
    hall.do(vote("p1"), c.Unblank())
    for page in pages:
        page.connect()
    written = [page.transport.written[0] for page in pages]
    assert written[0] is written[2]
    hall.check(pages, flushed=True)
    assert pages[1].state["questions"][0]["voted"]


def test_a_large_crowd_is_not_written_to_all_the_time() -> None:
    clock, timers, written = HandClock(), Timers(), list[tuple[int, int]]()
    crowd = Crowd(
        Audience.PUBLIC,
        lambda clients, _, messages: written.append((len(list(clients)), messages)),
        clock=clock,
        later=timers,
        pace_from=2,
    )
    for name in ("x", "y"):
        caller = Caller(person=PersonId(name), role=Role.VIEWER, until=START)
        crowd.add(Client(caller, FakeTransport(), until=inf), 0)
    play = Playbook().given(c.Blank(), c.Unblank(), c.Blank(), c.Unblank())
    before = rooms.empty(play.room.setup)
    moments = []
    for entry in play.entries:
        moments.append(Moment(before, entry, rooms.evolve(before, entry)))
        before = moments[-1].after
    for moment in moments[:3]:
        crowd.tell(moment)
    assert written == [(2, 1)]
    assert timers.waits == [pytest.approx(2 * PACE_S, rel=0.1)]
    timers.go_off()
    assert written == [(2, 1), (2, 2)]
    clock.pass_(seconds=1)
    crowd.tell(moments[3])
    assert written == [(2, 1), (2, 2), (2, 1)]
