from datetime import timedelta

import pytest

from bridge import commands as c
from bridge.errors import Refused
from bridge.views import QuestionStatus as Status
from tests.bridge.notes.day import Q1, Q2, Q4, S1, S2, closed, day, notes_of
from tests.bridge.playbook import ANN, START, Playbook


def test_a_session_is_noted_with_its_times() -> None:
    play = closed()
    notes = notes_of(play)
    assert (notes.title, notes.host, notes.room, notes.time_zone) == (
        "GANs, round 2",
        "Ann",
        "Forward Prop",
        "Europe/Berlin",
    )
    assert (notes.opened_at, notes.closed_at) == (START + timedelta(seconds=2), play.now)


def test_turns_have_their_times_and_places() -> None:
    ann, bob = notes_of(closed()).turns
    assert (ann.name, ann.ended_at, bob.name) == ("Ann", bob.began_at, "Bob")
    assert ann.place is not None
    assert (ann.place.part, ann.place.offset_s) == ("p2", 0.5), "the file began before its name was told"
    assert bob.place is not None
    assert bob.place.offset_s == (bob.began_at - START).total_seconds() - 2.5


def test_talk_time_is_summed_by_speaker() -> None:
    ann, bob = notes_of(closed().given(c.SpeakNow(name="Eve"))).speakers
    assert (ann.name, ann.turns, ann.seconds) == ("Ann", 1, 751.0)
    assert (bob.name, bob.seconds) == ("Bob", 61.0)


def test_questions_stand_with_what_became_of_them_and_where() -> None:
    asked = {note.id: note for note in notes_of(closed()).questions}
    assert list(asked) == [Q1, Q2]
    assert (asked[Q1].status, asked[Q1].name, asked[Q1].votes) == (Status.ANSWERED, "Eve", 1)
    place, aired_at = asked[Q1].place, asked[Q1].aired_at
    assert place is not None
    assert aired_at is not None
    assert place.offset_s == 750.5
    assert asked[Q1].answered_at == aired_at + timedelta(seconds=60)
    assert (asked[Q2].status, asked[Q2].aired_at, asked[Q2].place) == (Status.APPROVED, None, None), "it was put back"


def test_what_waits_or_was_not_taken_is_in_no_notes() -> None:
    notes = notes_of(closed())
    assert not {"q3", Q4} & {note.id for note in notes.questions}


def test_a_question_that_was_restored_after_all_is_in_no_notes() -> None:
    assert Q1 not in {note.id for note in notes_of(closed().given(c.RestoreQuestion(id=Q1))).questions}


def test_a_session_that_is_on_is_noted_so_far() -> None:
    notes = notes_of(day())
    assert notes.closed_at is None
    assert notes.turns[-1].ended_at is None
    assert notes.speakers[-1].seconds == 60.0


def test_a_question_taken_up_by_another_session_is_in_that_one_s_notes() -> None:
    play = closed().given(c.OpenSession(title="RNNs"), c.AirQuestion(id=Q2))
    assert [note.id for note in notes_of(play, S2).questions] == [Q2]
    assert Q2 not in [note.id for note in notes_of(play, S1).questions]


def test_turns_between_sessions_belong_to_none() -> None:
    play = closed().given(c.SpeakNow(name="Eve"), c.OpenSession(title="RNNs"))
    assert notes_of(play, S2).turns == ()
    assert len(notes_of(play, S1).turns) == 2


def test_what_happened_while_nothing_was_recorded_has_no_place() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"), c.SpeakNow(name="Ann"))
    assert notes_of(play).turns[0].place is None
    play = Playbook().given(
        c.ReportPartBegan(path="a.mkv", began_at=START),
        c.ReportPartEnded(path="a.mkv"),
        c.OpenSession(title="GANs"),
        c.SpeakNow(name="Ann"),
    )
    assert notes_of(play).turns[0].place is None


def test_each_recording_that_holds_something_of_the_session_is_named() -> None:
    play = closed()
    assert [part.path for part in notes_of(play).parts] == ["s1.mkv"]
    assert [part.path for part in notes_of(play.given(c.AskQuestion(person=ANN, text="And now?"))).parts] == ["s1.mkv"]


def test_an_unknown_session_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        notes_of(closed(), S2)
    assert (caught.value.code, caught.value.status) == ("session_unknown", 404)
