"""Put questions in the order in which they are shown and taken.

On air, next, approved (votes, then oldest), waiting (oldest first), answered (newest first), aside (oldest first).
"""

from datetime import datetime

from bridge.views import QuestionStatus

Key = tuple[int, float, int]
"""Rank of the status, place within it, and the question's number (negative where the newest stands first)."""

RANK = {
    QuestionStatus.ON_AIR: 0,
    QuestionStatus.NEXT: 1,
    QuestionStatus.APPROVED: 2,
    QuestionStatus.WAITING: 3,
    QuestionStatus.ANSWERED: 4,
    QuestionStatus.NOT_TAKEN: 5,
    QuestionStatus.WITHDRAWN: 5,
    QuestionStatus.MERGED: 5,
}


def key(status: QuestionStatus, *, number: int, votes: int, answered_at: datetime | None) -> Key:
    """Return what a question is sorted by."""
    match status:
        case QuestionStatus.APPROVED:
            return (RANK[status], -votes, number)
        case QuestionStatus.ANSWERED:
            assert answered_at is not None, "an answered question was answered at some time"
            return (RANK[status], -answered_at.timestamp(), -number)
        case _:
            return (RANK[status], 0, number)


def number_of(key: Key) -> int:
    """Return the number of the question that is sorted by ``key``."""
    return abs(key[2])


def before_all(rank: int) -> Key:
    """Return a key that stands before each question of ``rank``."""
    return (rank, float("-inf"), 0)
