from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import audiences
from bridge import commands as c
from bridge import events as e
from bridge.audiences import Audience
from bridge.commands import AnyCommand
from bridge.errors import Refused
from bridge.terms import Order, Origin, PersonId, Place, QuestionId
from bridge.views import QuestionStatus as Status
from moderation.questions import Question, Standing
from tests.bridge.histories import decisions, histories, told, unhurried
from tests.bridge.playbook import ANN, BOB, EVE, Q1, Q2, Q3, Q4, Playbook

TEXT = "Why so deep?"


def asked(count: int = 1) -> Playbook:
    """Return a room in which Ann, Bob and Eve asked, one after the other."""
    people = (ANN, BOB, EVE)
    return Playbook().given(*(c.AskQuestion(person=people[at % 3], text=f"{TEXT} {at}") for at in range(count)))


def approved(count: int) -> Playbook:
    play = asked(count)
    return play.given(*(c.ApproveQuestion(id=QuestionId(f"q{number}")) for number in range(1, count + 1)))


def known(play: Playbook, question: QuestionId = Q1) -> Question:
    return play.room.questions.known(question)


def order(play: Playbook) -> list[int]:
    return [question.number for question in play.room.questions]


def seen(play: Playbook) -> list[dict[str, Any]]:
    """Return all that moderators see of the questions, but for how often something happened to them."""
    views = msgspec.to_builtins(audiences.snapshot(play.room, Audience.MODERATOR))["questions"]
    for view in views:
        for count in ("rev", "undo", "redo"):
            del view["desk"][count]
    return list(views)


# Undoing --------------------------------------------------------------------------------------------------------------


@unhurried
@given(histories, decisions)
def test_a_decision_undone_and_done_again_leaves_all_as_it_was(history: list[AnyCommand], decision: AnyCommand) -> None:
    play = told(Playbook(), history)
    before = seen(play)
    try:
        play.given(decision)
    except Refused:
        return
    if not play.happened:
        return
    assert isinstance(decision, c.ModerateQuestion), "decisions are about a question"
    after, id_ = seen(play), decision.id
    play.given(c.UndoQuestion(id=id_))
    assert seen(play) == before
    play.given(c.RedoQuestion(id=id_))
    assert seen(play) == after


@unhurried
@given(histories, st.sampled_from([ANN, BOB, EVE]))
def test_a_ban_taken_back_leaves_all_as_it_was(history: list[AnyCommand], person: PersonId) -> None:
    play = told(Playbook(), history)
    if person in play.room.questions.banned:
        play.given(c.UnbanAsker(person=person))
    before = seen(play)
    play.given(c.BanAsker(person=person))
    own = play.room.questions.own(person)
    assert not any(one.status in {Status.APPROVED, Status.NEXT, Status.WAITING, Status.ANSWERED} for one in own)
    play.given(c.UnbanAsker(person=person))
    assert seen(play) == before


def test_acts_are_undone_one_by_one_the_last_first() -> None:
    play = asked().given(c.StarQuestion(id=Q1), c.ApproveQuestion(id=Q1), c.TagQuestion(id=Q1, tags=("gan",)))
    play.when(c.UndoQuestion(id=Q1)).then(e.QuestionUndone(id=Q1))
    assert known(play).standing == Standing(status=Status.APPROVED, text=f"{TEXT} 0", starred=True)
    play.given(c.UndoQuestion(id=Q1), c.UndoQuestion(id=Q1))
    assert known(play).standing == Standing(status=Status.WAITING, text=f"{TEXT} 0")
    play.when(c.UndoQuestion(id=Q1)).refused("nothing_to_undo")
    play.when(c.RedoQuestion(id=Q1)).then(e.QuestionRedone(id=Q1))
    assert known(play).standing.starred


def test_a_new_act_leaves_nothing_to_be_done_again() -> None:
    play = asked().given(c.StarQuestion(id=Q1), c.UndoQuestion(id=Q1), c.ApproveQuestion(id=Q1))
    play.when(c.RedoQuestion(id=Q1)).refused("nothing_to_undo")


def test_what_the_room_or_the_asker_did_is_not_the_moderators_to_undo() -> None:
    play = asked().given(c.StarQuestion(id=Q1), c.EditOwnQuestion(id=Q1, person=ANN, text="Why so wide?"))
    play.when(c.UndoQuestion(id=Q1)).refused("nothing_to_undo")
    play.given(c.ApproveQuestion(id=Q1), c.TakeNext()).when(c.UndoQuestion(id=Q1)).refused("nothing_to_undo")


def test_two_questions_do_not_come_next() -> None:
    play = approved(4).given(c.TakeNext(), c.RejectQuestion(id=Q2), c.TakeNext())
    refused = play.when(c.UndoQuestion(id=Q2)).refused("place_taken")
    assert str(refused) == "Question 4 comes next now, and only one can. Put that one back to waiting first."


# Two at once ----------------------------------------------------------------------------------------------------------


