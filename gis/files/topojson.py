"""Reading TopoJSON: shared lines are kept once in the file, so neighbours get exactly the same points.

Before: a file. After: `vectors` numbers the features. GDAL reads TopoJSON too, but leaves open how shared
arcs are rounded; here every arc is decoded once and used by both sides.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from gis.errors import InputError
from gis.files.columns import GEOMETRY
from gis.files.tables import encoding_of

Points = NDArray[np.float64]
LOOKED_AT = 4096
RING_POINTS = 4


def is_topology(path: Path) -> bool:
    """Tell whether a JSON file is a topology, from its first few thousand bytes and its ending."""
    if path.suffix.lower() not in {".json", ".topojson", ".geojson"}:
        return False
    with path.open("rb") as file:
        start = file.read(LOOKED_AT).decode("utf-8", "replace")
    return '"Topology"' in start or (path.suffix.lower() == ".topojson")


def read_topology(path: Path, layer: str | None) -> pd.DataFrame:
    """Read one object of a topology.

    Raises
    ------
    InputError
        The file is broken, or has several objects and `layer` names none of them.
    """
    raw = path.read_bytes()
    try:
        topology = json.loads(raw.decode(encoding_of(raw)))
        arcs = [_arc(arc, topology.get("transform")) for arc in topology["arcs"]]
        chosen = _object(path, topology["objects"], layer)
        items = list(_items(chosen))
        shapes = [_shape(item, arcs) for item in items]
    except InputError:
        raise
    except (
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        RecursionError,
        shapely.errors.GEOSException,
    ) as fault:
        raise InputError(
            f"{path.name} is a broken TopoJSON file ({type(fault).__name__}: {fault})."
        ) from fault
    rows = [{"id": item.get("id"), **(item.get("properties") or {})} for item in items]
    frame = pd.DataFrame(rows, dtype=object).fillna("").astype(str)
    frame[GEOMETRY] = shapes
    return frame


def _object(path: Path, objects: dict[str, Any], layer: str | None) -> dict[str, Any]:
    if layer is None and len(objects) > 1:
        raise InputError(f"{path.name} has several layers; choose one with --layer: {', '.join(objects)}.")
    name = layer or next(iter(objects))
    if name not in objects:
        raise InputError(f"{path.name} has no layer {name!r}; it has {', '.join(objects)}.")
    found: dict[str, Any] = objects[name]
    return found


def _arc(arc: list[list[float]], transform: dict[str, list[float]] | None) -> Points:
    points = np.asarray([point[:2] for point in arc], np.float64)
    if transform is None:
        return points
    decoded: Points = points.cumsum(axis=0) * transform["scale"] + transform["translate"]
    return decoded


def _items(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if item["type"] == "GeometryCollection":
        yield from item["geometries"]
    else:
        yield item


def _shape(item: dict[str, Any], arcs: list[Points]) -> Any:
    kind = item.get("type")
    if kind == "Polygon":
        return _polygon(item["arcs"], arcs)
    if kind == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(part, arcs) for part in item["arcs"]])
    if kind == "LineString":
        return shapely.LineString(_line(item["arcs"], arcs))
    if kind == "MultiLineString":
        return shapely.MultiLineString([_line(part, arcs) for part in item["arcs"]])
    if kind is None:
        return None
    raise ValueError(f"shapes of type {kind} are not read from TopoJSON")


def _polygon(rings: list[list[int]], arcs: list[Points]) -> shapely.Polygon:
    lines = [_line(ring, arcs) for ring in rings]
    kept = [line for line in lines if len(line) >= RING_POINTS]
    return shapely.Polygon(kept[0], kept[1:]) if kept else shapely.Polygon()


def _line(numbers: list[int], arcs: list[Points]) -> Points:
    """Join arcs end to end; a number below zero is an arc read backwards."""
    parts = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
