import pytest

from bridge import commands as c
from bridge import events as e
from bridge.terms import Mode, PersonId, QuestionId, SessionId
from bridge.views import QuestionStatus as Status
from moderation.questions import Question
from tests.bridge.playbook import ANN, BOB, EVE, Q1, Q2, Q3, Q4, Playbook, setup

TEXT = "Why so deep?"
ASK = c.AskQuestion(person=ANN, text=TEXT)


def asked(count: int = 1) -> Playbook:
    """Return a room in which Ann, Bob and Eve asked, one after the other."""
    people = (ANN, BOB, EVE)
    return Playbook().given(*(c.AskQuestion(person=people[at % 3], text=f"{TEXT} {at}") for at in range(count)))


def approved(count: int) -> Playbook:
    play = asked(count)
    return play.given(*(c.ApproveQuestion(id=QuestionId(f"q{number}")) for number in range(1, count + 1)))


def status(play: Playbook, question: QuestionId = Q1) -> Status:
    return play.room.questions.known(question).status


def order(play: Playbook) -> list[int]:
    return [question.number for question in play.room.questions]


def test_a_question_waits_with_its_number_and_session() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"))
    play.when(c.AskQuestion(person=ANN, text=f"  {TEXT}\n", name=" Ann ")).then(
        e.QuestionAsked(id=Q1, number=1, person=ANN, text=TEXT, name="Ann", session=SessionId("s1"))
    )
    assert status(play) is Status.WAITING


def test_moderated_afterwards_a_question_stands_approved_at_once() -> None:
    play = Playbook(setup(Mode.POST))
    play.when(ASK).then(e.QuestionAsked(id=Q1, number=1, person=ANN, text=TEXT, approved=True))
    assert status(play) is Status.APPROVED


def test_a_wrong_text_is_refused() -> None:
    Playbook().when(c.AskQuestion(person=ANN, text="?")).refused("question_too_short", 422)
    Playbook().when(c.AskQuestion(person=ANN, text=TEXT, name="n" * 61)).refused("name_too_long", 422)


def test_who_asks_too_often_waits_and_others_do_not() -> None:
    play = Playbook().given(ASK, ASK, ASK)
    refused = play.when(ASK).refused("rate_limited", 429)
    assert refused.retry_after_s == 597.0
    other = "Does it scale?"
    play.when(c.AskQuestion(person=BOB, text=other)).then(e.QuestionAsked(id=Q4, number=4, person=BOB, text=other))
    play.later(597).given(ASK)


def test_a_moderator_is_exempt_from_the_limits() -> None:
    play = Playbook().given(ASK, ASK, ASK)
    play.given(c.AskQuestion(person=ANN, text=TEXT, exempt=True))


def test_while_asking_is_closed_only_moderators_ask() -> None:
    closed = Playbook(setup(taken=False))
    closed.when(ASK).refused("asking_closed")
    closed.given(c.AskQuestion(person=ANN, text=TEXT, exempt=True))


def test_the_asker_changes_and_withdraws_a_question_while_it_waits() -> None:
    play = asked()
    play.when(c.EditOwnQuestion(id=Q1, person=ANN, text="Why so wide?")).then(
        e.QuestionEdited(id=Q1, text="Why so wide?")
    )
    play.when(c.EditOwnQuestion(id=Q1, person=ANN, text=" Why so wide? ")).then()
    play.when(c.WithdrawQuestion(id=Q1, person=ANN)).then(e.QuestionWithdrawn(id=Q1))
    play.when(c.WithdrawQuestion(id=Q1, person=ANN)).then()
    assert status(play) is Status.WITHDRAWN


def test_nobody_changes_or_withdraws_the_question_of_another() -> None:
    asked().when(c.EditOwnQuestion(id=Q1, person=BOB, text=TEXT)).refused("not_yours", 403)
    asked().when(c.WithdrawQuestion(id=Q1, person=BOB)).refused("not_yours", 403)


def test_what_no_longer_waits_is_neither_changed_nor_withdrawn_by_its_asker() -> None:
    approved(1).when(c.EditOwnQuestion(id=Q1, person=ANN, text=TEXT)).refused("question_status")
    refused = approved(1).when(c.WithdrawQuestion(id=Q1, person=ANN)).refused("question_status")
    assert str(refused) == "Question 1 is approved. It can be withdrawn only while it waits."


