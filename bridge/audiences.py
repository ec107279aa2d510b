"""Decide who sees what: the room as each audience gets it, and the change that each entry makes to that.

A question that waits, was not taken or was withdrawn is seen by its asker and by moderators, and by nobody else.
``snapshot`` of the room after an entry equals ``replica.apply`` of the entry's change to the ``snapshot`` before it.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from bridge import moments
from bridge import views as v
from bridge.events import Entry, QuestionEvent, QuestionUnited, QuestionUnvoted, QuestionVoted
from bridge.room import Room
from bridge.terms import Hand, PersonId, QuestionId
from moderation.questions import PUBLIC, Question, Questions


class Audience(StrEnum):
    """Who looks."""

    PUBLIC = "public"
    ASKER = "asker"
    """One person: what the public sees, and their own."""
    MODERATOR = "moderator"
    OPERATOR = "operator"
    DISPLAY = "display"
    NOTES = "notes"


MODERATING = frozenset({Audience.MODERATOR, Audience.OPERATOR})

# What stands in the state beside the questions ------------------------------------------------------------------------


def _session(room: Room) -> v.SessionView | None:
    on = room.session
    return None if on is None else v.SessionView(id=on.id, title=on.title, host=on.host, since=on.opened_at)


def _speaker(room: Room) -> v.SpeakerView | None:
    turn = room.speakers.turn
    return None if turn is None else v.SpeakerView(turn=turn.id, name=turn.name, since=turn.began_at)


def _sources(room: Room) -> tuple[v.SourceView, ...]:
    feeds = ((feed, room.links.source(feed.name)) for feed in room.setup.sources)
    return tuple(
        v.SourceView(
            name=feed.name, kind=feed.kind, state=link.state, reason=link.reason, chosen=feed.name == room.source
        )
        for feed, link in feeds
    )


def _outputs(room: Room) -> tuple[v.OutputView, ...]:
    feeds = ((feed, room.links.output(feed.name)) for feed in room.setup.outputs)
    return tuple(
        v.OutputView(
            name=feed.name,
            kind=feed.kind,
            state=link.state,
            reason=link.reason,
            since=link.since,
            tries=0,
            bitrate_bps=0,
            frames=0,
            dropped=0,
        )
        for feed, link in feeds
    )


def _recording(room: Room) -> str | None:
    part = room.parts.open
    return part.path if part is not None and room.links.studio else None


def asking(room: Room, audience: Audience) -> v.AskingView:
    """Return whether and how questions are taken, as ``audience`` sees it."""
    set_, settings = room.asking, room.setup.policy
    rules, moderating = set_.rules(settings), audience in MODERATING
    return v.AskingView(
        open=set_.taken(settings),
        opens_at=set_.opens_at if set_.hand is Hand.TIMER or moderating else None,
        wait_s=rules.slow_mode_s or None,
        over=set_.hand is Hand.OVER,
        names=rules.names,
        hand=set_.hand if moderating else UNSET,
        mode=rules.mode if moderating else UNSET,
        order=rules.order if moderating else UNSET,
    )


def _banned(questions: Questions) -> tuple[v.BanView, ...]:
    return tuple(v.BanView(person=person, name=questions.own(person)[0].name) for person in sorted(questions.banned))


def _around(room: Room, audience: Audience, questions: tuple[v.QuestionView, ...] = ()) -> v.StateView:
    operator = audience is Audience.OPERATOR
    noting = operator or audience is Audience.NOTES
    moderating = audience in MODERATING
    return v.StateView(
        room=room.setup.room,
        session=_session(room),
        air=v.AirView(on=room.air.on, blanked=room.air.blanked, since=room.air.since),
        questions=questions,
        on_air=_id(room.questions.on_air),
        next=_id(room.questions.next),
        counts=_counts(room.questions, audience),
        asking=asking(room, audience),
        player=v.PlayerView(kind="hls", url=room.setup.hls_url if room.air.on else None),
        speaker=_speaker(room),
        speakers=room.speakers.names if noting else UNSET,
        recording=_recording(room) if noting else UNSET,
        source=room.source if operator else UNSET,
        layout=room.layout if operator else UNSET,
        sources=_sources(room) if operator else UNSET,
        outputs=_outputs(room) if operator else UNSET,
        studio=room.links.studio if operator else UNSET,
        incidents=room.incidents if operator else UNSET,
        guests=() if operator else UNSET,
        displays=() if moderating else UNSET,
        banned=_banned(room.questions) if moderating else UNSET,
    )


def _around_changed(before: Room, after: Room, audience: Audience) -> dict[str, object]:
    old, new = (msgspec.structs.asdict(_around(room, audience)) for room in (before, after))
    return {name: value for name, value in new.items() if value != old[name]}


def _counts(questions: Questions, audience: Audience) -> dict[str, int]:
    return {
        status.value: questions.counts.get(status, 0)
        for status in v.QuestionStatus
        if audience in MODERATING or status in PUBLIC
    }


def _line_changed(before: Questions, after: Questions, audience: Audience) -> dict[str, object]:
    """Return the same for an entry about a question, which is frequent and changes little."""
    changed: dict[str, object] = {}
    if before.on_air is not after.on_air and (now := _id(after.on_air)) != _id(before.on_air):
        changed["on_air"] = now
    if before.next is not after.next and (now := _id(after.next)) != _id(before.next):
        changed["next"] = now
    if before.counts is not after.counts and (counts := _counts(after, audience)) != _counts(before, audience):
        changed["counts"] = counts
    return changed


def _id(question: Question | None) -> QuestionId | None:
    return None if question is None else question.id


# Questions ------------------------------------------------------------------------------------------------------------


class _Sight:
    """What one audience sees of the questions, and in which order.

    An asker's own that nobody else sees come before all others, so that a change made for all finds its place.
    """

    def __init__(self, audience: Audience, person: PersonId | None) -> None:
        self._all = audience in MODERATING
        self._person = person if audience is Audience.ASKER else None

    def listed(self, questions: Questions) -> Iterator[Question]:
        yield from self.hidden_own(questions)
        yield from (question for question in questions if self._all or question.status in PUBLIC)

    def change(self, before: Questions, after: Questions, id_: QuestionId) -> v.Change:
        """Return what became of the question ``id_`` in these eyes, an empty change where nothing did."""
        old, question = before.get(id_), after.known(id_)
        was, view = self.view(old), self.view(question)
        stayed = old is not None and old.key == question.key
        if view == was and (stayed or view is None):
            return v.Change()
        if view is None:
            return v.Change(id=id_, question=None, before=None)
        if self._person is not None:
            # A client keeps what a change leaves out, so that "no longer" must be said.
            view = msgspec.structs.replace(view, mine=view.mine is True, voted=view.voted is True)
        return v.Change(id=id_, question=view, before=self.before(after, question))

    def view(self, question: Question | None) -> v.QuestionView | None:
        """Return the question as it is seen, None where it is not."""
        if question is None:
            return None
        mine = self._person is not None and question.person == self._person
        if not (mine or self._all or question.status in PUBLIC):
            return None
        return v.QuestionView(
            id=question.id,
            number=question.number,
            text=question.text,
            name=question.name,
            status=question.status,
            votes=question.votes,
            asked_at=question.asked_at,
            on_air_at=question.on_air_at,
            answered_at=question.answered_at,
            origin=question.origin,
            answer=question.standing.answer,
            answered_by=question.standing.answered_by,
            link=moments.link(question),
            reason=question.reason if mine or self._all else None,
            into=question.standing.into if mine or self._all else None,
            mine=mine or UNSET,
            voted=(self._person is not None and self._person in question.wanting) or UNSET,
            desk=_desk(question) if self._all else UNSET,
        )

    def before(self, questions: Questions, question: Question) -> QuestionId | None:
        """Return the one that follows ``question``, None where it is the last."""
        if not self._all and question.status not in PUBLIC:
            later = (own.id for own in self.hidden_own(questions) if own.key > question.key)
            return next(later, None) or self._seen_from(questions, next(iter(questions), None))
        return self._seen_from(questions, questions.after(question.key))

    def hidden_own(self, questions: Questions) -> list[Question]:
        if self._person is None:
            return []
        hidden = [own for own in questions.own(self._person) if own.status not in PUBLIC]
        return sorted(hidden, key=lambda own: own.key)

    def _seen_from(self, questions: Questions, question: Question | None) -> QuestionId | None:
        while question is not None and not self._all and question.status not in PUBLIC:
            question = questions.beyond(question.status)
        return None if question is None else question.id


def _desk(question: Question) -> v.DeskView:
    standing, claim = question.standing, question.claim
    return v.DeskView(
        person=question.person,
        rev=question.rev,
        held=question.held,
        similar=question.similar,
        starred=standing.starred,
        tags=standing.tags,
        own_text=question.own_text if question.own_text != question.text else None,
        merged=question.merged,
        open_by=None if claim is None else claim.by,
        open_since=None if claim is None else claim.at,
        first=question.time == 1,
        quiet=question.quiet,
        undo=bool(question.past),
        redo=bool(question.future),
    )


def _with_figures(outputs: tuple[v.OutputView, ...], figures: v.MetersView) -> tuple[v.OutputView, ...]:
    known = {figure.name: msgspec.structs.asdict(figure) for figure in figures.outputs}
    return tuple(msgspec.structs.replace(output, **known.get(output.name, {})) for output in outputs)


# The face of the module -----------------------------------------------------------------------------------------------


def snapshot(
    room: Room, audience: Audience, person: PersonId | None = None, figures: v.MetersView | None = None
) -> v.StateView:
    """Return the whole state as ``audience`` sees it; ``person`` says which asker.

    ``figures`` are the last ones known of the outputs; they are for operators and no change ever carries them.
    """
    sight = _Sight(audience, person)
    seen = (sight.view(question) for question in sight.listed(room.questions))
    state = _around(room, audience, tuple(view for view in seen if view is not None))
    if figures is None or isinstance(state.outputs, UnsetType):
        return state
    return msgspec.structs.replace(state, outputs=_with_figures(state.outputs, figures))


def around(room: Room) -> v.StateView:
    """Return what the public sees beside the questions, in place of which there are none."""
    return _around(room, Audience.PUBLIC)


def public(question: Question) -> v.QuestionView | None:
    """Return the question as the public sees it, None where it does not."""
    return _Sight(Audience.PUBLIC, None).view(question)


def is_special(room: Room, person: PersonId) -> bool:
    """Tell whether ``person`` may see anything otherwise than the public does."""
    return person in room.questions.asked or person in room.questions.voted


def personal(room: Room, person: PersonId) -> tuple[list[v.QuestionView], list[v.QuestionView]]:
    """Return what makes the public's snapshot that of ``person``.

    First what they see before all others and others do not; then how they see some of what all see.
    """
    sight, questions = _Sight(Audience.ASKER, person), room.questions
    hidden = [sight.view(question) for question in sight.hidden_own(questions)]
    theirs = {question.id: question for question in (*questions.own(person), *questions.chosen(person))}
    shown = [sight.view(question) for question in theirs.values() if question.status in PUBLIC]
    return [view for view in hidden if view is not None], [view for view in shown if view is not None]


def change(
    before: Room, entry: Entry, after: Room, audience: Audience, person: PersonId | None = None
) -> v.Change | None:
    """Return what ``entry`` changes for ``audience``, None where that is nothing.

    Operators get a change for each entry, maybe an empty one, so that their sequence has no gap. Whoever is among
    :func:`touched` needs the change made for them as ``ASKER``; for all others the public one does.
    """
    if isinstance(entry.event, QuestionEvent):
        made = _Sight(audience, person).change(before.questions, after.questions, entry.event.id)
        changed = _line_changed(before.questions, after.questions, audience)
    else:
        made, changed = _reordered(before, after, audience), _around_changed(before, after, audience)
    if changed:
        made = msgspec.structs.replace(made, set=changed)
    if made == v.Change() and audience is not Audience.OPERATOR:
        return None
    return made


def _reordered(before: Room, after: Room, audience: Audience) -> v.Change:
    """Return how the questions stand where they were ordered otherwise, an empty change where they were not."""
    if before.questions.ordered is after.questions.ordered:
        return v.Change()
    public = Audience.PUBLIC if audience is Audience.ASKER else audience
    return v.Change(order=tuple(question.id for question in _Sight(public, None).listed(after.questions)))


def touched(before: Room, entry: Entry, after: Room) -> frozenset[PersonId]:
    """Return who sees ``entry`` otherwise than the public does: ask for the ``ASKER``'s change for each of them."""
    event = entry.event
    if not isinstance(event, QuestionEvent):
        return frozenset()
    question = after.questions.known(event.id)
    persons = {question.person}
    if isinstance(event, QuestionVoted | QuestionUnvoted):
        persons.add(event.person)
    elif isinstance(event, QuestionUnited):
        persons.update(question.wanting, before.questions.known(event.id).wanting)
    elif question.status in PUBLIC and (was := before.questions.get(event.id)) and was.status not in PUBLIC:
        persons.update(question.wanting)  # it comes back into their sight, with their votes
    return frozenset(persons)


