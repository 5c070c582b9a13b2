"""One row of the gazetteer, read: its names, its roads and numbers, its district, its building.

Before: `gazetteer.py`. After: `stems.py`, which brings the rows of one compound together.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gis.places.address.cleaning import clean
from gis.places.address.doors import CELLNO, HOUSENO, ROADNO, ROOMNO, doors
from gis.places.address.roads import roads
from gis.places.address.tokens import tokens
from gis.places.geocoder.gazetteer import Place
from gis.places.geocoder.keys import BOUNDARY, fold

_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]?")
_ADVERT = re.compile(r"\d室.*$|\d+/\d*厅.*$|\d+平方?.*$|\d+/\d+层.*$")
_BUILDING_TAIL = re.compile(r"(?:第?(?:[A-Za-z]{1,2}-?)?\d+|[A-Za-z])(?:号楼|栋|幢|#楼|#|座)(?:.{0,12})$")
_DOT = re.compile("[·•・‧∙⋅]")
_LEAST_PART = 3
_SHORTEST_NOTE, _LONGEST_NOTE = 2, 4
_NUMBER = re.compile(r"(\d+)(?:-(\d+))?(?:[号弄]|(?=[附,、()]|$))")
_LANE = re.compile(r"(\d+)弄(\d+)(?:-\d+)?号")
_DOOR_END = re.compile(r"\d+(?:-\d+)?号?|\d+弄(?:\d+(?:-\d+)?号?)?")
_VILLAGE_DOOR = re.compile(r"([一-鿿]{1,7}[村庄屯寨营堡湾])(\d{1,4})号")
_LEADING = re.compile(r"^[(\[【]([一-鿿]{2,6}(?:-[一-鿿]{2,8})?)[)\]】]-?")
_HEAD = re.compile(r"^((?:[一-鿿]{2,8}(?<![路街道巷])-+){1,2})")
_DISTRICT = re.compile(r"([一-鿿]{2}(?<![小园社校片市矿库]))[区县市](?![场民政中])")


Marks = frozenset[tuple[str, str]]
PLAIN: Marks = frozenset()


class RoadNumber(NamedTuple):
    """A road by its folded name and a house number on it, 0 where there is none."""

    road: str
    number: int


class Record(NamedTuple):
    """A row of the gazetteer, read; all texts folded.

    Attributes
    ----------
    place : Place
        The row itself.
    label : str
        The name without brackets and building, as it is to be shown.
    names : tuple of (str, frozenset)
        Name without brackets, name without leading road or district, part after a dot, nicknames; each with
        what it was written with.
    roads : tuple of RoadNumber
        From the address and from the name's brackets.
    districts : frozenset of str
        District names without suffix (临川).
    hints : str
        What the address says beside road and district: landmarks.
    building, entrance, room : str
        Numbers, possibly empty.
    """

    place: Place
    label: str
    names: tuple[tuple[str, Marks], ...]
    roads: tuple[RoadNumber, ...]
    districts: frozenset[str]
    hints: str
    building: str
    entrance: str
    room: str


def record(place: Place) -> Record:
    """Read one row of the gazetteer."""
    name, bracketed = _split(clean(place.name).text)
    address = _LEADING.sub(r"\1-", _ADVERT.sub("", clean(place.address).text))
    name, building, entrance, room = _without_building(_ADVERT.sub("", name) or name)
    village = _village_door(name, address)
    if village is not None:
        return Record(place, "", _aliases(place), (village,), frozenset(), "", "", "", "")
    if (not name and not building) or _is_address(name):
        name, address = "", f"{address},{name}" if name and name not in address else address or name
    if not building:
        address, building, entrance, room = _without_building(address)
    ways, hints, districts = _address(f"{address},{bracketed}" if bracketed else address)
    main = name or hints.split(BOUNDARY)[-1]
    names = _names(fold(main), _note(bracketed), ways, districts)
    names += [(fold(part), PLAIN) for part in _after_dot(place.name)]
    names += _aliases(place)
    label = "" if main.startswith(BOUNDARY) else main
    return Record(place, label, _each_once(names), ways, districts, hints, building, entrance, room)


def _aliases(place: Place) -> tuple[tuple[str, Marks], ...]:
    return tuple((fold(clean(alias.name).text), PLAIN) for alias in place.aliases)


def _village_door(name: str, address: str) -> RoadNumber | None:
    """Give the door of a house that a village counts and that has no name: 柳林村28号."""
    if name not in ("", address):
        return None
    match = _VILLAGE_DOOR.fullmatch(address)
    return RoadNumber(fold(match.group(1)), int(match.group(2))) if match else None


def _note(bracketed: str) -> Marks:
    """Give the mark for brackets that tell a district or part: 幸福家园(黎川)."""
    note = fold(bracketed)
    telling = _SHORTEST_NOTE <= len(note) <= _LONGEST_NOTE and note.isalpha() and not roads(bracketed)
    return frozenset({("note", note)}) if telling else PLAIN


def _each_once(names: list[tuple[str, Marks]]) -> tuple[tuple[str, Marks], ...]:
    """Keep each name once, with the marks of its first writing."""
    first: dict[str, Marks] = {}
    for text, marks in names:
        if text:
            first.setdefault(text, marks)
    return tuple(first.items())


def _split(name: str) -> tuple[str, str]:
    """Take the brackets off a name: 文曲雅苑(大公路229号)."""
    inner = ",".join(match.group(1) for match in _BRACKETED.finditer(name))
    outer = _BRACKETED.sub("", name).strip("-,.")
    return (outer, inner) if outer else (inner, "")


def _is_address(name: str) -> bool:
    """Tell whether a name is nothing but road and number."""
    found = roads(name)
    return bool(found) and found[0].start == 0 and _DOOR_END.fullmatch(name[found[-1].end :]) is not None


def _without_building(text: str) -> tuple[str, str, str, str]:
    """Cut building, entrance and room off the end, where a building is named for certain."""
    match = _BUILDING_TAIL.search(text)
    if match is None:
        return text, "", "", ""
    found = {door.slot: door.value for door in doors(tokens(match.group()), match.group())}
    if HOUSENO not in found or ROADNO in found:
        return text, "", "", ""
    return text[: match.start()].rstrip("-,"), found[HOUSENO], found.get(CELLNO, ""), found.get(ROOMNO, "")


def _address(text: str) -> tuple[tuple[RoadNumber, ...], str, frozenset[str]]:
    """Read roads with numbers, landmarks and districts out of an address."""
    found, begin = _districts(text)
    ways = []
    rest = list(fold(text))
    rest[:begin] = BOUNDARY * begin
    for road in roads(text, begin=begin):
        number = _NUMBER.match(text, road.end)
        ways.append(RoadNumber(fold(road.name), int(number.group(1)[:6]) if number else 0))
        lane = _LANE.match(text, road.end)
        if lane is not None:
            ways.append(RoadNumber(f"{fold(road.name)}{lane.group(1)}弄", int(lane.group(2)[:6])))
        end = max(one.end() for one in (number, lane) if one) if number else road.end
        rest[road.start : end] = BOUNDARY * (end - road.start)
    return tuple(dict.fromkeys(ways)), "".join(rest).strip(BOUNDARY), found


def _districts(text: str) -> tuple[frozenset[str], int]:
    """Give the keys of the districts that an address begins with, and where they end."""
    head = _HEAD.match(text)
    parts = head.group(1).split("-") if head else []
    keys = [key for part in parts for key in _keys(part)]
    begin = head.end() if head else 0
    for match in _DISTRICT.finditer(text, 0, begin + 12):
        if not roads(text[: match.start() + 2]):
            keys += _keys(text[: match.end()])
            begin = max(begin, match.end())
    return frozenset(fold(key) for key in keys), begin


def _keys(district: str) -> list[str]:
    """Give the two-letter keys of a district: 临川 of 临川区, 浦东 and 东新 of 浦东新区."""
    bare = district.rstrip("区县市")
    shorter = district.removesuffix("新区")
    return list(
        dict.fromkeys(key for key in (bare[-2:], shorter[-2:]) if len(key) > 1 and key[-1] not in "区县市")
    )


def _names(
    main: str, marks: Marks, ways: tuple[RoadNumber, ...], districts: frozenset[str]
) -> list[tuple[str, Marks]]:
    """Give the name, and the name without the road or district that it begins with."""
    names = [(main, marks)]
    begins = [("road", way.road) for way in ways]
    begins += [("district", f"{one}{suffix}") for one in sorted(districts) for suffix in "区县市"]
    shorter = main
    for kind, begin in begins:
        if shorter.startswith(begin) and len(shorter) - len(begin) >= _LEAST_PART:
            shorter = shorter[len(begin) :]
            marks |= {(kind, begin)} if kind == "road" else PLAIN
            names.append((shorter, marks))
    return names


def _after_dot(name: str) -> list[str]:
    """Give what stands after a dot in a name: 丽水蓝天 of 伟星·丽水蓝天."""
    _, dot, part = _DOT.sub("·", _BRACKETED.sub("", name)).partition("·")
    part = clean(part).text
    return [part] if dot and len(part) >= _LEAST_PART else []