@pytest.mark.parametrize(
    "command",
    [
        c.EditOwnQuestion(id=Q4, person=ANN, text=TEXT),
        c.WithdrawQuestion(id=Q4, person=ANN),
        c.VoteQuestion(id=Q4, person=ANN),
        c.UnvoteQuestion(id=Q4, person=ANN),
        c.EditQuestion(id=Q4, text=TEXT),
        c.ApproveQuestion(id=Q4),
        c.RejectQuestion(id=Q4),
        c.RestoreQuestion(id=Q4),
        c.AirQuestion(id=Q4),
    ],
)
def test_an_unknown_question_is_refused_as_unknown(command: c.AnyCommand) -> None:
    asked().when(command).refused("question_unknown", 404)


def test_a_person_has_one_vote_and_may_take_it_back() -> None:
    play = approved(1)
    play.when(c.VoteQuestion(id=Q1, person=BOB)).then(e.QuestionVoted(id=Q1, person=BOB))
    play.when(c.VoteQuestion(id=Q1, person=BOB)).then()
    assert play.room.questions.known(Q1).votes == 1
    play.when(c.UnvoteQuestion(id=Q1, person=BOB)).then(e.QuestionUnvoted(id=Q1, person=BOB))
    play.when(c.UnvoteQuestion(id=Q1, person=BOB)).then()
    assert play.room.questions.known(Q1).votes == 0


def test_what_a_person_has_a_vote_on_is_known() -> None:
    play = Playbook(setup(Mode.POST)).given(
        c.AskQuestion(person=ANN, text="Why so deep?"),
        c.AskQuestion(person=ANN, text="Why so wide?"),
        c.VoteQuestion(id=Q2, person=BOB),
        c.VoteQuestion(id=Q1, person=BOB),
    )
    assert [question.id for question in play.room.questions.chosen(BOB)] == [Q2, Q1]
    play.given(c.UnvoteQuestion(id=Q2, person=BOB), c.UnvoteQuestion(id=Q1, person=BOB))
    assert not list(play.room.questions.chosen(BOB))
    assert BOB not in play.room.questions.voted


def test_for_voters_a_question_they_may_not_see_does_not_exist() -> None:
    asked().when(c.VoteQuestion(id=Q1, person=BOB)).refused("question_unknown", 404)
    turned_down = asked().given(c.RejectQuestion(id=Q1))
    turned_down.when(c.UnvoteQuestion(id=Q1, person=BOB)).refused("question_unknown", 404)


def test_an_answered_question_takes_no_votes() -> None:
    play = approved(1).given(c.TakeNext(), c.TakeNext())
    play.when(c.VoteQuestion(id=Q1, person=BOB)).refused("question_status")


def test_a_moderator_approves_turns_down_and_undoes_both() -> None:
    play = asked()
    play.when(c.ApproveQuestion(id=Q1)).then(e.QuestionApproved(id=Q1))
    play.when(c.ApproveQuestion(id=Q1)).then()
    play.when(c.RejectQuestion(id=Q1, reason=" asked before ")).then(e.QuestionRejected(id=Q1, reason="asked before"))
    play.when(c.RejectQuestion(id=Q1, reason="asked before")).then()
    play.when(c.RejectQuestion(id=Q1)).then(e.QuestionRejected(id=Q1))
    play.when(c.ApproveQuestion(id=Q1)).then(e.QuestionApproved(id=Q1))
    play.when(c.RestoreQuestion(id=Q1)).then(e.QuestionRestored(id=Q1))
    play.when(c.RestoreQuestion(id=Q1)).then()
    assert status(play) is Status.WAITING


def test_a_moderator_edits_and_the_event_says_so() -> None:
    play = approved(1)
    play.when(c.EditQuestion(id=Q1, text="Why so wide?")).then(
        e.QuestionEdited(id=Q1, text="Why so wide?", by_moderator=True)
    )
    play.when(c.EditQuestion(id=Q1, text="Why so wide?")).then()


@pytest.mark.parametrize("command", [c.RejectQuestion(id=Q1), c.RestoreQuestion(id=Q1), c.ApproveQuestion(id=Q1)])
def test_what_is_on_air_is_not_moderated(command: c.AnyCommand) -> None:
    approved(1).given(c.TakeNext()).when(command).refused("question_status")


