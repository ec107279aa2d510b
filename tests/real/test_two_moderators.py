"""Two moderators act at the same moment on the same question: one wins, the other is told, and nothing is lost."""

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from tests.real.crowd import Crowd, Heard, Someone
from tests.real.running import Service

pytestmark = pytest.mark.real

SETTINGS = """
[video]
width = 320
height = 180
fps = 5
bitrate_bps = 200000
preset = "ultrafast"

[hls]
enabled = false

[[sources]]
name = "testcard"
kind = "testcard"
"""
TIMES = 4
"""Times that each pair of decisions is tried."""
MANY = 8

View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """One act on a question and what it makes of it."""

    path: str
    body: Callable[[str, str], object]
    """Of who acts and of the id of another question."""
    shows: Callable[[View, str], bool]
    """Tell whether the question (as moderators see it) shows that this one acted."""


DECISIONS = {
    "approve": Decision("approve", lambda _who, _other: None, lambda seen, _: seen["status"] == "approved"),
    "reject": Decision("reject", lambda who, _: {"reason": who}, lambda seen, who: seen["reason"] == who),
    "restore": Decision("restore", lambda _who, _other: None, lambda seen, _: seen["status"] == "waiting"),
    "star": Decision("star", lambda _who, _other: None, lambda seen, _: bool(seen["desk"]["starred"])),
    "unstar": Decision("unstar", lambda _who, _other: None, lambda seen, _: not seen["desk"]["starred"]),
    "tags": Decision("tags", lambda who, _: {"tags": [who]}, lambda seen, who: seen["desk"]["tags"] == [who]),
    "edit": Decision("edit", lambda who, _: {"text": f"By {who}?"}, lambda seen, who: seen["text"] == f"By {who}?"),
    "answer": Decision("answer", lambda who, _: {"text": who}, lambda seen, who: seen["answer"] == who),
    "merge": Decision("merge", lambda _, other: {"into": other}, lambda seen, _: seen["status"] == "merged"),
    "move": Decision("move", lambda _, other: {"before": other}, lambda seen, _: bool(seen["desk"]["undo"])),
    "undo": Decision("undo", lambda _who, _other: None, lambda seen, _: bool(seen["desk"]["redo"])),
    "redo": Decision("redo", lambda _who, _other: None, lambda seen, _: seen["desk"]["tags"] == ["later"]),
}
ON_WAITING = ("approve", "reject", "star", "tags", "edit", "answer", "merge", "undo", "redo")
"""What changes a question that waits and is not starred; its last act but one can be undone, its last was."""
ON_APPROVED = ("reject", "restore", "unstar", "tags", "edit", "answer", "merge", "move", "undo", "redo")
"""The same for one that is approved and starred."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("two") / "room", SETTINGS) as running:
        assert running.token
        yield running


@asynccontextmanager
async def moderators(service: Service, count: int = 2) -> AsyncIterator[list[Someone]]:
    """Let so many moderators come, each with connections of their own."""
    async with AsyncExitStack() as stack:
        crowds = [await stack.enter_async_context(Crowd(service)) for _ in range(count)]
        yield [crowd.bearer(await crowd.invited("moderator", name=f"m{n}")) for n, crowd in enumerate(crowds)]


async def done(someone: Someone, path: str, body: object = None) -> Any:
    """Do what works and return the answer."""
    heard = await someone.call("POST", path, body)
    assert heard.status < 300, heard.body
    return heard.json


async def prepared(someone: Someone, status: str) -> tuple[str, int, str]:
    """Ask two questions; return the second's id and rev, and the first's id."""
    body = {"text": "Which of the two is it?", "origin": "room"}
    other: str = (await done(someone, "/api/questions", body))["id"]
    question: str = (await done(someone, "/api/questions", body))["id"]
    path = f"/api/questions/{question}"
    await done(someone, f"{path}/{'restore' if status == 'waiting' else 'star'}")
    await done(someone, f"{path}/tags", {"tags": ["later"]})
    rev: int = (await done(someone, f"{path}/undo"))["rev"]
    return question, rev, other


async def seen_of(someone: Someone, question: str) -> View:
    """Return a question as moderators see it."""
    questions = (await someone.get("/api/state"))["state"]["questions"]
    found: View = next(one for one in questions if one["id"] == question)
    return found


async def race(two: list[Someone], names: tuple[str, str], status: str) -> int:
    """Let two act at once with the rev that both saw; return which of them won."""
    question, rev, other = await prepared(two[0], status)
    acts = [DECISIONS[name] for name in names]
    heard: list[Heard] = await asyncio.gather(
        *(
            one.call("POST", f"/api/questions/{question}/{act.path}?rev={rev}", act.body(f"moderator{n}", other))
            for n, (one, act) in enumerate(zip(two, acts, strict=True))
        )
    )
    assert sorted(answer.status for answer in heard) == [200, 409], (names, [answer.body for answer in heard])
    won = 0 if heard[0].status == 200 else 1
    assert heard[1 - won].code == "question_changed"
    assert heard[won].json["rev"] == rev + 1
    seen = await seen_of(two[1], question)
    assert seen["desk"]["rev"] == rev + 1, f"{names}: one act and no more"
    assert acts[won].shows(seen, f"moderator{won}"), (names, seen)
    return won


@pytest.mark.parametrize(("status", "decisions"), [("waiting", ON_WAITING), ("approved", ON_APPROVED)])
async def test_of_two_decisions_at_the_same_moment_one_wins_and_the_other_is_told(
    service: Service, status: str, decisions: tuple[str, ...]
) -> None:
    async with moderators(service) as two:
        won: Counter[int] = Counter()
        for number, names in itertools.product(range(TIMES), itertools.combinations_with_replacement(decisions, 2)):
            # By turns the one and the other is sent first.
            first, second = names if number % 2 == 0 else names[::-1]
            turned = two if number // 2 % 2 == 0 else two[::-1]
            won[await race(turned, (first, second), status)] += 1
        print(f"{status}: {won.total()} races, the one sent first won {won[0]}")


async def test_of_many_at_the_same_moment_one_wins(service: Service) -> None:
    async with moderators(service, MANY) as many:
        for _ in range(10):
            question, rev, _ = await prepared(many[0], "waiting")
            path = f"/api/questions/{question}/edit?rev={rev}"
            heard = await asyncio.gather(
                *(one.call("POST", path, {"text": f"By number {n}?"}) for n, one in enumerate(many))
            )
            assert sorted(answer.status for answer in heard) == [200] + [409] * (MANY - 1)
            winner = next(n for n, answer in enumerate(heard) if answer.status == 200)
            assert (await seen_of(many[0], question))["text"] == f"By number {winner}?"


async def test_who_looks_again_and_tries_again_loses_nothing(service: Service) -> None:
    """Each adds a tag to those that they saw; in the end all are there."""
    async with moderators(service, MANY) as many:
        question, _, _ = await prepared(many[0], "waiting")
        refusals: Counter[str] = Counter()

        async def add(someone: Someone, tag: str) -> None:
            while True:
                desk = (await seen_of(someone, question))["desk"]
                path = f"/api/questions/{question}/tags?rev={desk['rev']}"
                heard = await someone.call("POST", path, {"tags": [*desk["tags"], tag]})
                if heard.status == 200:
                    return
                refusals[heard.code] += 1

        await asyncio.gather(*(add(one, f"tag{number}") for number, one in enumerate(many)))
        assert sorted((await seen_of(many[0], question))["desk"]["tags"]) == [f"tag{n}" for n in range(MANY)]
        assert refusals.keys() == {"question_changed"}
        print(f"{MANY} tags, {refusals.total()} tries again")


async def test_the_log_names_the_winners_alone(service: Service) -> None:
    async with moderators(service) as two:
        question, rev, _ = await prepared(two[0], "waiting")
        path = f"/api/questions/{question}"
        heard = await asyncio.gather(*(one.call("POST", f"{path}/approve?rev={rev}") for one in two))
        won = [answer.status for answer in heard].index(200)
        lines = await two[0].get(f"/api/log?question={question}")
        approvals = [line["actor"] for line in lines if line["act"] == "question.approved"]
        assert approvals == [f"moderator:m{won}"]
