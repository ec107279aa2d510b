"""Draw what is laid over or stands in for the picture: lower third, question, slate. Skia shapes text of any script.

Each function returns premultiplied RGBA, shape ``(height, width, 4)``, uint8. Drawing takes milliseconds (the first
time, with the fonts to be found, a tenth of a second), so it is done off the mixer's thread, once a change.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np
import skia
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

FAMILIES = ["Inter", "Noto Sans", "DejaVu Sans", "Liberation Sans", "Noto Color Emoji"]
"""Asked for in this order; what they lack, the font manager finds elsewhere."""

INK = 0xFFF7F7FA
QUIET = 0xFFB9BCCB
GROUND = 0xFF14151C
PANEL = 0xE614151C
ACCENT = 0xFF8B8CFF

_SMALLEST_QUESTION_PX = 22
_LARGEST_QUESTION_PX = 46


@dataclass(frozen=True, slots=True)
class Typeset:
    """A paragraph laid out to a width."""

    paragraph: skia.textlayout.Paragraph
    width: float
    height: float


class Letterer:
    """Draws for one programme size. Not thread-safe: one thread at a time."""

    def __init__(self, *, width: int, height: int) -> None:
        self._width = width
        self._height = height
        self._scale = height / 720
        """Sizes below are given for 720 lines."""
        self._fonts = skia.textlayout.FontCollection()
        self._fonts.setDefaultFontManager(skia.FontMgr())
        self._unicode = skia.Unicodes.ICU.Make()

    def lower_third(self, name: str) -> Pixels:
        """Draw a speaker's name on a plate."""
        unit = self._scale
        text = self._fit_line(name, size=30 * unit, width=self._width * 0.6)
        pad = 18 * unit
        width, height = text.width + 2 * pad + 10 * unit, text.height + 1.2 * pad
        surface, canvas = blank_canvas(width, height)
        canvas.drawRRect(_rounded(0, 0, width, height, 8 * unit), fill(PANEL))
        canvas.drawRRect(_rounded(pad * 0.6, height * 0.25, 5 * unit, height * 0.5, 2.5 * unit), fill(ACCENT))
        text.paragraph.paint(canvas, pad + 8 * unit, 0.6 * pad)
        return pixels_of(surface)

    def question(self, *, number: int, text: str, name: str | None) -> Pixels:
        """Draw a question in a band across the picture: as large as it fits, never cut."""
        unit = self._scale
        width = self._width * 0.86
        pad = 26 * unit
        inner = width - 2 * pad
        body = self._fit_block(text, width=inner, height=self._height * 0.5)
        # Isolates keep the number's sign on its side whatever the name's script (UAX #9).
        asker = f"\u2068{name}\u2069  ·  \u2066#{number}\u2069" if name else f"#{number}"
        caption = self._fit_line(asker, size=22 * unit, width=inner, colour=QUIET)
        height = body.height + caption.height + 2.4 * pad
        surface, canvas = blank_canvas(width, height)
        canvas.drawRRect(_rounded(0, 0, width, height, 12 * unit), fill(PANEL))
        rtl = is_right_to_left(text)
        edge = width - 6 * unit if rtl else 0
        canvas.drawRRect(_rounded(edge, pad, 6 * unit, height - 2 * pad, 3 * unit), fill(ACCENT))
        body.paragraph.paint(canvas, pad, pad)
        indent = inner - caption.width if rtl else 0
        caption.paragraph.paint(canvas, pad + indent, pad + body.height + 0.4 * pad)
        return pixels_of(surface)

    def slate(self, *, title: str, line: str) -> Pixels:
        """Draw the picture that stands in for the picture."""
        unit = self._scale
        surface, canvas = blank_canvas(self._width, self._height)
        canvas.clear(GROUND)
        middle = self._height * 0.44
        draw_mark(canvas, x=self._width / 2, y=middle - 90 * unit, unit=unit)
        heading = self._fit_line(title, size=58 * unit, width=self._width * 0.84)
        heading.paragraph.paint(canvas, (self._width - heading.width) / 2, middle - 40 * unit)
        below = self._fit_line(line, size=26 * unit, width=self._width * 0.84, colour=QUIET)
        below.paragraph.paint(canvas, (self._width - below.width) / 2, middle - 40 * unit + heading.height + 14 * unit)
        return pixels_of(surface)

    def glyph(self, text: str, *, size: float) -> Pixels:
        """Draw one short text with a see-through ground."""
        line = self._set(text, size=size, width=self._width)
        surface, canvas = blank_canvas(line.width + 2, line.height)
        line.paragraph.paint(canvas, 1, 0)
        return pixels_of(surface)

    def _fit_block(self, text: str, *, width: float, height: float) -> Typeset:
        size, smallest = _LARGEST_QUESTION_PX * self._scale, _SMALLEST_QUESTION_PX * self._scale
        block = self._set(text, size=size, width=width)
        while block.height > height and size > smallest:
            size = max(smallest, size * 0.9)
            block = self._set(text, size=size, width=width)
        return block

    def _fit_line(self, text: str, *, size: float, width: float, colour: int = INK) -> Typeset:
        line = self._set(text, size=size, width=1e6, colour=colour)
        if line.width <= width:
            return line
        smaller = max(size * 0.6, size * width / line.width)
        return self._set(text, size=smaller, width=width, colour=colour)

    def _set(self, text: str, *, size: float, width: float, colour: int = INK) -> Typeset:
        style = skia.textlayout.TextStyle()
        style.setFontFamilies(FAMILIES)
        style.setFontSize(size)
        style.setColor(colour)
        paragraph_style = skia.textlayout.ParagraphStyle()
        paragraph_style.setTextStyle(style)
        rtl = is_right_to_left(text)
        # The paragraph's own direction cannot be set through these bindings: an isolate (UAX #9, RLI … PDI) gives the
        # text its direction and the alignment follows it.
        paragraph_style.setTextAlign(skia.textlayout.TextAlign.kRight if rtl else skia.textlayout.TextAlign.kLeft)
        builder = skia.textlayout.ParagraphBuilder.make(paragraph_style, self._fonts, self._unicode)
        builder.pushStyle(style)
        builder.addText(f"\u2067{text}\u2069" if rtl else text)
        paragraph = builder.Build()
        paragraph.layout(width)
        used = min(width, max(0.0, float(np.ceil(paragraph.LongestLine))) + 1)
        if width > used and not rtl:
            return Typeset(paragraph, used, paragraph.Height)
        if rtl and width >= 1e6:
            paragraph.layout(used)
        return Typeset(paragraph, min(width, used) if width >= 1e6 else width, paragraph.Height)


