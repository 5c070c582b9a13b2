"""Reading an OSM extract (.osm.pbf): buildings, roads, house numbers, named places, ground cover.

Before: a file. After: one table a kind, as `vectors` would give them. Two passes: pyosmium assembles areas
(closed ways and multipolygon relations, with their courts), ways become lines. WGS-84.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import osmium
import pandas as pd
import shapely
from osmium.geom import WKBFactory

from gis.errors import InputError
from gis.files.columns import GEOMETRY
from gis.files.tables import check_file

GROUND_TAGS = {
    ("natural", "water"): "water", ("waterway", "riverbank"): "water", ("landuse", "reservoir"): "water",
    ("natural", "bay"): "water", ("leisure", "park"): "green", ("leisure", "garden"): "green",
    ("leisure", "pitch"): "green", ("landuse", "grass"): "green", ("landuse", "forest"): "green",
    ("natural", "wood"): "green", ("landuse", "recreation_ground"): "green", ("landuse", "meadow"): "green",
    ("landuse", "cemetery"): "green", ("natural", "scrub"): "green", ("landuse", "farmland"): "field",
    ("landuse", "orchard"): "field", ("place", "square"): "square", ("highway", "pedestrian"): "square",
}  # fmt: skip
LINES_OF_GROUND = {("railway", "rail"): "rail", ("railway", "tram"): "rail", ("waterway", "river"): "water",
                   ("waterway", "stream"): "water", ("waterway", "canal"): "water"}  # fmt: skip
PLACE_KEYS = (
    "amenity",
    "shop",
    "tourism",
    "office",
    "leisure",
    "public_transport",
    "railway",
    "historic",
    "place",
)
NO_BUILDING = {"no", "entrance"}
KINDS = ("buildings", "roads", "ground", "places", "addresses")

Row = dict[str, Any]


def read_osm(path: Path) -> dict[str, pd.DataFrame]:
    """Read the tables of an OSM extract.

    Parameters
    ----------
    path : Path
        An .osm.pbf, .osm or .osm.bz2 file.

    Returns
    -------
    dict of DataFrame
        The kinds `buildings`, `roads`, `ground`, `places`, `addresses` that hold any row: text cells and
        `geometry` in degrees. Codes are OSM's numbers behind `n`, `w` or `r`.

    Raises
    ------
    InputError
        The file is broken or holds none of these.
    """
    check_file(path)
    tables: dict[str, list[Row]] = {kind: [] for kind in KINDS}
    try:
        for kind, row in _rows(path):
            tables[kind].append(row)
    except (RuntimeError, osmium.InvalidLocationError) as fault:
        raise InputError(f"{path.name} cannot be read as an OSM file: {fault}.") from fault
    found = {kind: _frame(rows) for kind, rows in tables.items() if rows}
    if not found:
        raise InputError(f"{path.name} holds no buildings, roads or named places.")
    return found


def _frame(rows: list[Row]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    texts = [str(name) for name in frame if name != GEOMETRY]
    frame[texts] = frame[texts].fillna("")
    frame.index = pd.RangeIndex(1, 1 + len(frame))
    return frame


def _rows(path: Path) -> Iterator[tuple[str, Row]]:
    factory = WKBFactory()
    reader = osmium.FileProcessor(str(path)).with_locations().with_areas()
    item: Any
    for item in reader.with_filter(osmium.filter.EmptyTagFilter()):
        tags = dict(item.tags)
        if item.is_area():
            yield from _of_area(item, tags, factory)
        elif item.is_way():
            yield from _of_way(item, tags, factory)
        elif item.is_node() and item.location.valid():
            yield from _of_point(f"n{item.id}", tags, shapely.Point(item.lon, item.lat))


def _shape(make: Any, item: Any) -> Any:
    """Make a shape; one whose points the extract cut away is left out."""
    try:
        return shapely.from_wkb(make(item))
    except (osmium.InvalidLocationError, RuntimeError):
        return None


def _of_area(item: Any, tags: dict[str, str], factory: Any) -> Iterator[tuple[str, Row]]:
    kind = next((kind for tag, kind in GROUND_TAGS.items() if tags.get(tag[0]) == tag[1]), None)
    is_building = tags.get("building", "no") not in NO_BUILDING
    is_place = any(key in tags for key in PLACE_KEYS) and "name" in tags
    if not (kind or is_building or is_place or "addr:housenumber" in tags):
        return
    shape = _shape(factory.create_multipolygon, item)
    if shape is None or shape.is_empty:
        return
    own = f"{'w' if item.from_way() else 'r'}{item.orig_id()}"
    if is_building:
        yield "buildings", _building(own, tags, shape)
    elif kind and not (kind == "square" and tags.get("area") != "yes" and item.from_way()):
        yield "ground", {"code": own, "kind": kind, "name": _name(tags), GEOMETRY: shape}
    yield from _of_point(own, tags, shape.point_on_surface())


def _building(own: str, tags: dict[str, str], shape: Any) -> Row:
    return {
        "code": own,
        "name": _name(tags),
        "road": tags.get("addr:street", ""),
        "house_number": tags.get("addr:housenumber", ""),
        "floors": _floors(tags.get("building:levels", "")),
        "use": tags["building"] if tags["building"] != "yes" else tags.get("amenity", tags.get("shop", "")),
        GEOMETRY: shape,
    }


def _floors(levels: str) -> str:
    """Keep a number of floors; what people write besides (`3;4`, `3-5`) is not one."""
    return levels if levels.replace(".", "", 1).isdigit() else ""


def _name(tags: dict[str, str]) -> str:
    return tags.get("name:zh") or tags.get("name") or ""


def _of_way(item: Any, tags: dict[str, str], factory: Any) -> Iterator[tuple[str, Row]]:
    ground = next((kind for tag, kind in LINES_OF_GROUND.items() if tags.get(tag[0]) == tag[1]), None)
    if not ground and ("highway" not in tags or tags.get("area") == "yes"):
        return
    shape = _shape(factory.create_linestring, item)
    if shape is None:
        return
    own = f"w{item.id}"
    if ground:
        yield "ground", {"code": own, "kind": ground, "name": _name(tags), GEOMETRY: shape}
        return
    yield (
        "roads",
        {
            "code": own,
            "name": _name(tags),
            "highway": tags["highway"],
            "oneway": tags["oneway"] if tags.get("oneway") in {"yes", "-1"} else "no",
            "bridge": "no" if tags.get("bridge", "no") == "no" else "yes",
            GEOMETRY: shape,
        },
    )


def _of_point(own: str, tags: dict[str, str], point: Any) -> Iterator[tuple[str, Row]]:
    """Give a named place, and a house number that is no building's own."""
    number, road = tags.get("addr:housenumber", ""), tags.get("addr:street", "")
    address = f"{road}{number}" if road and number else ""
    key = next((key for key in PLACE_KEYS if key in tags), None)
    if _name(tags) and key is not None:
        yield (
            "places",
            {"code": own, "name": _name(tags), "kind": tags[key], "address": address, GEOMETRY: point},
        )
    if address:
        yield "addresses", {"code": own, "road": road, "house_number": number, "name": "", GEOMETRY: point}
