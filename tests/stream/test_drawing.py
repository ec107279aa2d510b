from stream.drawing import Drawing
from stream.protocol import Programme, QuestionOverlay, Slate, Want

PROGRAMME = Programme(width=320, height=180, fps=30, video_bps=400_000, preset="ultrafast", audio_bps=96_000)
QUESTION = QuestionOverlay(number=3, text="Why does batch norm help?", name="Ada")


def want(
    *,
    lower_third: str | None = None,
    question: QuestionOverlay | None = None,
    blanked: bool = False,
    line: str = "Soon",
) -> Want:
    return Want(
        programme=PROGRAMME,
        on_air=True,
        blanked=blanked,
        sources=(),
        source=None,
        slate=Slate(title="Forward Prop", line=line),
        lower_third=lower_third,
        question=question,
        outputs=(),
    )


def test_what_did_not_change_is_not_drawn_again() -> None:
    drawing = Drawing(width=320, height=180)
    first = drawing.draw(want(lower_third="Ada", question=QUESTION))
    again = drawing.draw(want(lower_third="Ada", question=QUESTION))
    assert all(a is b for a, b in zip(first, again, strict=True))


def test_other_words_are_drawn_anew() -> None:
    drawing = Drawing(width=320, height=180)
    slate, ada, _ = drawing.draw(want(lower_third="Ada"))
    other, grace, _ = drawing.draw(want(lower_third="Grace", line="Over"))
    assert other is not slate
    assert grace is not ada


def test_a_blanked_picture_shows_nobody_and_no_question() -> None:
    _, lower_third, question = Drawing(width=320, height=180).draw(
        want(lower_third="Ada", question=QUESTION, blanked=True)
    )
    assert lower_third is None
    assert question is None
