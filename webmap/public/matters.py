"""What anybody sees of the town's open matters: a layer of the map, a page for each, its approved pictures.

Before: `cases.publicly` decides what is public. After: `static/js/map/matters.js`, `public/matter.html`. Not a word of
a report stands here, and no original picture: only copies that a person painted and approved.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, send_file
from flask_babel import gettext as _

from gis.cases.pictures import by_token
from gis.cases.publicly import Shown, by_number, in_window, is_public
from gis.database import transaction
from webmap import inputs
from webmap.access import act
from webmap.answers import revalidated
from webmap.guards import limiter
from webmap.intake.answers import public_state
from webmap.layers.features import collection
from webmap.layers.inputs import window
from webmap.saying import day, pair

blueprint = Blueprint("matters", __name__)

LIMIT = "240 per minute"
LONGEST_NUMBER = 20


@blueprint.get("/layers/matters.geojson")
@limiter.limit(LIMIT)
@act("map.public")
def layer() -> Response:
    """Give the public matters of a window."""
    sides = window(request.args)
    with transaction() as session:
        found = in_window(session, sides, datetime.now(UTC))
    return revalidated(jsonify(collection(map(_feature, found))))


def _feature(one: Shown) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]},
        "properties": {
            "number": one.number,
            "category": pair((one.category, one.category_en)),
            "state": one.state,
            "word": public_state(one.state),
            "grid": one.grid,
            "since": day(one.since),
        },
    }


@blueprint.get("/c/<number>")
@act("map.public")
def matter(number: str) -> str:
    """Show one public matter with its approved pictures."""
    with transaction() as session:
        found = by_number(session, number[:LONGEST_NUMBER] if number.isalnum() else "", datetime.now(UTC))
    kinds = {"report": _("反映时"), "before": _("处理前"), "after": _("处理后")}
    return render_template("public/matter.html", one=found, state=public_state(found.state), kinds=kinds)


@blueprint.get("/p/<token>.jpg")
@limiter.limit(LIMIT)
@act("map.public")
def picture(token: str) -> Response:
    """Give an approved picture; asked anew each time, so that a withdrawn one is gone at once."""
    with transaction() as session:
        path = by_token(session, inputs.token_of(token), is_public())
    response = send_file(path, mimetype="image/jpeg", conditional=True)
    response.headers["Cache-Control"] = "no-cache"
    return response
