"""A busy event: many ask, vote and moderate at once, and each keeps account of what was acknowledged.

Everybody does one thing after the other to what nobody else touches. So each knows exactly how that stands, but for the
one act that was in the air when the service was killed: it happened whole or not at all.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import aiohttp

from tests.real.crowd import Crowd, Heard, Someone

QUESTIONS = 3
"""Of each asker."""
ACTS = 10
"""Of the moderator who sees to one asker's questions."""
BANNED = 0.1
"""Share of askers who are banned at the end."""

K = TypeVar("K")


class Killed(Exception):
    """The service went away while an act was in the air."""


class Account(Generic[K]):
    """What one knows to be so, and what is so if the act in the air happened."""

    def __init__(self, known: K) -> None:
        self.known = known
        self.doubtful: K | None = None
        self.acknowledged = 0

    async def act(self, someone: Someone, method: str, path: str, body: object, *, after: K) -> Heard:
        """Do something that makes it so as ``after`` says. Raises :exc:`Killed`."""
        self.doubtful = after
        try:
            heard = await someone.call(method, path, body)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Killed from error
        assert heard.status < 300, f"{method} {path} {body}: {heard.status} {heard.body.decode()}"
        self.known, self.doubtful = after, None
        self.acknowledged += 1
        return heard

    def settle(self, found: K) -> bool | None:
        """See that what was found is what is known or doubtful; tell whether the act in the air happened."""
        assert found in (self.known, self.doubtful), f"known: {self.known}\ndoubtful: {self.doubtful}\nfound: {found}"
        happened = None if self.doubtful is None else found == self.doubtful
        self.known, self.doubtful = found, None
        return happened


# Questions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stand:
    """How a question stands."""

    text: str
    status: str = "waiting"
    reason: str | None = None
    answer: str | None = None
    starred: bool = False
    tags: tuple[str, ...] = ()
    into: str | None = None
    """The own words of the one that stands for it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One asker's questions by their own words, and whether the asker is banned."""

    questions: dict[str, Stand]
    banned: bool = False

    def put(self, words: str, stand: Stand) -> "Case":
        """Return the case with one question otherwise."""
        return replace(self, questions={**self.questions, words: stand})


@dataclass(frozen=True, slots=True)
class Found:
    """What the state says of all questions."""

    questions: dict[str, Stand]
    """By their own words."""
    people: dict[str, str]
    """The same for who asked."""
    banned: frozenset[str]

    def of(self, words: set[str]) -> Case:
        """Return one asker's case; all that was ever asked is among ``words``."""
        questions = {one: self.questions[one] for one in words if one in self.questions}
        return Case(questions, banned=any(self.people[one] in self.banned for one in questions))


def found_in(state: dict[str, Any]) -> Found:
    """Read the operator's state; no question is in it twice."""
    own = {one["id"]: one["desk"]["own_text"] or one["text"] for one in state["questions"]}
    assert len(set(own.values())) == len(own), "every question once"
    questions = {
        own[one["id"]]: Stand(
            text=one["text"],
            status=one["status"],
            reason=one["reason"],
            answer=one["answer"],
            starred=one["desk"]["starred"],
            tags=tuple(one["desk"]["tags"]),
            into=own.get(one["into"]),
        )
        for one in state["questions"]
    }
    people = {own[one["id"]]: one["desk"]["person"] for one in state["questions"]}
    return Found(questions, people, frozenset(one["person"] for one in state["banned"]))


class Desk:
    """One asker and one moderator who sees to their questions."""

    def __init__(self, name: str, chance: random.Random) -> None:
        self._name = name
        self._chance = chance
        self._ids: dict[str, str] = {}
        self.account = Account(Case({}))

    @property
    def words(self) -> set[str]:
        """The own words of all that was ever asked here, acknowledged or not."""
        return {*self.account.known.questions, *(self.account.doubtful or self.account.known).questions}

    async def work(self, asker: Someone, moderator: Someone, *, acts: int) -> None:
        """Ask, and then moderate. Raises :exc:`Killed`."""
        for number in range(QUESTIONS):
            words = f"{self._name}, question {number}?"
            after = self.account.known.put(words, Stand(words))
            heard = await self.account.act(asker, "POST", "/api/questions", {"text": words}, after=after)
            self._ids[words] = heard.json["id"]
        for number in range(acts):
            words = self._chance.choice(list(self._ids))
            what, body, stand = self._chance.choice(list(self._choices(words, number)))
            after, path = self.account.known.put(words, stand), f"/api/questions/{self._ids[words]}/{what}"
            heard = await self.account.act(moderator, "POST", path, body, after=after)
            assert heard.json["status"] == stand.status
        if acts and self._chance.random() < BANNED:
            await self._ban(moderator)

    def _choices(self, words: str, number: int) -> Iterator[tuple[str, object, Stand]]:
        """Go through what may be done to a question: the call, its body, and how the question stands then."""
        now, text = self.account.known.questions[words], f"{self._name}, act {number}"
        yield "edit", {"text": text}, replace(now, text=text)
        yield "tags", {"tags": [f"tag{number}", "busy"]}, replace(now, tags=(f"tag{number}", "busy"))
        yield ("unstar" if now.starred else "star"), None, replace(now, starred=not now.starred)
        yield "restore", None, replace(now, status="waiting", reason=None, into=None)
        if now.status in {"waiting", "not_taken"}:
            yield "approve", None, replace(now, status="approved", reason=None)
        if now.status in {"waiting", "approved", "not_taken"}:
            yield "reject", {"reason": text}, replace(now, status="not_taken", reason=text)
            for other, stand in self.account.known.questions.items():
                if other != words and stand.status in {"waiting", "approved", "answered"}:
                    yield "merge", {"into": self._ids[other]}, replace(now, status="merged", into=other)
        if now.status in {"waiting", "approved", "answered"}:
            yield "answer", {"text": text}, replace(now, status="answered", answer=text)

    async def _ban(self, moderator: Someone) -> None:
        try:
            state = (await moderator.get("/api/state"))["state"]
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Killed from error
        person = found_in(state).people[next(iter(self._ids))]
        gone = {
            words: replace(stand, status="not_taken", reason=None)
            if stand.status in {"waiting", "approved", "answered"}
            else stand
            for words, stand in self.account.known.questions.items()
        }
        path = f"/api/askers/{person}/ban"
        await self.account.act(moderator, "POST", path, None, after=Case(gone, banned=True))


# Votes and speakers ---------------------------------------------------------------------------------------------------


class Voter:
    """Somebody who votes and takes it back, again and again."""

    def __init__(self, cookie: str, chance: random.Random) -> None:
        self.cookie = cookie
        self._chance = chance
        self.account: Account[frozenset[str]] = Account(frozenset())

    async def work(self, crowd: Crowd, ballot: list[str]) -> None:
        """Vote until the service is gone. Raises :exc:`Killed`."""
        someone = crowd.with_cookie(self.cookie)
        while True:
            question = self._chance.choice(ballot)
            method = "DELETE" if question in self.account.known else "PUT"
            after = self.account.known ^ {question}
            await self.account.act(someone, method, f"/api/questions/{question}/vote", None, after=after)


class Podium:
    """The operator who says who speaks."""

    def __init__(self) -> None:
        self.account: Account[str | None] = Account(None)

    async def work(self, operator: Someone, name: str) -> None:
        """Give the word to one after the other until the service is gone. Raises :exc:`Killed`."""
        turn = 0
        while True:
            turn += 1
            speaker = f"{name}, speaker {turn}"
            await self.account.act(operator, "POST", "/api/speakers/now", {"name": speaker}, after=speaker)
