"""Write the notes of a session as a Markdown page that can be published as it is."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bridge.notes.plain import duration, inline
from bridge.notes.record import Place, QuestionNote, SessionNotes, TurnNote
from bridge.views import QuestionStatus


def page(notes: SessionNotes) -> str:
    """Return the whole page."""
    zone = ZoneInfo(notes.time_zone)
    blocks = [
        f"# {inline(notes.title)}",
        "\n".join(_about(notes, zone)),
        *_section("Speakers", _speakers(notes)),
        *_section("Questions", (_question(notes, question) for question in _taken(notes, answered=True))),
        *_section("Not reached", (_question(notes, question) for question in _taken(notes, answered=False))),
        *_section("Who spoke when", (_turn(notes, turn, zone) for turn in notes.turns)),
    ]
    return "\n\n".join(blocks) + "\n"


def _about(notes: SessionNotes, zone: tzinfo) -> Iterator[str]:
    host = f", hosted by {inline(notes.host)}" if notes.host else ""
    yield f"- Room: {inline(notes.room)}{host}"
    yield f"- When: {_when(notes, zone)}"
    for number, part in enumerate(notes.parts, 1):
        name = "Recording" if len(notes.parts) == 1 else f"Recording, part {number}"
        yield f"- {name}: {inline(part.path)}"
    if notes.parts:
        yield "- Times in brackets count from the start of the recording."


def _when(notes: SessionNotes, zone: tzinfo) -> str:
    began = notes.opened_at.astimezone(zone)
    name = f"{notes.time_zone}, UTC{_offset(began)}"
    if notes.closed_at is None:
        return f"{began:%Y-%m-%d %H:%M}, still on ({inline(name)})"
    ended = notes.closed_at.astimezone(zone)
    end = f"{ended:%H:%M}" if ended.date() == began.date() else f"{ended:%Y-%m-%d %H:%M}"
    return f"{began:%Y-%m-%d %H:%M}–{end} ({inline(name)})"


def _offset(moment: datetime) -> str:
    offset = moment.strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}"


def _section(title: str, lines: Iterator[str]) -> list[str]:
    """Return a heading and its list; nothing where the list is empty."""
    listed = "\n".join(f"- {line}" for line in lines)
    return [f"## {title}", listed] if listed else []


def _speakers(notes: SessionNotes) -> Iterator[str]:
    total = sum(speaker.seconds for speaker in notes.speakers)
    for speaker in notes.speakers:
        share = f", {speaker.seconds / total:.0%}" if total else ""
        turns = "1 turn" if speaker.turns == 1 else f"{speaker.turns} turns"
        yield f"{inline(speaker.name)}: {duration(speaker.seconds)} in {turns}{share}"


def _taken(notes: SessionNotes, *, answered: bool) -> Iterator[QuestionNote]:
    return (question for question in notes.questions if (question.aired_at is not None) is answered)


def _question(notes: SessionNotes, question: QuestionNote) -> str:
    votes = "1 vote" if question.votes == 1 else f"{question.votes} votes"
    state = {QuestionStatus.ANSWERED: ", answered", QuestionStatus.ON_AIR: ", on air now"}.get(question.status, "")
    asker = f"asked by {inline(question.name)}" if question.name else "asked without a name"
    return f"{_place(notes, question.place)}**{inline(question.text)}** ({asker}, {votes}{state})"


def _turn(notes: SessionNotes, turn: TurnNote, zone: tzinfo) -> str:
    began = f"{turn.began_at.astimezone(zone):%H:%M:%S}"
    lasted = "" if turn.ended_at is None else f", {duration((turn.ended_at - turn.began_at).total_seconds())}"
    return f"{_place(notes, turn.place)}{inline(turn.name)} ({began}{lasted})"


def _place(notes: SessionNotes, place: Place | None) -> str:
    """Return ``[0:12:34] ``, with the part's number before it where there are several; nothing where it is nowhere."""
    if place is None:
        return ""
    ids = [part.id for part in notes.parts]
    part = f"part {ids.index(place.part) + 1}, " if len(ids) > 1 else ""
    return f"[{part}{duration(place.offset_s)}] "
