"""Make a frame from WebRTC, of any size and format, a picture of the programme: as large as fits, on black."""

from typing import Final

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from stream.picture import Picture, black, planes

_MATRICES: Final = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
}
"""By MatrixCoefficients of ISO/IEC 23091-2."""


def fitted(width: int, height: int, *, into: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return left, top, width and height, all even, of the largest place for ``width`` x ``height`` in ``into``."""
    scale = min(into[0] / width, into[1] / height)
    across, down = (
        max(2, min(2 * round(scale * own / 2), room)) for own, room in zip((width, height), into, strict=True)
    )
    return (into[0] - across) // 4 * 2, (into[1] - down) // 4 * 2, across, down


class Letterbox:
    """Fits frames into ``width`` x ``height`` (even). One thread at a time."""

    def __init__(self, *, width: int, height: int) -> None:
        self._size = width, height
        self._reformatter = VideoReformatter()  # it keeps its tables while the frames' shape stays

    def picture(self, frame: av.VideoFrame) -> Picture:
        """Return ``frame`` in yuv420p, BT.709, limited range, in an array of its own. Pixels are taken as square.

        Raises :exc:`av.FFmpegError` or :exc:`ValueError` for a frame that cannot be read.
        """
        left, top, across, down = fitted(frame.width, frame.height, into=self._size)
        full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        scaled = self._reformatter.reformat(
            frame,
            width=across,
            height=down,
            format="yuv420p",
            src_colorspace=_matrix(frame),
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,  # the cores have an encoder to feed
        )
        pixels = scaled.to_ndarray().astype(np.uint8, copy=False)
        width, height = self._size
        if (across, down) == self._size:
            return pixels
        picture = black(width=width, height=height)
        for half, plane, own in zip((1, 2, 2), planes(picture), planes(pixels), strict=True):
            plane[top // half : (top + down) // half, left // half : (left + across) // half] = own
        return picture


def _matrix(frame: av.VideoFrame) -> Colorspace:
    # Browsers convert to BT.601 at every size and say so only in some formats; senders that use another one do say so.
    return _MATRICES.get(int(frame.colorspace), Colorspace.ITU601)
