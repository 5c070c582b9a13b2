"""The ground of some communities cut into units over the lines of an instant.

Before: grids, roads, water, buildings in the database; `units` cuts. After: `boundaries.storing` keeps the units. Each
grid is cut by itself, so that every unit lies in exactly one grid of today; where a line runs through a building it is
bent around it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import BigInteger, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from gis.boundaries.models import StoredUnits
from gis.boundaries.storing import Cut, store_ground
from gis.boundaries.units.cells import bodies
from gis.boundaries.units.make import make_units
from gis.errors import NotFoundError
from gis.geometry.blocks import SNAP_DEG
from gis.geometry.measure import area_m2

LEAST_GAP_M2 = 1.0
BARRIER_ROADS = ("motorway", "motorway_link", "trunk", "trunk_link")
NEAR_DEG = 20.0 / 111_000.0
"""So far to either side a crossing is taken along."""

# index: ix_grid_version_community_id
_GRIDS = text("""
    SELECT v.grid_id, v.community_id, ST_AsBinary(v.geom)
    FROM grid_version v JOIN grid g ON g.id = v.grid_id
    WHERE v.community_id = ANY(:areas) AND v.kind <> 'micro' AND v.valid @> CAST(:at AS timestamptz) ORDER BY g.code
""")
# index: ex_area_version_valid
_COMMUNITIES = text("""
    SELECT v.area_id, ST_AsBinary(v.geom) FROM area_version v JOIN area a ON a.id = v.area_id
    WHERE v.area_id = ANY(:areas) AND a.level = 'community' AND v.valid @> CAST(:at AS timestamptz) ORDER BY a.code
""")
# indexes: ix_road_geom, ix_ground_geom, ix_building_geom
_WITHIN = "geom && ST_MakeEnvelope(:west, :south, :east, :north, 4490)"
_LINES = text(f"""
    SELECT ST_AsBinary(geom), highway = ANY(:barriers) AND NOT bridge FROM road
    WHERE {_WITHIN} AND NOT (highway = ANY(:paths))
    UNION ALL SELECT ST_AsBinary(geom), TRUE FROM ground WHERE {_WITHIN} AND kind IN ('water', 'rail')
""")
# index: ix_road_geom; whatever one walks or drives on that is no barrier itself may lead across one
_WAYS = text(
    f"SELECT ST_AsBinary(geom) FROM road WHERE {_WITHIN} AND (bridge OR NOT highway = ANY(:barriers))"
)
_BUILDINGS = text(f"SELECT ST_AsBinary(geom) FROM building WHERE {_WITHIN}")
# index: ix_building_geom
_HOW_MANY = text("""
    SELECT count(*) FROM building b JOIN area_version v
      ON v.area_id = ANY(:areas) AND v.valid @> CAST(:at AS timestamptz) AND b.geom && v.geom
""")
# index: ix_grid_version_community_id; a set of units serves as long as no line of its communities has changed
_STANDING = text("""
    SELECT u.id FROM unit_set u
    WHERE u.area_ids = :areas AND NOT EXISTS (
        SELECT FROM grid_version v WHERE v.community_id = ANY(:areas)
          AND ((lower(v.valid) > u.base_at AND lower(v.valid) <= :at)
            OR (upper(v.valid) > u.base_at AND upper(v.valid) <= :at)))
    ORDER BY u.id DESC LIMIT 1
