"""热点 on a page and on the map: many reports, one place, one matter.

Before: `cases.hotspots` within the person's scope. After: `command/hotspots.html`, `static/js/map/hotspots.js`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template

from gis.cases.hotspots import HotSpot, hot_spots
from gis.database import transaction
from gis.settings import settings
from gis.staff.roles import Role, reach_of
from webmap import access
from webmap.access import act, scope
from webmap.answers import revalidated
from webmap.layers.features import collection

blueprint = Blueprint("hotspots", __name__)

MOST_LINKS = 8


@blueprint.get("/hotspots")
@act("map.work")
def page() -> str:
    """List the hot spots of one's scope, most reports first."""
    with transaction() as session:
        spots = hot_spots(session, scope(session), datetime.now(UTC))
    reads = reach_of(Role(access.account().role), "case.read") is not None
    return render_template(
        "command/hotspots.html", spots=spots, chosen=settings(), reads=reads, most_links=MOST_LINKS
    )


@blueprint.get("/layers/hotspots.geojson")
@act("map.work")
def layer() -> Response:
    """Give them as points with their counts; there are never many, so the window is not asked."""
    with transaction() as session:
        spots = hot_spots(session, scope(session), datetime.now(UTC))
    return revalidated(jsonify(collection(map(_feature, spots))))


def _feature(one: HotSpot) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(one.lon, 6), round(one.lat, 6)]},
        "properties": {
            "reports": one.reports,
            "cases": len(one.case_ids),
            "open": one.open,
            "category": {"zh": one.category, "en": one.category_en},
            "place": one.place,
        },
    }
