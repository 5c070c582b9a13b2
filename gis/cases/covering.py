"""Covering parts of a picture: opaque rectangles painted into a new file, so that nothing of them is left in it.

Before: the rectangles that a person drew. After: `cases.pictures`. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from PIL import Image, ImageDraw

from gis.errors import InputError

MOST = 60
WHOLE = 100.0
LONGEST_SIDE_PX = 1280
"""A public copy is smaller than the original: what is far away in it stays unreadable."""
QUALITY = 82
COLOUR = (58, 56, 50)


@dataclass(frozen=True)
class Rectangle:
    """A part of a picture, in per cent of its width and height, from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def as_row(self) -> dict[str, float]:
        """Give it as it is written down."""
        return asdict(self)


def rectangle(left: float, top: float, width: float, height: float) -> Rectangle:
    """Check four numbers; what lies outside the picture is cut off.

    Raises
    ------
    InputError
        When nothing of it lies in the picture.
    """
    right, bottom = min(left + width, WHOLE), min(top + height, WHOLE)
    left, top = max(left, 0.0), max(top, 0.0)
    if not (left < right and top < bottom):
        raise InputError(
            "这一块不在照片里，或宽、高不大于 0。 This part is not in the picture, or has no width or height.",
            field="covered",
        )
    return Rectangle(left, top, right - left, bottom - top)


def painted(body: bytes, parts: Sequence[Rectangle]) -> tuple[bytes, int, int]:
    """Paint parts of a picture over and give the new picture, smaller, with its width and height in pixels.

    A pixel that a rectangle touches is covered whole. The new file is written from the painted pixels only: it holds
    neither the old bytes nor any metadata.
    """
    with Image.open(io.BytesIO(body)) as opened:
        picture = Image.new("RGB", opened.size)
        picture.paste(opened.convert("RGB"))
    brush = ImageDraw.Draw(picture)
    for part in parts:
        brush.rectangle(_pixels(part, *picture.size), fill=COLOUR)
    picture.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue(), picture.width, picture.height


def _pixels(part: Rectangle, width_px: int, height_px: int) -> tuple[int, int, int, int]:
    """Give the first and last pixel of a rectangle, both inside it, rounded outwards."""
    return (
        math.floor(part.left / WHOLE * width_px),
        math.floor(part.top / WHOLE * height_px),
        math.ceil((part.left + part.width) / WHOLE * width_px) - 1,
        math.ceil((part.top + part.height) / WHOLE * height_px) - 1,
    )
