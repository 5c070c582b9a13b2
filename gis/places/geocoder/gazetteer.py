"""The places that can be found: compounds, buildings, house numbers, roads, points of interest, nicknames.

Before: rows of a file or of the database. After: `stems.py` groups them for the index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a place.

    Attributes
    ----------
    name : str
        The name, such as 老粮站.
    source : str
        Where it came from: a member, a file, an old map.
    since : str
        Day since when it is known, ISO 8601, or an empty text.
    """

    name: str
    source: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its position.

    Attributes
    ----------
    id : str
        The key of the gazetteer.
    name : str
        Name as the gazetteer writes it; may be empty where the address says all.
    address : str
        Address as the gazetteer writes it; may be empty.
    lon, lat : float
        Degrees, WGS-84 (equal to EPSG:4490 for this use).
    level : str
        room, entrance, building, compound, roadno, road or community; empty means: read it from the text.
    aliases : tuple of Alias
        Nicknames and former names.
    attributes : mapping of str to str
        Further columns of the row, kept as they are.
    """

    id: str
    name: str
    address: str
    lon: float
    lat: float
    level: str = ""
    aliases: tuple[Alias, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
