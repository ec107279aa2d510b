from bridge import commands as c
from bridge import events as e
from bridge.terms import SessionId, TurnId
from tests.bridge.playbook import Playbook

T1, T2, T3 = (TurnId(f"t{number}") for number in (1, 2, 3))


def test_one_press_begins_a_turn_and_ends_the_one_before() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"))
    session = SessionId("s1")
    play.when(c.SpeakNow(name=" Ann ")).then(e.TurnBegan(id=T1, name="Ann", session=session))
    play.when(c.SpeakNow(name="Bob")).then(e.TurnEnded(id=T1), e.TurnBegan(id=T2, name="Bob", session=session))
    assert play.room.speakers.turn is not None
    assert (play.room.speakers.turn.name, play.room.speakers.turn.began_at) == ("Bob", play.now)


def test_the_same_name_again_changes_nothing() -> None:
    play = Playbook().given(c.SpeakNow(name="Ann"))
    play.when(c.SpeakNow(name="Ann ")).then()


def test_nobody_ends_the_turn() -> None:
    play = Playbook().given(c.SpeakNow(name="Ann"))
    play.when(c.SpeakNow(name=None)).then(e.TurnEnded(id=T1))
    play.when(c.SpeakNow(name=None)).then()


def test_a_turn_goes_on_when_the_programme_stops() -> None:
    play = Playbook().given(c.StartAir(), c.SpeakNow(name="Ann"))
    play.when(c.StopAir()).then(e.AirStopped())
    assert play.room.speakers.turn is not None


def test_names_stand_in_the_order_of_their_first_turn_until_another_session() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"))
    play.given(c.SpeakNow(name="Ann"), c.SpeakNow(name="Bob"), c.SpeakNow(name="Ann"))
    assert list(play.room.speakers.names) == ["Ann", "Bob"]
    play.given(c.OpenSession(title="RNNs"))
    assert list(play.room.speakers.names) == []


def test_an_empty_or_long_name_is_refused() -> None:
    Playbook().when(c.SpeakNow(name=" ")).refused("name_missing", 422)
    Playbook().when(c.SpeakNow(name="n" * 61)).refused("name_too_long", 422)
