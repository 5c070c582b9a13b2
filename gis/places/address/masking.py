"""Telephone and identity numbers in people's words: found, masked for display, and never kept in the open.

Before: the cleaning rules find them. After: `cases.intake` keeps only the masked words, and seals the number.
"""

from __future__ import annotations

from typing import NamedTuple

from gis.places.address.cleaning import clean

STAR = "*"
SHOWN_BEFORE, SHOWN_AFTER = 3, 2


class Masked(NamedTuple):
    """Words with their personal numbers masked, and the numbers that stood there, in order."""

    text: str
    numbers: tuple[str, ...]


def mask(words: str) -> Masked:
    """Mask telephone and identity numbers: 19900000450 becomes 199******50; the rest stays as it was said."""
    spans = clean(words).personal
    text = words
    numbers: list[str] = []
    for start, end in sorted(spans, reverse=True):
        number = words[start:end]
        numbers.insert(0, number)
        hidden = STAR * max(len(number) - SHOWN_BEFORE - SHOWN_AFTER, 1)
        text = text[:start] + number[:SHOWN_BEFORE] + hidden + number[-SHOWN_AFTER:] + text[end:]
    return Masked(text, tuple(numbers))
