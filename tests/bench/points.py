"""Measure points in polygons: ours beside the plain index, the data-frame join and the database.

    python -m tests.bench.points [--points 1000000] [--polygons 1000] [--rounds 5]

The rivals take turns in every round, so that a busy machine is busy for all; medians are told. All must
find the same. With WANGGE_DATABASE_URL the database counts too (temporary tables only; copying the points
in is not measured).
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from click.testing import CliRunner

from gis.geometry.locate import Locator
from tests.bench import city
from webmap.commands.locate import locate


def rivals(polygons: Any, codes: list[str], lon: Any, lat: Any) -> dict[str, Callable[[], int]]:
    """Give the ways to find the polygons, each giving how many points it found one for."""
    places = shapely.points(lon, lat)
    grids = gpd.GeoDataFrame({"code": codes}, geometry=polygons, crs=4326)
    frame = gpd.GeoDataFrame(geometry=places, crs=4326)

    def ours() -> int:
        return int((Locator(polygons, codes).locate(lon, lat).number >= 0).sum())

    def plain_index() -> int:
        shapely.prepare(polygons)
        row, shape = shapely.STRtree(polygons).query(places)
        return len(np.unique(row[shapely.intersects_xy(polygons[shape], lon[row], lat[row])]))

    def join() -> int:
        return gpd.sjoin(frame, grids, predicate="intersects").index.nunique()

    return {"ours": ours, "STRtree + intersects_xy": plain_index, "geopandas.sjoin": join}


def database(url: str, polygons: Any, codes: list[str], lon: Any, lat: Any) -> Callable[[], int]:
    """Give the database's way, with everything loaded and indexed beforehand."""
    import psycopg

    session = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
    session.execute("create temp table bench_grid (code text, geom geometry(Polygon, 4490))")
    session.execute("create temp table bench_point (geom geometry(Point, 4490))")
    with session.cursor() as cursor:
        grids = [(code, f"SRID=4490;{shape.wkt}") for code, shape in zip(codes, polygons, strict=True)]
        cursor.executemany("insert into bench_grid values (%s, %s)", grids)
        with cursor.copy("copy bench_point from stdin") as copy:
            for x, y in zip(lon.tolist(), lat.tolist(), strict=True):
                copy.write_row((f"SRID=4490;POINT({x!r} {y!r})",))
    session.execute("create index on bench_grid using gist (geom)")
    session.execute("analyze bench_grid, bench_point")
    question = (
        "select count(distinct p.ctid) from bench_point p join bench_grid g on st_covers(g.geom, p.geom)"
    )

    def ask() -> int:
        row = session.execute(question).fetchone()
        return int(row[0]) if row else 0

    return ask


def files(folder: Path, polygons: Any, codes: list[str], lon: Any, lat: Any) -> dict[str, Callable[[], int]]:
    """Give the ways from file to file: the command, and the same with data frames."""
    grids, points, out = folder / "grids.geojson", folder / "points.csv", folder / "out.csv"
    gpd.GeoDataFrame({"code": codes}, geometry=polygons, crs=4326).to_file(grids)
    ids = [f"{i:07d}" for i in range(len(lon))]
    pd.DataFrame({"id": ids, "lon": lon, "lat": lat}).to_csv(points, index=False)

    def command() -> int:
        result = CliRunner().invoke(locate, ["--boundaries", str(grids), str(points), "-o", str(out)])
        if result.exit_code:
            raise RuntimeError(result.output)
        return len(lon)

    def frames() -> int:
        table = pd.read_csv(points, dtype={"id": str})
        frame = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(table.lon, table.lat), crs=4326)
        found = gpd.sjoin(
            frame, gpd.read_file(grids)[["code", "geometry"]], how="left", predicate="intersects"
        )
        found.sort_values(["id", "code"]).drop_duplicates("id")[["id", "code"]].to_csv(out, index=False)
        return len(found.id.unique())

    return {"wangge locate": command, "read_csv + sjoin + to_csv": frames}


def race(runners: dict[str, Callable[[], int]], rounds: int) -> None:
    """Run everybody once a round and print medians; the first is the measure of the others."""
    seconds: dict[str, list[float]] = {name: [] for name in runners}
    found: dict[str, int] = {}
    for _ in range(rounds):
        for name, run in runners.items():
            start = time.perf_counter()
            found[name] = run()
            seconds[name].append(time.perf_counter() - start)
    if len(set(found.values())) > 1:
        raise RuntimeError(f"the rivals do not agree: {found}")
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    base = next(iter(medians.values()))
    for name, median in medians.items():
        spread = f"{min(seconds[name]):.3f} to {max(seconds[name]):.3f}"
        print(f"{name:28s} {median:8.3f} s ({spread})  {median / base:6.1f} times ours, {found[name]} points")


def main() -> None:
    """Draw the city and let them race."""
    parser = argparse.ArgumentParser(description="points in polygons")
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--polygons", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    polygons = city.grids(asked.polygons)
    codes = [f"{110101001001000 + i}" for i in range(len(polygons))]
    lon, lat = city.points(asked.points)
    vertices = shapely.get_num_coordinates(polygons).mean()
    print(
        f"{len(lon)} points, {len(polygons)} polygons of {vertices:.0f} vertices, load {os.getloadavg()[0]:.2f}"
    )
    runners = rivals(polygons, codes, lon, lat)
    if url := os.environ.get("WANGGE_DATABASE_URL"):
        runners["PostGIS st_covers"] = database(url, polygons, codes, lon, lat)
    race(runners, asked.rounds)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        race(files(Path(folder), polygons, codes, lon, lat), max(asked.rounds // 2, 1))


if __name__ == "__main__":
    main()
