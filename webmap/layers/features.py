"""Cases and rounds as GeoJSON of the window: longitude, latitude in degrees, six decimals.

Before: `cases.map_queries`, `patrols.rounds.queries`. After: `webmap.layers.views`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gis.cases.map_queries import Mark
from gis.patrols.rounds.queries import Round


def collection(features: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Gather features into a FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def case_feature(mark: Mark) -> dict[str, Any]:
    """Give a case or a cluster as a GeoJSON point."""
    properties: dict[str, Any] = {
        "count": mark.count,
        "state": mark.state,
        "late": mark.late,
        "soon": mark.soon,
    }
    if mark.case_id is not None:
        properties |= {
            "number": mark.number,
            "category": {"zh": mark.category, "en": mark.category_en},
            "due_at": mark.due_at.isoformat(timespec="minutes") if mark.due_at else None,
        }
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(mark.lon, 6), round(mark.lat, 6)]},
        "properties": properties,
    }
    return feature if mark.case_id is None else feature | {"id": mark.case_id}


def round_feature(found: Round) -> dict[str, Any]:
    """Give a round as a GeoJSON line with its stops."""
    return {
        "type": "Feature",
        "id": found.code,
        "geometry": found.route,
        "properties": {
            "state": found.state,
            "member": found.member,
            "grid": found.grid,
            "starts_at": found.starts_at.isoformat(timespec="minutes"),
            "ends_at": found.ends_at.isoformat(timespec="minutes"),
            "done_share": round(found.done_share, 4),
            "stops": found.stops,
        },
    }
