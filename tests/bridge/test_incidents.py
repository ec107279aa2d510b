from bridge import commands as c
from bridge.incidents import KEPT
from bridge.terms import LinkState, SourceState
from tests.bridge.playbook import ANN, Playbook


def said(play: Playbook) -> list[tuple[str, str]]:
    return [(incident.level, incident.text) for incident in play.room.incidents]


def output(state: LinkState, reason: str | None = None) -> c.ReportOutput:
    return c.ReportOutput(name="tube", state=state, reason=reason)


def test_an_output_that_is_lost_and_comes_back_says_after_how_long() -> None:
    play = Playbook().given(
        output(LinkState.CONNECTING),
        output(LinkState.LIVE),
        output(LinkState.RECONNECTING, "The server closed the connection."),
        output(LinkState.RECONNECTING, "The server does not answer."),
        output(LinkState.CONNECTING),
    )
    play.later(3).given(output(LinkState.LIVE))
    assert said(play) == [
        ("note", "Output tube is live."),
        ("warn", "Output tube lost its connection: The server closed the connection. Trying again."),
        ("note", "Output tube is back after 6 s."),
    ]


def test_an_output_that_was_stopped_comes_back_without_a_word_of_loss() -> None:
    play = Playbook().given(output(LinkState.LIVE), output(LinkState.IDLE), output(LinkState.LIVE))
    assert [text for _, text in said(play)] == ["Output tube is live.", "Output tube is live."]


def test_a_failed_output_says_why() -> None:
    play = Playbook().given(output(LinkState.FAILED, "The stream key is wrong."))
    assert said(play) == [("bad", "Output tube failed: The stream key is wrong.")]


def test_a_source_that_is_lost_and_comes_back_says_so() -> None:
    play = Playbook().given(
        c.ReportSource(name="camera", state=SourceState.LIVE), c.ReportSource(name="camera", state=SourceState.LOST)
    )
    play.later(299).given(c.ReportSource(name="camera", state=SourceState.LIVE))
    play.given(c.ReportSource(name="camera", state=SourceState.FAILED))
    assert said(play) == [
        ("note", "Source camera is there."),
        ("warn", "Source camera is lost. Slate and silence stand in until it is back."),
        ("note", "Source camera is back after 5 min."),
        ("bad", "Source camera does not work."),
    ]


def test_the_studio_s_end_and_return_are_said() -> None:
    play = Playbook().given(c.ReportStudio(up=True), c.ReportStudio(up=False, reason="It was killed"))
    play.later(1).given(c.ReportStudio(up=True))
    assert said(play)[1:] == [
        ("bad", "The studio stopped: It was killed. It is being started again."),
        ("note", "The studio is back after 2 s."),
    ]


def test_what_the_operator_does_to_the_programme_is_in_the_log_and_questions_are_not() -> None:
    play = Playbook().given(c.StartAir(), c.Blank(), c.Unblank(), c.StopAir())
    play.given(c.AskQuestion(person=ANN, text="Why so deep?"))
    assert [level for level, _ in said(play)] == ["note", "warn", "note", "note"]
    assert [incident.seq for incident in play.room.incidents] == [1, 2, 3, 4]


def test_only_the_newest_are_kept() -> None:
    play = Playbook()
    for _ in range(KEPT):
        play.given(c.Blank(), c.Unblank())
    assert len(play.room.incidents) == KEPT
    assert play.room.incidents[-1].seq == 2 * KEPT
