"""Rule: a row of read-out digits after a number or unit is a room: 2单元六零五 -> 2单元605."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute
from gis.places.address.cleaning.numerals import number

_READ_OUT = re.compile(r"(?<=[0-9元栋幢楼座号层#-])[零〇一二三四五六七八九]{3,4}(?=室|号|房|$|[-,。(])")


def digit_readings(cleaned: Cleaned) -> Cleaned:
    """Write read-out room numbers in digits."""
    return substitute(cleaned, _READ_OUT, lambda match: number(match.group()))
