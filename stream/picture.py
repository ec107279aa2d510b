"""PURE. Composition in planar YUV, on the rectangles that change.

A picture is one contiguous uint8 array of shape ``(height * 3 // 2, width)``: the luma plane, then U, then V at half
the size each way (yuv420p), BT.709, limited range. What is laid over is converted once into an :class:`Overlay`,
premultiplied, and only blended from then on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
Plane = NDArray[np.uint8]
Words = NDArray[np.uint16]

OPAQUE = 256
"""Opacities and weights count in 1/256, so that a shift does for a division."""

_BLACK = (16, 128, 128)


def planes(picture: Picture) -> tuple[Plane, Plane, Plane]:
    """Return views of the luma plane ``(h, w)`` and the two chroma planes ``(h/2, w/2)`` of ``picture``."""
    rows, width = picture.shape
    height = rows * 2 // 3
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    return picture[:height], chroma[0], chroma[1]


def black(*, width: int, height: int) -> Picture:
    """Return a black picture."""
    picture = np.empty((height * 3 // 2, width), np.uint8)
    for plane, value in zip(planes(picture), _BLACK, strict=True):
        plane[...] = value
    return picture


@dataclass(frozen=True, slots=True)
class PlaneBlend:
    """One plane of an overlay: ``plane * keep + add`` in 1/256."""

    keep: Words
    """256 minus the overlay's opacity."""
    add: Words
    """The overlay's value times its opacity."""

    def onto(self, plane: Plane) -> None:
        """Blend into ``plane``, in place."""
        sums = np.multiply(plane, self.keep, dtype=np.uint16)
        sums += self.add
        sums >>= 8
        plane[...] = sums

    def faded(self, opacity: int) -> "PlaneBlend":
        """Return the same, ``opacity``/256 as strong."""
        add = (self.add.astype(np.uint32) * opacity >> 8).astype(np.uint16)
        keep = OPAQUE - ((OPAQUE - self.keep) * np.uint16(opacity) >> 8)
        return PlaneBlend(keep.astype(np.uint16), add)


@dataclass(frozen=True, slots=True)
class Overlay:
    """Something laid over the picture at ``x``, ``y`` (even), ready to blend."""

    x: int
    y: int
    blends: tuple[PlaneBlend, PlaneBlend, PlaneBlend]

    def onto(self, picture: Picture) -> None:
        """Blend into ``picture``, in place."""
        for index, (plane, blend) in enumerate(zip(planes(picture), self.blends, strict=True)):
            half = 1 if index == 0 else 2
            top, left = self.y // half, self.x // half
            height, width = blend.keep.shape
            blend.onto(plane[top : top + height, left : left + width])

    def faded(self, opacity: int) -> "Overlay":
        """Return the same, ``opacity``/256 as strong."""
        luma, u, v = self.blends
        return Overlay(self.x, self.y, (luma.faded(opacity), u.faded(opacity), v.faded(opacity)))


def overlay_from_rgba(pixels: NDArray[np.uint8], *, x: int, y: int) -> Overlay:
    """Convert premultiplied RGBA, shape ``(h, w, 4)`` with even sides, to an overlay at even ``x``, ``y``."""
    assert pixels.shape[0] % 2 == 0, "a chroma row stands for two rows"
    assert pixels.shape[1] % 2 == 0, "a chroma column stands for two columns"
    assert x % 2 == 0, "a chroma sample lies on an even column"
    assert y % 2 == 0, "a chroma sample lies on an even row"
    colour = pixels[..., :3].astype(np.float32)
    alpha = pixels[..., 3].astype(np.float32)
    quarters = colour.reshape(colour.shape[0] // 2, 2, colour.shape[1] // 2, 2, 3).mean(axis=(1, 3))
    quarter_alpha = alpha.reshape(alpha.shape[0] // 2, 2, alpha.shape[1] // 2, 2).mean(axis=(1, 3))
    luma = _blend(colour @ _LUMA + alpha * (16 / 255), alpha)
    u = _blend(quarters @ _CHROMA_U + quarter_alpha * (128 / 255), quarter_alpha)
    v = _blend(quarters @ _CHROMA_V + quarter_alpha * (128 / 255), quarter_alpha)
    return Overlay(x, y, (luma, u, v))


def picture_from_rgba(pixels: NDArray[np.uint8]) -> Picture:
    """Convert opaque RGBA of the programme's size to a picture."""
    height, width = pixels.shape[:2]
    picture = black(width=width, height=height)
    overlay_from_rgba(pixels, x=0, y=0).onto(picture)
    return picture


def crossfade(target: Picture, still: Picture, *, weight: int) -> None:
    """Mix ``still`` into ``target``, in place: ``weight``/256 of it.

    Works in bands of rows that stay in the cache: 2.5 times as fast as the whole picture at once.
    """
    for top in range(0, target.shape[0], _BAND_ROWS):
        band = target[top : top + _BAND_ROWS]
        sums = np.multiply(band, np.uint16(OPAQUE - weight), dtype=np.uint16)
        sums += np.multiply(still[top : top + _BAND_ROWS], np.uint16(weight), dtype=np.uint16)
        sums >>= 8
        band[...] = sums


_BAND_ROWS = 36

# ITU-R BT.709-6, item 3 (luma and chroma weights) and 3.4 (8-bit limited range), for components 0…255.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32) * (219 / 255)
_CHROMA_U = np.array([-0.2126, -0.7152, 1 - 0.0722], np.float32) / 1.8556 * (224 / 255)
_CHROMA_V = np.array([1 - 0.2126, -0.7152, -0.0722], np.float32) / 1.5748 * (224 / 255)


def _blend(premultiplied: NDArray[np.float32], alpha: NDArray[np.float32]) -> PlaneBlend:
    opacity = np.rint(alpha * (OPAQUE / 255)).astype(np.uint16)
    # The half rounds where the blend's shift would cut.
    add = np.clip(premultiplied * 256 + 128, 0, 65_535 - 255 * (OPAQUE - opacity.astype(np.float32)))
    return PlaneBlend((OPAQUE - opacity).astype(np.uint16), add.astype(np.uint16))
