"""Rows of numbers without telling units: 12-3-1001, 31-2号, 605-606室.

Before: `door_words.py`. After: `doors.py`. After a compound a row is building, entrance, room; after a road
its first number is the door and the one after a stroke the building behind it (10-7号); a range (456-458号)
and a sub-number (room 1703-2) stay whole.
"""

from __future__ import annotations

from typing import NamedTuple

from gis.places.address.door_words import (
    BY_UNIT,
    CELLNO,
    FLOORNO,
    HOUSENO,
    MARKET_END,
    OPEN,
    ROADNO,
    ROOM_UNITS,
    ROOMNO,
    STROKES,
    TOWER_END,
    digits,
    is_room,
)
from gis.places.address.tokens import Token

PAIR, FULL_ROW = 2, 4
_WIDEST_RANGE = 20
_ROOM_DIGITS = 3


class Door(NamedTuple):
    """A number with its meaning: the slot, the value, and the span in the clean text."""

    slot: int
    value: str
    start: int
    end: int


class Place(NamedTuple):
    """What is known when a number comes: the last slot, the words before the row, and what they are."""

    slot: int = 0
    words: str = ""
    on_road: bool = False
    in_village: bool = False


def door(slot: int, token: Token) -> Door:
    """Give a number its meaning."""
    return Door(slot, token.number, token.start, token.end)


def row_at(found: list[Token], at: int) -> list[Token]:
    """Give the open numbers in a row, from `at`, that only strokes divide; a room may end it."""
    end = at + 1
    while end < len(found) and found[end].unit in OPEN and found[end].gap in STROKES:
        end += 1
    last_with_unit = end < len(found) and found[end].gap in STROKES
    if last_with_unit and (found[end].unit in ROOM_UNITS or _joins_building(found[at:end], found[end])):
        end += 1
    return found[at:end]


def _joins_building(row: list[Token], last: Token) -> bool:
    """Tell whether bare numbers belong to the building after them: 3-1号楼."""
    return BY_UNIT.get(last.unit) == HOUSENO and last.gap == "-" and not any(token.unit for token in row)


def named_row(row: list[Token], place: Place, after: Token | None) -> list[Door]:
    """Say what each number of a row is."""
    if len(row) > 1 and _joins_building(row[:-1], row[-1]):
        behind_a_door = int(place.on_road and place.slot == 0)
        return [door(ROADNO, one) for one in row[:behind_a_door]] + [_whole(HOUSENO, row[behind_a_door:])]
    if _stays_whole(row, place):
        return [_whole(ROADNO if place.on_road and place.slot == 0 else ROOMNO, row)]
    if place.slot == 0 and (place.on_road or place.in_village) and not _is_building(row, place, after):
        if row[0].number.isalpha():
            return [door(HOUSENO, row[0])]
        return [door(ROADNO, row[0]), *_behind_the_door(row[1:], place)]
    if len(row) == 1 and row[0].unit == "号" and place.slot < ROADNO and _leads_to_building(after):
        return [door(ROADNO, row[0])]
    return [door(slot, token) for slot, token in zip(_slots(row, place, after), row, strict=False)]


def _whole(slot: int, row: list[Token]) -> Door:
    return Door(slot, "-".join(token.number for token in row), row[0].start, row[-1].end)


def _behind_the_door(row: list[Token], place: Place) -> list[Door]:
    """Name what follows a house number at once: 10-7号, 477号6号895."""
    if not row:
        return []
    if len(row) == 1 and is_room(row[0]) and row[0].gap != "-":
        return [door(ROOMNO, row[0])]
    slots = _slots(row, place._replace(slot=ROADNO), None)
    slots[0] = HOUSENO if row[0].gap == "-" else slots[0]
    return [door(slot, token) for slot, token in zip(slots, row, strict=False)]


def _is_building(row: list[Token], place: Place, after: Token | None) -> bool:
    """Tell whether a number after a village's name is a building: 通河三村941号1192室."""
    if len(row) > PAIR or (len(row) == PAIR and place.on_road):
        return (
            is_room(row[-1])
            and not row[0].unit
            and not row[-1].unit
            and len(row[0].number) < len(row[-1].number)
        )
    if place.on_road or not place.in_village:
        return False
    if len(row) == PAIR:
        return is_room(row[-1])
    return after is not None and after.gap in STROKES and after.unit in ROOM_UNITS


def _slots(row: list[Token], place: Place, after: Token | None) -> list[int]:
    if len(row) == 1:
        return [_single(row[0], place, after)]
    if len(row) == PAIR and place.slot < HOUSENO:
        room = is_room(row[1]) or row[1].unit in ROOM_UNITS or row[0].number[:1].isalpha()
        return [HOUSENO, ROOMNO if room else CELLNO]
    order = (HOUSENO, CELLNO, FLOORNO, ROOMNO)
    free = [slot for slot in order if slot > place.slot]
    if len(row) < len(free):
        free = [slot for slot in free if slot != FLOORNO]
    return free[: len(row)] if len(row) >= len(free) else [free[0], ROOMNO]


def _single(token: Token, place: Place, after: Token | None) -> int:
    if place.slot >= CELLNO:
        return ROOMNO
    if place.slot == HOUSENO:
        return _after_building(token, after)
    if token.unit == "号":
        market = MARKET_END.search(place.words) is not None and after is None
        return ROOMNO if market or (digits(token) > _ROOM_DIGITS and after is None) else HOUSENO
    tower = (
        TOWER_END.search(place.words) is not None
        and not token.number.isdigit()
        and not token.number.isalpha()
    )
    return ROOMNO if (is_room(token) and not token.unit) or tower else HOUSENO


def _after_building(token: Token, after: Token | None) -> int:
    more = (
        after is not None
        and after.gap in STROKES
        and (after.unit in OPEN or BY_UNIT.get(after.unit, 0) >= FLOORNO)
    )
    if is_room(token):
        return ROOMNO
    return CELLNO if more or token.unit or len(token.number) == 1 else ROOMNO


def _leads_to_building(after: Token | None) -> bool:
    return after is not None and after.gap in ("", "-") and BY_UNIT.get(after.unit) == HOUSENO


def _stays_whole(row: list[Token], place: Place) -> bool:
    """Tell whether two numbers count as one: 456-458号, room 1703-2, shops 605-606室."""
    if len(row) != PAIR or row[1].gap not in ("-", "之", "附") or row[0].unit:
        return False
    first, last = row
    follows = _follows(first, last)
    if place.slot == 0 and (place.on_road or place.in_village):
        return place.on_road and follows and is_room(first)
    if place.slot >= CELLNO:
        return True
    tower = TOWER_END.search(place.words) is not None
    if place.slot < HOUSENO and not tower:
        range_of_shops = follows and is_room(first) and (last.unit == "号" or digits(first) > _ROOM_DIGITS)
        return range_of_shops or (digits(first) > _ROOM_DIGITS and not is_room(last))
    return is_room(first) and (not is_room(last) or follows)


def _follows(first: Token, last: Token) -> bool:
    return (
        first.number.isdigit()
        and last.number.isdigit()
        and 0 < int(last.number) - int(first.number) <= _WIDEST_RANGE
    )
