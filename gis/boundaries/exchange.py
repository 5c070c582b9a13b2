"""A plan as a file for QGIS and back: every unit with its number, its grid, and what is counted in it.

Before: a draft. After: `plans.edit(…, "lay", …)` takes what comes back, checked the same way as every edit.
Changing the column `grid` in QGIS is painting; units are not redrawn there.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.boundaries.layout import Layout, Terrain
from gis.errors import InputError
from gis.geometry.measure import area_m2

UNIT, GRID = "unit", "grid"
SUFFIXES = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON"}
SAME_GROUND = 0.02
"""Of a unit's ground so much may differ: what editing and rounding do to its line."""


@dataclass(frozen=True)
class Told:
    """What a file says: for every unit a number from 0, and the grid's code or name for every number."""

    label: NDArray[np.intp]
    names: tuple[str, ...]


def write_plan(path: Path, terrain: Terrain, layout: Layout) -> None:
    """Write a draft, a row a unit: `unit`, `grid` (code, or the name of a new grid), `today`, and counts.

    A GeoPackage has the whole grids as a second layer, `grids`. The file appears whole or not at all.

    Raises
    ------
    InputError
        The ending is neither .gpkg nor .geojson, or the file cannot be written.
    """
    import geopandas as gpd

    driver = _driver(path)
    columns: dict[str, Any] = {
        UNIT: np.arange(terrain.size),
        GRID: [label_of(layout, key) for key in layout.part.tolist()],
        "today": [label_of(layout, key) for key in terrain.today.tolist()],
        **terrain.units.counts,
        "area_m2": np.round(terrain.units.area_m2, 2),
    }
    units = gpd.GeoDataFrame(columns, geometry=list(terrain.shapes), crs="EPSG:4490")
    if driver == "GeoJSON":
        # RFC 7946 knows WGS 84 only; the two differ by less than a metre
        units = units.set_crs("EPSG:4326", allow_override=True)
    beside = path.with_name(f"{path.stem}.part{path.suffix}")
    try:
        beside.unlink(missing_ok=True)
        units.to_file(beside, driver=driver, layer="units")
        if driver == "GPKG":
            _grids(terrain, layout).to_file(beside, driver=driver, layer="grids")
        beside.replace(path)
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError(f"{path} cannot be written: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)


def _grids(terrain: Terrain, layout: Layout) -> Any:
    import geopandas as gpd

    keys = layout.used
    shapes = [shapely.coverage_union_all(terrain.shapes[layout.part == key]) for key in keys]
    names = [layout.parts[key].name for key in keys]
    return gpd.GeoDataFrame(
        {GRID: [label_of(layout, key) for key in keys], "name": names}, geometry=shapes, crs="EPSG:4490"
    )


def label_of(layout: Layout, key: int) -> str:
    """Give what a file calls a part: its code, or the name of a new grid."""
    part = layout.parts[key]
    return part.code or part.name


def read_plan(path: Path, terrain: Terrain, layer: str | None = None) -> Told:
    """Read a draft that was written by `write_plan` and changed elsewhere.

    Raises
    ------
    InputError
        The file cannot be read, lacks `unit` or `grid`, misses, repeats or invents a unit, has an empty grid, or a
        unit's ground is not the same.
    """
    from gis.boundaries.propose.files import column_of, numbers_of, read_units

    _driver(path)
    file = read_units(path, layer)
    number = numbers_of(file, UNIT)
    _each_once(number, terrain.size, path.name)
    grid = file.table[column_of(file, GRID)]
    told = ["" if one is None or one != one else str(one).strip() for one in grid.tolist()]  # noqa: PLR0124 - NaN
    for row, words in enumerate(told):
        if not words:
            raise InputError(
                f"{path.name} 里单元 {int(number[row])} 没有网格，每个单元都要有。"
                f" Unit {int(number[row])} of {path.name} has no grid; every unit needs one.",
                field="file",
            )
    order = np.argsort(number)
    _same_ground(file.shapes[order], terrain, path.name)
    names, label = np.unique(np.array(told)[order], return_inverse=True)
    return Told(label.astype(np.intp), tuple(names.tolist()))


def _driver(path: Path) -> str:
    driver = SUFFIXES.get(path.suffix.lower())
    if driver is None:
        raise InputError(
            f"{path.name} 应以 .gpkg 或 .geojson 结尾。 {path.name} must end in .gpkg or .geojson.",
            field="file",
        )
    return driver


def _each_once(number: NDArray[np.float64], size: int, name: str) -> None:
    whole = number.astype(np.int64)
    if (whole != number).any() or (whole < 0).any() or (whole >= size).any():
        bad = number[(whole != number) | (whole < 0) | (whole >= size)][0]
        raise InputError(
            f"{name} 里有单元 {bad:g}，方案的单元是 0 到 {size - 1}。"
            f" {name} has a unit {bad:g}; the plan's units are 0 to {size - 1}.",
            unit=float(bad),
            field="file",
        )
    many = np.bincount(whole, minlength=size)
    for unit in np.flatnonzero(many != 1)[:1].tolist():
        how = "is missing from" if many[unit] == 0 else f"stands {many[unit]} times in"
        zh = "缺" if many[unit] == 0 else f"有 {many[unit]} 个"
        raise InputError(
            f"{name} 里{zh}单元 {unit}，每个单元都要有一次。"
            f" Unit {unit} {how} {name}; every unit must be there once.",
            unit=unit,
            field="file",
        )


def _same_ground(shapes: NDArray[Any], terrain: Terrain, name: str) -> None:
    both = shapely.intersection(shapes, terrain.shapes)
    lost = 1.0 - np.asarray(area_m2(both)) / np.maximum(terrain.units.area_m2, 1e-9)
    grown = np.asarray(area_m2(shapes)) / np.maximum(terrain.units.area_m2, 1e-9) - 1.0
    for unit in np.flatnonzero((lost > SAME_GROUND) | (grown > SAME_GROUND))[:1].tolist():
        raise InputError(
            f"{name} 里单元 {unit} 的形状与方案的不同；请改 {GRID} 这一列，不要改形状。"
            f" The ground of unit {unit} in {name} is not the plan's; change the column {GRID}, not the shapes.",
            unit=unit,
            field="file",
        )