@pytest.mark.parametrize(
    "command",
    [
        c.ApproveQuestion(id=Q1),
        c.RejectQuestion(id=Q1),
        c.RestoreQuestion(id=Q1),
        c.AirQuestion(id=Q1),
        c.EditQuestion(id=Q1, text=TEXT),
        c.EditOwnQuestion(id=Q1, person=ANN, text=TEXT),
    ],
)
def test_a_withdrawn_question_stays_withdrawn(command: c.AnyCommand) -> None:
    asked().given(c.WithdrawQuestion(id=Q1, person=ANN)).when(command).refused("question_status")


def test_next_takes_the_top_one_and_prepares_the_one_behind_it() -> None:
    play = approved(3).given(c.VoteQuestion(id=Q2, person=ANN))
    play.when(c.TakeNext()).then(e.QuestionAired(id=Q2), e.QuestionPreparedNext(id=Q1))
    play.when(c.TakeNext()).then(e.QuestionAnswered(id=Q2), e.QuestionAired(id=Q1), e.QuestionPreparedNext(id=Q3))
    play.when(c.TakeNext()).then(e.QuestionAnswered(id=Q1), e.QuestionAired(id=Q3))
    play.when(c.TakeNext()).then(e.QuestionAnswered(id=Q3))
    play.when(c.TakeNext()).refused("nothing_to_take")


def test_what_comes_next_stays_so_though_another_gets_more_votes() -> None:
    play = approved(3).given(c.TakeNext(), c.VoteQuestion(id=Q3, person=ANN))
    play.when(c.TakeNext()).then(e.QuestionAnswered(id=Q1), e.QuestionAired(id=Q2), e.QuestionPreparedNext(id=Q3))


def test_clear_puts_the_question_back_among_the_approved() -> None:
    play = approved(1).given(c.TakeNext())
    play.when(c.ClearAir()).then(e.QuestionPutBack(id=Q1))
    assert status(play) is Status.APPROVED
    assert play.room.questions.known(Q1).on_air_at is None
    play.when(c.ClearAir()).then()


def test_out_of_turn_the_one_on_air_is_put_back_and_the_next_stays_next() -> None:
    play = approved(3).given(c.TakeNext())
    play.when(c.AirQuestion(id=Q3)).then(e.QuestionPutBack(id=Q1), e.QuestionAired(id=Q3))
    play.when(c.AirQuestion(id=Q3)).then()
    assert [status(play, question) for question in (Q1, Q2, Q3)] == [Status.APPROVED, Status.NEXT, Status.ON_AIR]


def test_the_next_one_put_on_air_out_of_turn_leaves_its_place_to_the_top() -> None:
    play = approved(3).given(c.TakeNext(), c.AirQuestion(id=Q2))
    play.when(c.TakeNext()).then(e.QuestionAnswered(id=Q2), e.QuestionAired(id=Q1), e.QuestionPreparedNext(id=Q3))


def test_an_answered_question_may_be_put_on_air_again() -> None:
    play = approved(1).given(c.TakeNext(), c.TakeNext())
    play.when(c.AirQuestion(id=Q1)).then(e.QuestionAired(id=Q1))
    assert play.room.questions.known(Q1).answered_at is None


def test_what_waits_cannot_go_on_air() -> None:
    asked().when(c.AirQuestion(id=Q1)).refused("question_status")


def test_times_tell_the_life_of_a_question() -> None:
    play = asked().given(c.ApproveQuestion(id=Q1), c.TakeNext())
    on_air = play.now
    play.later(90).given(c.TakeNext())
    question: Question = play.room.questions.known(Q1)
    assert (question.on_air_at, question.answered_at) == (on_air, play.now)


def test_questions_are_counted_by_status() -> None:
    play = approved(3).given(c.TakeNext(), c.RestoreQuestion(id=Q3))
    assert play.room.questions.counts == {Status.ON_AIR: 1, Status.NEXT: 1, Status.WAITING: 1}


def test_questions_stand_in_the_order_of_display() -> None:
    play = approved(4).given(c.VoteQuestion(id=Q4, person=ANN), c.TakeNext(), c.TakeNext(), c.RejectQuestion(id=Q3))
    assert order(play) == [1, 2, 4, 3]


def test_a_person_finds_their_own() -> None:
    play = asked(4)
    assert [question.number for question in play.room.questions.own(ANN)] == [1, 4]
    assert play.room.questions.own(PersonId("nobody")) == ()


def test_with_a_rate_of_nought_one_may_ask_without_end() -> None:
    Playbook(setup(rate=0)).given(*[ASK] * 10)
