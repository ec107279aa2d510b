"""Kill the bridge in the middle of a busy event, twenty times: whatever was acknowledged is there, all else whole."""

import asyncio
import random
import sqlite3
import time
from collections.abc import Coroutine
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.real.busy import ACTS, Account, Desk, Killed, Podium, Voter, found_in
from tests.real.crowd import Crowd
from tests.real.running import Service, Viewer

pytestmark = pytest.mark.real

SETTINGS = """
[moderation]
rate = 1000
address_rate = 0

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
ROUNDS = 20
SHORTEST_S, LONGEST_S = 0.3, 2.0
"""How long the service runs busily before it is killed."""
DESKS, ASKERS, VOTERS, MODERATORS = 12, 8, 8, 3
PASSING = ("sources", "outputs", "displays", "incidents", "studio", "recording")
"""What the studio says, at any time."""


class Event:
    """One event over all rounds: who takes part, and what they know."""

    def __init__(self, service: Service, chance: random.Random) -> None:
        self._service = service
        self._chance = chance
        self._tokens = [service.invite("moderator") for _ in range(MODERATORS)]
        self._desks: list[Desk] = []
        self._podium = Podium()
        self._voters = [Voter(Viewer(service).cookie, chance) for _ in range(VOTERS)]
        self._ballot = [self._asked_and_approved(number) for number in range(4)]

    def _asked_and_approved(self, number: int) -> str:
        body = {"text": f"Ballot, question {number}?", "origin": "room"}
        question: str = self._service.operate("POST", "/api/questions", body)["id"]
        return question

    async def busy_until_killed(self, round_: int, *, after_s: float) -> None:
        """Let everybody act at once and kill the service in the middle of it.

        Every other time it is killed the moment that an answer comes: what it tells must have been written by then.
        """
        kill = self._service.process.kill
        async with Crowd(self._service, at_once=200) as crowd:
            work: list[Coroutine[Any, Any, None]] = [voter.work(crowd, self._ballot) for voter in self._voters]
            work.append(self._podium.work(crowd.operator(), f"Round {round_}"))
            work += [self._one_after_the_other(crowd, f"{round_}.{n}", ACTS) for n in range(DESKS)]
            work += [self._one_after_the_other(crowd, f"{round_}.a{n}", 0) for n in range(ASKERS)]
            async with asyncio.TaskGroup() as tasks:
                for one in work:
                    tasks.create_task(until_killed(one))
                await asyncio.sleep(after_s)
                if round_ % 2:
                    kill()
                else:
                    crowd.when_answered = kill

    async def _one_after_the_other(self, crowd: Crowd, name: str, acts: int) -> None:
        number = 0
        while True:
            number += 1
            desk = Desk(f"Desk {name}.{number}", self._chance)
            self._desks.append(desk)
            token = self._chance.choice(self._tokens)
            await desk.work(crowd.stranger(), crowd.bearer(token), acts=acts)

    @property
    def accounts(self) -> list[Account[Any]]:
        """All accounts."""
        desks, voters = [desk.account for desk in self._desks], [voter.account for voter in self._voters]
        return [*desks, *voters, self._podium.account]

    def settle(self) -> tuple[int, int]:
        """Compare the service's state with all accounts; return how many acts in the air had happened, and had not."""
        state = self._service.state()
        found = found_in(state)
        settled = [desk.account.settle(found.of(desk.words)) for desk in self._desks]
        settled.append(self._podium.account.settle(state["speaker"] and state["speaker"]["name"]))
        settled += [voter.account.settle(self._votes_of(voter)) for voter in self._voters]
        asked = sum(len(desk.account.known.questions) for desk in self._desks)
        assert len(found.questions) == asked + len(self._ballot), "nothing that nobody asked"
        for one in state["questions"]:
            if one["id"] in self._ballot:
                assert one["votes"] == sum(one["id"] in voter.account.known for voter in self._voters)
        return settled.count(True), settled.count(False)

    def _votes_of(self, voter: Voter) -> frozenset[str]:
        answer = self._service.ask("GET", "/api/state", headers={"Cookie": voter.cookie})
        return frozenset(one["id"] for one in answer.json["state"]["questions"] if one.get("voted"))


async def until_killed(work: Coroutine[Any, Any, None]) -> None:
    """Work until the service is gone."""
    try:
        await work
    except Killed:
        return


def whole(journal: Path, seq: int) -> None:
    """See that a journal is sound and has each number up to ``seq``, and maybe more by now, once."""
    with closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as opened:
        assert opened.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        count, first, last = opened.execute("SELECT count(*), min(seq), max(seq) FROM entries").fetchone()
    assert (first, count) == (1, last)
    assert last >= seq


def lasting(service: Service) -> dict[str, Any]:
    """Return the operator's state without what the studio says."""
    return {name: value for name, value in service.state().items() if name not in PASSING}


def test_whatever_was_acknowledged_outlives_twenty_kills_of_a_busy_service(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")
    chance, began = random.Random(seed), time.perf_counter()
    with Service(tmp_path / "room", SETTINGS) as service:
        service.operate("POST", "/api/sessions", {"title": "Busy"})
        event, acknowledged = Event(service, chance), 0
        for round_ in range(1, ROUNDS + 1):
            after_s = chance.uniform(SHORTEST_S, LONGEST_S)
            asyncio.run(event.busy_until_killed(round_, after_s=after_s))
            service.process.wait()
            service.start()
            happened, lost = event.settle()
            whole(service.data / "journal.db", service.operate("GET", "/api/state")["seq"])
            before, acknowledged = acknowledged, sum(account.acknowledged for account in event.accounts)
            print(
                f"round {round_}: killed after {after_s:.2f} s, {acknowledged - before} acts acknowledged, "
                f"{happened + lost} in the air, of which {happened} had happened"
            )
        replayed(service)
        assert acknowledged > ROUNDS * 50, "the service was busy"
        assert "Traceback" not in service.log.read_text()
    print(f"{acknowledged} acts in {time.perf_counter() - began:.0f} s")


def replayed(service: Service) -> None:
    """See that the journal, read anew, makes the same state."""
    before = lasting(service)
    service.kill()
    service.start()
    assert lasting(service) == before
    service.interrupt()
    whole(service.data / "journal.db", 1)
