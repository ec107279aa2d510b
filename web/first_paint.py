"""Paint the room as a viewer sees it before any script ran: from the public's state to HTML (PURE).

Whatever a person wrote is escaped here. Words, classes and order are those of the page's own parts, which take its
place when they come; ``first-paint.css`` and ``first-paint-list.css`` give each part the same place and height.
"""

from collections.abc import Iterable, Iterator
from html import escape

from bridge.views import AirView, QuestionStatus, QuestionView, StateView

MOST = 50
"""Questions that are listed: as many as the page itself shows at first."""
LONG = 240
"""Characters of a question from which the page shows its beginning only."""
IN_LINE = (QuestionStatus.NEXT, QuestionStatus.APPROVED)
WITHOUT_SCRIPT = (
    "This browser runs no JavaScript. You can read along: reload the page to see what is new. "
    "Watching, asking and voting need JavaScript."
)
_NO_PICTURE = '<noscript><p class="title">The picture needs JavaScript</p></noscript>'
_CLOCK = "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14M10 6.2V10l2.6 1.6"
_CHECK = "M4 10.5 8 14.5 16 5.5"
_VOTE = '<svg width="14" height="11" viewBox="0 0 14 11" aria-hidden="true"><path d="M7 1.2 13 10H1z"/></svg>'


def title(state: StateView) -> str:
    """Return the document's title, escaped."""
    room = state.room.name
    return escape(room if state.session is None else f"{state.session.title} · {room}")


def fragment(state: StateView) -> str:
    """Return what stands in the page until its scripts have the room by themselves."""
    main = f'<main><div class="watch">{_player(state)}{_on_air_now(state)}</div>'
    part = f'<div class="part">{_asking(state)}{_questions(state)}</div></main>'
    return f'<div id="first-paint" class="first-paint">{_header(state)}{main}{part}</div>'


# Above ----------------------------------------------------------------------------------------------------------------


def _header(state: StateView) -> str:
    lit = state.air.on and not state.air.blanked
    home = f'<p class="home">{_mark(20, lit=lit)}<bdi>{escape(state.room.name)}</bdi></p>'
    heading = "Between sessions" if state.session is None else escape(state.session.title)
    what = f'<div class="what"><h1 class="words" dir="auto">{heading}</h1>{_who(state)}</div>'
    return f"<header>{home}{_sign(state.air)}{what}</header>"


def _who(state: StateView) -> str:
    if state.speaker is not None:
        return f"<p><bdi>{escape(state.speaker.name)}</bdi> is speaking</p>"
    if state.session is not None and state.session.host:
        return f"<p>with <bdi>{escape(state.session.host)}</bdi></p>"
    return ""


def _sign(air: AirView) -> str:
    shown, word = ("off", "Off air") if not air.on else ("paused", "Paused") if air.blanked else ("on", "On air")
    return f'<p class="sign {shown}"><span class="dot" aria-hidden="true"></span>{word}</p>'


def _mark(height: int, *, lit: bool = False) -> str:
    size = f'height="{height}" width="{height * 2.2:g}"'
    last = f'<circle class="last{" on-air" if lit else ""}" cx="34.5" cy="10" r="8" fill="currentColor"/>'
    return (
        f'<svg class="mark" viewBox="0 0 44 20" {size} aria-hidden="true">'
        '<path d="M4 10h30" fill="none" stroke="currentColor" stroke-width="2"/>'
        '<circle cx="4" cy="10" r="3" fill="currentColor"/><circle cx="16.5" cy="10" r="5" fill="currentColor"/>'
        f"{last}</svg>"
    )


# What is watched ------------------------------------------------------------------------------------------------------


def _player(state: StateView) -> str:
    here = state.air.on and state.player.url is not None
    controls = '<div class="controls"></div>' if here else ""
    card = f'<div class="card">{_mark(28)}{_no_picture_yet(state)}</div>'
    return f'<div class="player"><div class="picture">{card}</div>{controls}</div>'


def _no_picture_yet(state: StateView) -> str:
    """Say why there is no picture; what is true only where scripts run is marked ``live``."""
    if not state.air.on:
        more = "The picture appears here by itself when the room goes on air."
        return f'<p class="title">Off air</p><p class="more live">{more}</p>'
    if state.player.url is None:
        more = "The programme goes out elsewhere."
        return f'<p class="title">On air, but not on this page</p><p class="more">{more}</p>'
    starting = '<p class="title live">The picture is starting</p><p class="more live">It takes a few seconds.</p>'
    return starting + _NO_PICTURE


