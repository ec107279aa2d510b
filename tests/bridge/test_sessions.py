from bridge import commands as c
from bridge import events as e
from bridge.terms import SessionId, TurnId
from tests.bridge.playbook import ANN, Q1, Playbook

S1, S2 = SessionId("s1"), SessionId("s2")
T1 = TurnId("t1")


def test_a_session_is_opened_and_closed() -> None:
    play = Playbook()
    play.when(c.OpenSession(title=" GANs, round 2 ", host="Ann")).then(
        e.SessionOpened(id=S1, title="GANs, round 2", host="Ann")
    )
    opened = play.now
    assert play.room.session is not None
    assert play.room.session.opened_at == opened
    play.when(c.CloseSession(id=S1)).then(e.SessionClosed(id=S1))
    play.when(c.CloseSession(id=S1)).then()
    assert play.room.session is None
    assert play.room.sessions.known(S1).closed_at is not None


def test_opening_another_closes_the_one_that_is_on_and_ends_the_turn() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"), c.SpeakNow(name="Ann"))
    play.when(c.OpenSession(title="RNNs")).then(
        e.TurnEnded(id=T1), e.SessionClosed(id=S1), e.SessionOpened(id=S2, title="RNNs")
    )
    assert [session.title for session in play.room.sessions.all] == ["GANs", "RNNs"]


def test_closing_a_session_ends_the_turn() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"), c.SpeakNow(name="Ann"))
    play.when(c.CloseSession(id=S1)).then(e.TurnEnded(id=T1), e.SessionClosed(id=S1))


def test_an_old_session_closed_again_leaves_the_one_that_is_on() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"), c.OpenSession(title="RNNs"), c.SpeakNow(name="Ann"))
    play.when(c.CloseSession(id=S1)).then()
    assert play.room.speakers.turn is not None


def test_an_unknown_session_is_refused() -> None:
    Playbook().when(c.CloseSession(id=S1)).refused("session_unknown", 404)


def test_a_wrong_title_or_host_is_refused_and_closes_nothing() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"))
    play.when(c.OpenSession(title="")).refused("title_missing", 422)
    play.when(c.OpenSession(title="RNNs", host="h" * 61)).refused("name_too_long", 422)
    assert play.room.session is not None


def test_a_question_belongs_to_the_session_in_which_it_was_asked() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"), c.AskQuestion(person=ANN, text="Why so deep?"))
    assert play.room.questions.known(Q1).session == S1
