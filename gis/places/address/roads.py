"""The roads of a clean text, and where two of them cross.

Before: `cleaning/`. After: `reader.py` and the geocoder, which hands in the names of the roads that it
knows so that 我家临川大道 is read as 临川大道.
"""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import pairwise
from typing import NamedTuple

_SUFFIX = re.compile(
    r"(?:大道|大街|公路|胡同|[省县国乡]道|路(?![灯面边过上车人])|街(?!道|坊)|巷|(?<![楼街通车行管跑频报渠地水下])道(?![路理具士口])"
    r"|(?<!\d)弄(?![堂得])|[村庄屯寨营堡湾](?=\d{1,4}号(?!楼|[巷弄])))"
)
_STOP = re.compile(
    r"[^一-鿿\dA-Za-z]|(?<=[路街道巷弄线段])[和及]|[与到至在近]|交[叉汇界][口处]|路口|[省市县镇乡]|街道|(?<![小园])区|号"
)
_CROSSING = re.compile(r"(?:的)?(?:交叉路?口|交汇处?口?|交界处?|交口|十字路口|丁字路口|路?口)")
_LINK = re.compile(r"[与和及、,/-]?$")
_VILLAGE = tuple("村庄屯寨营堡湾")
"""A village counts its houses as a road does; it is one only where it is known."""
_LONGEST = 8
_LONGEST_UNKNOWN = 5


class Road(NamedTuple):
    """A road in the text: its name, its span, and whether the name was known beforehand."""

    name: str
    start: int
    end: int
    known: bool


def roads(text: str, known: Container[str] = (), begin: int = 0) -> list[Road]:
    """List the roads of a text.

    Parameters
    ----------
    text : str
        Clean text.
    known : container of str
        Names of roads that are known for certain.
    begin : int
        Where the administrative parts end.
    """
    found: list[Road] = []
    for match in _SUFFIX.finditer(text, begin):
        end = match.end()
        floor = found[-1].end if found else begin
        road = _known(text, known, floor, end) or _unknown(text, floor, match.start(), end)
        if road is not None:
            found.append(road)
    return found


def _known(text: str, known: Container[str], floor: int, end: int) -> Road | None:
    for start in range(max(floor, end - _LONGEST), end - 1):
        name = text[start:end]
        if name in known:
            return Road(name, start, end, True)
    return None


def _unknown(text: str, floor: int, stem_end: int, end: int) -> Road | None:
    if text.endswith(_VILLAGE, 0, end):
        return None
    start = max(floor, stem_end - _LONGEST_UNKNOWN)
    for stop in _STOP.finditer(text, start, stem_end):
        if not (stop.group() == "市" and stop.end() == stem_end):  # 米市巷 is a lane, and no town's
            start = stop.end()
    return Road(text[start:end], start, end, False) if stem_end - start >= 1 else None


def crossing(text: str, found: list[Road]) -> tuple[Road, Road, int] | None:
    """Find the first two roads that the text says cross, and where that saying ends."""
    for first, second in pairwise(found):
        link = text[first.end : second.start]
        match = _CROSSING.match(text, second.end)
        if match is not None and _LINK.match(link) is not None and first.name != second.name:
            return first, second, match.end()
    return None
