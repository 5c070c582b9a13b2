"""One GeoJSON geometry into a shape, with a sentence for everything that can be wrong with it.

Before: parsed JSON. After: `geojson`, which reads whole documents. Coordinates are longitude, latitude;
heights are dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.geometry.metres import LAT_MOST_DEG, LON_MOST_DEG

# How deep positions lie in "coordinates", and what is made of them.
DEPTHS = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip
TYPES = (*DEPTHS, "GeometryCollection", "Feature", "FeatureCollection")
NOT_IN_GEOMETRY = ("geometry", "properties", "features")
REASONS = {
    "Self-intersection": "crosses itself",
    "Ring Self-intersection": "has a ring that touches itself",
    "Hole lies outside shell": "has a hole outside of its outer ring",
    "Holes are nested": "has a hole in a hole",
    "Nested shells": "has a part inside another part",
    "Interior is disconnected": "falls apart where rings touch",
    "Too few points in geometry component": "has a ring without area",
}
FEWEST_IN_LINE, FEWEST_IN_RING = 2, 4
FLAT, WITH_HEIGHT = 2, 3


@dataclass
class Findings:
    """What was found while reading: faults that forbid to use it, remarks that do not."""

    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def fault(self, where: str, sentence: str) -> None:
        """Note that something cannot be used."""
        self.faults.append(f"{where}: {sentence}")

    def remark(self, where: str, sentence: str) -> None:
        """Note something odd that can be used."""
        self.remarks.append(f"{where}: {sentence}")


def kind_of(value: Any) -> str:
    """Name a JSON value's kind for a sentence."""
    names = {dict: "an object", list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def shape_of(value: Any, where: str, findings: Findings) -> Any:
    """Make a shape of a geometry object.

    Parameters
    ----------
    value : parsed JSON
        The geometry, or null.
    where : str
        How to call its place in sentences.
    findings : Findings
        Takes the faults and remarks.

    Returns
    -------
    geometry or None
        None for null, and when there was a fault.
    """
    if value is None:
        return None
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not (kind in DEPTHS or kind == "GeometryCollection"):
        findings.fault(where, _no_geometry(value, kind))
        return None
    for name in NOT_IN_GEOMETRY:
        if name in value:
            findings.fault(where, f"a {kind} must not have a member {name!r}")
    check_bbox(value, where, findings)
    if kind == "GeometryCollection":
        return _collection(value.get("geometries"), where, findings)
    return _simple(str(kind), value, where, findings)


def check_bbox(value: dict[str, Any], where: str, findings: Findings) -> None:
    """Check the member `bbox`: four or six numbers."""
    bbox = value.get("bbox", [0, 0, 0, 0])
    if not isinstance(bbox, list) or len(bbox) not in (4, 6) or not all(_is_number(part) for part in bbox):
        findings.fault(where, "bbox must be an array of 4 numbers (west, south, east, north) or of 6")


def _no_geometry(value: Any, kind: Any) -> str:
    if not isinstance(value, dict):
        return f"a geometry must be an object, but is {kind_of(value)}"
    if "type" not in value:
        return 'the member "type" is missing'
    same = [name for name in TYPES if name.lower() == str(kind).lower()]
    hint = (
        f"; write {same[0]}" if same else f"; it must be one of {', '.join((*DEPTHS, 'GeometryCollection'))}"
    )
    return f"there is no geometry of type {kind!r}{hint}"


def _collection(parts: Any, where: str, findings: Findings) -> Any:
    if not isinstance(parts, list):
        findings.fault(where, f"geometries must be an array, but is {kind_of(parts)}")
        return None
    if len(parts) == 1:
        findings.remark(where, "a GeometryCollection of one geometry; write the geometry itself")
    if any(isinstance(part, dict) and part.get("type") == "GeometryCollection" for part in parts):
        findings.remark(where, "a GeometryCollection in another one; avoid nesting")
    if not all(isinstance(part, dict) for part in parts):
        findings.fault(where, "geometries must hold geometry objects only")
        return None
    shapes = [shape_of(part, f"{where}, geometry {i}", findings) for i, part in enumerate(parts, start=1)]
    return None if None in shapes else shapely.GeometryCollection(shapes)


def _simple(kind: str, value: dict[str, Any], where: str, findings: Findings) -> Any:
    if not isinstance(value.get("coordinates"), list):
        has = kind_of(value["coordinates"]) if "coordinates" in value else "missing"
        findings.fault(where, f"coordinates must be an array, but is {has}")
        return None
    before = len(findings.faults)
    shape = _BUILDERS[kind](value["coordinates"], where, findings)
    return shape if len(findings.faults) == before else None


def _position(value: Any, where: str, findings: Findings) -> Any:
    if not value:
        return shapely.Point()
    places = _positions([value], where, findings)
    return shapely.Point(places[0]) if len(places) else None


def _points(value: Any, where: str, findings: Findings) -> Any:
    return shapely.MultiPoint(_positions(value, where, findings))


def _line(value: Any, where: str, findings: Findings) -> Any:
    places = _positions(value, where, findings, fewest=FEWEST_IN_LINE)
    return shapely.LineString(places) if len(places) >= FEWEST_IN_LINE else None


def _lines(value: Any, where: str, findings: Findings) -> Any:
    lines = [_line(part, f"{where}, line {i}", findings) for i, part in enumerate(value, start=1)]
    return None if None in lines else shapely.MultiLineString(lines)


def _polygon(value: Any, where: str, findings: Findings) -> Any:
    if not isinstance(value, list):
        findings.fault(where, f"a polygon must be an array of rings, but is {kind_of(value)}")
        return None
    rings = [_ring(part, f"{where}, ring {i}", findings) for i, part in enumerate(value, start=1)]
    if any(ring is None for ring in rings):
        return None
    ways = [shapely.is_ccw(ring) for ring in rings]
    if ways and (not ways[0] or any(ways[1:])):
        findings.remark(
            where, "outer rings should run counter-clockwise and holes clockwise; taken all the same"
        )
    return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def _polygons(value: Any, where: str, findings: Findings) -> Any:
    parts = [_polygon(part, f"{where}, part {i}", findings) for i, part in enumerate(value, start=1)]
    return None if None in parts else shapely.MultiPolygon(parts)


def _ring(value: Any, where: str, findings: Findings) -> Any:
    places = _positions(value, where, findings, fewest=FEWEST_IN_RING)
    if len(places) and value[0] != value[-1]:
        findings.fault(
            where,
            f"the ring is not closed: it begins at {_as_written(value[0])} and ends at {_as_written(value[-1])}",
        )
        return None
    return shapely.LinearRing(places) if len(places) >= FEWEST_IN_RING else None


def _positions(value: Any, where: str, findings: Findings, *, fewest: int = 0) -> NDArray[np.float64]:
    """Give positions as numbers, shape (n, 2); on any fault say which, and give none."""
    nothing = np.empty((0, 2))
    if not isinstance(value, list):
        findings.fault(
            where, f"there must be an array of positions, but is {kind_of(value)}; nest one level deeper"
        )
        return nothing
    if len(value) < fewest:
        findings.fault(where, f"{len(value)} positions are too few; there must be at least {fewest}")
    flat = _all_at_once(value)
    if flat is None:
        for i, part in enumerate(value, start=1):
            _check_position(part, f"{where}, position {i}", findings)
        usable = all(
            isinstance(part, list) and len(part) >= FLAT and all(map(_is_number, part)) for part in value
        )
        flat = np.array([part[:FLAT] for part in value], np.float64) if usable and value else nothing
    return flat if _in_range(flat, where, findings) else nothing


def _all_at_once(value: list[Any]) -> NDArray[np.float64] | None:
    """Take the common case, numbers in pairs or triples, in one go."""
    try:
        places = np.array(value)
    except ValueError:
        return None
    if places.ndim != FLAT or places.shape[1] not in (FLAT, WITH_HEIGHT) or places.dtype.kind not in "iuf":
        return None
    if any(bool in map(type, part) for part in value):  # numpy takes true for 1
        return None
    return places[:, :FLAT].astype(np.float64)


def _check_position(value: Any, where: str, findings: Findings) -> None:
    if not isinstance(value, list):
        findings.fault(
            where, f"a position must be an array of numbers, but is {kind_of(value)}; nest one level deeper"
        )
    elif not all(_is_number(part) for part in value):
        findings.fault(where, "each element of a position must be a number")
    elif len(value) < FLAT:
        findings.fault(where, "a position needs a longitude and a latitude")
    elif len(value) > WITH_HEIGHT:
        findings.remark(where, "a position should have no more than 3 numbers; the others are left out")


def _in_range(places: NDArray[np.float64], where: str, findings: Findings) -> bool:
    inside = (np.abs(places) <= (LON_MOST_DEG, LAT_MOST_DEG)).all(axis=1)
    if inside.all():
        return True
    first = places[np.flatnonzero(~inside)[0]]
    swapped = abs(first[0]) <= LAT_MOST_DEG < abs(first[1]) <= LON_MOST_DEG
    hint = "longitude and latitude seem to be exchanged" if swapped else "coordinates must be degrees"
    findings.fault(where, f"{_at(first)} is no longitude and latitude; {hint}")
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _at(place: NDArray[np.float64]) -> str:
    return f"({place[0]:.7g}, {place[1]:.7g})"


def _as_written(position: list[Any]) -> str:
    return f"({', '.join(f'{number:.10g}' for number in position)})"


def invalid_because(shape: Any) -> str:
    """Say why a shape is not valid and where, in words."""
    reason, _, place = shapely.is_valid_reason(shape).partition("[")
    words = REASONS.get(reason, f"is not valid ({reason})")
    where = ", ".join(f"{float(part):.7f}" for part in place.rstrip("]").split())
    return f"{words} at ({where})" if where else words


_BUILDERS: dict[str, Callable[[Any, str, Findings], Any]] = {
    "Point": _position,
    "MultiPoint": _points,
    "LineString": _line,
    "MultiLineString": _lines,
    "Polygon": _polygon,
    "MultiPolygon": _polygons,
}
