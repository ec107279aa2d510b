from datetime import timedelta

import msgspec
import pytest

from bridge import commands as c
from bridge import events as e
from bridge.terms import Hand, Hold, Mode, Origin, PersonId, QuestionId
from bridge.views import QuestionStatus as Status
from moderation.policy import Policy
from tests.bridge.playbook import ANN, BOB, Q1, Q2, START, Playbook, setup

ASK = c.AskQuestion(person=ANN, text="Why so deep?")
THREE = START + timedelta(hours=3)


def test_a_persons_word_stands_over_the_timer() -> None:
    play = Playbook().given(c.SetAsking(opens_at=THREE))
    refused = play.when(ASK).refused("asking_closed")
    assert refused.retry_after_s == 3 * 3600 - 2
    play.given(c.SetAsking(hand=Hand.OPEN), ASK, c.SetAsking(hand=Hand.CLOSED))
    play.later(4 * 3600).when(ASK).refused("asking_closed")
    play.given(c.SetAsking(hand=Hand.TIMER), ASK)


def test_what_comes_when_the_time_has_come_is_taken_though_nobody_opened() -> None:
    play = Playbook().given(c.SetAsking(opens_at=THREE)).later(3 * 3600).given(ASK)
    assert not play.room.asking.taken(play.room.setup.policy)
    play.when(c.OpenOnTime()).then(e.AskingChanged())
    assert play.room.asking.taken(play.room.setup.policy)
    play.when(c.OpenOnTime()).then()


def test_nothing_opens_before_its_time() -> None:
    Playbook().given(c.SetAsking(opens_at=THREE)).when(c.OpenOnTime()).then()


def test_after_the_end_questions_are_over() -> None:
    Playbook().given(c.SetAsking(hand=Hand.OVER)).when(ASK).refused("asking_over")


def test_closed_by_the_settings_is_opened_by_a_person() -> None:
    play = Playbook(setup(taken=False))
    play.when(ASK).refused("asking_closed")
    play.given(c.SetAsking(hand=Hand.OPEN), ASK)


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=-5), timedelta(days=400)])
def test_questions_open_at_a_time_to_come(ahead: timedelta) -> None:
    Playbook().when(c.SetAsking(opens_at=START + ahead)).refused("opening_wrong", 422)


@pytest.mark.parametrize("slow_s", [-1.0, 86_401.0, float("nan")])
def test_slow_mode_has_bounds(slow_s: float) -> None:
    Playbook().when(c.SetAsking(slow_mode_s=slow_s)).refused("slow_mode_wrong", 422)


def test_in_slow_mode_one_waits_between_two_questions_and_moderators_do_not() -> None:
    play = Playbook().given(c.SetAsking(slow_mode_s=60.0), ASK)
    refused = play.when(ASK).refused("rate_limited", 429)
    assert (refused.retry_after_s, refused.message) == (59.0, "You may ask one question in 60 s. Wait 59 s.")
    play.given(c.AskQuestion(person=BOB, text="Why so wide?"), c.AskQuestion(person=ANN, text="Me too?", exempt=True))
    play.later(60).given(ASK)


def test_a_change_of_moderation_is_for_new_questions_only() -> None:
    play = Playbook().given(ASK, c.SetAsking(mode=Mode.POST), c.AskQuestion(person=ANN, text="Does it scale?"))
    assert [play.room.questions.known(id_).status for id_ in (Q1, Q2)] == [Status.WAITING, Status.APPROVED]


def test_what_a_filter_holds_waits_though_questions_are_looked_at_afterwards() -> None:
    play = Playbook(setup(Mode.POST)).given(ASK)
    play.when(c.AskQuestion(person=BOB, text="why so DEEP")).then(
        e.QuestionAsked(id=Q2, number=2, person=BOB, text="why so DEEP", held=(Hold(why="repeated"),), similar=(Q1,))
    )
    assert play.room.questions.known(Q2).status is Status.WAITING
    play.given(c.WithdrawQuestion(id=Q2, person=BOB), c.RejectQuestion(id=Q1))
    play.when(c.AskQuestion(person=BOB, text="Look at example.com for it")).then(
        e.QuestionAsked(
            id=QuestionId("q3"),
            number=3,
            person=BOB,
            text="Look at example.com for it",
            held=(Hold(why="link", detail="example.com"),),
        )
    )


def test_a_watched_word_holds_and_moderators_are_not_filtered() -> None:
    watching = msgspec.structs.replace(setup(Mode.POST), policy=Policy(mode=Mode.POST, words=("graphics cards",)))
    play = Playbook(watching)
    play.given(c.AskQuestion(person=ANN, text="Who sells graphics cards?"))
    assert play.room.questions.known(Q1).held == (Hold(why="word", detail="graphics cards"),)
    play.given(c.AskQuestion(person=BOB, text="Who sells graphics cards here?", exempt=True))
    assert play.room.questions.known(Q2).status is Status.APPROVED


def test_questions_that_ask_nearly_the_same_are_named_the_likest_first() -> None:
    play = Playbook().given(
        c.AskQuestion(person=ANN, text="Why does batch normalisation help?"),
        c.AskQuestion(person=BOB, text="Is the code public?"),
    )
    play.given(c.AddQuestion(text="why does batch normalization help", origin=Origin.ROOM))
    assert play.room.questions.known(QuestionId("q3")).similar == (Q1,)


def test_where_names_are_off_none_is_kept() -> None:
    play = Playbook().given(c.SetAsking(names=False))
    play.when(c.AskQuestion(person=ANN, text="Why so deep?", name="Ann")).then(
        e.QuestionAsked(id=Q1, number=1, person=ANN, text="Why so deep?")
    )


def test_a_setting_is_told_once_and_goes_back_to_what_the_settings_say() -> None:
    play = Playbook()
    play.when(c.SetAsking(slow_mode_s=60.0)).then(e.AskingChanged(slow_mode_s=60.0))
    play.when(c.SetAsking(slow_mode_s=60.0)).then()
    play.when(c.SetAsking(slow_mode_s=None)).then(e.AskingChanged())


def test_a_moderator_asks_for_somebody_else_who_is_the_same_person_each_time() -> None:
    play = Playbook()
    play.when(c.AddQuestion(text="Why so deep?", name="Zoe", origin=Origin.ROOM)).then(
        e.QuestionAsked(
            id=Q1,
            number=1,
            person=PersonId("room-zoe"),
            text="Why so deep?",
            name="Zoe",
            approved=True,
            origin=Origin.ROOM,
        )
    )
    play.given(c.AddQuestion(text="Why so wide?", name="zoe", origin=Origin.ROOM))
    assert play.room.questions.known(Q2).time == 2
    play.given(c.AddQuestion(text="Why so tall?", origin=Origin.IRC))
    assert play.room.questions.known(QuestionId("q3")).person == "irc-3"
