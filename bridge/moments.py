"""PURE. Where in the recordings a question was answered: what its clip is cut from, from when to when.

A clip never crosses from one file into the next: where a question came on air in one and was answered in another, it
ends with its file.
"""

from datetime import datetime, timedelta

import msgspec

from bridge.room import Room
from bridge.terms import QuestionId
from bridge.views import QuestionStatus
from moderation.questions import Question

LINK = "/clips/{id}.mp4"
LEAD_S = 1.0
"""Shown before the question comes into the picture, at least: the cut is made at the keyframe before that."""
TAIL_S = 3.0
"""Shown after the question was answered."""
LONGEST_S = 15 * 60 - 2
"""From the lead on; the way back to the keyframe may add two seconds."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A span of a recording file, in seconds from its first frame."""

    question: QuestionId
    path: str
    """Relative to the recordings' directory."""
    from_s: float
    aired_s: float
    """When the question came into the picture."""
    until_s: float
    written_at: datetime
    """When the file holds all of the span that it ever will."""
    ends_with_file: bool
    """Whether the file has ended, be it before ``until_s``."""
    name: str
    """A file name for the clip: another for another part or another span."""


def link(question: Question) -> str | None:
    """Return where the question's clip is found, None where there is none."""
    if question.status is not QuestionStatus.ANSWERED or question.standing.part is None:
        return None
    return LINK.format(id=question.id)


def moment(room: Room, question: QuestionId) -> Moment | None:
    """Return where the question's clip comes from, None where there is none."""
    found = room.questions.get(question)
    if found is None or link(found) is None or found.standing.part is None:
        return None
    part, aired_at, answered_at = room.parts.get(found.standing.part), found.on_air_at, found.answered_at
    assert part is not None, "the part was taken from the list of parts"
    assert aired_at is not None, "only what was on air has a part"
    assert answered_at is not None, "only what was answered has a part"
    aired_s = (aired_at - part.began_at).total_seconds()
    from_s = max(0.0, aired_s - LEAD_S)
    until_s = min((answered_at - part.began_at).total_seconds() + TAIL_S, from_s + LONGEST_S)
    ends_at = part.began_at + timedelta(seconds=until_s)
    return Moment(
        question=question,
        path=part.path,
        from_s=from_s,
        aired_s=aired_s,
        until_s=until_s,
        written_at=ends_at if part.ended_at is None else min(ends_at, part.ended_at),
        ends_with_file=part.ended_at is not None,
        name=f"{question}-{part.id}-{from_s * 1000:.0f}-{until_s * 1000:.0f}.mp4",
    )
