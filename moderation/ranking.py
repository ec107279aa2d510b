"""Put questions in the order in which they are shown and taken.

On air, next, approved, waiting (oldest first), answered (newest first), aside (oldest first). The approved stand by
votes and then by age, or fairly, or where a moderator put them.
"""

from datetime import datetime

from bridge.terms import Order, Place
from bridge.views import QuestionStatus

Key = tuple[int, float, float, float, int]
"""Rank of the status, tier, weight and tie within it, and the number (negative where the newest stands first)."""
Weight = tuple[float, float, float]
"""Where an approved question stands: tier, weight, tie; the least first."""

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
PINNED = -1.0
"""The tier of what a moderator put before all others: votes do not move it."""
LAST_TIME = 3
"""Who has asked so often is not put back any further."""


def weight(order: Order, *, number: int, votes: int, time: int, quiet: bool) -> Weight:
    """Return where an approved question stands by itself.

    ``time`` says the how manieth question of its asker it is, ``quiet`` whether its origin had its fair share at most.
    """
    match order:
        case Order.VOTES:
            return (0.0, -votes, number)
        case Order.FAIR:
            return (2.0 * min(time, LAST_TIME) + (not quiet), -votes, number)


def between(order: Order, above: Weight | None, below: Weight | None) -> Place | None:
    """Return a place behind ``above`` and before ``below`` (None: there is none), None where nothing fits between.

    It takes the weight of the one above, so that it rises and falls with nobody's votes but theirs.
    """
    if above is None:
        tie = below[2] - 1 if below is not None and below[0] == PINNED else 0.0
        return Place(order, PINNED, 0.0, tie)
    if below is None or above[:2] != below[:2]:
        return Place(order, above[0], above[1], above[2] + 1)
    tie = (above[2] + below[2]) / 2
    return Place(order, above[0], above[1], tie) if above[2] < tie < below[2] else None


def key(status: QuestionStatus, *, number: int, weight: Weight, answered_at: datetime | None) -> Key:
    """Return what a question is sorted by."""
    match status:
        case QuestionStatus.APPROVED:
            return (RANK[status], *weight, number)
        case QuestionStatus.ANSWERED:
            assert answered_at is not None, "an answered question was answered at some time"
            return (RANK[status], -answered_at.timestamp(), 0, 0, -number)
        case _:
            return (RANK[status], 0, 0, 0, number)


def number_of(key: Key) -> int:
    """Return the number of the question that is sorted by ``key``."""
    return abs(key[-1])


def before_all(rank: int) -> Key:
    """Return a key that stands before each question of ``rank``."""
    return (rank, float("-inf"), 0, 0, 0)
