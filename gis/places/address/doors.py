"""What each number of an address is: house number, building, entrance, floor or room.

Before: `tokens.py`. After: `reader.py`. The unit decides where there is one; a bare number is judged by
the words before it (a road is followed by its house number, a compound by its building) and by its place
in the row: after a compound 12-3-1001 is building, entrance, room.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gis.places.address.tokens import Token

ROADNO, HOUSENO, CELLNO, FLOORNO, ROOMNO = range(1, 6)
SLOT_LABELS = {ROADNO: "roadno", HOUSENO: "houseno", CELLNO: "cellno", FLOORNO: "floorno", ROOMNO: "roomno"}

_BY_UNIT = {
    **dict.fromkeys(("栋", "栋楼", "幢", "幢楼", "号楼", "#楼", "座"), HOUSENO),
    **dict.fromkeys(("单元", "单元号", "单", "梯"), CELLNO),
    **dict.fromkeys(("楼", "层", "F"), FLOORNO),
    **dict.fromkeys(("室", "房间", "房", "户", "档", "店", "铺", "号店"), ROOMNO),
    **dict.fromkeys(("弄", "号院", "#院"), ROADNO),
}
_OPEN = frozenset(("", "号", "#", "组", "排"))
_WAYS = frozenset(("路", "街", "巷", "里", "村", "弄", "道"))
_ROAD_END = re.compile(r"(?:[路街道巷弄线段组庄]|胡同|公路|(?<!新)村|社区)$")
_TOWER_END = re.compile(
    r"(?:大厦|大楼|写字楼|商务楼|中心|广场|酒店|宾馆|市场|商城|[贸饰配码]城|国际|公寓|女装|[A-Z]区)$"
)
_MARKET_END = re.compile(r"(?:市场|商城|[贸饰配码洋]城|商业街|店铺|[A-Z]区)$")
_NOTHING = re.compile(r"[-,、/()之附]*$")
_STROKES = ("", "-", "之", "附", "/")
_ROOM_DIGITS = 3


class Door(NamedTuple):
    """A number with its meaning: the slot, the value, and the span in the clean text."""

    slot: int
    value: str
    start: int
    end: int


class Place(NamedTuple):
    """What is known when a number comes: the last slot, and the words before the row."""

    slot: int
    words: str
    on_road: bool


def doors(found: list[Token], text: str) -> list[Door]:
    """Decide what each number is.

    Parameters
    ----------
    found : list of Token
        The numbers of the text in their order.
    text : str
        The clean text that they stand in.
    """
    out: list[Door] = []
    place = Place(0, "", False)
    at = 0
    while at < len(found):
        place = _moved(place, found[at], first=at == 0)
        size, slot = _named(found, at, text, place)
        for what, value, start, end in slot:
            out.append(Door(what, value, start, end))
        place = _after(place, found[at + size - 1], out, len(slot))
        at += size
    return out


def _moved(place: Place, token: Token, *, first: bool) -> Place:
    """Note the words between the last number and this one."""
    if _NOTHING.match(token.gap) is not None and not first:
        return place
    on_road = _ROAD_END.search(token.gap) is not None
    return Place(0 if on_road or place.slot < HOUSENO else place.slot, token.gap, on_road)


def _after(place: Place, last: Token, out: list[Door], count: int) -> Place:
    """Note what the last number was; a way or a part of a compound begins anew."""
    if count:
        return place._replace(slot=out[-1].slot)
    if last.unit in _WAYS:
        return Place(0, last.unit, True)
    if last.unit in ("区", "期", "组团", "街坊"):
        return Place(0, f"{last.number}{last.unit}", False)
    return place


def _named(found: list[Token], at: int, text: str, place: Place) -> tuple[int, list[Door]]:
    """Name the number at `at`, or the row of open numbers that begins there: how many, and their doors."""
    token = found[at]
    if (
        token.unit == "街"
        and token.gap == ""
        and at
        and found[at - 1].unit in ("楼", "层", "区", "号门", "门")
    ):
        return 1, [_door(CELLNO, token)]
    if token.unit in _BY_UNIT:
        slot = CELLNO if token.unit == "座" and place.slot == HOUSENO else _BY_UNIT[token.unit]
        return 1, [_door(slot, token)]
    if token.unit not in _OPEN or _in_a_name(token, text, place):
        return 1, []
    row = _row(found, at)
    after = found[at + len(row)] if at + len(row) < len(found) else None
    return len(row), _open(row, place, after)


def _in_a_name(token: Token, text: str, place: Place) -> bool:
    """Tell whether a bare number stands inside a name: 455医院, 7天."""
    following = text[token.end : token.end + 1]
    if token.unit or place.on_road or place.slot or not "一" <= following <= "鿿":
        return False
    return _TOWER_END.search(token.gap) is None


def _row(found: list[Token], at: int) -> list[Token]:
    """Give the open numbers in a row, from `at`, that only strokes divide."""
    end = at + 1
    while end < len(found) and found[end].unit in _OPEN and found[end].gap in _STROKES:
        end += 1
    if end < len(found) and found[end].unit in ("室", "房", "房间") and found[end].gap in _STROKES:
        end += 1
    return found[at:end]


def _open(row: list[Token], place: Place, after: Token | None) -> list[Door]:
    """Name a row of numbers whose units do not tell."""
    joined = _joined(row, place)
    if joined is not None:
        return joined
    if place.slot == 0 and place.on_road:
        return [_door(ROADNO, row[0]), *_open_rest(row[1:], place._replace(slot=ROADNO), after)]
    if len(row) == 1 and row[0].unit == "号" and place.slot < ROADNO and _leads_to_building(row[0], after):
        return [_door(ROADNO, row[0])]
    return _open_rest(row, place, after)


def _open_rest(row: list[Token], place: Place, after: Token | None) -> list[Door]:
    if not row:
        return []
    slots = _slots(row, place, after)
    return [_door(slot, token) for slot, token in zip(slots, row, strict=False)]


def _slots(row: list[Token], place: Place, after: Token | None) -> list[int]:
    if len(row) == 1:
        return [_single(row[0], place, after)]
    if len(row) == 2 and place.slot < HOUSENO:
        return [HOUSENO, ROOMNO if _is_room(row[1]) else CELLNO]
    free = [what for what in (HOUSENO, CELLNO, ROOMNO) if what > place.slot]
    return free[: len(row)] if len(row) >= len(free) else [free[0], ROOMNO]


def _joined(row: list[Token], place: Place) -> list[Door] | None:
    """Join a range or a sub-number that counts as one: 31-2号 on a road, room 1703-2, shops 605-606室."""
    if len(row) != 2 or row[1].gap not in ("-", "之", "附") or (row[0].unit and not place.on_road):
        return None
    first, last = row
    if place.on_road and place.slot == 0 and not _is_room(last) | (first.unit != ""):
        return [Door(ROADNO, f"{first.number}-{last.number}", first.start, last.end)]
    long_first = _is_room(first) and (place.slot >= HOUSENO or len(first.number) > _ROOM_DIGITS)
    if (
        long_first
        or _follows(first, last)
        and last.unit in ("号", "室", "房", "房间")
        and place.slot >= FLOORNO
    ):
        return [Door(ROOMNO, f"{first.number}-{last.number}", first.start, last.end)]
    return None


def _follows(first: Token, last: Token) -> bool:
    return first.number.isdigit() and last.number.isdigit() and 0 < int(last.number) - int(first.number) < 10


def _single(token: Token, place: Place, after: Token | None) -> int:
    if place.slot >= CELLNO:
        return ROOMNO
    if place.slot == HOUSENO:
        more = (
            after is not None
            and after.gap in _STROKES
            and (after.unit in _OPEN or after.unit in ("室", "楼", "层"))
        )
        return ROOMNO if _is_room(token) or (token.unit == "" and not more) else CELLNO
    if token.unit == "号":
        market = _MARKET_END.search(place.words) is not None and after is None
        return ROOMNO if market or sum(map(str.isdigit, token.number)) > _ROOM_DIGITS else HOUSENO
    return ROOMNO if _is_room(token) else HOUSENO


def _leads_to_building(token: Token, after: Token | None) -> bool:
    return (
        after is not None and after.gap in ("", "-") and _BY_UNIT.get(after.unit) == HOUSENO and token.end > 0
    )


def _is_room(token: Token) -> bool:
    return sum(character.isdigit() for character in token.number) >= _ROOM_DIGITS


def _door(slot: int, token: Token) -> Door:
    return Door(slot, token.number, token.start, token.end)