def test_of_two_who_saw_the_same_the_first_wins_and_the_other_is_told() -> None:
    play = asked()
    rev = known(play).rev
    play.given(c.ApproveQuestion(id=Q1, rev=rev))
    refused = play.when(c.RejectQuestion(id=Q1, rev=rev)).refused("question_changed")
    assert str(refused) == "Question 1 is approved: somebody changed it meanwhile. Look at it again."
    play.when(c.RejectQuestion(id=Q1, rev=known(play).rev)).then(e.QuestionRejected(id=Q1))


def test_votes_and_whoever_looks_change_nothing_that_a_moderator_saw() -> None:
    play = approved(1)
    rev = known(play).rev
    play.given(c.VoteQuestion(id=Q1, person=BOB), c.ClaimQuestion(id=Q1, by="Ada", holder=EVE))
    play.given(c.RejectQuestion(id=Q1, rev=rev))


def test_a_question_is_open_with_one_moderator_until_it_is_left_or_forgotten() -> None:
    play = asked()
    ada, cy = c.ClaimQuestion(id=Q1, by="Ada", holder=ANN), c.ClaimQuestion(id=Q1, by="Cy", holder=BOB)
    play.when(ada).then(e.QuestionClaimed(id=Q1, by="Ada", holder=ANN))
    assert str(play.when(cy).refused("question_claimed")) == "Ada has question 1 open."
    play.when(ada).then()
    play.when(c.ReleaseQuestion(id=Q1, holder=BOB)).then()
    play.when(c.ReleaseQuestion(id=Q1, holder=ANN)).then(e.QuestionReleased(id=Q1))
    play.when(cy).then(e.QuestionClaimed(id=Q1, by="Cy", holder=BOB))
    play.later(40).when(cy).then(e.QuestionClaimed(id=Q1, by="Cy", holder=BOB))
    play.later(121).when(ada).then(e.QuestionClaimed(id=Q1, by="Ada", holder=ANN))


# Single acts ----------------------------------------------------------------------------------------------------------


def test_the_askers_own_words_are_kept_beside_those_of_a_moderator() -> None:
    play = asked().given(c.EditQuestion(id=Q1, text="Why is it so deep?"))
    assert (known(play).text, known(play).own_text) == ("Why is it so deep?", f"{TEXT} 0")
    play.given(c.EditOwnQuestion(id=Q1, person=ANN, text="Why so wide?"))
    assert (known(play).text, known(play).own_text) == ("Why so wide?", "Why so wide?")


def test_a_written_answer_answers_and_can_be_taken_back() -> None:
    play = approved(1)
    play.when(c.ReplyQuestion(id=Q1, text=" See the paper. ", by="Ada")).then(
        e.QuestionReplied(id=Q1, text="See the paper.", by="Ada")
    )
    assert (known(play).status, known(play).answered_at) == (Status.ANSWERED, play.now)
    play.when(c.ReplyQuestion(id=Q1, text="See the paper.", by="Cy")).then()
    play.given(c.ReplyQuestion(id=Q1, text="", by="Ada"))
    assert (known(play).standing.answer, known(play).standing.answered_by) == (None, None)


def test_a_written_answer_leaves_what_is_on_air_on_air() -> None:
    play = approved(1).given(c.TakeNext(), c.ReplyQuestion(id=Q1, text="See the paper."))
    assert known(play).status is Status.ON_AIR
    assert known(play).standing.answer == "See the paper."


def test_an_answer_that_is_too_long_is_refused() -> None:
    asked().when(c.ReplyQuestion(id=Q1, text="a" * 2001)).refused("answer_too_long", 422)


def test_tags_are_kept_once_in_small_letters() -> None:
    asked().when(c.TagQuestion(id=Q1, tags=(" GAN", "#gan", "", "RNN"))).then(
        e.QuestionTagged(id=Q1, tags=("gan", "rnn"))
    )
    asked().when(c.TagQuestion(id=Q1, tags=("t" * 31,))).refused("tags_wrong", 422)
    asked().when(c.TagQuestion(id=Q1, tags=tuple(str(at) for at in range(9)))).refused("tags_wrong", 422)


# The line -------------------------------------------------------------------------------------------------------------


@unhurried
@given(st.lists(st.tuples(st.sampled_from(range(1, 7)), st.sampled_from([None, *range(1, 7)])), max_size=25))
def test_a_question_stands_where_it_was_moved(moves: list[tuple[int, int | None]]) -> None:
    play = Playbook().given(
        *(c.AskQuestion(person=ANN, text=f"{TEXT} {at}", exempt=True) for at in range(6)),
        *(c.ApproveQuestion(id=QuestionId(f"q{number}")) for number in range(1, 7)),
        c.VoteQuestion(id=Q3, person=BOB),
    )
    for number, before in moves:
        expected = [one for one in order(play) if one != number]
        if before == number:
            continue
        expected.insert(len(expected) if before is None else expected.index(before), number)
        follower = None if before is None else QuestionId(f"q{before}")
        try:
            play.given(c.MoveQuestion(id=QuestionId(f"q{number}"), before=follower))
        except Refused as refused:
            assert refused.code == "line_tight"  # noqa: PT017  # any other refusal is a fault
            return
        assert order(play) == expected


