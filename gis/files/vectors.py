"""Reading shapes from GeoJSON, GeoPackage, Shapefile and TopoJSON: longitude, latitude, attributes as text.

Before: a file. After: `columns` finds the columns, `shapes` checks the geometry. The file's own system is
honoured: projected coordinates are turned into longitude and latitude here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely

from gis.errors import InputError
from gis.files import topojson
from gis.files.columns import GEOMETRY
from gis.files.tables import check_file
from gis.geometry.metres import transformer

STORED = 4490
# Longitude and latitude that are CGCS2000 for this use (STANDARDS: the two differ by centimetres).
SAME = {4326, 4490, 4979, 4480}


def read_vectors(path: Path, layer: str | None = None) -> pd.DataFrame:
    """Read a file of shapes.

    Parameters
    ----------
    path : Path
        Anything GDAL reads; a zipped Shapefile too.
    layer : str, optional
        Which layer, where there are several.

    Returns
    -------
    DataFrame
        Attributes as text, and `geometry` (shapely, longitude and latitude in degrees, heights dropped, None
        where the file has none). The index counts features from 1.

    Raises
    ------
    InputError
        The file or layer is absent or broken, or its coordinates are in no known system.
    """
    check_file(path)
    source = f"/vsizip/{path.absolute()}" if path.suffix.lower() == ".zip" else str(path)
    if topojson.is_topology(path):
        return _numbered(topojson.read_topology(path, layer))
    try:
        chosen = _layer(path, [str(name) for name in pyogrio.list_layers(source)[:, 0]], layer)
        meta, _, geometry, fields = pyogrio.raw.read(source, layer=chosen)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.GeometryError,
    ) as fault:
        raise InputError(f"{path.name} cannot be read as a file of shapes: {fault}.") from fault
    if geometry is None:
        raise InputError(f"Layer {chosen} of {path.name} has no geometry; load it as a table.")
    frame = pd.DataFrame(
        {str(name): _texts(values) for name, values in zip(meta["fields"], fields, strict=True)}
    )
    frame[GEOMETRY] = _in_degrees(shapely.from_wkb(geometry, on_invalid="ignore"), meta["crs"], path.name)
    return _numbered(frame)


def _layer(path: Path, names: list[str], layer: str | None) -> str:
    if layer is not None and layer not in names:
        raise InputError(f"{path.name} has no layer {layer!r}; it has {', '.join(names)}.")
    if layer is None and len(names) > 1:
        raise InputError(f"{path.name} has several layers; choose one with --layer: {', '.join(names)}.")
    if not names:
        raise InputError(f"{path.name} holds no layer.")
    return layer or names[0]


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        raise InputError("The file holds no features.")
    frame.index = pd.RangeIndex(1, 1 + len(frame))
    return frame


def _texts(values: Any) -> list[str]:
    """Give a field's values as text: nothing is empty text, 3.0 is 3."""
    return [_text(value) for value in values.tolist()]


def _text(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - only what is no number differs from itself
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _in_degrees(shapes: Any, crs: str | None, name: str) -> Any:
    """Turn shapes of the file's system into longitude and latitude, without heights."""
    flat = shapely.force_2d(shapes)
    epsg = _epsg(crs, name) if crs else None
    if epsg is None or epsg in SAME:
        return flat
    change = transformer(epsg, STORED)

    def move(points: Any) -> Any:
        return np.column_stack(change.transform(points[:, 0], points[:, 1]))

    return shapely.transform(flat, move)


def _epsg(crs: str, name: str) -> int:
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        found = CRS.from_user_input(crs).to_epsg(min_confidence=20)
    except CRSError as fault:
        raise InputError(f"{name} names a coordinate system that is not known: {fault}.") from fault
    if found is None:
        raise InputError(
            f"{name} is in a coordinate system without an EPSG number; save it in EPSG:4490 or EPSG:4326."
        )
    return int(found)
