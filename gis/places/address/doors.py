"""What each number of an address is: house number, building, entrance, floor or room.

Before: `tokens.py`. After: `reader.py`. The unit decides where there is one; `door_rows.py` judges the rest
by the words before and by the place in the row.
"""

from __future__ import annotations

import re

from gis.places.address.door_rows import Door, Place, door, named_row, row_at
from gis.places.address.door_words import (
    BY_UNIT,
    CELLNO,
    FLOORNO,
    HOUSENO,
    OPEN,
    ROAD_END,
    ROADNO,
    ROOMNO,
    SLOT_LABELS,
    STROKES,
    TOWER_END,
    VILLAGE_END,
    WAYS,
    digits,
)
from gis.places.address.tokens import Token

_NOTHING = re.compile(r"[-,、/()之附]*$")
_MARKET = re.compile(r"(?:商贸城|市场|商城)$")
_ROADS = ("大街", "大道", "路", "街", "线", "桥")
_SURELY_A_ROOM = 4


def doors(found: list[Token], text: str) -> list[Door]:
    """Decide what each number is.

    Parameters
    ----------
    found : list of Token
        The numbers of the text in their order.
    text : str
        The clean text that they stand in.
    """
    found = _without_postcode(found, text)
    out: list[Door] = []
    place = Place()
    at = 0
    while at < len(found):
        place = _moved(place, found[at], first=at == 0)
        size, named = _named(found, at, text, place)
        out += named
        place = _after(place, found[at + size - 1], named)
        at += size
    return _doors_before_buildings(out, found)


def _doors_before_buildings(out: list[Door], found: list[Token]) -> list[Door]:
    """Make a house number of what was taken for a building, when a building by name follows later."""
    units = {token.start: token.unit for token in found}
    strong = [
        one.start for one in out if one.slot == HOUSENO and BY_UNIT.get(units.get(one.start, "")) == HOUSENO
    ]
    last = max(strong, default=0)
    return [
        one._replace(slot=ROADNO)
        if one.slot == HOUSENO and one.start < last and units.get(one.start) == "号"
        else one
        for one in out
    ]


def _without_postcode(found: list[Token], text: str) -> list[Token]:
    """Leave a postcode at the end out."""
    last = found[-1] if len(found) > 1 else None
    if (
        last
        and not last.unit
        and last.end == len(text)
        and re.fullmatch(r"\d{6}", last.number)
        and last.gap in STROKES
    ):
        return found[:-1]
    return found


def _moved(place: Place, token: Token, *, first: bool) -> Place:
    """Note the words between the last number and this one."""
    if _NOTHING.match(token.gap) is not None and not first:
        return place
    words = token.gap.rstrip("-(")
    on_road = ROAD_END.search(words) is not None
    in_village = VILLAGE_END.search(words) is not None
    begins_anew = on_road or in_village or place.slot < HOUSENO
    return Place(0 if begins_anew else place.slot, words, on_road, in_village)


def _after(place: Place, last: Token, named: list[Door]) -> Place:
    """Note what the last number was; a way or a part of a compound begins anew."""
    if named:
        return place._replace(slot=named[-1].slot)
    if last.unit in WAYS:
        return Place(0, last.unit, on_road=True)
    if last.unit in ("区", "期", "组团", "街坊"):
        return Place(0, f"{last.number}{last.unit}")
    return place


def _named(found: list[Token], at: int, text: str, place: Place) -> tuple[int, list[Door]]:
    """Name the number at `at`, or the row of open numbers that begins there: how many, and their doors."""
    token = found[at]
    if token.unit == "街" and _in_a_market(found, at, place):
        return 1, [door(CELLNO, token)]
    if token.unit in ("门", "号门") and place.slot == HOUSENO and token.gap in STROKES:
        return 1, [door(CELLNO, token)]
    if token.unit in BY_UNIT:
        return 1, [door(_by_unit(token, place, found[at + 1 : at + 2]), token)]
    if token.unit not in OPEN or _in_a_name(token, text, place):
        return 1, []
    row = row_at(found, at)
    after = found[at + len(row)] if at + len(row) < len(found) else None
    if len(row) > 1 and len(token.gap) > 1 and place.slot > ROADNO:
        place = place._replace(slot=0)
    return len(row), named_row(row, place, after)


def _by_unit(token: Token, place: Place, after: list[Token]) -> int:
    """Give what a telling unit says: A座 in a building is an entrance, 149楼11单元 a building."""
    slot = BY_UNIT[token.unit]
    if token.unit == "座" and place.slot == HOUSENO and token.gap == "":
        return CELLNO
    leads_on = bool(after) and after[0].gap == "" and BY_UNIT.get(after[0].unit) == CELLNO
    if token.unit == "楼" and place.slot < HOUSENO and (leads_on or _has_letter(token)):
        return HOUSENO
    return slot


def _has_letter(token: Token) -> bool:
    return token.number[:1].isascii() and token.number[:1].isalpha()


def _in_a_market(found: list[Token], at: int, place: Place) -> bool:
    """Tell whether a street is one inside a trade market: 国际商贸城四区8楼9街40842."""
    if at and found[at].gap == "" and found[at - 1].unit in ("楼", "层", "区", "号门", "门"):
        return True
    return _MARKET.search(place.words) is not None


def _in_a_name(token: Token, text: str, place: Place) -> bool:
    """Tell whether a number stands inside a name: 455医院, 7天, 12号大街."""
    if text.startswith(_ROADS, token.end):
        return True
    following = text[token.end : token.end + 1]
    if token.unit or place.on_road or place.slot or not "一" <= following <= "鿿":
        return False
    return TOWER_END.search(token.gap) is None and digits(token) < _SURELY_A_ROOM


__all__ = ["CELLNO", "FLOORNO", "HOUSENO", "ROADNO", "ROOMNO", "SLOT_LABELS", "Door", "doors"]
