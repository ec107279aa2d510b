"""Hold what happened as the frames that tell of it: built when first asked for, once an audience.

A run of votes makes one frame, which says how its questions stand in the end. Whoever has seen everything up to a
number has the state as it was then, whether it was told entry by entry or in runs.
"""

from collections.abc import Iterable, Sequence

import msgspec

from bridge import audiences
from bridge.audiences import Audience
from bridge.events import Entry, QuestionUnvoted, QuestionVoted
from bridge.room import Room
from bridge.terms import PersonId, QuestionId
from bridge.views import Message, Votes, VotesMessage
from moderation.questions import PUBLIC
from web import frames

_encode = msgspec.json.Encoder().encode


class Moment:
    """One entry, with the frames that were built of it."""

    __slots__ = ("_frames", "after", "before", "entry", "is_vote", "touched")

    def __init__(self, before: Room, entry: Entry, after: Room) -> None:
        self.before = before
        self.entry = entry
        self.after = after
        self.is_vote = _is_vote(entry, after)
        self.touched = audiences.touched(before, entry, after)
        """Whoever needs a frame of their own instead of the public's."""
        self._frames: dict[Audience, bytes | None] = {}

    def frame(self, audience: Audience, person: PersonId | None = None) -> bytes | None:
        """Return what tells ``audience``, or ``person`` of the public, of it; None where that is nothing."""
        if person is not None and person in self.touched:
            return _framed(audiences.message(self.before, self.entry, self.after, Audience.ASKER, person))
        if audience not in self._frames:
            message = audiences.message(self.before, self.entry, self.after, audience)
            self._frames[audience] = _framed(message)
        return self._frames[audience]


def _is_vote(entry: Entry, after: Room) -> bool:
    """Tell whether ``entry`` may be gathered. A vote taken back on a question that was merged is seen by its asker."""
    event = entry.event
    return isinstance(event, QuestionVoted | QuestionUnvoted) and after.questions.known(event.id).status in PUBLIC


class Run:
    """One or more votes that are told together, as they stand in ``room``."""

    def __init__(self, moments: Sequence[Moment], room: Room, audience: Audience) -> None:
        self.seq = moments[-1].entry.seq
        self._at = moments[-1].entry.at
        self.voted: dict[PersonId, dict[QuestionId, bool]] = {}
        """What became of each person's own votes."""
        ids: dict[QuestionId, None] = {}
        for moment in moments:
            event = moment.entry.event
            assert isinstance(event, QuestionVoted | QuestionUnvoted), "a run is made of votes"
            ids[event.id] = None
            self.voted.setdefault(event.person, {})[event.id] = isinstance(event, QuestionVoted)
        self._votes = audiences.votes(room, audience, ids)
        self._shared = self._built(self._votes)

    def frame(self, person: PersonId | None = None) -> bytes:
        """Return the frame for all, or for one who may have voted."""
        if person is None or person not in self.voted:
            return self._shared
        return self._built(audiences.own_votes(self._votes, self.voted[person]))

    def _built(self, votes: Votes) -> bytes:
        return frames.text(_encode(VotesMessage(seq=self.seq, at=self._at, data=votes)))


class Retelling:
    """Tells moments again, to one audience and some of its persons; what is the same is built once."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._runs: dict[tuple[int, int], Run] = {}

    def frames(self, moments: Iterable[Moment], person: PersonId | None = None) -> list[bytes]:
        """Return what takes a client from before ``moments`` to after them.

        Operators hear of each vote by itself, so that their sequence has no gap.
        """
        told: list[bytes] = []
        run: list[Moment] = []
        for moment in moments:
            if moment.is_vote and self._audience is not Audience.OPERATOR:
                run.append(moment)
            elif (frame := moment.frame(self._audience, person)) is not None:
                if run:
                    told.append(self._run(run, moment.before).frame(person))
                    run = []
                told.append(frame)
        if run:
            told.append(self._run(run, run[-1].after).frame(person))
        return told

    def _run(self, moments: list[Moment], room: Room) -> Run:
        ends = (moments[0].entry.seq, moments[-1].entry.seq)
        if ends not in self._runs:
            self._runs[ends] = Run(moments, room, self._audience)
        return self._runs[ends]


def _framed(message: Message | None) -> bytes | None:
    return None if message is None else frames.text(_encode(message))
