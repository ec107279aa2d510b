from datetime import UTC, datetime, timedelta

from bridge.terms import Order
from bridge.views import QuestionStatus as Status
from moderation import ranking

NOON = datetime(2026, 6, 5, 12, 0, tzinfo=UTC)


def key(status: Status, number: int, votes: int = 0, answered_s: float | None = None) -> ranking.Key:
    answered_at = None if answered_s is None else NOON + timedelta(seconds=answered_s)
    weight = ranking.weight(Order.VOTES, number=number, votes=votes, time=1, quiet=True)
    return ranking.key(status, number=number, weight=weight, answered_at=answered_at)


def test_questions_stand_in_the_order_in_which_they_are_shown() -> None:
    in_order = [
        key(Status.ON_AIR, 9),
        key(Status.NEXT, 8),
        key(Status.APPROVED, 7, votes=3),
        key(Status.APPROVED, 4, votes=1),
        key(Status.APPROVED, 5, votes=1),
        key(Status.WAITING, 1, votes=9),
        key(Status.WAITING, 2),
        key(Status.ANSWERED, 3, answered_s=2),
        key(Status.ANSWERED, 10, answered_s=1),
        key(Status.NOT_TAKEN, 11),
        key(Status.WITHDRAWN, 12),
    ]
    assert sorted(in_order) == in_order


def test_of_two_answered_at_once_the_newer_question_stands_first() -> None:
    assert key(Status.ANSWERED, 2, answered_s=0) < key(Status.ANSWERED, 1, answered_s=0)


def test_a_key_tells_its_question() -> None:
    assert ranking.number_of(key(Status.ANSWERED, 7, answered_s=0)) == 7
    assert ranking.number_of(key(Status.WAITING, 7)) == 7


def test_a_rank_begins_before_all_its_questions() -> None:
    assert ranking.before_all(ranking.RANK[Status.APPROVED]) < key(Status.APPROVED, 1, votes=10**9)
    assert key(Status.NEXT, 10**9) < ranking.before_all(ranking.RANK[Status.APPROVED])
