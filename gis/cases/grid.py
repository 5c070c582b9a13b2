"""Third step: the point falls on a grid, and the grid says who is responsible there today.

Before: `cases.geocode`. After: `cases.assign`. A point outside every community goes to a person; one in a community
but in no grid stays with the community, which then answers.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.models import Case
from gis.grids.queries import grids_near
from gis.staff.queries import Responsibility, responsible_at

NEAREST_LINE_M = 1.0


def step(session: Session, case: Case, now: datetime) -> Responsibility | None:
    """Put a located case on its grid; None when it lies outside and now waits for a person."""
    lon, lat = case.location["lon"], case.location["lat"]
    answer = responsible_at(session, lon, lat, now)
    if answer is None:
        reason = "位置在辖区之外，请人工核对。 The place lies outside the area."
        moves.make(session, case, "queue", moves.SYSTEM, now, reason=reason)
        return None
    case.grid_id = answer.grid_id
    case.area_id = answer.community_id
    detail: dict[str, object] = {
        "grid": answer.grid_code,
        "grid_name": answer.grid,
        "community": answer.community,
    }
    near = _near_a_line(session, case, lon, lat, now)
    if near:
        detail["near"] = near
        case.location = case.location | {"near": near}
    moves.make(session, case, "locate", moves.SYSTEM, now, detail=detail)
    return answer


def _near_a_line(
    session: Session, case: Case, lon: float, lat: float, now: datetime
) -> list[dict[str, object]]:
    """Name the other grids that the place's uncertainty reaches into."""
    if case.radius_m is None or case.radius_m < NEAREST_LINE_M:
        return []
    near = grids_near(session, lon, lat, case.radius_m, now)
    return [
        {"grid_id": grid.grid_id, "code": grid.code, "name": grid.name}
        for grid in near
        if grid.grid_id != case.grid_id
    ]
