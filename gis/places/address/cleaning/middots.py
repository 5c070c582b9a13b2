"""Rule: middle dots, quotes and book marks inside names vanish: 京华·金域蓝湾 -> 京华金域蓝湾."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_DOTS = re.compile("[·•・‧∙⋅˙'\"`‘’“”「」『』《》〈〉…]+")


def middots(cleaned: Cleaned) -> Cleaned:
    """Take out what a name may carry or lack without being another name."""
    return substitute(cleaned, _DOTS, "")