def message(
    before: Room, entry: Entry, after: Room, audience: Audience, person: PersonId | None = None
) -> v.Message | None:
    """Return the message of the event stream that ``entry`` is worth to ``audience``, None where it is worth none."""
    made = change(before, entry, after, audience, person)
    if made is None:
        return None
    # Why a question went out of sight (turned down, put back to waiting) is told by its kind: that is not for all.
    kind = "question.hidden" if made.question is None else str(entry.event.__struct_config__.tag)
    return v.Message(seq=entry.seq, kind=kind, at=entry.at, data=made)


def votes(room: Room, audience: Audience, ids: Iterable[QuestionId]) -> v.Votes:
    """Return the votes that the questions ``ids`` have now, in the order in which a client takes them.

    Each stands before the one that follows it in the end; that one is in its place already, or never moved.
    """
    sight = _Sight(audience, None)
    found = (room.questions.known(id_) for id_ in ids)
    seen = [question for question in found if audience in MODERATING or question.status in PUBLIC]
    return v.Votes(
        votes=tuple(
            v.VotesView(id=question.id, votes=question.votes, before=sight.before(room.questions, question))
            for question in sorted(seen, key=lambda question: question.key, reverse=True)
        )
    )


def own_votes(told: v.Votes, voted: Mapping[QuestionId, bool]) -> v.Votes:
    """Return the same for one person, whose own vote became what ``voted`` says."""
    return v.Votes(
        votes=tuple(
            msgspec.structs.replace(vote, voted=voted[vote.id]) if vote.id in voted else vote for vote in told.votes
        )
    )
