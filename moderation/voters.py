"""Decide over votes: one a person, also over questions that were merged."""

from collections.abc import Iterator

from bridge import commands as c
from bridge import events as e
from bridge.persistent import Map
from bridge.terms import PersonId, QuestionId
from bridge.views import QuestionStatus as Status
from moderation.questions import PUBLIC, Question, Questions, unknown, wrong


def decide(questions: Questions, command: c.VoteQuestion | c.UnvoteQuestion) -> list[e.AnyEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`.

    To those who may not see a question it does not exist: a vote for one that waits is refused as unknown.
    """
    question = questions.known(command.id)
    if question.status not in PUBLIC:
        raise unknown(command.id)
    voted, wanted = command.person in question.wanting, isinstance(command, c.VoteQuestion)
    if voted is wanted:
        return []
    if question.status is Status.ANSWERED:
        raise wrong(question, "Votes are over.")
    if wanted:
        return [e.QuestionVoted(id=question.id, person=command.person)]
    # A vote for a question that was merged is taken back there too, so that it does not come back when they part.
    held = [one for one in [*below(questions, question), question] if command.person in one.wanting]
    return [e.QuestionUnvoted(id=one.id, person=command.person) for one in held]


def below(questions: Questions, question: Question) -> Iterator[Question]:
    """Go through the questions that ``question`` stands for, the deepest first."""
    for child in map(questions.known, question.merged):
        yield from below(questions, child)
        yield child


def above(questions: Questions, question: Question) -> Iterator[Question]:
    """Go through the questions that stand for ``question``, the nearest first."""
    while (into := question.standing.into) is not None:
        question = questions.known(into)
        yield question


def united(questions: Questions, question: Question, merged: tuple[QuestionId, ...]) -> Map[PersonId, None] | None:
    """Return whose votes count for ``question`` where it stands for ``merged``, each person once."""
    if not merged:
        return None
    sets = sorted([question.voters, *(questions.known(one).wanting for one in merged)], key=len, reverse=True)
    all_of_them = sets[0]
    for more in sets[1:]:
        for person in more:
            all_of_them = all_of_them if person in all_of_them else all_of_them.put(person, None)
    return all_of_them