def test_what_stands_at_the_top_stays_there_and_others_move_on_with_their_votes() -> None:
    play = approved(4).given(c.MoveQuestion(id=Q4, before=Q1))
    play.when(c.MoveQuestion(id=Q3, before=Q2)).then(e.QuestionMoved(id=Q3, place=Place(Order.VOTES, 0.0, 0, 1.5)))
    assert order(play) == [4, 1, 3, 2]
    play.given(c.VoteQuestion(id=Q2, person=ANN))
    assert order(play) == [4, 2, 1, 3]
    play.when(c.MoveQuestion(id=Q4, before=Q2)).then()


def test_only_what_is_in_line_is_moved() -> None:
    asked(2).when(c.MoveQuestion(id=Q1, before=None)).refused("question_status")
    approved(1).given(c.AskQuestion(person=BOB, text=TEXT)).when(c.MoveQuestion(id=Q1, before=Q2)).refused(
        "question_status"
    )


def test_the_fair_order_puts_first_time_askers_and_quiet_origins_first() -> None:
    play = Playbook().given(*[c.AskQuestion(person=ANN, text=f"{TEXT} {at}") for at in range(2)])
    play.given(c.AddQuestion(text="From the room", origin=Origin.ROOM))
    play.given(c.AskQuestion(person=BOB, text="Why so wide?"))
    play.given(c.ApproveQuestion(id=Q1), c.ApproveQuestion(id=Q2), c.ApproveQuestion(id=Q4))
    play.given(c.VoteQuestion(id=Q2, person=BOB), c.VoteQuestion(id=Q2, person=EVE))
    assert order(play) == [2, 1, 3, 4]
    play.given(c.SetAsking(order=Order.FAIR))
    assert order(play) == [1, 3, 4, 2]
    assert [(known(play, id_).time, known(play, id_).quiet) for id_ in (Q1, Q2, Q3, Q4)] == [
        (1, True),
        (2, True),
        (1, True),
        (1, False),
    ]
    play.given(c.SetAsking(order=Order.VOTES))
    assert order(play) == [2, 1, 3, 4]


# Joining --------------------------------------------------------------------------------------------------------------


def test_a_question_is_merged_into_another_and_stands_for_itself_again() -> None:
    play = approved(2)
    play.when(c.MergeQuestion(id=Q1, into=Q2)).then(
        e.QuestionMerged(id=Q1, into=Q2), e.QuestionUnited(id=Q2, merged=(Q1,))
    )
    assert (known(play).status, known(play).standing.into) == (Status.MERGED, Q2)
    play.when(c.MergeQuestion(id=Q1, into=Q2)).then()
    play.when(c.RestoreQuestion(id=Q1)).then(e.QuestionRestored(id=Q1), e.QuestionUnited(id=Q2, merged=()))
    assert (known(play).status, known(play, Q2).united) == (Status.WAITING, None)


@pytest.mark.parametrize(
    ("prepare", "into", "code"),
    [
        (c.StarQuestion(id=Q1), Q1, "merge_itself"),
        (c.StarQuestion(id=Q1), QuestionId("q9"), "question_unknown"),
        (c.RejectQuestion(id=Q2), Q2, "merge_target"),
        (c.WithdrawQuestion(id=Q2, person=BOB), Q2, "merge_target"),
        (c.MergeQuestion(id=Q2, into=Q3), Q2, "merge_target"),
    ],
)
def test_a_question_is_merged_only_into_one_that_stands(prepare: AnyCommand, into: QuestionId, code: str) -> None:
    play = asked(3).given(prepare).when(c.MergeQuestion(id=Q1, into=into))
    play.refused(code, 404 if code == "question_unknown" else 409)


def test_what_was_merged_into_a_question_that_is_withdrawn_waits_again() -> None:
    play = asked(2).given(c.MergeQuestion(id=Q1, into=Q2)).given(c.WithdrawQuestion(id=Q2, person=BOB))
    assert (known(play).status, known(play, Q2).merged) == (Status.WAITING, ())


# Who may not ask ------------------------------------------------------------------------------------------------------


def test_a_banned_asker_is_refused_and_their_questions_are_hidden() -> None:
    play = approved(3).given(c.AskQuestion(person=ANN, text="Why so wide?"))
    play.when(c.BanAsker(person=ANN)).then(
        e.AskerBanned(person=ANN),
        e.QuestionRejected(id=Q1, banned=True),
        e.QuestionRejected(id=Q4, banned=True),
    )
    play.when(c.BanAsker(person=ANN)).then()
    play.when(c.AskQuestion(person=ANN, text=TEXT)).refused("asker_banned", 403)
    play.given(c.AskQuestion(person=BOB, text=TEXT))
    play.when(c.UnbanAsker(person=ANN)).then(
        e.AskerUnbanned(person=ANN), e.QuestionUndone(id=Q1), e.QuestionUndone(id=Q4)
    )
    play.given(c.AskQuestion(person=ANN, text=TEXT))
    play.when(c.BanAsker(person=PersonId("nobody"))).refused("asker_unknown", 404)
