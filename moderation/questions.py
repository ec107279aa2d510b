"""Decide over the life of questions: waiting → approved → next → on air → answered; aside not taken and withdrawn.

At most one question is on air and at most one is next. Everything a moderator does can be undone. To those who may not
see a question it does not exist: a vote for one that waits is refused as unknown.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from bridge import commands as c
from bridge import events as e
from bridge.errors import Refused
from bridge.events import PersonId, QuestionId, SessionId
from bridge.persistent import Map, Sorted
from bridge.views import QuestionStatus as Status
from moderation import policy, ranking

PUBLIC = frozenset({Status.APPROVED, Status.NEXT, Status.ON_AIR, Status.ANSWERED})
"""What everybody may see."""


NOBODY: Map[PersonId, None] = Map()
"""No voters; one for all, since it never changes."""


class Question(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One question and what became of it.

    Thousands of them live long and hold no cycle: the collector, which took a third of the time, passes them by.
    """

    id: QuestionId
    number: int
    person: PersonId
    text: str
    name: str | None
    session: SessionId | None
    status: Status
    asked_at: datetime
    voters: Map[PersonId, None]
    on_air_at: datetime | None = None
    """When it came into the picture; None once it was put back."""
    answered_at: datetime | None = None
    reason: str | None = None

    @property
    def votes(self) -> int:
        return len(self.voters)

    @property
    def key(self) -> ranking.Key:
        return ranking.key(self.status, number=self.number, votes=self.votes, answered_at=self.answered_at)


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """All questions, by id, in order, and by who asked."""

    by_id: Map[QuestionId, Question]
    order: Sorted[ranking.Key]
    asked: Map[PersonId, tuple[QuestionId, ...]]
    """Each person's own, oldest first."""
    counts: dict[Status, int]
    """Never changed in place."""
    voted: Map[PersonId, tuple[QuestionId, ...]]
    """What each person has a vote on; nobody without one stands here."""

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

    def own(self, person: PersonId) -> tuple[Question, ...]:
        """Return what ``person`` asked, oldest first."""
        return tuple(self.known(question) for question in self.asked.get(person) or ())

    def chosen(self, person: PersonId) -> tuple[Question, ...]:
        """Return what ``person`` has a vote on."""
        return tuple(self.known(question) for question in self.voted.get(person) or ())

    def known(self, question: QuestionId) -> Question:
        """Return the question of that id, or refuse."""
        found = self.by_id.get(question)
        if found is None:
            raise _unknown(question)
        return found

    def _at(self, key: ranking.Key) -> Question:
        return self.known(QuestionId(f"q{ranking.number_of(key)}"))


def empty() -> Questions:
    """Return the state before the first question."""
    return Questions(by_id=Map(), order=Sorted(), asked=Map(), counts={}, voted=Map())


QuestionCommand = (
    c.AskQuestion
    | c.EditOwnQuestion
    | c.WithdrawQuestion
    | c.VoteQuestion
    | c.UnvoteQuestion
    | c.EditQuestion
    | c.ApproveQuestion
    | c.RejectQuestion
    | c.RestoreQuestion
    | c.TakeNext
    | c.ClearAir
    | c.AirQuestion
)