def is_right_to_left(text: str) -> bool:
    """Tell whether the first strong character runs right to left (UAX #9, rule P2)."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in {"R", "AL"}:
            return True
        if direction == "L":
            return False
    return False


def draw_mark(canvas: skia.Canvas, *, x: float, y: float, unit: float) -> None:
    """Draw the project's mark around ``x``, ``y``: three growing dots joined by a line to the right."""
    dots = ((-46, 6), (-6, 10), (44, 15))
    line = skia.Paint(Color=ACCENT, StrokeWidth=4 * unit, AntiAlias=True)
    canvas.drawLine(x + dots[0][0] * unit, y, x + dots[-1][0] * unit, y, line)
    for offset, radius in dots:
        canvas.drawCircle(x + offset * unit, y, radius * unit, fill(ACCENT))


def blank_canvas(width: float, height: float) -> tuple[skia.Surface, skia.Canvas]:
    """Return a see-through surface, its sides rounded up to even numbers, and what draws on it."""
    surface = skia.Surface.MakeRasterN32Premul(_even(width), _even(height))
    canvas = surface.getCanvas()
    canvas.clear(0)
    return surface, canvas


def _even(length: float) -> int:
    return 2 * int(np.ceil(length / 2))


def pixels_of(surface: skia.Surface) -> Pixels:
    """Return what was drawn as premultiplied RGBA."""
    image = surface.makeImageSnapshot()
    pixels: Pixels = image.toarray(colorType=skia.kRGBA_8888_ColorType)
    # toarray converts to unpremultiplied values; blending wants them premultiplied.
    alpha = pixels[..., 3:].astype(np.uint16)
    pixels[..., :3] = (pixels[..., :3] * alpha + 127) // 255
    return pixels


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> skia.RRect:
    return skia.RRect.MakeRectXY(skia.Rect.MakeXYWH(x, y, width, height), radius, radius)


def fill(colour: int) -> skia.Paint:
    """Return a paint that fills with ``colour`` (0xAARRGGBB)."""
    return skia.Paint(Color=colour, AntiAlias=True)
