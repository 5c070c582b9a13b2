"""A person says where a case is: out of the queue, back on the walk.

Before: the queue page. After: `cases.journey`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases import journey, moves
from gis.cases.models import Case
from gis.errors import InputError
from gis.geometry.lonlat import on_earth


def place_by_hand(
    session: Session, case: Case, actor: moves.Actor, now: datetime, *, lon: float, lat: float, label: str
) -> None:
    """Set the point of a queued case (EPSG:4490 degrees) and let it walk on.

    Raises
    ------
    InputError
        When the numbers are no point.
    MoveRefusedError
        When the case is not in the queue.
    """
    if not on_earth(lon, lat):
        raise InputError(
            "经纬度不对，请在地图上点选。 The longitude or latitude is out of range.", field="lon"
        )
    moves.make(session, case, "place", actor, now, detail={"lon": lon, "lat": lat, "label": label})
    case.point = f"SRID=4490;POINT({lon!r} {lat!r})"
    case.radius_m = None
    case.place_label = label[:200]
    case.location = case.location | {
        "decision": "hand",
        "level": "pin",
        "confidence": 1.0,
        "lon": lon,
        "lat": lat,
        "reason": "位置由工作人员核定。",
    }
    journey.advance(session, case, now)
