"""A little town for plans: roads between all cells, so that every cell of the picture is a unit."""

from __future__ import annotations

import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries import ground, plans
from gis.boundaries.models import BoundaryPlan
from gis.boundaries.plans import By
from tests.make import NOW, Town

CELL = 0.001


def roads(session: Session, town: Town) -> None:
    """Draw a road along every line of the lattice."""
    west, south, east, north = shapely.total_bounds(list(town.shapes.values()))
    columns, rows = round((east - west) / CELL), round((north - south) / CELL)
    lines = [((west + i * CELL, south), (west + i * CELL, north)) for i in range(1, columns)]
    lines += [((west, south + j * CELL), (east, south + j * CELL)) for j in range(1, rows)]
    for number, line in enumerate(lines):
        session.execute(
            text(
                "INSERT INTO road (code, highway, geom) VALUES (:code, 'residential', ST_GeomFromText(:wkt, 4490))"
            ),
            {"code": f"R{number}", "wkt": shapely.LineString(line).wkt},
        )


def plan_over(session: Session, town: Town) -> BoundaryPlan:
    """Begin a draft over the town's community."""
    units = ground.make_ground(session, [town.community.id], NOW, NOW)
    return plans.create(session, units.id, "样例方案", By(None, NOW))
