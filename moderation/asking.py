"""Decide whether and how questions are taken: by a person's word, by the timer, by the settings.

A person's word stands over the timer. Limits hold for each person; moderators are exempt.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
from msgspec import UNSET

from bridge import commands as c
from bridge import events as e
from bridge.errors import Refused
from bridge.terms import Hand, Mode, Order, Origin, PersonId, QuestionId, SessionId
from bridge.views import QuestionStatus as Status
from moderation import duplicates, filters, policy
from moderation.plain import plain
from moderation.policy import Policy
from moderation.questions import Question, Questions

FURTHEST = timedelta(days=366)
"""A timed opening lies no further ahead than this."""
LOOK_BACK = 500
"""With so many of the latest questions a new one is compared."""
ASIDE = frozenset({Status.NOT_TAKEN, Status.MERGED})
"""A new question is not suggested to be joined with one of these."""


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """What moderators set; None: as the settings say."""

    hand: Hand = Hand.TIMER
    opens_at: datetime | None = None
    slow_mode_s: float | None = None
    mode: Mode | None = None
    order: Order | None = None
    names: bool | None = None

    def rules(self, settings: Policy) -> Policy:
        """Return the rules in force."""
        set_here = {
            name: value
            for name in ("slow_mode_s", "mode", "order", "names")
            if (value := getattr(self, name)) is not None
        }
        return msgspec.structs.replace(settings, **set_here)

    def taken(self, settings: Policy, now: datetime | None = None) -> bool:
        """Tell whether questions are taken; without ``now``, a time that is set has not come yet."""
        if self.hand is not Hand.TIMER:
            return self.hand is Hand.OPEN
        return settings.open and (self.opens_at is None or (now is not None and self.opens_at <= now))


def decide(asking: Asking, command: c.SetAsking | c.OpenOnTime, now: datetime) -> list[e.AnyEvent]:
    """Return what ``command`` makes happen, nothing where it is so already. Raises :exc:`Refused`."""
    match command:
        case c.OpenOnTime():
            due = asking.hand is Hand.TIMER and asking.opens_at is not None and asking.opens_at <= now
            wanted = msgspec.structs.replace(asking, opens_at=None) if due else asking
        case c.SetAsking():
            fields = msgspec.structs.asdict(command)
            wanted = msgspec.structs.replace(asking, **{k: v for k, v in fields.items() if v is not UNSET})
            _check(command, now)
    return [] if wanted == asking else [e.AskingChanged(**msgspec.structs.asdict(wanted))]


def _check(command: c.SetAsking, now: datetime) -> None:
    slow_s, opens_at = command.slow_mode_s, command.opens_at
    if isinstance(slow_s, int | float) and not 0 <= slow_s <= policy.SLOW_MAX_S:
        message = f"Slow mode takes 0 to {policy.SLOW_MAX_S:.0f} seconds; this is {slow_s:g}."
        raise Refused("slow_mode_wrong", message, status=policy.UNPROCESSABLE)
    if isinstance(opens_at, datetime) and not now < opens_at <= now + FURTHEST:
        message = "Questions can open only at a time that is still to come, within a year."
        raise Refused("opening_wrong", message, status=policy.UNPROCESSABLE)


def evolve(event: e.AskingChanged) -> Asking:
    """Return what is set after ``event``."""
    return Asking(**msgspec.structs.asdict(event))


# A question comes -----------------------------------------------------------------------------------------------------


def ask(
    questions: Questions,
    command: c.AskQuestion,
    now: datetime,
    *,
    asking: Asking,
    settings: Policy,
    session: SessionId | None,
) -> e.QuestionAsked:
    """Return the question that is asked; what a filter holds waits for a moderator. Raises :exc:`Refused`."""
    rules = asking.rules(settings)
    if not command.exempt:
        _require_taken(asking, settings, now)
        if command.person in questions.banned:
            message = "The moderators take no more questions from this browser."
            raise Refused("asker_banned", message, status=403)
    text, name = policy.question_text(command.text), policy.asker_name(command.name)
    if not command.exempt:
        own = questions.asked.get(command.person) or ()
        recent = own[-max(rules.rate, 1) :]
        policy.check_rate(rules, [questions.known(question).asked_at for question in recent], now)
    asked = _made(questions, person=command.person, text=text, session=session, origin=command.origin)
    compared = plain(text)
    repeats = sum(one.plain == compared for one in _compared(questions))
    held = () if command.exempt else filters.look(text, words=rules.words, repeats=repeats)
    return msgspec.structs.replace(
        asked, name=name if rules.names else None, held=held, approved=rules.mode is Mode.POST and not held
    )


def add(questions: Questions, command: c.AddQuestion, *, session: SessionId | None) -> e.QuestionAsked:
    """Return the question that a moderator adds for somebody else. Raises :exc:`Refused`.

    Whoever has the same name at the same place is one person; without a name everybody is somebody else.
    """
    text, name = policy.question_text(command.text), policy.asker_name(command.name)
    who = name.casefold() if name is not None else str(len(questions.by_id) + 1)
    person = PersonId(f"{command.origin}-{who}")
    asked = _made(questions, person=person, text=text, session=session, origin=command.origin)
    return msgspec.structs.replace(asked, name=name, approved=True)


def _made(
    questions: Questions, *, person: PersonId, text: str, session: SessionId | None, origin: Origin
) -> e.QuestionAsked:
    number = len(questions.by_id) + 1
    standing = [(one.id, one.plain) for one in _compared(questions) if one.status not in ASIDE]
    alike = duplicates.similar(plain(text), standing)
    return e.QuestionAsked(
        id=QuestionId(f"q{number}"),
        number=number,
        person=person,
        text=text,
        session=session,
        origin=origin,
        similar=tuple(id_ for id_, _ in alike),
    )


def _compared(questions: Questions) -> Iterator[Question]:
    """Go through the questions that a new one is compared with; what its asker took back is free to be asked again."""
    return (one for one in questions.latest(LOOK_BACK) if one.status is not Status.WITHDRAWN)


def _require_taken(asking: Asking, settings: Policy, now: datetime) -> None:
    if asking.taken(settings, now):
        return
    if asking.hand is Hand.OVER:
        raise Refused("asking_over", "The event is over; no more questions are taken. Thank you for asking.")
    if asking.hand is Hand.TIMER and asking.opens_at is not None:
        wait_s = (asking.opens_at - now).total_seconds()
        raise Refused("asking_closed", "Questions are not open yet. Send it again then.", retry_after_s=wait_s)
    raise Refused("asking_closed", "Questions are closed for now.")
