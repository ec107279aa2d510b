"""What is laid over or stands in for the picture, drawn anew only where it changed."""

from stream.layout import place_lower_third, place_question
from stream.lettering import Letterer, Pixels
from stream.picture import Overlay, Picture, overlay_from_rgba, picture_from_rgba
from stream.protocol import QuestionOverlay, Slate, Want


class Drawing:
    """Keeps the newest drawing of each kind. One thread at a time."""

    def __init__(self, *, width: int, height: int) -> None:
        self._frame = (width, height)
        self._letterer = Letterer(width=width, height=height)
        self._slate: tuple[Slate, Picture] | None = None
        self._lower_third: tuple[str, Overlay] | None = None
        self._question: tuple[QuestionOverlay, Overlay] | None = None

    def draw(self, want: Want) -> tuple[Picture, Overlay | None, Overlay | None]:
        """Return the slate, the lower third and the question; the same objects as before where nothing changed."""
        if self._slate is None or self._slate[0] != want.slate:
            slate = self._letterer.slate(title=want.slate.title, line=want.slate.line)
            self._slate = (want.slate, picture_from_rgba(slate))
        name, question = (None, None) if want.blanked else (want.lower_third, want.question)
        if name is not None and (self._lower_third is None or self._lower_third[0] != name):
            pixels = self._letterer.lower_third(name)
            place = place_lower_third(frame=self._frame, size=_size(pixels))
            self._lower_third = (name, overlay_from_rgba(pixels, x=place.x, y=place.y))
        if question is not None and (self._question is None or self._question[0] != question):
            pixels = self._letterer.question(number=question.number, text=question.text, name=question.name)
            place = place_question(frame=self._frame, size=_size(pixels))
            self._question = (question, overlay_from_rgba(pixels, x=place.x, y=place.y))
        return (
            self._slate[1],
            self._lower_third[1] if name is not None and self._lower_third else None,
            self._question[1] if question is not None and self._question else None,
        )


def _size(pixels: Pixels) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]
