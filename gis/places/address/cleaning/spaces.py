"""Rule: a blank between two numbers divides them (3 2 501 -> 3-2-501); any other blank vanishes."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9A-Za-z])\s+(?=[0-9])")
_BLANK = re.compile(r"\s+")


def spaces(cleaned: Cleaned) -> Cleaned:
    """Take the blanks out."""
    if _BLANK.search(cleaned.text) is None:
        return cleaned
    return substitute(substitute(cleaned, _BETWEEN_NUMBERS, "-"), _BLANK, "")
