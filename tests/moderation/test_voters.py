from hypothesis import given

from bridge import commands as c
from bridge import events as e
from bridge.commands import AnyCommand
from bridge.terms import QuestionId
from moderation import voters
from tests.bridge.histories import histories, told, unhurried
from tests.bridge.playbook import ANN, BOB, EVE, Q1, Q2, Q3, Playbook


def approved(count: int) -> Playbook:
    play = Playbook()
    for number in range(1, count + 1):
        play.given(c.AskQuestion(person=ANN, text=f"Why so deep, {number}?", exempt=True))
        play.given(c.ApproveQuestion(id=QuestionId(f"q{number}")))
    return play


def votes(play: Playbook, question: QuestionId) -> int:
    return play.room.questions.known(question).votes


@unhurried
@given(histories)
def test_each_person_counts_once_however_questions_were_joined(history: list[AnyCommand]) -> None:
    questions = told(Playbook(), history).room.questions
    for question in questions:
        below = list(voters.below(questions, question))
        persons = set(question.voters).union(*(set(one.voters) for one in below))
        assert set(question.wanting) == persons
        assert question.votes == len(persons)
        for child in question.merged:
            assert questions.known(child).standing.into == question.id
        if question.standing.into is not None:
            assert question.id in questions.known(question.standing.into).merged


def test_votes_are_united_once_a_person_and_parted_again() -> None:
    play = approved(2).given(
        c.VoteQuestion(id=Q1, person=BOB), c.VoteQuestion(id=Q2, person=BOB), c.VoteQuestion(id=Q1, person=EVE)
    )
    play.given(c.MergeQuestion(id=Q1, into=Q2))
    assert votes(play, Q2) == 2
    play.when(c.VoteQuestion(id=Q2, person=EVE)).then()
    play.given(c.VoteQuestion(id=Q2, person=ANN), c.UndoQuestion(id=Q1))
    assert (votes(play, Q1), votes(play, Q2)) == (2, 2)


def test_a_vote_that_is_taken_back_is_taken_back_below_too() -> None:
    play = approved(3).given(c.VoteQuestion(id=Q1, person=BOB), c.MergeQuestion(id=Q1, into=Q2))
    play.given(c.MergeQuestion(id=Q2, into=Q3))
    assert votes(play, Q3) == 1
    play.when(c.UnvoteQuestion(id=Q3, person=BOB)).then(
        e.QuestionUnvoted(id=Q1, person=BOB), e.QuestionUnvoted(id=Q2, person=BOB), e.QuestionUnvoted(id=Q3, person=BOB)
    )
    play.given(c.RestoreQuestion(id=Q2), c.RestoreQuestion(id=Q1))
    assert [votes(play, question) for question in (Q1, Q2, Q3)] == [0, 0, 0]


def test_parting_deep_below_counts_the_votes_above_anew() -> None:
    play = approved(3).given(c.VoteQuestion(id=Q1, person=BOB), c.MergeQuestion(id=Q1, into=Q2))
    play.given(c.MergeQuestion(id=Q2, into=Q3))
    play.when(c.RestoreQuestion(id=Q1)).then(
        e.QuestionRestored(id=Q1), e.QuestionUnited(id=Q2, merged=()), e.QuestionUnited(id=Q3, merged=(Q2,))
    )
    assert [votes(play, question) for question in (Q1, Q2, Q3)] == [1, 0, 0]
