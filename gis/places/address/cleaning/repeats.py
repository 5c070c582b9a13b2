"""Rule: a name of province, city, district or town written twice in a row counts once."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_ADMIN = "(?:省|自治区|市|区|县|旗|街道|镇|乡)"
_TWICE = re.compile(rf"^((?:[一-鿿]{{1,6}}{_ADMIN}){{1,4}}?)(?:-?\1)+")


def repeats(cleaned: Cleaned) -> Cleaned:
    """Keep one of equal administrative parts at the beginning."""
    return substitute(cleaned, _TWICE, lambda match: match.group(1))
