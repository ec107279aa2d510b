"""Hold the life of questions together: waiting → approved → next → on air → answered; aside not taken and withdrawn.

``decide`` hands each command to where it is decided; ``evolve`` takes an event in.
"""

from datetime import datetime

import msgspec

from bridge import commands as c
from bridge import events as e
from bridge.errors import Refused
from bridge.persistent import Sorted
from bridge.terms import Order, PartId, PersonId, QuestionId, SessionId
from bridge.views import QuestionStatus as Status
from moderation import asking, desk, line, policy, ranking, voters
from moderation.asking import Asking
from moderation.plain import plain
from moderation.policy import Policy
from moderation.questions import NOBODY, Claim, Question, Questions, Standing, require

PAST = 32
"""Acts on one question that can be undone."""

QuestionCommand = (
    c.AskQuestion
    | c.AddQuestion
    | c.EditOwnQuestion
    | c.WithdrawQuestion
    | c.VoteQuestion
    | c.UnvoteQuestion
    | c.ClaimQuestion
    | c.ReleaseQuestion
    | c.BanAsker
    | c.UnbanAsker
    | desk.Decision
    | line.LineCommand
)


def decide(
    questions: Questions,
    command: QuestionCommand,
    now: datetime,
    *,
    rules: Policy,
    asked: Asking = Asking(),  # noqa: B008  # a frozen record
    session: SessionId | None = None,
) -> list[e.AnyEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    match command:
        case c.AskQuestion():
            return [asking.ask(questions, command, now, asking=asked, settings=rules, session=session)]
        case c.AddQuestion():
            return [asking.add(questions, command, session=session)]
        case c.VoteQuestion() | c.UnvoteQuestion():
            return voters.decide(questions, command)
        case c.EditOwnQuestion() | c.WithdrawQuestion():
            return _own(questions, command)
        case c.TakeNext() | c.ClearAir() | c.AirQuestion():
            return line.decide(questions, command)
        case c.ClaimQuestion() | c.ReleaseQuestion():
            return desk.claim(questions, command, now)
        case c.BanAsker() | c.UnbanAsker():
            return desk.ban(questions, command)
        case _:
            return desk.decide(questions, command)


def _own(questions: Questions, command: c.EditOwnQuestion | c.WithdrawQuestion) -> list[e.AnyEvent]:
    question = questions.known(command.id)
    if question.person != command.person:
        raise Refused("not_yours", f"Question {question.number} is somebody else's.", status=403)
    match command:
        case c.WithdrawQuestion():
            if question.status is Status.WITHDRAWN:
                return []
            require(question, {Status.WAITING}, "It can be withdrawn only while it waits.")
            # What it stood for was asked by others, who did not take it back.
            left: list[e.AnyEvent] = [e.QuestionRestored(id=child) for child in question.merged]
            alone: list[e.AnyEvent] = [e.QuestionUnited(id=question.id, merged=())] if left else []
            return [e.QuestionWithdrawn(id=question.id), *left, *alone]
        case c.EditOwnQuestion(text=text):
            require(question, {Status.WAITING}, "It can be changed only while it waits.")
            text = policy.question_text(text)
            return [] if text == question.text else [e.QuestionEdited(id=question.id, text=text)]


# What happened is taken in --------------------------------------------------------------------------------------------


def evolve(questions: Questions, event: e.AnyQuestionEvent, at: datetime, *, part: PartId | None = None) -> Questions:
    """Return the state after ``event``, which happened ``at``; ``part`` is the recording file of what was answered."""
    if isinstance(event, e.QuestionAsked):
        return _with_new(questions, event, at)
    old = questions.by_id.get(event.id)
    assert old is not None, "the journal speaks only of questions that were asked"
    change = msgspec.structs.replace
    match event:
        case e.QuestionVoted(person=person):
            united = None if old.united is None else old.united.put(person, None)
            new = change(old, voters=old.voters.put(person, None), united=united)
            questions = _with_vote(questions, person, old.id)
        case e.QuestionUnvoted(person=person):
            united = None if old.united is None else old.united.drop(person)
            new = change(old, voters=old.voters.drop(person), united=united)
            questions = _without_vote(questions, person, old.id)
        case e.QuestionUnited(merged=merged):
            new = change(old, merged=merged, united=voters.united(questions, old, merged))
        case e.QuestionClaimed(by=by, holder=holder):
            new = change(old, claim=Claim(by=by, holder=holder, at=at))
        case e.QuestionReleased():
            new = change(old, claim=None)
        case e.QuestionUndone():
            new = _turned_back(old, event)
        case e.QuestionRedone():
            new = _turned_back(old, event)
        case _:
            new = _standing(old, event, at, part)
    return _replaced(questions, old, _keyed(questions.ordered, new))


def _with_vote(questions: Questions, person: PersonId, id_: QuestionId) -> Questions:
    voted = questions.voted.put(person, (*(questions.voted.get(person) or ()), id_))
    return msgspec.structs.replace(questions, voted=voted)


def _without_vote(questions: Questions, person: PersonId, id_: QuestionId) -> Questions:
    left = tuple(other for other in questions.voted.get(person) or () if other != id_)
    voted = questions.voted.put(person, left) if left else questions.voted.drop(person)
    return msgspec.structs.replace(questions, voted=voted)


def _turned_back(old: Question, event: e.QuestionUndone | e.QuestionRedone) -> Question:
    change = msgspec.structs.replace
    if isinstance(event, e.QuestionUndone):
        past, future, standing = old.past[:-1], (*old.future, old.standing), old.past[-1]
    else:
        past, future, standing = (*old.past, old.standing), old.future[:-1], old.future[-1]
    return change(old, standing=standing, past=past, future=future, rev=old.rev + 1)


def _standing(old: Question, event: e.AnyQuestionEvent, at: datetime, part: PartId | None) -> Question:
    """Return the question in its new standing; what moderators did can be undone, until something else happens."""
    change = msgspec.structs.replace
    decided = _decided(old.standing, event, at)
    if decided is not None:
        past = (*old.past, old.standing)[-PAST:]
        return change(old, standing=decided, past=past, future=(), rev=old.rev + 1)
    moved, own_text = _moved(old.standing, event, at, part), old.own_text
    if isinstance(event, e.QuestionEdited):
        own_text = event.text
    return change(old, standing=moved, own_text=own_text, past=(), future=(), rev=old.rev + 1)


def _decided(old: Standing, event: e.AnyQuestionEvent, at: datetime) -> Standing | None:
    """Return how a question stands after a moderator's act, None where ``event`` is none."""
    change = msgspec.structs.replace
    match event:
        case e.QuestionEdited(text=text, by_moderator=True):
            return change(old, text=text)
        case e.QuestionApproved():
            return change(old, status=Status.APPROVED, reason=None, banned=False)
        case e.QuestionRejected(reason=reason, banned=banned):
            return change(old, status=Status.NOT_TAKEN, reason=reason, banned=banned)
        case e.QuestionRestored():
            anew = change(old, status=Status.WAITING, reason=None, banned=False, into=None)
            return change(anew, on_air_at=None, answered_at=None, part=None)
        case e.QuestionStarred() | e.QuestionUnstarred():
            return change(old, starred=isinstance(event, e.QuestionStarred))
        case e.QuestionTagged(tags=tags):
            return change(old, tags=tags)
        case e.QuestionMoved(place=place):
            return change(old, place=place)
        case e.QuestionMerged(into=into):
            return change(old, status=Status.MERGED, into=into)
        case e.QuestionReplied(text=text, by=by):
            answered = old if not text or old.status is Status.ON_AIR else _answered(old, at)
            return change(answered, answer=text or None, answered_by=by)
        case _:
            return None


def _answered(old: Standing, at: datetime) -> Standing:
    return msgspec.structs.replace(old, status=Status.ANSWERED, answered_at=old.answered_at or at)


def _moved(old: Standing, event: e.AnyQuestionEvent, at: datetime, part: PartId | None) -> Standing:
    """Return how a question stands after its asker's act, or the room's."""
    change = msgspec.structs.replace
    match event:
        case e.QuestionEdited(text=text):
            return change(old, text=text)
        case e.QuestionWithdrawn():
            return change(old, status=Status.WITHDRAWN)
        case e.QuestionPreparedNext():
            return change(old, status=Status.NEXT)
        case e.QuestionAired():
            return change(old, status=Status.ON_AIR, on_air_at=at, answered_at=None, part=None)
        case e.QuestionAnswered():
            return change(old, status=Status.ANSWERED, answered_at=at, part=part)
        case e.QuestionPutBack():
            return change(old, status=Status.APPROVED, on_air_at=None, part=None)
        case _:
            raise AssertionError(f"{event} changes no standing")


def _with_new(questions: Questions, event: e.QuestionAsked, at: datetime) -> Questions:
    own, status = questions.asked.get(event.person) or (), Status.APPROVED if event.approved else Status.WAITING
    origins = {**questions.origins, event.origin: questions.origins.get(event.origin, 0) + 1}
    question = _keyed(
        questions.ordered,
        Question(
            id=event.id,
            number=event.number,
            person=event.person,
            name=event.name,
            session=event.session,
            asked_at=at,
            origin=event.origin,
            own_text=event.text,
            plain=plain(event.text),
            held=event.held,
            similar=event.similar,
            time=len(own) + 1,
            quiet=origins[event.origin] * len(origins) <= sum(origins.values()),
            standing=Standing(status=status, text=event.text),
            key=(0, 0, 0, 0, 0),
            voters=NOBODY,
        ),
    )
    return msgspec.structs.replace(
        questions,
        by_id=questions.by_id.put(question.id, question),
        order=questions.order.add(question.key),
        asked=questions.asked.put(event.person, (*own, event.id)),
        counts={**questions.counts, status: questions.counts.get(status, 0) + 1},
        origins=origins,
    )


def _keyed(order: Order, question: Question) -> Question:
    """Return the question with the key that its standing and its votes give it."""
    place = question.standing.place
    weight = (place.tier, place.weight, place.tie) if place is not None and place.order is order else None
    key = ranking.key(
        question.status,
        number=question.number,
        weight=weight
        or ranking.weight(
            order, number=question.number, votes=question.votes, time=question.time, quiet=question.quiet
        ),
        answered_at=question.answered_at,
    )
    return question if key == question.key else msgspec.structs.replace(question, key=key)


def _replaced(questions: Questions, old: Question, new: Question) -> Questions:
    order, counts = questions.order, questions.counts
    if new.key != old.key:
        order = order.remove(old.key).add(new.key)
    if new.status is not old.status:
        moved = {old.status: counts[old.status] - 1, new.status: counts.get(new.status, 0) + 1}
        counts = {status: count for status, count in {**counts, **moved}.items() if count}
    by_id = questions.by_id.put(new.id, new)
    return msgspec.structs.replace(questions, by_id=by_id, order=order, counts=counts)


def reordered(questions: Questions, order: Order) -> Questions:
    """Return the questions ordered otherwise."""
    if order is questions.ordered:
        return questions
    by_id, keys = questions.by_id, []
    for question in questions.by_id.values():
        new = _keyed(order, question)
        keys.append(new.key)
        by_id = by_id if new is question else by_id.put(new.id, new)
    return msgspec.structs.replace(questions, by_id=by_id, order=Sorted.of(keys), ordered=order)


def barred(questions: Questions, event: e.AskerBanned | e.AskerUnbanned) -> Questions:
    """Return the questions after somebody may ask no more, or again."""
    match event:
        case e.AskerBanned(person=person):
            banned = questions.banned.put(person, None)
        case e.AskerUnbanned(person=person):
            banned = questions.banned.drop(person)
    return msgspec.structs.replace(questions, banned=banned)
