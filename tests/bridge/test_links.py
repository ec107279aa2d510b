from bridge import commands as c
from bridge import events as e
from bridge.terms import LinkState, SourceState
from tests.bridge.playbook import Playbook


def test_a_report_is_recorded_once() -> None:
    play = Playbook()
    output = c.ReportOutput(name="tube", state=LinkState.LIVE)
    play.when(output).then(e.OutputChanged(name="tube", state=LinkState.LIVE))
    play.when(output).then()
    source = c.ReportSource(name="camera", state=SourceState.FAILED, reason="No video in it.")
    play.when(source).then(e.SourceChanged(name="camera", state=SourceState.FAILED, reason="No video in it."))
    play.when(source).then()
    play.when(c.ReportStudio(up=True)).then(e.StudioChanged(up=True))
    play.when(c.ReportStudio(up=True)).then()


def test_what_stands_as_at_the_start_is_no_event() -> None:
    play = Playbook()
    play.when(c.ReportOutput(name="tube", state=LinkState.IDLE)).then()
    play.when(c.ReportSource(name="camera", state=SourceState.WAITING)).then()
    play.when(c.ReportStudio(up=False)).then()


def test_another_reason_is_news_but_not_another_time() -> None:
    play = Playbook().given(c.ReportOutput(name="tube", state=LinkState.RECONNECTING, reason="Refused."))
    since = play.now
    play.given(c.ReportOutput(name="tube", state=LinkState.RECONNECTING, reason="No answer."))
    output = play.room.links.output("tube")
    assert (output.reason, output.since) == ("No answer.", since)


def test_without_the_studio_nothing_goes_in_or_out() -> None:
    play = Playbook().given(
        c.ReportStudio(up=True),
        c.ReportOutput(name="tube", state=LinkState.LIVE),
        c.ReportSource(name="camera", state=SourceState.LIVE),
        c.ReportStudio(up=False, reason="killed"),
    )
    assert play.room.links.output("tube").state is LinkState.IDLE
    assert play.room.links.source("camera").state is SourceState.WAITING
