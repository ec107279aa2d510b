from hypothesis import given
from hypothesis import strategies as st

from bridge import commands as c
from bridge import room as rooms
from bridge.commands import AnyCommand
from bridge.terms import Mode
from bridge.views import QuestionStatus as Status
from tests.bridge.histories import histories, told, unhurried
from tests.bridge.playbook import Playbook, setup


@unhurried
@given(histories, st.sampled_from(Mode))
def test_the_room_is_the_fold_of_its_journal(history: list[AnyCommand], mode: Mode) -> None:
    play = told(Playbook(setup(mode)), history)
    folded = rooms.empty(play.room.setup)
    for entry in play.entries:
        folded = rooms.evolve(folded, entry)
    assert folded == play.room
    assert [entry.seq for entry in play.entries] == list(range(1, folded.seq + 1))


@unhurried
@given(histories, st.sampled_from(Mode))
def test_at_most_one_question_is_on_air_and_at_most_one_is_next(history: list[AnyCommand], mode: Mode) -> None:
    play = told(Playbook(setup(mode)), history)
    statuses = [question.status for question in play.room.questions]
    assert statuses.count(Status.ON_AIR) <= 1
    assert statuses.count(Status.NEXT) <= 1
    assert {status: statuses.count(status) for status in statuses} == play.room.questions.counts


def test_a_one_time_invite_opens_once() -> None:
    play = Playbook().given(c.UseInvite(invite="abc"))
    play.when(c.UseInvite(invite="abc")).refused("invite_used", 403)
    play.given(c.UseInvite(invite="def"))
