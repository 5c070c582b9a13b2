"""The administrative parts at the beginning of an address: province, city, district, town, community.

Before: `cleaning/`. After: `reader.py`. Suffixes decide, no list of names is needed; a town that knows its
own names hands them to the geocoder instead.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_LEVELS = (
    ("prov", re.compile(r"(?:[一-鿿]{2,3}省|内蒙古|(?:广西|西藏|宁夏|新疆|内蒙古)[一-鿿]{0,5}自治区)")),
    ("city", re.compile(r"[一-鿿]{2,4}?(?:自治州|地区|市(?![场民政中])|盟(?![路大]))")),
    (
        "district",
        re.compile(r"[一-鿿]{1,4}?(?:(?<![小园社校片景库厂矿院])区(?![域间块])|县|自治旗|市(?![场民政中]))"),
    ),
    ("devzone", re.compile(r"[一-鿿]{0,6}?(?:开发区|高新区|新区|产业园区|工业园区)")),
    ("town", re.compile(r"[一-鿿]{2,4}?(?:街道|镇|乡)(?![路大街中])")),
    ("community", re.compile(r"[一-鿿]{2,6}?(?:社区|居委会|村委会|自然村|(?<!新)村)(?![路街大])")),
)
_LEAD = re.compile(r"(?:住在|位于|地址[是为:]?|地点[是为:]?|就在|家在|我在|家住|我住)(?=[一-鿿])")


class Part(NamedTuple):
    """An administrative part with its span in the clean text."""

    label: str
    value: str
    start: int
    end: int


def admin_parts(text: str) -> list[Part]:
    """Read the administrative parts, from the beginning or after words such as 住在."""
    lead = _LEAD.search(text)
    at = lead.end() if lead else 0
    parts: list[Part] = []
    for label, pattern in _LEVELS:
        match = pattern.match(text, at)
        if match is not None:
            parts.append(Part(label, match.group(), at, match.end()))
            at = match.end()
            if text[at : at + 1] == "-":
                at += 1
    return parts
