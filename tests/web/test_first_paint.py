from html.parser import HTMLParser

import pytest

from bridge import audiences
from bridge import commands as c
from bridge.audiences import Audience
from bridge.commands import AnyCommand
from bridge.terms import PersonId, QuestionId
from tests.bridge.playbook import ANN, Q1, Q2, Q3, Playbook, setup
from web import first_paint

HOSTILE = """</div></main><script>alert("1")</script> 'quotes' & <img src=x onerror=alert(2)> <!--first-paint-->"""


class Seen(HTMLParser):
    """What a browser would make of a fragment: its words and its elements."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(fragment)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in {"circle", "path"}, "only parts of drawings are closed at once"
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "elements are closed in order"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def count(self, tag: str) -> int:
        """Count the elements of a kind."""
        return sum(known == tag for known, _ in self.elements)

    def told(self, *words: str) -> bool:
        """Tell whether these words stand there in this order."""
        rest = iter(self.words)
        return all(word in rest for word in words)


def seen(play: Playbook) -> Seen:
    return Seen(first_paint.fragment(audiences.snapshot(play.room, Audience.PUBLIC)))


def crowd(count: int) -> Playbook:
    """Return a room with so many approved questions, of as many people."""
    play = Playbook()
    for number in range(1, count + 1):
        play.given(c.AskQuestion(person=PersonId(f"p{number}"), text=f"Question number {number}?"))
        play.given(c.ApproveQuestion(id=QuestionId(f"q{number}")))
    return play


@pytest.mark.parametrize(
    ("commands", "word", "lit"),
    [([], "Off air", False), ([c.StartAir()], "On air", True), ([c.StartAir(), c.Blank()], "Paused", False)],
)
def test_the_sign_says_how_the_programme_stands(commands: list[AnyCommand], word: str, lit: bool) -> None:
    page = seen(Playbook().given(*commands))
    assert word in page.words
    assert any(attributes.get("class") == "last on-air" for _, attributes in page.elements) is lit


def test_the_title_and_who_is_speaking_are_told() -> None:
    play = Playbook()
    assert "Between sessions" in seen(play).words
    play.given(c.OpenSession(title="GANs", host="Ada"))
    assert seen(play).told("GANs", "with ", "Ada")
    play.given(c.SpeakNow(name="Grace"))
    assert seen(play).told("GANs", "Grace", " is speaking")
    assert "Ada" not in seen(play).words
    assert first_paint.title(audiences.snapshot(play.room, Audience.PUBLIC)) == "GANs · Forward Prop"


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        (True, ("Questions are open.", "No questions in line")),
        (False, ("Questions are closed", "No questions in line", "They appear here as soon as questions open.")),
    ],
)
def test_it_says_whether_questions_are_taken(taken: bool, words: tuple[str, ...]) -> None:
    assert seen(Playbook(setup(taken=taken))).told(*words)


def test_questions_stand_in_the_order_in_which_they_are_taken_and_then_the_answered() -> None:
    play = crowd(4).given(c.VoteQuestion(id=Q3, person=ANN), c.TakeNext(), c.TakeNext())
    page = seen(play)
    assert page.told("On air now", "Question number 1?", "0 votes", "Questions", "Question number 2?", "Next")
    assert page.told("Question number 2?", "Question number 4?", "Answered", "1", "Question number 3?", "Answered")
    assert page.count("article") == 3, "the one on air is told above"


def test_what_waits_or_was_not_taken_is_not_told() -> None:
    play = Playbook().given(
        c.AskQuestion(person=ANN, text="Does this one wait?"),
        c.AskQuestion(person=ANN, text="Was this one refused?"),
        c.RejectQuestion(id=Q2, reason="Asked before."),
    )
    page = seen(play)
    assert "No questions in line" in page.words
    assert not any("this one" in words or "Asked before" in words for words in page.words)


@pytest.mark.parametrize(("asked", "listed", "rest"), [(50, 50, None), (53, 50, "3 more")])
def test_a_crowd_of_questions_is_counted_and_not_listed(asked: int, listed: int, rest: str | None) -> None:
    page = seen(crowd(asked))
    assert page.count("article") == listed
    assert [words for words in page.words if words.endswith(" more")] == ([] if rest is None else [rest])


def test_answered_ones_are_listed_where_there_is_room_for_them() -> None:
    play = crowd(52)
    for _ in range(4):
        play.given(c.TakeNext())
    page = seen(play)
    assert page.count("article") == 50
    assert page.told("Answered", "1 more"), "49 in line and one of two that are answered"


def test_hostile_words_stay_words() -> None:
    play = Playbook().given(
        c.OpenSession(title=HOSTILE, host=HOSTILE[:60]),
        c.SpeakNow(name=HOSTILE[:60]),
        c.AskQuestion(person=ANN, text=HOSTILE, name=HOSTILE[:60]),
        c.AskQuestion(person=ANN, text=HOSTILE + "!", name=HOSTILE[:60]),
        c.ApproveQuestion(id=Q1),
        c.ApproveQuestion(id=Q2),
        c.TakeNext(),
        c.TakeNext(),
    )
    page = seen(play)
    assert page.words.count(HOSTILE) == 2, "the title and the answered question"
    assert page.told(HOSTILE, HOSTILE[:60], " is speaking", HOSTILE + "!", HOSTILE[:60], HOSTILE, HOSTILE[:60])
    assert page.count("script") == page.count("img") == 0
    title = first_paint.title(audiences.snapshot(play.room, Audience.PUBLIC))
    assert "<" not in title
    assert Seen(f"<p>{title}</p>").words == [f"{HOSTILE} · Forward Prop"]


def test_words_of_people_run_in_their_own_direction() -> None:
    play = crowd(2).given(c.OpenSession(title="GANs"), c.SpeakNow(name="ليلى"), c.TakeNext(), c.TakeNext())
    page = seen(play)
    assert page.count("bdi") == 4, "the room, the speaker and two askers"
    assert sum(attributes.get("dir") == "auto" for _, attributes in page.elements) == 3


def test_a_long_question_is_whole_and_marked_as_cut_for_the_eye() -> None:
    long = "Is it deep? " * 40
    play = Playbook().given(c.AskQuestion(person=ANN, text=long), c.ApproveQuestion(id=Q1))
    page = seen(play)
    assert long.strip() in page.words
    assert ("p", {"class": "words cut", "dir": "auto"}) in page.elements


def test_where_there_is_no_script_it_says_what_works_and_what_does_not() -> None:
    page = seen(Playbook().given(c.StartAir()))
    assert page.count("noscript") == 2
    assert page.told("The picture needs JavaScript", first_paint.WITHOUT_SCRIPT)
