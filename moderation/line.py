"""Decide what the Next button does: on air → answered, next → on air, the first of the approved → next."""

from bridge import commands as c
from bridge import events as e
from bridge.errors import Refused
from bridge.views import QuestionStatus as Status
from moderation.questions import Question, Questions, require

LineCommand = c.TakeNext | c.ClearAir | c.AirQuestion


def decide(questions: Questions, command: LineCommand) -> list[e.AnyEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    match command:
        case c.TakeNext():
            return _take_next(questions)
        case c.ClearAir():
            on_air = questions.on_air
            return [] if on_air is None else [e.QuestionPutBack(id=on_air.id)]
        case c.AirQuestion():
            return _air(questions, questions.known(command.id))


def _take_next(questions: Questions) -> list[e.AnyEvent]:
    on_air, chosen, top = questions.on_air, questions.next, questions.first(Status.APPROVED)
    if chosen is None and top is not None:
        chosen = top
        behind = questions.after(top.key)
        top = behind if behind is not None and behind.status is Status.APPROVED else None
    if on_air is None and chosen is None:
        raise Refused("nothing_to_take", "No question is approved. Approve one first.")
    events: list[e.AnyEvent] = []
    if on_air is not None:
        events.append(e.QuestionAnswered(id=on_air.id))
    if chosen is not None:
        events.append(e.QuestionAired(id=chosen.id))
    if top is not None:
        events.append(e.QuestionPreparedNext(id=top.id))
    return events


def _air(questions: Questions, question: Question) -> list[e.AnyEvent]:
    if question.status is Status.ON_AIR:
        return []
    require(question, {Status.APPROVED, Status.NEXT, Status.ANSWERED}, "Approve it before it goes on air.")
    on_air = questions.on_air
    put_back: list[e.AnyEvent] = [] if on_air is None else [e.QuestionPutBack(id=on_air.id)]
    return [*put_back, e.QuestionAired(id=question.id)]
