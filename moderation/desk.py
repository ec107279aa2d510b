"""Decide what moderators do with a question: take it or not, change it, join it with another, and undo all of that.

Whoever says which state they saw (``rev``) is refused where it was changed meanwhile: of two acts at the same moment
one wins, and the other is told.
"""

from datetime import datetime, timedelta

from bridge import commands as c
from bridge import events as e
from bridge.errors import Refused
from bridge.terms import QuestionId
from bridge.views import QuestionStatus as Status
from moderation import policy, ranking, voters
from moderation.questions import Question, Questions, Standing, in_words, require

CLAIM = timedelta(seconds=120)
"""A question that was opened longer ago than this counts as left: its moderator's page renews it while it is open."""
RENEW = timedelta(seconds=30)
"""A claim renewed sooner than this is not worth an entry."""

Decision = (
    c.EditQuestion
    | c.ApproveQuestion
    | c.RejectQuestion
    | c.RestoreQuestion
    | c.StarQuestion
    | c.UnstarQuestion
    | c.TagQuestion
    | c.ReplyQuestion
    | c.MoveQuestion
    | c.MergeQuestion
    | c.UndoQuestion
    | c.RedoQuestion
)


def decide(questions: Questions, command: Decision) -> list[e.AnyEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    question = questions.known(command.id)
    if command.rev is not None and command.rev != question.rev:
        message = f"{in_words(question)}: somebody changed it meanwhile. Look at it again."
        raise Refused("question_changed", message)
    match command:
        case c.ApproveQuestion() | c.RejectQuestion() | c.RestoreQuestion():
            return _judge(questions, question, command)
        case c.MoveQuestion(before=before):
            return _move(questions, question, before)
        case c.MergeQuestion(into=into):
            return _merge(questions, question, questions.known(into))
        case c.UndoQuestion() | c.RedoQuestion():
            return _turn_back(questions, question, command)
        case _:
            return _mark(question, command)


def _judge(
    questions: Questions, question: Question, command: c.ApproveQuestion | c.RejectQuestion | c.RestoreQuestion
) -> list[e.AnyEvent]:
    match command:
        case c.ApproveQuestion():
            if question.status is Status.APPROVED:
                return []
            require(question, {Status.WAITING, Status.NOT_TAKEN}, "Only a waiting question can be approved.")
            return [e.QuestionApproved(id=question.id)]
        case c.RejectQuestion():
            reason = policy.reason_text(command.reason)
            if question.status is Status.NOT_TAKEN and question.reason == reason:
                return []
            allowed = {Status.WAITING, Status.APPROVED, Status.NEXT, Status.NOT_TAKEN}
            require(question, allowed, "It can no longer be turned down.")
            return [e.QuestionRejected(id=question.id, reason=reason)]
        case c.RestoreQuestion():
            if question.status is Status.WAITING:
                return []
            allowed = {Status.APPROVED, Status.NEXT, Status.NOT_TAKEN, Status.ANSWERED, Status.MERGED}
            require(question, allowed, "It cannot wait again.")
            return [e.QuestionRestored(id=question.id), *parted(questions, question)]


def _mark(
    question: Question,
    command: c.EditQuestion | c.StarQuestion | c.UnstarQuestion | c.TagQuestion | c.ReplyQuestion,
) -> list[e.AnyEvent]:
    match command:
        case c.EditQuestion(text=text):
            require(question, set(Status) - {Status.WITHDRAWN}, "It cannot be changed any more.")
            text = policy.question_text(text)
            return [] if text == question.text else [e.QuestionEdited(id=question.id, text=text, by_moderator=True)]
        case c.StarQuestion():
            return [] if question.standing.starred else [e.QuestionStarred(id=question.id)]
        case c.UnstarQuestion():
            return [e.QuestionUnstarred(id=question.id)] if question.standing.starred else []
        case c.TagQuestion(tags=tags):
            tags = policy.tags(tags)
            return [] if tags == question.standing.tags else [e.QuestionTagged(id=question.id, tags=tags)]
        case c.ReplyQuestion():
            return _reply(question, command)


def _reply(question: Question, command: c.ReplyQuestion) -> list[e.AnyEvent]:
    allowed = {Status.WAITING, Status.APPROVED, Status.NEXT, Status.ON_AIR, Status.ANSWERED}
    require(question, allowed, "It cannot be answered in writing.")
    text = policy.answer_text(command.text)
    if (text or None) == question.standing.answer:
        return []
    return [e.QuestionReplied(id=question.id, text=text, by=command.by if text else None)]


# The line -------------------------------------------------------------------------------------------------------------


def _move(questions: Questions, question: Question, before: QuestionId | None) -> list[e.AnyEvent]:
    require(question, {Status.APPROVED}, "Only an approved question has a place in the line.")
    line = [one for one in questions.approved() if one.id != question.id]
    at = len(line)
    if before is not None:
        if before == question.id:
            return []
        follower = questions.known(before)
        require(follower, {Status.APPROVED}, "It is not in the line, so that nothing stands before it there.")
        at = line.index(follower)
    if at == sum(one.key < question.key for one in line):
        return []
    ahead, follows = (line[at - 1] if at else None), (line[at] if at < len(line) else None)
    place = ranking.between(questions.ordered, _weight(ahead), _weight(follows))
    if place is None:
        message = "Too many questions were put into this very place. Move the one behind it instead."
        raise Refused("line_tight", message)
    return [e.QuestionMoved(id=question.id, place=place)]


def _weight(question: Question | None) -> ranking.Weight | None:
    if question is None:
        return None
    _rank, tier, weight, tie, _number = question.key
    return tier, weight, tie


# Joining and parting --------------------------------------------------------------------------------------------------


def _merge(questions: Questions, question: Question, into: Question) -> list[e.AnyEvent]:
    if question.standing.into == into.id:
        return []
    if question.id == into.id:
        raise Refused("merge_itself", "A question cannot be merged with itself. Choose another.")
    allowed = {Status.WAITING, Status.APPROVED, Status.NEXT, Status.NOT_TAKEN}
    require(question, allowed, "It cannot be merged into another any more.")
    _require_standing(into)
    return [e.QuestionMerged(id=question.id, into=into.id), *_joined(question, into)]


def _require_standing(into: Question) -> None:
    if into.status in {Status.MERGED, Status.WITHDRAWN, Status.NOT_TAKEN}:
        message = f"{in_words(into)}. Choose one that waits, is in line or was answered."
        raise Refused("merge_target", message)


def _joined(question: Question, into: Question) -> list[e.AnyEvent]:
    return [e.QuestionUnited(id=into.id, merged=(*into.merged, question.id))]


def parted(questions: Questions, question: Question) -> list[e.AnyEvent]:
    """Return what it takes that the question which stands for ``question`` no longer does."""
    events: list[e.AnyEvent] = []
    for at, one in enumerate(voters.above(questions, question)):
        # The nearest loses it; those further up count their votes anew.
        merged = tuple(child for child in one.merged if at or child != question.id)
        events.append(e.QuestionUnited(id=one.id, merged=merged))
    return events


# Undoing --------------------------------------------------------------------------------------------------------------


def _turn_back(questions: Questions, question: Question, command: c.UndoQuestion | c.RedoQuestion) -> list[e.AnyEvent]:
    undo = isinstance(command, c.UndoQuestion)
    stack = question.past if undo else question.future
    if not stack:
        message = f"There is nothing to {'undo' if undo else 'do again'} on question {question.number}."
        raise Refused("nothing_to_undo", message)
    target = stack[-1]
    _require_free(questions, question, target)
    links: list[e.AnyEvent] = []
    if target.into != question.standing.into:
        links += parted(questions, question)
        if target.into is not None:
            into = questions.known(target.into)
            _require_standing(into)
            links += _joined(question, into)
    made = e.QuestionUndone(id=question.id) if undo else e.QuestionRedone(id=question.id)
    return [made, *links]


def _require_free(questions: Questions, question: Question, target: Standing) -> None:
    """Refuse where ``target`` is the place of one question and another has it now."""
    holder = questions.next if target.status is Status.NEXT else None
    if holder is not None and holder.id != question.id:
        message = f"{in_words(holder)} now, and only one can. Put that one back to waiting first."
        raise Refused("place_taken", message)


# Who has it open ------------------------------------------------------------------------------------------------------


def claim(questions: Questions, command: c.ClaimQuestion | c.ReleaseQuestion, now: datetime) -> list[e.AnyEvent]:
    """Return what it takes that one has a question open, or no longer. Raises :exc:`Refused` where another has."""
    question = questions.known(command.id)
    held = question.claim
    mine = held is not None and held.holder == command.holder
    match command:
        case c.ReleaseQuestion():
            return [e.QuestionReleased(id=question.id)] if mine else []
        case c.ClaimQuestion():
            if held is not None and not mine and now - held.at < CLAIM:
                message = f"{held.by} has question {question.number} open."
                raise Refused("question_claimed", message)
            if held is not None and mine and now - held.at < RENEW:
                return []
            return [e.QuestionClaimed(id=question.id, by=command.by, holder=command.holder)]


# Who may not ask ------------------------------------------------------------------------------------------------------


def ban(questions: Questions, command: c.BanAsker | c.UnbanAsker) -> list[e.AnyEvent]:
    """Return what it takes that a person's questions are gone, or back as they were. Raises :exc:`Refused`."""
    own = questions.own(command.person)
    if not own:
        raise Refused("asker_unknown", "Nobody of that name has asked anything.", status=404)
    banned = command.person in questions.banned
    match command:
        case c.BanAsker():
            shown = {Status.WAITING, Status.APPROVED, Status.NEXT, Status.ANSWERED}
            gone: list[e.AnyEvent] = [e.QuestionRejected(id=one.id, banned=True) for one in own if one.status in shown]
            return [] if banned else [e.AskerBanned(person=command.person), *gone]
        case c.UnbanAsker():
            return [e.AskerUnbanned(person=command.person), *_back(questions, own)] if banned else []


def _back(questions: Questions, own: tuple[Question, ...]) -> list[e.AnyEvent]:
    events: list[e.AnyEvent] = []
    for question in own:
        if not question.standing.banned:
            continue
        last = question.past[-1] if question.past else question.standing
        if last.banned:
            # A moderator did something with it since: what stood before the ban is no longer what it was.
            events.append(e.QuestionRestored(id=question.id))
            continue
        events.append(e.QuestionUndone(id=question.id))
        if last.status is Status.NEXT and questions.next is not None:
            events.append(e.QuestionPutBack(id=question.id))
    return events
