"""Third step: the point falls on a grid, and the grid says who is responsible there today.

Before: `cases.geocode`. After: `cases.assign`. A point outside every community goes to a person; one in a community
but in no grid stays with the community, which then answers.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases.draft import Draft
from gis.cases.loads import LOAD
from gis.grids.queries import GridHere, grids_near
from gis.places.geocoder.answer import RADIUS_M
from gis.places.reach import grids_reached
from gis.staff.queries import Responsibility, responsible_at_all

NEAREST_LINE_M = 1.0


# index: ix_case_open_member_id
def asked(session: Session, lon: float, lat: float, now: datetime) -> Responsibility | None:
    """Say who is responsible at a point, and how much each of the members carries."""
    return responsible_at_all(session, [(lon, lat)], now, LOAD)[0]


def step(session: Session, draft: Draft, now: datetime) -> Responsibility | None:
    """Put a located case on its grid; None when it lies outside and now waits for a person."""
    lon, lat = draft.lon, draft.lat
    answer = None if lon is None or lat is None else draft.answer or asked(session, lon, lat, now)
    if lon is None or lat is None or answer is None:
        draft.move("queue", now, reason="位置在辖区之外，请人工核对。 The place lies outside the area.")
        return None
    draft.grid_id, draft.area_id = answer.grid_id, answer.community_id
    draft.grid_code, draft.grid = answer.grid_code or None, answer.grid or None
    detail: dict[str, object] = {
        "grid": answer.grid_code,
        "grid_name": answer.grid,
        "community": answer.community,
    }
    draft.location = {name: value for name, value in draft.location.items() if name != "near"}
    near = _near_a_line(session, draft, lon, lat, now)
    if near:
        detail["near"] = near
        draft.location |= {"near": near}
    draft.move("locate", now, detail=detail)
    return answer


def _near_a_line(
    session: Session, draft: Draft, lon: float, lat: float, now: datetime
) -> list[dict[str, object]]:
    """Name the other grids that the place's uncertainty reaches into: a compound's ground, else a circle."""
    if draft.radius_m is None or draft.radius_m < NEAREST_LINE_M:
        return []
    near: list[GridHere] = []
    if draft.place_id is not None and draft.radius_m == RADIUS_M["compound"]:
        near = grids_reached(session, draft.place_id, now)
    near = near or grids_near(session, lon, lat, draft.radius_m, now)
    return [
        {"grid_id": grid.grid_id, "code": grid.code, "name": grid.name}
        for grid in near
        if grid.grid_id != draft.grid_id
    ]
