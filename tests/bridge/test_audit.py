import csv

from bridge import audit
from bridge import commands as c
from bridge.terms import Hand
from tests.bridge.playbook import ANN, BOB, Q1, Q2, Playbook


def told() -> Playbook:
    play = Playbook().given(
        c.AskQuestion(person=ANN, text="=Why so deep?"), c.AskQuestion(person=BOB, text="Why so wide?")
    )
    play.given(
        c.ApproveQuestion(id=Q1), c.VoteQuestion(id=Q1, person=BOB), c.RejectQuestion(id=Q2, reason="Asked before.")
    )
    return play.given(c.ClaimQuestion(id=Q1, by="Ada", holder=BOB), c.SetAsking(hand=Hand.CLOSED))


def test_the_log_says_who_did_what_and_how_it_stood_before_and_after() -> None:
    lines = audit.lines(told().entries)
    assert [(line.act, line.question, line.before, line.after, line.detail) for line in lines] == [
        ("question.asked", 1, None, "waiting", "=Why so deep?"),
        ("question.asked", 2, None, "waiting", "Why so wide?"),
        ("question.approved", 1, "waiting", "approved", None),
        ("question.rejected", 2, "waiting", "not_taken", "Asked before."),
        ("asking.changed", None, None, None, "hand closed"),
    ]
    assert {line.actor for line in lines} == {"test"}


def test_the_log_of_one_question_is_of_that_one_alone() -> None:
    assert [line.question for line in audit.lines(told().entries, Q2)] == [2, 2]


def test_a_spreadsheet_takes_nothing_in_the_csv_for_a_formula() -> None:
    rows = list(csv.reader(audit.as_csv(audit.lines(told().entries)).splitlines()))
    assert rows[0] == list(audit.COLUMNS)
    assert rows[1][-1] == "'=Why so deep?"
    assert len(rows) == 6