def decide(
    questions: Questions,
    command: QuestionCommand,
    now: datetime,
    *,
    rules: policy.Policy,
    session: SessionId | None = None,
) -> list[e.AnyQuestionEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    match command:
        case c.AskQuestion():
            return [_asked(questions, command, now, rules, session)]
        case c.VoteQuestion() | c.UnvoteQuestion():
            return _vote(questions, command)
        case c.EditOwnQuestion() | c.WithdrawQuestion():
            return _own(questions, command)
        case c.EditQuestion() | c.ApproveQuestion() | c.RejectQuestion() | c.RestoreQuestion():
            return _moderate(questions, command)
        case c.TakeNext():
            return _take_next(questions)
        case c.ClearAir():
            on_air = questions.on_air
            return [] if on_air is None else [e.QuestionPutBack(id=on_air.id)]
        case c.AirQuestion():
            return _air(questions, questions.known(command.id))


def _asked(
    questions: Questions, command: c.AskQuestion, now: datetime, rules: policy.Policy, session: SessionId | None
) -> e.QuestionAsked:
    if not rules.open and not command.exempt:
        raise Refused("asking_closed", "Questions are closed for now.")
    text, name = policy.question_text(command.text), policy.asker_name(command.name)
    if not command.exempt:
        recent = (questions.asked.get(command.person) or ())[-rules.rate :] if rules.rate > 0 else ()
        policy.check_rate(rules, [questions.known(question).asked_at for question in recent], now)
    number = len(questions.by_id) + 1
    return e.QuestionAsked(
        id=QuestionId(f"q{number}"),
        number=number,
        person=command.person,
        text=text,
        name=name,
        session=session,
        approved=rules.mode is policy.Mode.POST,
    )


def _vote(questions: Questions, command: c.VoteQuestion | c.UnvoteQuestion) -> list[e.AnyQuestionEvent]:
    question = questions.known(command.id)
    if question.status not in PUBLIC:
        raise _unknown(command.id)
    voted, wanted = command.person in question.voters, isinstance(command, c.VoteQuestion)
    if voted is wanted:
        return []
    if question.status is Status.ANSWERED:
        raise _wrong(question, "Votes are over.")
    if wanted:
        return [e.QuestionVoted(id=question.id, person=command.person)]
    return [e.QuestionUnvoted(id=question.id, person=command.person)]


def _own(questions: Questions, command: c.EditOwnQuestion | c.WithdrawQuestion) -> list[e.AnyQuestionEvent]:
    question = questions.known(command.id)
    if question.person != command.person:
        raise Refused("not_yours", f"Question {question.number} is somebody else's.", status=403)
    match command:
        case c.WithdrawQuestion():
            if question.status is Status.WITHDRAWN:
                return []
            _require(question, {Status.WAITING}, "It can be withdrawn only while it waits.")
            return [e.QuestionWithdrawn(id=question.id)]
        case c.EditOwnQuestion(text=text):
            _require(question, {Status.WAITING}, "It can be changed only while it waits.")
            text = policy.question_text(text)
            return [] if text == question.text else [e.QuestionEdited(id=question.id, text=text)]


def _moderate(
    questions: Questions, command: c.EditQuestion | c.ApproveQuestion | c.RejectQuestion | c.RestoreQuestion
) -> list[e.AnyQuestionEvent]:
    question = questions.known(command.id)
    match command:
        case c.EditQuestion(text=text):
            _require(question, set(Status) - {Status.WITHDRAWN}, "It cannot be changed any more.")
            text = policy.question_text(text)
            return [] if text == question.text else [e.QuestionEdited(id=question.id, text=text, by_moderator=True)]
        case c.ApproveQuestion():
            if question.status is Status.APPROVED:
                return []
            _require(question, {Status.WAITING, Status.NOT_TAKEN}, "Only a waiting question can be approved.")
            return [e.QuestionApproved(id=question.id)]
        case c.RejectQuestion():
            reason = policy.reason_text(command.reason)
            if question.status is Status.NOT_TAKEN and question.reason == reason:
                return []
            allowed = {Status.WAITING, Status.APPROVED, Status.NEXT, Status.NOT_TAKEN}
            _require(question, allowed, "It can no longer be turned down.")
            return [e.QuestionRejected(id=question.id, reason=reason)]
        case c.RestoreQuestion():
            if question.status is Status.WAITING:
                return []
            allowed = {Status.APPROVED, Status.NEXT, Status.NOT_TAKEN, Status.ANSWERED}
            _require(question, allowed, "It cannot wait again.")
            return [e.QuestionRestored(id=question.id)]


def _take_next(questions: Questions) -> list[e.AnyQuestionEvent]:
    on_air, chosen, top = questions.on_air, questions.next, questions.first(Status.APPROVED)
    if chosen is None and top is not None:
        chosen = top
        behind = questions.after(top.key)
        top = behind if behind is not None and behind.status is Status.APPROVED else None
    if on_air is None and chosen is None:
        raise Refused("nothing_to_take", "No question is approved. Approve one first.")
    events: list[e.AnyQuestionEvent] = []
    if on_air is not None:
        events.append(e.QuestionAnswered(id=on_air.id))
    if chosen is not None:
        events.append(e.QuestionAired(id=chosen.id))
    if top is not None:
        events.append(e.QuestionPreparedNext(id=top.id))
    return events


def _air(questions: Questions, question: Question) -> list[e.AnyQuestionEvent]:
    if question.status is Status.ON_AIR:
        return []
    allowed = {Status.APPROVED, Status.NEXT, Status.ANSWERED}
    _require(question, allowed, "Approve it before it goes on air.")
    on_air = questions.on_air
    put_back: list[e.AnyQuestionEvent] = [] if on_air is None else [e.QuestionPutBack(id=on_air.id)]
    return [*put_back, e.QuestionAired(id=question.id)]


def evolve(questions: Questions, event: e.AnyQuestionEvent, at: datetime) -> Questions:
    """Return the state after ``event``, which happened ``at``."""
    if isinstance(event, e.QuestionAsked):
        return _with_new(questions, event, at)
    old = questions.by_id.get(event.id)
    assert old is not None, "the journal speaks only of questions that were asked"
    change = msgspec.structs.replace
    match event:
        case e.QuestionEdited(text=text):
            new = change(old, text=text)
        case e.QuestionWithdrawn():
            new = change(old, status=Status.WITHDRAWN)
        case e.QuestionApproved():
            new = change(old, status=Status.APPROVED, reason=None)
        case e.QuestionRejected(reason=reason):
            new = change(old, status=Status.NOT_TAKEN, reason=reason)
        case e.QuestionRestored():
            new = change(old, status=Status.WAITING, reason=None, on_air_at=None, answered_at=None)
        case e.QuestionPreparedNext():
            new = change(old, status=Status.NEXT)
        case e.QuestionAired():
            new = change(old, status=Status.ON_AIR, on_air_at=at, answered_at=None)
        case e.QuestionAnswered():
            new = change(old, status=Status.ANSWERED, answered_at=at)
        case e.QuestionPutBack():
            new = change(old, status=Status.APPROVED, on_air_at=None)
        case e.QuestionVoted(person=person):
            new = change(old, voters=old.voters.put(person, None))
            questions = change(questions, voted=_with_vote(questions, person, old.id))
        case e.QuestionUnvoted(person=person):
            new = change(old, voters=old.voters.drop(person))
            questions = change(questions, voted=_without_vote(questions, person, old.id))
    return _replaced(questions, old, new)


def _with_vote(questions: Questions, person: PersonId, id_: QuestionId) -> Map[PersonId, tuple[QuestionId, ...]]:
    return questions.voted.put(person, (*(questions.voted.get(person) or ()), id_))


def _without_vote(questions: Questions, person: PersonId, id_: QuestionId) -> Map[PersonId, tuple[QuestionId, ...]]:
    left = tuple(other for other in questions.voted.get(person) or () if other != id_)
    return questions.voted.put(person, left) if left else questions.voted.drop(person)


def _with_new(questions: Questions, event: e.QuestionAsked, at: datetime) -> Questions:
    question = Question(
        id=event.id,
        number=event.number,
        person=event.person,
        text=event.text,
        name=event.name,
        session=event.session,
        status=Status.APPROVED if event.approved else Status.WAITING,
        asked_at=at,
        voters=NOBODY,
    )
    return msgspec.structs.replace(
        questions,
        by_id=questions.by_id.put(question.id, question),
        order=questions.order.add(question.key),
        asked=questions.asked.put(event.person, (*(questions.asked.get(event.person) or ()), event.id)),
        counts={**questions.counts, question.status: questions.counts.get(question.status, 0) + 1},
    )


def _replaced(questions: Questions, old: Question, new: Question) -> Questions:
    order, counts = questions.order, questions.counts
    if new.key != old.key:
        order = order.remove(old.key).add(new.key)
    if new.status is not old.status:
        moved = {old.status: counts[old.status] - 1, new.status: counts.get(new.status, 0) + 1}
        counts = {status: count for status, count in {**counts, **moved}.items() if count}
    return msgspec.structs.replace(questions, by_id=questions.by_id.put(new.id, new), order=order, counts=counts)


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


def _require(question: Question, allowed: set[Status], remedy: str) -> None:
    if question.status not in allowed:
        raise _wrong(question, remedy)


def _wrong(question: Question, remedy: str) -> Refused:
    return Refused("question_status", f"Question {question.number} {_WORDS[question.status]}. {remedy}")


def _unknown(question: QuestionId) -> Refused:
    return Refused("question_unknown", f"There is no question {question}.", status=404)