def _on_air_now(state: StateView) -> str:
    question = next((one for one in state.questions if one.id == state.on_air), None)
    if question is None:
        return ""
    words = f'<blockquote class="words" dir="auto">{escape(question.text)}</blockquote>'
    votes = f"{question.votes} {'vote' if question.votes == 1 else 'votes'}"
    who = f'<p class="who figures"><bdi>{_asker(question)}</bdi><span class="votes">{votes}</span></p>'
    return f'<section class="now"><h2>On air now</h2>{words}{who}</section>'


# What is asked --------------------------------------------------------------------------------------------------------


def _asking(state: StateView) -> str:
    if state.asking.open:
        kind, words = " open", '<p>Questions are open.<span class="live"> The box comes in a moment.</span></p>'
    else:
        when = f"<bdi>{escape(state.room.name)}</bdi> takes them again when the next session begins."
        kind, words = "", _notice("Questions are closed", when, icon=_icon(_CLOCK, 20))
    without = f"<noscript><p>{WITHOUT_SCRIPT}</p></noscript>"
    return f'<section class="ask{kind}"><h2>Ask the room</h2>{words}{without}</section>'


def _questions(state: StateView) -> str:
    line = [one for one in state.questions if one.status in IN_LINE]
    answered = [one for one in state.questions if one.status is QuestionStatus.ANSWERED]
    shown, kept = line[:MOST], answered[: max(0, MOST - len(line))]
    more = len(line) + len(answered) - len(shown) - len(kept)
    return "".join(
        [
            '<section class="list"><div class="head"><h2>Questions</h2></div><div class="panel">',
            _rows(shown) if shown else _nothing_in_line(state),
            f'<h2 class="later">Answered</h2>{_rows(kept)}' if kept else "",
            f'<p class="rest figures">{more} more</p>' if more else "",
            "</div></section>",
        ]
    )


def _nothing_in_line(state: StateView) -> str:
    if state.asking.open:
        return _notice("No questions in line", '<span class="live">Yours can be the first: ask above.</span>')
    return _notice("No questions in line", "They appear here as soon as questions open.")


def _rows(questions: Iterable[QuestionView]) -> str:
    return f"<ol>{''.join(f'<li>{_card(question)}</li>' for question in questions)}</ol>"


def _card(question: QuestionView) -> str:
    body = f'<div class="body">{"".join(_body(question))}</div>'
    return f'<article class="card" aria-label="Question {question.number}">{_votes(question)}{body}</article>'


def _votes(question: QuestionView) -> str:
    figure = f'<span class="sr">Votes: </span>{question.votes}'
    if question.status in IN_LINE:
        return f'<div class="vote figures">{_VOTE}<span>{figure}</span></div>'
    return f'<div class="tally figures"><span>{figure}</span></div>'


def _body(question: QuestionView) -> Iterator[str]:
    long = len(question.text) > LONG
    yield f'<p class="words{" cut" if long else ""}" dir="auto">{escape(question.text)}</p>'
    if long:
        yield '<p class="cut-here" aria-hidden="true">Whole question</p>'
    if question.answer:
        yield f'<p class="answer words" dir="auto">{escape(question.answer)}</p>'
    yield f'<div class="foot"><bdi>{_asker(question)}</bdi>{_standing(question)}</div>'


def _standing(question: QuestionView) -> str:
    match question.status:
        case QuestionStatus.NEXT:
            return '<strong class="next">Next</strong>'
        case QuestionStatus.ANSWERED:
            return f'<span class="answered">{_icon(_CHECK, 16)}Answered</span>'
        case _:
            return ""


def _asker(question: QuestionView) -> str:
    return "Anonymous" if question.name is None else escape(question.name)


# Small parts ----------------------------------------------------------------------------------------------------------


def _notice(heading: str, more: str, *, icon: str = "") -> str:
    """Return a notice of words that are HTML already."""
    return f'<div class="notice">{icon}<div><p class="title">{heading}</p><p class="more">{more}</p></div></div>'


def _icon(shape: str, size: int) -> str:
    stroke = 'stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"'
    box = f'width="{size}" height="{size}" viewBox="0 0 20 20" fill="none" stroke="currentColor"'
    return f'<svg {box} aria-hidden="true"><path d="{shape}" {stroke}/></svg>'
