"""Reading: free text or an address becomes the elements of an address.

Before: `cleaning/` makes the text plain. After: the geocoder matches the elements with the loaded places.
The order: administrative parts, roads, numbers, then the compound's name between them, words of nearness
with their landmark, and the rest of the sentence, which is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import NamedTuple

from gis.places.address.admin import Part, admin_parts
from gis.places.address.cleaned import Cleaned
from gis.places.address.cleaning import clean
from gis.places.address.doors import HOUSENO, ROADNO, SLOT_LABELS, Door, doors
from gis.places.address.reading import Element, Reading
from gis.places.address.roads import Road, crossing, roads
from gis.places.address.tokens import tokens

_RELATION = re.compile(
    r"斜?对面|对过|旁边|旁|附近|隔壁|大?门口|后面|前面|楼下|[东西南北]+[侧边面](?!路)|[东西南北]\d+米|(?:往|向)[东西南北前]\d*米?|\d+米"
)
_END = re.compile(r"[,。;!?:|(※]")
_NO_NAME = re.compile(r"^(?:的|那个|这个|有个|那|这|附?近?|[-,、()号附之]+)+|(?:的|那个|这个|[-,、()]+)+$")
_LEAD_WORDS = re.compile(r"^.*(?:住在|位于|地址[是为:]?|就在|家在|我在|家住|我住|反映|投诉|咨询)")
_SHORTEST_NAME, _LONGEST_NAME = 2, 24


class Scan(NamedTuple):
    """The parts of a clean text by span; what `read` makes elements of, and the geocoder its evidence."""

    cleaned: Cleaned
    admin: list[Part]
    roads: list[Road]
    doors: list[Door]


def scan(raw: str, known_roads: Container[str] = ()) -> Scan:
    """Clean a text and find its administrative parts, roads and numbers."""
    cleaned = clean(raw)
    text = cleaned.text
    admin = admin_parts(text)
    begin = admin[-1].end if admin else 0
    return Scan(cleaned, admin, roads(text, known_roads, begin), doors(tokens(text), text))


def read(raw: str, known_roads: Container[str] = ()) -> Reading:
    """Read the elements of an address out of any text; never raises.

    Parameters
    ----------
    raw : str
        An address, or a sentence with one in it.
    known_roads : container of str
        Names of roads that are known for certain; without them the suffix decides.

    Returns
    -------
    Reading
        Elements with spans in the raw text; personal numbers masked.
    """
    return reading_of(raw, scan(raw, known_roads))


def reading_of(raw: str, found: Scan) -> Reading:
    """Make the reading of a scanned text."""
    parts: list[tuple[str, str, int, int]] = [*found.admin]
    parts += [("road", road.name, road.start, road.end) for road in found.roads]
    parts += [(SLOT_LABELS[door.slot], door.value, door.start, door.end) for door in found.doors]
    parts += _crossing(found)
    parts += _relation(found)
    parts += _name(found)
    parts += _rest(found, parts)
    elements = []
    for label, value, start, end in sorted(parts, key=lambda part: (part[2], part[3], part[0])):
        elements.append(Element(label, value, *found.cleaned.raw_span(start, end)))
    return Reading(raw, found.cleaned.text, tuple(elements), found.cleaned.personal)


def _crossing(found: Scan) -> list[tuple[str, str, int, int]]:
    crossed = crossing(found.cleaned.text, found.roads)
    if crossed is None:
        return []
    first, second, end = crossed
    return [("intersection", f"{first.name}/{second.name}", first.start, end)]


def _relation(found: Scan) -> list[tuple[str, str, int, int]]:
    """Give the word of nearness and, before it, the landmark."""
    text = found.cleaned.text
    match = _RELATION.search(text)
    if match is None:
        return []
    word = ("assist", match.group(), *match.span())
    start = _left_end(found, match.start())
    landmark = _trimmed(text[start : match.start()])
    if not landmark:
        return [word]
    at = text.index(landmark, start)
    return [word, ("landmark", landmark, at, at + len(landmark))]


def _left_end(found: Scan, before: int) -> int:
    """Give the end of the last part, number or mark before a position."""
    ends = [part.end for part in found.admin if part.end <= before]
    ends += [road.end for road in found.roads if road.end <= before]
    ends += [door.end for door in found.doors if door.end <= before]
    ends += [match.end() for match in _END.finditer(found.cleaned.text, 0, before)]
    return max(ends, default=0)


def _name(found: Scan) -> list[tuple[str, str, int, int]]:
    """Give the compound's name: the words between road and building."""
    text = found.cleaned.text
    inner = [door for door in found.doors if door.slot >= HOUSENO]
    outer = [door.end for door in found.doors if door.slot == ROADNO]
    starts = [part.end for part in found.admin] + [road.end for road in found.roads] + outer
    stop = inner[0].start if inner else _first_end(text, max(starts, default=0))
    start = max((one for one in starts if one <= stop), default=0)
    start = max([start, *(match.end() for match in _END.finditer(text, start, stop))])
    name = _trimmed(text[start:stop])
    if not _SHORTEST_NAME <= len(name) <= _LONGEST_NAME or name.isdigit():
        return []
    at = text.index(name, start)
    return [("poi", name, at, at + len(name))]


def _first_end(text: str, start: int) -> int:
    match = _END.search(text, start + 1)
    return match.start() if match else len(text)


def _trimmed(name: str) -> str:
    return _NO_NAME.sub("", _LEAD_WORDS.sub("", name))


def _rest(found: Scan, parts: list[tuple[str, str, int, int]]) -> list[tuple[str, str, int, int]]:
    """Give what stands after the last element: the sentence's own matter."""
    text = found.cleaned.text
    end = max((part[3] for part in parts), default=0)
    tail = text[end:].strip(",。;:、 -|")
    if not parts or not tail:
        return []
    return [("rest", tail, text.index(tail, end), text.index(tail, end) + len(tail))]
