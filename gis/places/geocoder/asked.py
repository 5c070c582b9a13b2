"""A query ready for comparison: folded text, sounds, roads with numbers, districts, building, siblings' marks.

Before: cleaning and the address reader. After: `index.py` finds candidates for it, `compare.py` compares.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from gis.places.address.cleaned import Cleaned
from gis.places.address.cleaning import clean
from gis.places.address.doors import CELLNO, FLOORNO, HOUSENO, ROOMNO, Door, doors
from gis.places.address.roads import Road, roads
from gis.places.address.tokens import tokens
from gis.places.geocoder.keys import BOUNDARY, fold, sound
from gis.places.geocoder.lexicon import Lexicon
from gis.places.geocoder.names import qualifiers
from gis.places.geocoder.ways import BRIDGE, pair_of

_NUMBER = re.compile(
    r"(?:[东西南北中]段)?(\d{1,6})(?:-\d+)?(号(?!楼(?![道下上梯顶])|院)|弄|(?=[^\d一-鿿#-]|$))"
)
_LANE = re.compile(r"(\d{1,6})弄(\d{1,6})(?:-\d+)?号")
_YARD = re.compile(r"(\d{1,6})号(?=院)")
_JOIN = re.compile(r"[与和及、,/-]?")
_CROSSES = re.compile(
    r"的?(?:(?:交叉|交汇|交界|十字|丁字|路)?路?口处?|交口|交[叉汇界]处?|(?=[东西南北]{2}角))"
)
_BRIDGE = re.compile(r"的?(?:跨[河江线]|大|公路|立交|人行)?桥(?![村镇乡街路巷])")
LONGEST_BUILDING = 3
_DISTRICT_END = re.compile(r"[区县市]")
_PROVINCE = re.compile(r"^(?:[一-鿿]{2,3}省|[一-鿿]{2,4}(?<![都城超夜菜闹门花])市(?![场民政中]))+")
_LINK = re.compile(
    r"(?=[交十东西南北中延以附斜对隔旁\d往向紧与和及近口])(?:交[叉汇界]路?[口处]?|十字路口|[东西南北中]段|延伸段|以[东西南北]|附近|斜?对面|对过|隔壁|旁边?|\d+米|[往向][东西南北]|紧邻|[东西南北][侧面]"
    r"|(?<=[路街道巷弄])(?:[与和及近口]|[东西南北][头口]?))"
)
_RELATION = re.compile(
    r"斜?对面|对过|隔壁|附近|旁边|旁|(?<=[一-鿿])[东西南北]侧|[东西南北]\d+米|交叉口|交汇处|路口|之间"
)


class Asked(NamedTuple):
    """A query.

    Attributes
    ----------
    cleaned : Cleaned
        The clean text with its origins.
    folded, sounds : str
        The clean text folded, and as sounds; same length.
    outside : str
        The sounds with building, entrance, floor and room as boundaries: what a compound is looked up by.
    free, free_sounds : str
        Folded text and sounds with everything explained as a boundary: here a word can only be a name.
    roads : tuple of (str, int)
        Folded road and house number (0: none).
    ends : tuple of int
        Where each road with its number ends.
    crossed : tuple of (str, str)
        Roads that the text says cross, in alphabetical order, folded; a bridge is the crossing of a road with 桥.
    crossed_end : int
        Where the first such saying ends.
    known_roads : int
        How many of the roads the gazetteer knows.
    districts : frozenset of str
        District keys that the gazetteer knows.
    doors : tuple of Door
        All numbers with their meanings.
    marks : frozenset of (str, str)
        Phase, side, area and yard.
    pairs : frozenset of str
        Neighbouring folded characters, for landmarks.
    relation : str
        A word of nearness, or an empty text.
    letters : frozenset of str
        The different sounds outside of roads and districts.
    all_letters : frozenset of str
        The different sounds of the whole text.
    """

    cleaned: Cleaned
    folded: str
    sounds: str
    outside: str
    free: str
    free_sounds: str
    roads: tuple[tuple[str, int], ...]
    ends: tuple[int, ...]
    crossed: tuple[tuple[str, str], ...]
    crossed_end: int
    known_roads: int
    districts: frozenset[str]
    doors: tuple[Door, ...]
    marks: frozenset[tuple[str, str]]
    pairs: frozenset[str]
    relation: str
    letters: frozenset[str]
    all_letters: frozenset[str]

    def explained(self, start: int, end: int) -> int:
        """Count the characters of a span that are district, road, number or a linking word."""
        return self.free.count(BOUNDARY, start, end) - self.folded.count(BOUNDARY, start, end)

    def number(self, slot: int) -> str:
        """Give the first number of a slot, or an empty text."""
        for door in self.doors:
            if door.slot == slot:
                return door.value
        return ""

    @property
    def building(self) -> str:
        """Building number, or an empty text."""
        return self.number(HOUSENO)

    @property
    def entrance(self) -> str:
        """Entrance number, or an empty text."""
        return self.number(CELLNO)

    @property
    def room(self) -> str:
        """Room number, or an empty text."""
        return self.number(ROOMNO)


def asked(raw: str, lexicon: Lexicon) -> Asked:
    """Prepare a query."""
    cleaned = clean(raw)
    text = cleaned.text
    folded = fold(text)
    letters = list(folded)
    districts = _districts(folded, lexicon, letters)
    ways, known = _roads(text, folded, lexicon, letters)
    crossed, crossed_end = _crossed(ways, text)
    for link in _LINK.finditer(folded):
        _explain(letters, *link.span())
    numbers = tuple(doors(tokens(text), text))
    outside = list(folded)
    for door in numbers:
        with_unit = door.end - door.start > len(door.value)
        if with_unit or door.slot in (CELLNO, FLOORNO, ROOMNO):
            _explain(letters, door.start, door.end)
        if with_unit and door.slot >= HOUSENO and len(door.value) <= LONGEST_BUILDING:
            _explain(outside, door.start, door.end)
    free = "".join(letters)
    free_sounds = sound(free)
    sounds = sound(folded)
    relation = _RELATION.search(text)
    return Asked(
        cleaned,
        folded,
        sounds,
        sound("".join(outside)),
        free,
        free_sounds,
        tuple((way.road, way.number) for way in ways),
        tuple(way.end for way in ways),
        crossed,
        crossed_end,
        known,
        districts,
        numbers,
        qualifiers(folded),
        frozenset(map("".join, pairwise(folded))),
        relation.group() if relation else "",
        frozenset(free_sounds),
        frozenset(sounds),
    )


def _explain(letters: list[str], start: int, end: int) -> None:
    """Put boundaries in the place of what is explained."""
    letters[start:end] = BOUNDARY * (end - start)


def _districts(folded: str, lexicon: Lexicon, letters: list[str]) -> frozenset[str]:
    """Find the districts that the gazetteer knows; without suffix only at the beginning."""
    found = set()
    at = len(folded) - len(folded.lstrip(BOUNDARY))
    for match in _DISTRICT_END.finditer(folded):
        key = folded[max(0, match.start() - 2) : match.start()]
        if key in lexicon.districts:
            found.add(key)
            at = match.end()
            _explain(letters, match.start() - 2, at)
    head = _PROVINCE.match(folded)
    if head is not None:
        _explain(letters, 0, head.end())
        at = max(at, head.end())
    while (key := folded[at : at + 2]) in lexicon.districts and folded[at + 2 : at + 3] not in (
        "路",
        "大",
        "街",
    ):
        found.add(key)
        _explain(letters, at, at + 2)
        at += 3 if folded[at + 2 : at + 3] == BOUNDARY else 2
    return frozenset(found)


class Way(NamedTuple):
    """A road of a query with a house number on it (0: none), and its span with the number."""

    road: str
    number: int
    start: int
    end: int


def _crossed(ways: list[Way], text: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """Find the pairs of neighbouring roads that a text says cross, and where the first saying ends."""
    found: list[tuple[str, str]] = []
    ends: list[int] = []
    for way in ways:
        bridge = _BRIDGE.match(text, way.end)
        if bridge is not None and not way.number:
            found.append(pair_of(way.road, BRIDGE))
            ends.append(bridge.end())
    for one, other in pairwise(ways):
        if one.number or other.number or _JOIN.fullmatch(text, one.end, other.start) is None:
            continue
        match = _CROSSES.match(text, other.end)
        if match is not None and one.road != other.road:
            found.append(pair_of(one.road, other.road))
            ends.append(match.end())
    return tuple(found), min(ends, default=0)


def _roads(text: str, folded: str, lexicon: Lexicon, letters: list[str]) -> tuple[list[Way], int]:
    """Find roads with their numbers; a road of the same sound as a known one is that road."""
    ways = []
    known = 0
    for road in roads(folded, lexicon.roads):
        name, start = _by_sound(road, lexicon)
        number = _NUMBER.match(text, road.end)
        is_known = road.known or name in lexicon.roads
        known += is_known
        lane = _LANE.match(text, road.end)
        told = number or _YARD.match(text, road.end)
        end = max((one.end() for one in (told, lane) if one), default=road.end)
        ways.append(Way(name, int(told.group(1)) if told else 0, start, end))
        if lane is not None:
            ways.append(Way(f"{name}{lane.group(1)}弄", int(lane.group(2)), start, end))
        if is_known or told:
            _explain(letters, start, end)
    return ways, known


def _by_sound(road: Road, lexicon: Lexicon) -> tuple[str, int]:
    if road.known:
        return road.name, road.start
    sounds = sound(road.name)
    for skip in range(len(sounds) - 2):
        name = lexicon.road_by_sound.get(sounds[skip:])
        if name is not None:
            return name, road.start + skip
    return road.name, road.start
