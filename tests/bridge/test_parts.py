from datetime import timedelta

from bridge import commands as c
from bridge import events as e
from bridge.terms import PartId, SessionId
from tests.bridge.playbook import START, Playbook

P1, P2 = PartId("p1"), PartId("p2")
BEGAN = START + timedelta(seconds=0.5)
BEGIN_A = c.ReportPartBegan(path="a.mkv", began_at=BEGAN)


def test_a_file_is_recorded_once_with_the_session_that_is_on() -> None:
    play = Playbook().given(c.OpenSession(title="GANs"))
    play.when(BEGIN_A).then(e.PartBegan(id=P1, path="a.mkv", began_at=BEGAN, session=SessionId("s1")))
    play.when(BEGIN_A).then()
    play.when(c.ReportPartEnded(path="a.mkv")).then(e.PartEnded(id=P1))
    play.when(c.ReportPartEnded(path="a.mkv")).then()
    play.when(BEGIN_A).then()
    assert play.room.parts.open is None


def test_a_file_that_begins_ends_the_one_that_was_cut_off() -> None:
    play = Playbook().given(BEGIN_A)
    play.when(c.ReportPartBegan(path="a-2.mkv", began_at=BEGAN)).then(
        e.PartEnded(id=P1), e.PartBegan(id=P2, path="a-2.mkv", began_at=BEGAN)
    )
    play.when(c.ReportPartEnded(path="a.mkv")).then()


def test_the_end_of_an_unknown_file_is_no_event() -> None:
    Playbook().when(c.ReportPartEnded(path="b.mkv")).then()
