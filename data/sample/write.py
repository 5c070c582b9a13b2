"""The town as files: one a table, GeoJSON (RFC 7946) where there are shapes, CSV (UTF-8) elsewhere.

Before: `town`. After: `wangge sample load`, `wangge load`, or any GIS.
"""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely


def write_town(tables: dict[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write the tables; each file appears whole or not at all.

    Returns
    -------
    list of Path
        The files, in the order of the tables.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(name, table, folder) for name, table in tables.items()]


def _write(name: str, table: pd.DataFrame, folder: Path) -> Path:
    shaped = isinstance(table, gpd.GeoDataFrame)
    path = folder / f"{name}.{'geojson' if shaped else 'csv'}"
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(geojson(table) if shaped else table.to_csv(index=False), encoding="utf-8")  # type: ignore[arg-type]
    return part.replace(path)


def geojson(table: gpd.GeoDataFrame) -> str:
    """Write a table as a feature collection, outer rings counter-clockwise, one feature a line."""
    shapes = shapely.to_geojson(shapely.orient_polygons(table.geometry.to_numpy()))
    columns = table.drop(columns="geometry").astype(object).to_dict("records")
    lines = (
        f'{{"type": "Feature", "properties": {json.dumps(row, ensure_ascii=False)}, "geometry": {shape}}}'
        for row, shape in zip(columns, shapes, strict=True)
    )
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"