""").bindparams(bindparam("areas", type_=ARRAY(BigInteger)))
PATHS = ("footway", "path", "steps", "corridor", "cycleway", "elevator")


def make_ground(
    session: Session,
    area_ids: Sequence[int],
    at: datetime,
    now: datetime,
    *,
    min_area_m2: float = 2000.0,
    most_buildings: int = 12,
    say: Callable[[float], object] | None = None,
) -> StoredUnits:
    """Cut the ground of communities into units over the lines of an instant and store them, counted.

    Parameters
    ----------
    area_ids : sequence of int
        Communities.
    at : datetime
        Whose lines are today's in the plans over these units; aware.
    say : callable, optional
        Told the share of the cutting that is done, after every grid.

    Raises
    ------
    NotFoundError
        No such community is in force then, or it has neither a line nor a grid.
    """
    areas = sorted(set(area_ids))
    grids, grounds = _grids(session, areas, at), _communities(session, areas, at)
    if not areas or {community for community, _ in grounds} != set(areas):
        raise NotFoundError("没有这个社区，或这一天还没有。 There is no such community on this day.")
    pieces = [*grids, *_gaps(grids, grounds)]
    if not pieces:
        raise NotFoundError("这个社区还没有边界。 This community has no line yet.")
    ground = np.array([shape for *_, shape in pieces], dtype=object)
    lines, barrier, buildings = _map_of(session, ground)
    cut = _cut(pieces, lines, buildings, min_area_m2, most_buildings, say=say or (lambda _: None))
    walls = lines[barrier]
    return store_ground(
        session, cut, areas, at, now, barriers=walls, crossings=_crossings(session, ground, walls)
    )


def buildings_in(session: Session, area_ids: Sequence[int], at: datetime) -> int:
    """Say about how many buildings stand in some communities: what tells whether cutting takes long."""
    return int(session.execute(_HOW_MANY, {"areas": sorted(set(area_ids)), "at": at}).scalar_one())


def standing(session: Session, area_ids: Sequence[int], at: datetime) -> StoredUnits | None:
    """Give the newest units of just these communities over the lines that are in force at an instant, if any."""
    found = session.execute(_STANDING, {"areas": sorted(set(area_ids)), "at": at}).scalar()
    return None if found is None else session.get(StoredUnits, found)


def _grids(session: Session, areas: Sequence[int], at: datetime) -> list[tuple[int, int, Any]]:
    rows = session.execute(_GRIDS, {"areas": areas, "at": at})
    return [(row[0], row[1], shapely.from_wkb(bytes(row[2]))) for row in rows]


def _communities(session: Session, areas: Sequence[int], at: datetime) -> list[tuple[int, Any]]:
    rows = session.execute(_COMMUNITIES, {"areas": areas, "at": at})
    return [(row[0], shapely.from_wkb(bytes(row[1])) if row[1] is not None else None) for row in rows]


def _gaps(grids: list[tuple[int, int, Any]], grounds: list[tuple[int, Any]]) -> list[tuple[int, int, Any]]:
    """Give the ground of communities that no grid has: units of nobody, to be given to somebody."""
    found = []
    covered = shapely.union_all([shape for *_, shape in grids]) if grids else shapely.Polygon()
    for community, shape in grounds:
        if shape is None:
            continue
        parts = shapely.get_parts(shapely.difference(shape, covered, grid_size=SNAP_DEG))
        wide = [part for part in parts if float(area_m2(part)) > LEAST_GAP_M2]
        if wide:
            found.append((-1, community, shapely.union_all(wide)))
    return found


def _map_of(session: Session, shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_], NDArray[Any]]:
    """Read the lines to cut along, which of them are barriers, and the buildings."""
    window = _window(shapes)
    rows = session.execute(_LINES, window | {"barriers": list(BARRIER_ROADS), "paths": list(PATHS)}).all()
    lines = shapely.from_wkb(np.array([bytes(row[0]) for row in rows], dtype=object))
    areal = shapely.get_dimensions(lines) == 2  # noqa: PLR2004 - areas
    lines[areal] = shapely.boundary(lines[areal])
    found = session.execute(_BUILDINGS, window).scalars()
    buildings = shapely.from_wkb(np.array([bytes(one) for one in found], dtype=object))
    return lines, np.array([row[1] for row in rows], bool), buildings


def _window(shapes: NDArray[Any]) -> dict[str, float]:
    return dict(zip(("west", "south", "east", "north"), shapely.total_bounds(shapes).tolist(), strict=True))


def _crossings(session: Session, shapes: NDArray[Any], walls: NDArray[Any]) -> NDArray[Any]:
    """Give the places where a way leads over or under a barrier: the way, some metres to either side."""
    values: dict[str, Any] = _window(shapes) | {"barriers": list(BARRIER_ROADS)}
    found = session.execute(_WAYS, values).scalars()
    ways = shapely.from_wkb(np.array([bytes(one) for one in found], dtype=object))
    if not len(walls) or not len(ways):
        return np.array([], dtype=object)
    way, wall = shapely.STRtree(walls).query(ways, predicate="crosses")
    places = shapely.buffer(shapely.intersection(ways[way], walls[wall]), NEAR_DEG)
    return np.asarray(shapely.intersection(ways[way], places), dtype=object)


def _cut(
    pieces: list[tuple[int, int, Any]],
    lines: NDArray[Any],
    buildings: NDArray[Any],
    min_area_m2: float,
    most_buildings: int,
    *,
    say: Callable[[float], object],
) -> Cut:
    shapes = _around_buildings(np.array([shape for *_, shape in pieces], dtype=object), buildings)
    found: list[Any] = []
    owner: list[int] = []
    roads, houses = shapely.STRtree(lines), shapely.STRtree(buildings)
    for number, shape in enumerate(shapes):
        near = roads.query(shape, predicate="intersects")
        inside = houses.query(shape, predicate="intersects")
        units = _units(shape, lines[near], buildings[inside], min_area_m2, most_buildings)
        found += units
        owner += [number] * len(units)
        say((number + 1) / len(shapes))
    at = np.array(owner)
    whole = np.array(found, dtype=object)
    # a grid that nothing cuts stays as it is; else all lines are noded together, so that neighbours share corners
    joined = whole if len(whole) == len(shapes) else _joined(whole)
    grid, community = (np.array([piece[i] for piece in pieces], np.int64)[at] for i in (0, 1))
    # a sliver of which noding leaves nothing is no unit
    some = ~shapely.is_empty(joined)
    return Cut(joined[some], grid[some], community[some])


def _around_buildings(shapes: NDArray[Any], buildings: NDArray[Any]) -> NDArray[Any]:
    """Bend the lines between grids around buildings: each goes to the grid that has its inner point."""
    if not len(buildings) or len(shapes) < 2:  # noqa: PLR2004 - nothing to bend between
        return shapes
    edges = shapely.boundary(shapes)
    crossed = np.unique(shapely.STRtree(buildings).query(edges, predicate="crosses")[1])
    crossed = crossed[_reaches_two(shapes, buildings[crossed])]
    if not len(crossed):
        return shapes
    solid, _ = bodies(buildings[crossed], shapely.union_all(shapes))
    body, shape = shapely.STRtree(shapes).query(shapely.point_on_surface(solid), predicate="intersects")
    home = np.full(len(solid), -1)
    home[body[::-1]] = shape[::-1]
    bent = shapes.copy()
    for number in range(len(shapes)):
        mine = shapely.union_all(solid[home == number])
        others = shapely.union_all(solid[home != number])
        bent[number] = shapely.union(
            shapely.difference(shapes[number], others, grid_size=SNAP_DEG), mine, grid_size=SNAP_DEG
        )
    return bent


def _reaches_two(shapes: NDArray[Any], buildings: NDArray[Any]) -> NDArray[np.bool_]:
    one, _ = shapely.STRtree(shapes).query(buildings, predicate="intersects")
    return np.asarray(np.bincount(one, minlength=len(buildings)) > 1)


def _units(
    shape: Any, lines: NDArray[Any], buildings: NDArray[Any], min_area_m2: float, most_buildings: int
) -> list[Any]:
    """Cut one grid; one that nothing cuts is a unit as it is."""
    if not len(lines) and len(buildings) <= most_buildings:
        return [shape]
    made = make_units(shape, lines, buildings, min_area_m2=min_area_m2, most_buildings=most_buildings)
    return list(made.shapes) if len(made.shapes) > 1 else [shape]


def _joined(shapes: NDArray[Any]) -> NDArray[Any]:
    """Node the lines of all units together and put each together anew from the faces: a valid coverage."""
    noded = shapely.union_all(shapely.boundary(shapes), grid_size=SNAP_DEG)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    face, unit = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    owner = np.full(len(faces), -1)
    owner[face[::-1]] = unit[::-1]
    return np.array(
        [shapely.coverage_union_all(faces[owner == number]) for number in range(len(shapes))], dtype=object
    )
