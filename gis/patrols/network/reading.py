"""Reading ways from files: GraphML street graphs, OSM extracts, and lines in whatever GDAL reads.

Before: a file. After: `build`. A graph keeps its own junctions, since it knows which bridge crosses what.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from gis.errors import InputError
from gis.files.columns import GEOMETRY
from gis.files.tables import check_file
from gis.geometry.metres import check_degrees, project
from gis.patrols.network.ways import Ways, level_of

LONGEST_NAME = 200
STREETS = {"roads", "streets", "ways", "edges", "道路", "街道"}
DEGREES = {"epsg:4326", "epsg:4490", ""}


def read_ways(
    path: Path, *, layer: str | None = None, without: str | None = None, worth: str | None = None
) -> Ways:
    """Read the ways of a file.

    Parameters
    ----------
    path : Path
        `.graphml` (junctions with x and y, edges with an optional WKT geometry), `.pbf`, or lines.
    layer : str, optional
        Which layer; by default the one that is named like streets, or alone holds lines.
    without : str, optional
        What to leave out, as `highway=motorway,motorway_link`.
    worth : str, optional
        A column that says what a metre of each way is worth; without it all are worth the same.

    Raises
    ------
    InputError
        The file cannot be read, holds no lines, or has no such column.
    """
    check_file(path)
    ends = None
    if path.suffix.lower() == ".graphml":
        frame = _graph(path)
    elif path.suffix.lower() == ".pbf":
        from gis.files.osm import read_osm

        frame = read_osm(path).get("roads", pd.DataFrame({GEOMETRY: []}))
    else:
        frame = _lines(path, layer)
    kept = _kept(frame, without)
    if kept.empty:
        raise InputError(f"{path.name} holds no lines to walk; it must hold streets or paths.")
    check_degrees(np.asarray(kept[GEOMETRY], object))
    if "_tail" in kept:
        ends = kept[["_tail", "_head"]].to_numpy(np.int64)
    return _ways(kept, ends, worth, path.name)


def _ways(frame: pd.DataFrame, ends: Any, worth: str | None, name: str) -> Ways:
    def texts(column: str) -> list[str]:
        if column not in frame:
            return [""] * len(frame)
        return [str(cell)[:LONGEST_NAME] for cell in frame[column].fillna("")]

    codes = next(
        (texts(column) for column in ("code", "osmid", "osm_id", "id", "fid") if column in frame), None
    )
    tags = zip(texts("layer"), texts("bridge"), texts("tunnel"), strict=True)
    lines = np.empty(len(frame), object)
    lines[:] = list(frame[GEOMETRY])
    return Ways(
        lines=lines,
        level=np.array([level_of(*each) for each in tags], np.int64),
        names=texts("name"),
        kinds=texts("highway"),
        codes=codes or [str(row) for row in frame.index],
        worth=_worth(frame, worth, name),
        ends=ends,
    )


def _worth(frame: pd.DataFrame, column: str | None, name: str) -> Any:
    if column is None:
        return np.ones(len(frame))
    if column not in frame:
        raise InputError(
            f"{name} has no column {column!r}; it has {', '.join(str(c) for c in frame if str(c)[0] != '_')}."
        )
    found = pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64)
    bad = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
    if len(bad):
        raise InputError(
            f"{name}, line {frame.index[bad[0]]}: the worth {frame[column].iloc[bad[0]]!r} "
            "must be a number of 0 or more."
        )
    return found


def _lines(path: Path, layer: str | None) -> pd.DataFrame:
    from gis.files.vectors import read_vectors

    frame = read_vectors(path, layer or _only_layer_of_lines(path))
    usable = frame[GEOMETRY].map(lambda shape: shape is not None and "LineString" in shape.geom_type)
    frame = frame[usable.astype(bool)].copy()
    frame[GEOMETRY] = frame[GEOMETRY].map(lambda shape: list(shapely.get_parts(shape)))
    return frame.explode(GEOMETRY)


def _only_layer_of_lines(path: Path) -> str | None:
    """Name the layer of streets among several: by its name, or because it alone holds lines."""
    import pyogrio

    if path.suffix.lower() not in {".gpkg", ".gdb", ".kml", ".gml"}:
        return None
    try:
        layers = pyogrio.list_layers(path)
    except pyogrio.errors.DataSourceError:
        return None  # the reader says what is wrong with it
    lines = [str(name) for name, kind in layers if kind and "LineString" in str(kind)]
    named = [name for name in lines if name.lower() in STREETS]
    chosen = named if len(named) == 1 else lines
    return chosen[0] if len(chosen) == 1 and len(layers) > 1 else None


def _kept(frame: pd.DataFrame, without: str | None) -> pd.DataFrame:
    if len(frame):
        shapes = np.asarray(frame[GEOMETRY], object)
        frame = frame[~shapely.is_empty(shapes) & ~shapely.is_missing(shapes)]
    if without is None:
        return frame
    column, _, values = without.partition("=")
    if column not in frame or not values:
        raise InputError(
            f"--without {without}: there is no column {column!r}; write for example highway=motorway,trunk."
        )
    return frame[~frame[column].astype(str).isin(values.split(","))]


def _graph(path: Path) -> pd.DataFrame:
    """Read a GraphML graph as OSMnx writes it; both directions of a street are two rows."""
    from xml.etree.ElementTree import ParseError

    import networkx as nx  # type: ignore[import-untyped,unused-ignore]

    try:
        graph = nx.read_graphml(path)
    except (ParseError, nx.NetworkXError, KeyError, ValueError) as fault:
        raise InputError(f"{path.name} cannot be read as a GraphML graph: {fault}.") from fault
    places = {node: _place(node, data, path.name) for node, data in graph.nodes(data=True)}
    number = {node: at for at, node in enumerate(places)}
    rows = []
    for tail, head, data in graph.edges(data=True):
        rows.append(
            {str(key): str(value) for key, value in data.items()}
            | {
                "_tail": number[tail],
                "_head": number[head],
                GEOMETRY: _shape(data, places[tail], places[head], path.name),
            }
        )
    if not rows:
        raise InputError(f"{path.name} holds no edges; it must hold streets or paths.")
    frame = pd.DataFrame(rows)
    system = str(graph.graph.get("crs", "")).lower()
    if system not in DEGREES:
        shapes = np.asarray(frame[GEOMETRY], object)
        frame[GEOMETRY] = list(project(shapes, system, 4326))
    frame.index = pd.RangeIndex(1, 1 + len(frame))
    return frame


def _place(node: str, data: dict[str, Any], name: str) -> tuple[float, float]:
    for x, y in (("x", "y"), ("lon", "lat")):
        try:
            place = float(data[x]), float(data[y])
        except (KeyError, TypeError, ValueError):
            continue
        if math.isfinite(place[0]) and math.isfinite(place[1]):
            return place
    raise InputError(f"{name}: node {node} has no x and y that are numbers; every junction needs them.")


def _shape(
    data: dict[str, Any], tail: tuple[float, float], head: tuple[float, float], name: str
) -> shapely.LineString:
    if "geometry" not in data:
        return shapely.LineString([tail, head])
    try:
        shape = shapely.from_wkt(str(data["geometry"]))
    except shapely.GEOSException as fault:
        raise InputError(f"{name}: an edge's geometry cannot be read: {fault}.") from fault
    if shape.geom_type != "LineString" or shape.is_empty:
        raise InputError(f"{name}: an edge's geometry is a {shape.geom_type}; it must be a line.")
    return _from_tail(shapely.LineString(shape.coords), tail, head)


def _from_tail(
    shape: shapely.LineString, tail: tuple[float, float], head: tuple[float, float]
) -> shapely.LineString:
    """Turn a line so that it runs from tail to head: some writers keep one geometry for both directions."""
    first, last = shape.coords[0], shape.coords[-1]
    straight = math.dist(first, tail) + math.dist(last, head)
    turned = math.dist(first, head) + math.dist(last, tail)
    if turned < straight:
        shape = shape.reverse()
    return shapely.LineString([tail, *shape.coords[1:-1], head])
