"""The town's tables, in degrees, with codes: what was drawn and built becomes rows.

Before: every drawing module. After: `town` adds people's work and cases, `write` puts them into files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from data.sample.blocks import Block
from data.sample.compounds import Compound
from data.sample.grids import COMMUNITIES, GridPlan, micro_grounds
from data.sample.ground import Patch
from data.sample.households import Flat, entrance_name
from data.sample.organisation import Row
from data.sample.plane import DECIMALS, degrees, shapes_in_degrees
from data.sample.roads import Road
from data.sample.rounds import Round
from data.sample.terrain import Array
from data.sample.yard import Raised

CRS = "EPSG:4490"
MARGIN_DEG = {"city": 0.12, "district": 0.05}


def geo(rows: Sequence[Row], shapes_m: Sequence[BaseGeometry]) -> gpd.GeoDataFrame:
    """Join rows to shapes given in metres."""
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes_in_degrees(shapes_m), crs=CRS)


def with_points(rows: Sequence[Row]) -> pd.DataFrame:
    """Turn the columns x and y (metres) of rows into lon and lat."""
    frame = pd.DataFrame(rows)
    points = degrees(frame[["x", "y"]].to_numpy(dtype=np.float64))
    columns = {"x": points[:, 0], "y": points[:, 1]}
    return frame.assign(**columns).rename(columns={"x": "lon", "y": "lat"})


def boundary_frame(blocks: list[Block], grids: list[GridPlan], subdistrict: str) -> gpd.GeoDataFrame:
    """Give city, district, subdistrict, communities, grids and the first community's micro-grids."""
    district, top = f"{subdistrict[:6]}000000", f"{subdistrict}000"
    everything = shapely.coverage_union_all([block.face for block in blocks])
    rows: list[Row] = [
        _area("city", f"{subdistrict[:4]}00000000", "样例市", ""),
        _area("district", district, "样例区", f"{subdistrict[:4]}00000000"),
        _area("subdistrict", top, "样例街道", district),
    ]
    shapes: list[BaseGeometry] = [everything.envelope, everything.envelope, everything]
    for place, (key, name) in enumerate(COMMUNITIES.items(), start=1):
        rows.append(_area("community", f"{subdistrict}{place:03d}", name, top))
        shapes.append(
            shapely.coverage_union_all([b.face for g in grids if g.community == key for b in _of(g, blocks)])
        )
    for grid in sorted(grids, key=lambda grid: grid.code):
        rows.append(_area("grid", grid.code, grid.name, grid.code[:12], kind="comprehensive"))
        shapes.append(grid.ground)
    micro_rows, micro_shapes = _micro(blocks, grids)
    frame = geo(rows + micro_rows, shapes + micro_shapes)
    margins = [MARGIN_DEG.get(str(level)) for level in frame["level"]]
    bounds = frame.total_bounds
    wide = [s if m is None else _wider(bounds, m) for s, m in zip(frame.geometry, margins, strict=True)]
    return frame.set_geometry(gpd.GeoSeries(wide, crs=CRS))


def _of(grid: GridPlan, blocks: list[Block]) -> list[Block]:
    return [blocks[index] for index in grid.blocks]


def _wider(bounds: Array, margin_deg: float) -> Polygon:
    west, south, east, north = np.round(bounds + margin_deg * np.array([-1, -1, 1, 1]), 6)
    return Polygon([(west, south), (east, south), (east, north), (west, north)])


def _area(level: str, code: str, name: str, parent: str, kind: str = "") -> Row:
    return {"level": level, "code": code, "name": name, "parent_code": parent, "kind": kind}


def _micro(blocks: list[Block], grids: list[GridPlan]) -> tuple[list[Row], list[BaseGeometry]]:
    rows: list[Row] = []
    shapes: list[BaseGeometry] = []
    for grid in sorted(grids, key=lambda grid: grid.code):
        grounds = micro_grounds(grid, blocks)
        if grid.community != next(iter(COMMUNITIES)) or len(grounds) < 2:  # noqa: PLR2004 - one part is no part
            continue
        for number, ground in enumerate(grounds, start=1):
            name = f"{grid.name}微网格{number}"
            rows.append(_area("microgrid", f"{grid.code}{number:02d}", name, grid.code, kind="micro"))
            shapes.append(ground)
    return rows, shapes


def compound_frame(compounds: list[Compound]) -> gpd.GeoDataFrame:
    """Give the compounds."""
    rows: list[Row] = [
        {"code": c.code, "name": c.name, "aliases": c.aliases, "address": c.address} for c in compounds
    ]
    return geo(rows, [compound.ground for compound in compounds])


def building_frame(built: list[Raised], codes: list[str], compounds: list[Compound]) -> gpd.GeoDataFrame:
    """Give the buildings."""
    rows: list[Row] = [
        {
            "code": code, "name": raised.name,
            "compound_code": compounds[raised.compound].code if raised.compound >= 0 else "",
            "road": raised.road, "house_number": raised.number, "floors": raised.floors, "use": raised.use,
        }
        for code, raised in zip(codes, built, strict=True)
    ]  # fmt: skip
    return geo(rows, [raised.shape for raised in built])


def entrance_frame(built: list[Raised], codes: list[str]) -> pd.DataFrame:
    """Give the doors."""
    return with_points(
        [
            {"building_code": code, "name": entrance_name(raised, unit), "x": door.x, "y": door.y}
            for code, raised in zip(codes, built, strict=True)
            for unit, door in enumerate(raised.doors)
        ]
    )


def household_frame(flats: list[Flat], built: list[Raised], codes: list[str], prefix: str) -> pd.DataFrame:
    """Give the households: doors, no people."""
    return with_points(
        [
            {
                "code": f"H{prefix}-{number:05d}", "building_code": codes[flat.building],
                "entrance": entrance_name(built[flat.building], flat.unit),
                "floor": str(flat.floor), "room": flat.room, "x": flat.x, "y": flat.y,
            }
            for number, flat in enumerate(flats, start=1)
        ]
    )  # fmt: skip


def road_frame(roads: list[Road], prefix: str) -> gpd.GeoDataFrame:
    """Give the roads."""
    rows: list[Row] = [
        {
            "code": f"R{prefix}-{number:04d}", "name": road.name, "highway": road.highway,
            "oneway": road.oneway, "bridge": road.bridge,
        }
        for number, road in enumerate(roads, start=1)
    ]  # fmt: skip
    return geo(rows, [road.line for road in roads])


def ground_frame(patches: list[Patch]) -> gpd.GeoDataFrame:
    """Give the open ground."""
    rows: list[Row] = [{"kind": kind, "name": name} for kind, name, _ in patches]
    return geo(rows, [shape for _, _, shape in patches])


def round_frame(rounds: list[Round], prefix: str) -> gpd.GeoDataFrame:
    """Give the rounds, their stops as JSON."""
    rows: list[Row] = [
        {
            "code": f"T{prefix}-{number:04d}", "member_code": a.member, "grid_code": a.grid,
            "starts_at": a.starts_at.isoformat(), "ends_at": a.ends_at.isoformat(), "state": a.state,
            "stops": _stops(a),
        }
        for number, a in enumerate(rounds, start=1)
    ]  # fmt: skip
    return geo(rows, [a.line for a in rounds])


def _stops(a: Round) -> str:
    places = degrees(np.array([(stop.x, stop.y) for stop in a.stops]))
    stops = [
        {"lon": round(float(lon), DECIMALS), "lat": round(float(lat), DECIMALS), "label": stop.label}
        for (lon, lat), stop in zip(places, a.stops, strict=True)
    ]
    return json.dumps(stops, ensure_ascii=False)
