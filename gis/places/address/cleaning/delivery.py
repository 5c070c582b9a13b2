"""Rule: phrases for the courier (电联, 打电话, 请送上楼 …) are not part of an address and vanish."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_PHRASE = re.compile(
    r"-?(?:到了?电联|(?:请)?电话?联系?(?=$|[-,。)※])|电联(?:系)?|快到(?:时)?(?:请)?打电话|(?:请)?提前(?:打)?电话"
    r"|(?:请)?(?:送货)?上门(?=$|[-,。)])|放(?:在)?(?:门口|快递柜)(?=$|[-,。)])|\(?收\)?$)"
)


def delivery(cleaned: Cleaned) -> Cleaned:
    """Drop the courier's phrases."""
    return substitute(cleaned, _PHRASE, "")
