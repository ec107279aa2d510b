from datetime import UTC, datetime

from bridge.terms import SourceState
from stream.protocol import PartFact, SourceFact
from stream.reporter import Fact, Reporter

LIVE = SourceFact(name="camera", state=SourceState.LIVE)
LOST = SourceFact(name="camera", state=SourceState.LOST)
BEGAN = datetime(2026, 7, 1, 11, tzinfo=UTC)


def test_a_fact_is_passed_on_once() -> None:
    told: list[Fact] = []
    reporter = Reporter()
    reporter.listener = told.append
    for fact in (LIVE, LIVE, LOST):
        reporter.report(fact)
    assert told == [LIVE, LOST]


def test_whoever_comes_later_is_told_what_stands() -> None:
    reporter = Reporter()
    for fact in (
        LIVE,
        LOST,
        PartFact(path="a.mkv", began_at=BEGAN),
        PartFact(path="a.mkv", began_at=BEGAN, ended=True),
    ):
        reporter.report(fact)
    assert reporter.standing() == [LOST, PartFact(path="a.mkv", began_at=BEGAN, ended=True)]


def test_the_memory_of_parts_is_bounded() -> None:
    reporter = Reporter()
    for number in range(Reporter.PARTS_KEPT + 10):
        reporter.report(PartFact(path=f"{number}.mkv", began_at=BEGAN))
    parts = reporter.standing()
    assert len(parts) == Reporter.PARTS_KEPT
    assert isinstance(parts[-1], PartFact)
    assert parts[-1].path == f"{Reporter.PARTS_KEPT + 9}.mkv"
