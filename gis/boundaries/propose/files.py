"""Units read from a file whole, and plans written beside them: all columns, the file's own coordinate system.

Before: whatever GDAL reads. After: `wangge plan propose`; QGIS.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gis.errors import InputError
from gis.files.tables import check_file
from gis.geometry.metres import check_degrees, project

if TYPE_CHECKING:
    import geopandas as gpd

PART = "part"
BEFORE = "part_before"
LAYER = "plan"
TRUE = frozenset({"1", "1.0", "true", "t", "yes", "y", "是"})
FALSE = frozenset({"", "0", "0.0", "false", "f", "no", "n", "none", "nan", "<na>", "否"})


@dataclass(frozen=True)
class UnitFile:
    """Units as they stand in a file.

    Attributes
    ----------
    table : GeoDataFrame
        All columns, in the file's coordinate system.
    shapes : ndarray of Polygon or MultiPolygon
        Valid, in degrees, for measuring.
    remarks : list of str
        Sentences on what was repaired or renamed.
    """

    table: gpd.GeoDataFrame
    shapes: NDArray[Any]
    remarks: list[str]


@dataclass(frozen=True)
class Today:
    """Today's parts.

    Attributes
    ----------
    number : ndarray of int
        One a unit, from 0, the heaviest part first; -1 where the field is empty.
    names : list
        The field's value of each number.
    """

    number: NDArray[np.intp]
    names: list[Any]


def read_units(path: Path, layer: str | None = None) -> UnitFile:
    """Read units.

    Raises
    ------
    InputError
        The file or layer is absent or broken, or a unit is no polygon.
    """
    import geopandas as gpd
    import pyogrio

    check_file(path)
    source = f"/vsizip/{path.absolute()}" if path.suffix.lower() == ".zip" else str(path)
    try:
        names = [str(name) for name in pyogrio.list_layers(source)[:, 0]]
        if layer is not None and layer not in names:
            raise InputError(f"{path.name} has no layer {layer!r}; its layers are {', '.join(names)}.")
        table = gpd.read_file(source, layer=layer or names[0])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, IndexError) as fault:
        raise InputError(f"{path.name} cannot be read as a file of shapes: {fault}.") from fault
    if not isinstance(table, gpd.GeoDataFrame) or not len(table):
        raise InputError(f"{path.name} holds no polygons.")
    remarks = (
        [f"{path.name} has several layers; {names[0]!r} is taken."]
        if layer is None and len(names) > 1
        else []
    )
    return UnitFile(table, _shapes(table, path.name, remarks), remarks)


def _shapes(table: gpd.GeoDataFrame, name: str, remarks: list[str]) -> NDArray[Any]:
    """Give the polygons in degrees and valid; the table's own stay as they are."""
    shapes = np.asarray(shapely.force_2d(table.geometry.to_numpy()), dtype=object)
    areal = np.isin(shapely.get_type_id(shapes), [3, 6]) & ~shapely.is_empty(shapes)
    if not areal.all():
        row = int(np.flatnonzero(~areal)[0]) + 1
        raise InputError(f"Unit {row} of {name} is no polygon; every unit needs its ground.")
    crs = CRS.from_user_input(table.crs) if table.crs is not None else None
    if crs is not None and not crs.is_geographic:
        shapes = np.asarray(project(shapes, crs.to_2d().to_wkt(), 4326), dtype=object)
    check_degrees(shapes)
    if (bad := ~shapely.is_valid(shapes)).any():
        remarks.append(f"{int(bad.sum())} units cross themselves; they are measured as if mended.")
        shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    return shapes


def column_of(file: UnitFile, field: str) -> str:
    """Find a column, whatever its case; refuse what is not there."""
    names = [str(name) for name in file.table.columns if name != file.table.geometry.name]
    for name in names:
        if name == field:
            return name
    for name in names:
        if name.lower() == field.lower():
            return name
    raise InputError(f"The units have no field {field!r}; they have {', '.join(names)}.")


def numbers_of(file: UnitFile, field: str) -> NDArray[np.float64]:
    """Give a column as numbers; refuse what is none.

    Raises
    ------
    InputError
        No such column, or a value that is no number.
    """
    import pandas as pd

    column = file.table[column_of(file, field)]
    values = np.asarray(pd.to_numeric(column, errors="coerce"), dtype=np.float64)
    for row in np.flatnonzero(~np.isfinite(values)).tolist():
        raise InputError(f"Unit {row + 1} has {column.iloc[row]!r} in {field}, which is no number.")
    return values


def truths_of(file: UnitFile, field: str) -> NDArray[np.bool_]:
    """Give a column as yes or no, by the words of `TRUE` and `FALSE`; empty is no.

    Raises
    ------
    InputError
        No such column, or a word that is neither.
    """
    column = file.table[column_of(file, field)]
    found = np.zeros(len(column), bool)
    for row, value in enumerate(column.tolist()):
        word = "" if value is None or value != value else str(value).strip().lower()  # noqa: PLR0124 - no number
        if word not in TRUE | FALSE:
            raise InputError(f"Unit {row + 1} has {value!r} in {field}, which is neither yes nor no.")
        found[row] = word in TRUE
    return found


def today_of(file: UnitFile, field: str, weight: NDArray[np.float64]) -> Today:
    """Give today's part of each unit, parts by weight, the heaviest first."""
    import pandas as pd

    number, values = pd.factorize(file.table[column_of(file, field)], sort=True)
    if not len(values):
        raise InputError(f"The field {field} is empty for all units; it must name today's part.")
    known = number >= 0
    load = np.bincount(number[known], weight[known], minlength=len(values))
    order = np.argsort(-load, kind="stable")
    place = np.empty(len(values), np.intp)
    place[order] = np.arange(len(values))
    return Today(np.where(known, place[number], -1), [values[i] for i in order])


def names_of(parts: int, today: Today | None) -> list[Any]:
    """Name the parts: by today's values where there are any, new ones by the next free numbers; else 1, 2 …."""
    if today is None:
        return list(range(1, parts + 1))
    known = today.names[:parts]
    texts = {str(name) for name in today.names}
    free = (number for number in range(1, 10**9) if str(number) not in texts)
    as_text = any(isinstance(name, str) for name in known)
    new = [next(free) for _ in range(parts - len(known))]
    return known + [str(name) if as_text else name for name in new]


def write_plans(path: Path, file: UnitFile, plans: list[NDArray[Any]]) -> list[str]:
    """Write plans, a layer each: the input's columns and `part`. The file appears whole or not at all.

    Parameters
    ----------
    plans : list of ndarray
        For each plan the name of every unit's part; the first is the layer `plan`.

    Returns
    -------
    list of str
        The layers' names.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    table = file.table.copy()
    if PART in table.columns:
        table = table.rename(columns={PART: BEFORE})
    layers = [LAYER, *(f"alternative_{number}" for number in range(1, len(plans)))]
    beside = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        beside.unlink(missing_ok=True)
        for layer, plan in zip(layers, plans, strict=True):
            _written(table.assign(**{PART: plan}), beside, layer)
        beside.replace(path)
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError(f"{path} cannot be written: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)
    return layers


def _written(table: gpd.GeoDataFrame, path: Path, layer: str) -> None:
    options: dict[str, Any] = {"layer": layer, "driver": "GPKG", "engine": "pyogrio"}
    if any(str(name).lower() == "fid" for name in table.columns):
        # GeoPackage numbers its rows in a column of this name; the input's own is an ordinary one
        options["layer_options"] = {"FID": "wangge_row"}
    table.to_file(path, **options)
