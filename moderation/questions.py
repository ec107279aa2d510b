"""Hold all questions: each with what it is, how it stands and what moderators did to it; in order; by who asked.

At most one question is on air and at most one is next. What moderators decide stands in ``Standing``, so that undoing
is putting back the one before.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bridge.errors import Refused
from bridge.persistent import Map, Sorted
from bridge.terms import Hold, Order, Origin, PartId, PersonId, Place, QuestionId, SessionId
from bridge.views import QuestionStatus as Status
from moderation import ranking

PUBLIC = frozenset({Status.APPROVED, Status.NEXT, Status.ON_AIR, Status.ANSWERED})
"""What everybody may see."""


NOBODY: Map[PersonId, None] = Map()
"""No voters; one for all, since it never changes."""


class Standing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of a question so far."""

    status: Status
    text: str
    reason: str | None = None
    banned: bool = False
    """It went because its asker was banned."""
    starred: bool = False
    tags: tuple[str, ...] = ()
    answer: str | None = None
    """The written one."""
    answered_by: str | None = None
    place: Place | None = None
    """Where a moderator put it in the line."""
    into: QuestionId | None = None
    """Which stands for it since they were merged."""
    on_air_at: datetime | None = None
    """When it came into the picture; None once it was put back."""
    answered_at: datetime | None = None
    part: PartId | None = None
    """The recording file that held the picture at ``on_air_at``; known once it was answered there."""


class Claim(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Who has a question open."""

    by: str
    holder: PersonId
    at: datetime


class Question(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One question.

    Thousands of them live long and hold no cycle: the collector, which took a third of the time, passes them by.
    """

    id: QuestionId
    number: int
    person: PersonId
    name: str | None
    session: SessionId | None
    asked_at: datetime
    origin: Origin
    own_text: str
    """The asker's own words."""
    plain: str
    """The words it was asked in, as they are compared with those of others."""
    held: tuple[Hold, ...]
    similar: tuple[QuestionId, ...]
    time: int
    """The how manieth question of its asker it is."""
    quiet: bool
    """Whether its origin had its fair share of the questions at most when it was asked."""
    standing: Standing
    key: ranking.Key
    voters: Map[PersonId, None] = NOBODY
    """Who voted for this very question."""
    merged: tuple[QuestionId, ...] = ()
    """The questions it stands for."""
    united: Map[PersonId, None] | None = None
    """Its voters and those of what it stands for; None where it stands for itself alone."""
    claim: Claim | None = None
    rev: int = 0
    """Counts what happened to its standing: who says which they saw cannot undo what they did not see."""
    past: tuple[Standing, ...] = ()
    """Before each of the moderators' acts, oldest first."""
    future: tuple[Standing, ...] = ()
    """After each of those that were undone, the last first to be done again at the end."""

    @property
    def status(self) -> Status:
        return self.standing.status

    @property
    def text(self) -> str:
        return self.standing.text

    @property
    def reason(self) -> str | None:
        return self.standing.reason

    @property
    def on_air_at(self) -> datetime | None:
        return self.standing.on_air_at

    @property
    def answered_at(self) -> datetime | None:
        return self.standing.answered_at

    @property
    def wanting(self) -> Map[PersonId, None]:
        """Whose votes count for it."""
        return self.voters if self.united is None else self.united

    @property
    def votes(self) -> int:
        return len(self.wanting)


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """All questions, by id, in order, and by who asked."""

    by_id: Map[QuestionId, Question]
    order: Sorted[ranking.Key]
    asked: Map[PersonId, tuple[QuestionId, ...]]
    """Each person's own, oldest first."""
    voted: Map[PersonId, tuple[QuestionId, ...]]
    """What each person has a vote on; nobody without one stands here."""
    counts: dict[Status, int]
    """Never changed in place."""
    origins: dict[Origin, int]
    """How many came from where. Never changed in place."""
    banned: Map[PersonId, None]
    ordered: Order
    """What the approved are ordered by."""

    def get(self, question: QuestionId) -> Question | None:
        return self.by_id.get(question)

    def __iter__(self) -> Iterator[Question]:
        """Go through all questions in the order of display."""
        for key in self.order:
            yield self._at(key)

    def after(self, key: ranking.Key) -> Question | None:
        """Return the question that follows ``key`` in the order of display."""
        following = self.order.after(key)
        return None if following is None else self._at(following)

    def beyond(self, status: Status) -> Question | None:
        """Return the first question that stands after all of ``status``, be they ever so many."""
        return self.after(ranking.before_all(ranking.RANK[status] + 1))

    @property
    def on_air(self) -> Question | None:
        return self.first(Status.ON_AIR)

    @property
    def next(self) -> Question | None:
        return self.first(Status.NEXT)

    def first(self, status: Status) -> Question | None:
        """Return the first question with ``status`` in the order of display."""
        found = self.after(ranking.before_all(ranking.RANK[status]))
        return found if found is not None and found.status is status else None

    def approved(self) -> Iterator[Question]:
        """Go through the line, first the one that comes first."""
        found = self.first(Status.APPROVED)
        while found is not None and found.status is Status.APPROVED:
            yield found
            found = self.after(found.key)

    def latest(self, most: int) -> Iterator[Question]:
        """Go through the newest questions, the newest first."""
        count = len(self.by_id)
        for number in range(count, max(0, count - most), -1):
            yield self.known(QuestionId(f"q{number}"))

    def own(self, person: PersonId) -> tuple[Question, ...]:
        """Return what ``person`` asked, oldest first."""
        return tuple(self.known(question) for question in self.asked.get(person) or ())

    def chosen(self, person: PersonId) -> Iterator[Question]:
        """Go through what ``person`` has a vote on, and what stands for that since it was merged."""
        for id_ in self.voted.get(person) or ():
            question = self.known(id_)
            yield question
            while question.standing.into is not None:
                question = self.known(question.standing.into)
                yield question

    def known(self, question: QuestionId) -> Question:
        """Return the question of that id, or refuse."""
        found = self.by_id.get(question)
        if found is None:
            raise unknown(question)
        return found

    def _at(self, key: ranking.Key) -> Question:
        return self.known(QuestionId(f"q{ranking.number_of(key)}"))


def empty(order: Order = Order.VOTES) -> Questions:
    """Return the state before the first question."""
    return Questions(
        by_id=Map(), order=Sorted(), asked=Map(), voted=Map(), counts={}, origins={}, banned=Map(), ordered=order
    )


# How what is not allowed is refused -----------------------------------------------------------------------------------

_WORDS = {
    Status.WAITING: "waits for a moderator",
    Status.APPROVED: "is approved",
    Status.NEXT: "comes next",
    Status.ON_AIR: "is on air",
    Status.ANSWERED: "was answered",
    Status.NOT_TAKEN: "was not taken",
    Status.WITHDRAWN: "was withdrawn",
    Status.MERGED: "was merged with another",
}


def require(question: Question, allowed: set[Status], remedy: str) -> None:
    """Refuse where ``question`` stands otherwise than ``allowed``."""
    if question.status not in allowed:
        raise wrong(question, remedy)


def wrong(question: Question, remedy: str) -> Refused:
    """Return the refusal of what the question's status does not allow."""
    return Refused("question_status", f"{in_words(question)}. {remedy}")


def in_words(question: Question) -> str:
    """Say how a question stands."""
    return f"Question {question.number} {_WORDS[question.status]}"


def unknown(question: QuestionId) -> Refused:
    """Return the refusal of a question that is not there, or not there for who asks."""
    return Refused("question_unknown", f"There is no question {question}.", status=404)
