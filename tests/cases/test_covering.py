"""What is covered is gone from the file; what is not stays; numbers that are no part of the picture are refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gis.cases.covering import COLOUR, Rectangle, painted, rectangle
from gis.errors import InputError

SIDE = 200


def picture(width_px: int = SIDE, height_px: int = SIDE) -> bytes:
    """A picture of noise: whatever shows through a cover would be seen."""
    noise = np.random.default_rng(1).integers(90, 255, (height_px, width_px, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "JPEG", quality=95, exif=b"Exif\x00\x00secret place")
    return out.getvalue()


def pixels(body: bytes) -> np.ndarray:  # type: ignore[type-arg]
    return np.asarray(Image.open(io.BytesIO(body)).convert("RGB")).astype(int)


@given(
    st.floats(0, 90), st.floats(0, 90), st.floats(8, 60), st.floats(8, 60)
)  # a part of at least one block of the coding
def test_nothing_shows_through(left: float, top: float, width: float, height: float) -> None:
    part = rectangle(left, top, width, height)
    body, wide, high = painted(picture(), [part])
    assert (wide, high) == (SIDE, SIDE)
    x, y = int(np.ceil(left * 2)), int(np.ceil(top * 2))
    inside = pixels(body)[y : int((part.top + part.height) * 2), x : int((part.left + part.width) * 2)]
    assert inside.size
    assert np.abs(inside.mean(axis=(0, 1)) - COLOUR).max() < 40
    core = inside[8:-8, 8:-8]  # beyond the block that the coding shares with what lies beside
    assert core.size == 0 or np.abs(core - COLOUR).max() < 16


def test_the_rest_stays_and_metadata_goes() -> None:
    before = picture()
    body, _, _ = painted(before, [Rectangle(0, 0, 25, 25)])
    far = np.s_[100:, 100:]
    assert np.abs(pixels(body)[far] - pixels(before)[far]).mean() < 12
    assert b"secret" not in body
    assert b"Exif" not in body


def test_a_large_picture_gets_smaller() -> None:
    _, wide, high = painted(picture(2000, 1000), [])
    assert (wide, high) == (1280, 640)


def test_what_lies_outside_is_cut_off_and_nothing_is_refused() -> None:
    assert rectangle(-10, 90, 30, 30) == Rectangle(0, 90, 20, 10)
    for numbers in ((100, 0, 10, 10), (0, 0, 0, 10), (50, 50, -1, 5), (-20, 0, 10, 10)):
        with pytest.raises(InputError):
            rectangle(*numbers)
