"""Copies of the town side by side, each a subdistrict with its own codes, for benchmarks.

Before: `town`. After: `town` again.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sample.plane import DECIMALS, LAT_M, LON_M
from data.sample.terrain import HEIGHT_M, WIDTH_M

OPEN_WHEN_TILED = 300
STEP_LON, STEP_LAT = round(1.06 * WIDTH_M / LON_M, 6), round(1.06 * HEIGHT_M / LAT_M, 6)
SHARED_LEVELS = ("city", "district")
PHONES_A_TILE = 10_000


def lay_tiles(tables: dict[str, pd.DataFrame], count: int, code: str) -> dict[str, Any]:
    """Lay copies of a town in a square, replacing the nine digits `code` in every column."""
    return {name: _tiled(name, table, count, code) for name, table in tables.items()}


def _tiled(name: str, table: pd.DataFrame, count: int, code: str) -> pd.DataFrame:
    across = int(np.ceil(np.sqrt(count)))
    parts = [_tile(name, table, n, (n % across, n // across), code) for n in range(count)]
    joined = pd.concat(parts, ignore_index=True)
    if name == "boundaries":
        shared = joined["level"].isin(SHARED_LEVELS)
        hull = joined.dissolve().geometry.iloc[0].envelope  # type: ignore[operator]
        joined.loc[shared, "geometry"] = hull
    return joined


def _tile(name: str, table: pd.DataFrame, number: int, place: tuple[int, int], code: str) -> pd.DataFrame:
    if number == 0:
        return table
    if name == "boundaries":
        table = table[~table["level"].isin(SHARED_LEVELS)]
    copy = table.copy()
    other = f"{code[:6]}{int(code[6:]) + number:03d}"
    for column in _texts(copy):
        copy[column] = copy[column].str.replace(code, other, regex=False)
    if name == "members":
        copy["phone"] = [str(int(phone) + number * PHONES_A_TILE) for phone in copy["phone"]]
    if name == "boundaries":
        copy["name"] = copy["name"].str.replace("样例街道", f"样例街道{number + 1}", regex=False)
    return _moved(copy, place[0] * STEP_LON, place[1] * STEP_LAT)


def _texts(table: pd.DataFrame) -> list[str]:
    return [c for c in table.columns if c != "geometry" and not pd.api.types.is_numeric_dtype(table[c])]


def _moved(table: pd.DataFrame, lon: float, lat: float) -> pd.DataFrame:
    if {"lon", "lat"} <= set(table.columns):
        table["lon"], table["lat"] = (
            (table["lon"] + lon).round(DECIMALS),
            (table["lat"] + lat).round(DECIMALS),
        )
    if isinstance(table, gpd.GeoDataFrame):
        step = np.array([lon, lat])
        moved = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy + step, DECIMALS))
        table = table.set_geometry(gpd.GeoSeries(moved, index=table.index, crs=table.crs))
    return table
