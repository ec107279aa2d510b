"""Tell who did what to which question, and how it stood before and after: the audit log, made of the journal.

Votes, and who has a question open, are not in it: they decide nothing.
"""

import csv
import io
from collections.abc import Iterable
from operator import attrgetter

from bridge import events as e
from bridge.events import Entry
from bridge.terms import QuestionId
from bridge.views import LogLine
from moderation import life, questions
from moderation.questions import Question

COLUMNS = ("seq", "at", "actor", "act", "question", "before", "after", "detail")
_SILENT = (e.QuestionVoted, e.QuestionUnvoted, e.QuestionUnited, e.QuestionClaimed, e.QuestionReleased)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(entries: Iterable[Entry], about: QuestionId | None = None) -> list[LogLine]:
    """Return the log, oldest first; of one question only where ``about`` names it."""
    known, told = questions.empty(), []
    for entry in entries:
        event, before = entry.event, None
        if isinstance(event, e.QuestionEvent):
            before = known.get(event.id)
            known = life.evolve(known, event, entry.at)
        if _told(entry, about):
            told.append(_line(entry, before, known.get(event.id) if isinstance(event, e.QuestionEvent) else None))
    return told


def _told(entry: Entry, about: QuestionId | None) -> bool:
    event = entry.event
    if isinstance(event, e.QuestionEvent):
        return not isinstance(event, _SILENT) and about in {None, event.id}
    return about is None and isinstance(event, e.AskingChanged | e.AskerBanned | e.AskerUnbanned)


def _line(entry: Entry, before: Question | None, after: Question | None) -> LogLine:
    return LogLine(
        seq=entry.seq,
        at=entry.at,
        # Askers stay nameless here too: the question says whose it is.
        actor="asker" if entry.actor.startswith("viewer:") else entry.actor,
        act=str(entry.event.__struct_config__.tag),
        question=None if after is None else after.number,
        before=None if before is None else str(before.status),
        after=None if after is None else str(after.status),
        detail=_detail(entry.event),
    )


def _detail(event: e.AnyEvent) -> str | None:
    match event:
        case e.QuestionAsked() | e.QuestionEdited() | e.QuestionReplied():
            return event.text
        case e.QuestionRejected(reason=reason, banned=banned):
            return "its asker was banned" if banned else reason
        case e.QuestionTagged(tags=tags):
            return ", ".join(tags)
        case e.QuestionMerged(into=into):
            return f"into {into}"
        case e.AskerBanned(person=person) | e.AskerUnbanned(person=person):
            return person
        case e.AskingChanged():
            return ", ".join(_set(event)) or "as the settings say"
        case _:
            return None


def _set(event: e.AskingChanged) -> Iterable[str]:
    for name in event.__struct_fields__:
        value = attrgetter(name)(event)
        if value is not None:
            yield f"{name} {value}"


def as_csv(told: Iterable[LogLine]) -> str:
    """Return the log as CSV (RFC 4180); what a spreadsheet would take for a formula is told as text."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for line in told:
        writer.writerow(_cell(getattr(line, column)) for column in COLUMNS)
    return written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
