"""EDGE. Decoded pictures of any shape and format made to fit the programme: yuv420p, BT.709, limited range.

A picture that fits already is copied once, into the ring, and nothing else.
"""

from fractions import Fraction
from typing import NamedTuple

import av
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from stream.ports.ring import Ring

FULL_RANGE = int(ColorRange.JPEG)
UNKNOWN = 2
"""``AVCOL_SPC_UNSPECIFIED`` (ISO/IEC 23091-2)."""
BT709 = 1
SD_HEIGHT = 576
"""Unmarked pictures up to this height are BT.601, as DVDs and old cameras are."""
BLACK_LUMA = 16
BLACK_CHROMA = 128


class Rect(NamedTuple):
    """A rectangle in pixels; all even, since chroma has half the resolution."""

    x: int
    y: int
    width: int
    height: int


def fitted(width: int, height: int, aspect: Fraction | None, into: tuple[int, int]) -> Rect:
    """Return where a picture lies in a programme of the size ``into``: whole, centred, undistorted.

    ``aspect`` is the shape of one pixel (width / height).
    """
    shape = Fraction(width, height) * (aspect or 1)
    full_width, full_height = into
    if shape >= Fraction(full_width, full_height):
        fit_width, fit_height = full_width, _even(full_width / shape)
    else:
        fit_width, fit_height = _even(full_height * shape), full_height
    return Rect(_even((full_width - fit_width) / 2), _even((full_height - fit_height) / 2), fit_width, fit_height)


def _even(value: Fraction | float) -> int:
    return max(0, round(value / 2) * 2)


def _upright(frame: av.VideoFrame, aspect: Fraction | None) -> tuple[av.VideoFrame, Fraction | None]:
    """Turn a picture that a telephone took on its side; return it with the new shape of its pixels."""
    import numpy as np

    turns = round(frame.rotation / 90) % 4
    planar = frame.reformat(format="yuv420p")
    planes = []
    for plane in planar.planes:
        pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        planes.append(np.rot90(pixels, turns))
    sideways = turns % 2 == 1
    width, height = (frame.height, frame.width) if sideways else (frame.width, frame.height)
    whole = np.concatenate([np.ascontiguousarray(plane).reshape(-1) for plane in planes])
    turned = av.VideoFrame.from_ndarray(whole.reshape(height * 3 // 2, width), format="yuv420p")
    turned.colorspace, turned.color_range = frame.colorspace, planar.color_range
    return turned, 1 / aspect if aspect and sideways else aspect


class Fitter:
    """Puts pictures into a ring's slots at the programme's size."""

    def __init__(self, ring: Ring, *, width: int, height: int) -> None:
        self._ring = ring
        self._size = (width, height)
        self._reformatter = VideoReformatter()
        self._barred: dict[int, Rect] = {}

    def put(self, frame: av.VideoFrame, slot: int, aspect: Fraction | None) -> None:
        """Copy ``frame`` into ``slot``, scaled and converted only where that is needed."""
        if frame.rotation % 360:
            frame, aspect = _upright(frame, aspect)
        rect = fitted(frame.width, frame.height, aspect, self._size)
        self._copy(self._converted(frame, rect), slot, rect)

    def _converted(self, frame: av.VideoFrame, rect: Rect) -> av.VideoFrame:
        matrix = frame.colorspace
        if matrix == UNKNOWN:
            matrix = int(Colorspace.ITU601) if frame.height <= SD_HEIGHT else BT709
        full = frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj")
        same_colour = not full and matrix == BT709
        if frame.format.name == "yuv420p" and same_colour and frame.width == rect.width and frame.height == rect.height:
            return frame
        return self._reformatter.reformat(
            frame,
            rect.width,
            rect.height,
            "yuv420p",
            src_colorspace=matrix,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )

    def _copy(self, frame: av.VideoFrame, slot: int, rect: Rect) -> None:
        width, height = self._size
        if self._barred.get(slot) != rect:
            self._blacken(slot)
            self._barred[slot] = rect
        at = self._ring.offset(slot)
        for number, plane in enumerate(frame.planes):
            half = 2 if number else 1
            wide, high = width // half, height // half
            left, top = rect.x // half, rect.y // half
            self._copy_plane(plane, at + top * wide + left, wide, rect.width // half, rect.height // half)
            at += wide * high

    def _copy_plane(self, plane: VideoPlane, at: int, stride: int, width: int, height: int) -> None:
        source = memoryview(plane)
        if plane.line_size == width == stride:
            self._ring.memory[at : at + width * height] = source[: width * height]
            return
        # Loaded only for pictures that need it: it would take a third of the port's start.
        import numpy as np

        pixels = np.frombuffer(source, np.uint8)[: plane.line_size * height].reshape(height, plane.line_size)
        target = np.frombuffer(self._ring.memory, np.uint8, stride * height - (stride - width), at)
        rows = np.lib.stride_tricks.as_strided(target, (height, width), (stride, 1))
        rows[:] = pixels[:, :width]

    def _blacken(self, slot: int) -> None:
        width, height = self._size
        at = self._ring.offset(slot)
        luma = width * height
        self._ring.memory[at : at + luma] = bytes([BLACK_LUMA]) * luma
        self._ring.memory[at + luma : at + self._ring.picture_bytes] = bytes([BLACK_CHROMA]) * (luma // 2)
