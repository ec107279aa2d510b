"""Random histories of a small room: few people and few questions, so that their ways cross.

Each begins with all the questions asked: a command that is refused as unknown teaches nothing.
"""

from hypothesis import settings
from hypothesis import strategies as st

from bridge import commands as c
from bridge.commands import AnyCommand
from bridge.errors import Refused
from bridge.events import LinkState, PersonId, QuestionId, SessionId, SourceState
from tests.bridge.playbook import ANN, BOB, EVE, START, Playbook

unhurried = settings(deadline=None, max_examples=80)
"""The cores are shared with encoders: how long an example takes says nothing."""

PEOPLE: tuple[PersonId, ...] = (ANN, BOB, EVE)

_people = st.sampled_from(PEOPLE)
_NUMBERS = range(1, 7)
_ids = st.sampled_from([QuestionId(f"q{number}") for number in _NUMBERS])
_texts = st.sampled_from(["Why so deep?", "Why so wide?", "Does it scale?"])
_names = st.sampled_from([None, "Ann", "Bob"])

ballots: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(c.VoteQuestion, id=_ids, person=_people),
    st.builds(c.VoteQuestion, id=_ids, person=_people),
    st.builds(c.UnvoteQuestion, id=_ids, person=_people),
)
questions: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(c.AskQuestion, person=_people, text=_texts, name=_names, exempt=st.just(True)),
    st.builds(c.EditOwnQuestion, id=_ids, person=_people, text=_texts),
    st.builds(c.WithdrawQuestion, id=_ids, person=_people),
    st.builds(c.VoteQuestion, id=_ids, person=_people),
    st.builds(c.UnvoteQuestion, id=_ids, person=_people),
    st.builds(c.EditQuestion, id=_ids, text=_texts),
    st.builds(c.ApproveQuestion, id=_ids),
    st.builds(c.RejectQuestion, id=_ids, reason=st.sampled_from([None, "Asked before."])),
    st.builds(c.RestoreQuestion, id=_ids),
    st.builds(c.AirQuestion, id=_ids),
    st.builds(c.TakeNext),
    st.builds(c.ClearAir),
)
others: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(c.OpenSession, title=st.sampled_from(["GANs", "RNNs"]), host=_names),
    st.builds(c.CloseSession, id=st.sampled_from([SessionId("s1"), SessionId("s2")])),
    st.builds(c.SpeakNow, name=_names),
    st.sampled_from([c.StartAir(), c.StopAir(), c.Blank(), c.Unblank()]),
    st.builds(c.ChooseSource, name=st.sampled_from(["testcard", "camera"])),
    st.builds(c.ReportSource, name=st.just("camera"), state=st.sampled_from(SourceState)),
    st.builds(c.ReportOutput, name=st.just("tube"), state=st.sampled_from(LinkState)),
    st.builds(c.ReportStudio, up=st.booleans()),
    st.builds(c.ReportPartBegan, path=st.sampled_from(["a.mkv", "b.mkv"]), began_at=st.just(START)),
    st.builds(c.ReportPartEnded, path=st.sampled_from(["a.mkv", "b.mkv"])),
    st.builds(c.UseInvite, invite=st.sampled_from(["one", "two"])),
)
beginning: tuple[AnyCommand, ...] = tuple(
    c.AskQuestion(person=PEOPLE[number % len(PEOPLE)], text=f"Why so deep, {number}?", exempt=True)
    for number in _NUMBERS
)
histories: st.SearchStrategy[list[AnyCommand]] = st.lists(
    st.one_of(questions, questions, questions, others), min_size=15, max_size=40
)


def told(play: Playbook, history: list[AnyCommand]) -> Playbook:
    """Do what is allowed of ``history``, after the beginning."""
    for command in (*beginning, *history):
        try:
            play.given(command)
        except Refused:
            continue
    return play
