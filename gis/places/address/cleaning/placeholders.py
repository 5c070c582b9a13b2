"""Rule: fillers of forms (null, 市辖区, 其它区) name no place and vanish."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_FILLER = re.compile(
    r"-?(?:(?<![A-Za-z])(?:null|none|nan|undefined)(?![A-Za-z])|市辖区|其[它他]区|暂无资料)-?", re.IGNORECASE
)


def placeholders(cleaned: Cleaned) -> Cleaned:
    """Drop the fillers."""
    return substitute(cleaned, _FILLER, "")
