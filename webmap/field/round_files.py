"""A round to take along: GPX, GeoJSON, and a card on A4 with its map.

Before: `patrols.rounds.exports`. After: the browser, a navigation device, the printer.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, render_template

from gis.database import transaction
from gis.patrols.rounds import exports
from gis.patrols.rounds.queries import round_of
from gis.settings import settings
from webmap.access import act, scope
from webmap.answers import file_answer, private
from webmap.field.round import KINDS
from webmap.figures import papers

blueprint = Blueprint("round_files", __name__)


@blueprint.get("/round/<int:patrol_id>.geojson")
@act("round.read")
def geojson(patrol_id: int) -> Response:
    """Give a round as GeoJSON."""
    with transaction() as session:
        view = exports.view_of(session, round_of(session, scope(session), patrol_id))
    response = jsonify(exports.geojson(view))
    response.mimetype = "application/geo+json"
    return private(response)


@blueprint.get("/round/<int:patrol_id>.gpx")
@act("round.read")
def gpx(patrol_id: int) -> Response:
    """Give a round as GPX."""
    with transaction() as session:
        view = exports.view_of(session, round_of(session, scope(session), patrol_id))
    return file_answer(exports.gpx(view, datetime.now(UTC)), f"{view.patrol.code}.gpx")


@blueprint.get("/round/<int:patrol_id>.pdf")
@act("round.read")
def card(patrol_id: int) -> Response:
    """Give a round as a card on A4."""
    with transaction() as session:
        patrol = round_of(session, scope(session), patrol_id)
        view = exports.view_of(session, patrol)
        drawn = exports.sheet(view, exports.roads_around(session, patrol))
    page = render_template(
        "field/round_card.html",
        view=view,
        sheet=drawn,
        ink=papers.ink(),
        kinds=KINDS,
        zone=settings().time_zone,
    )
    return private(Response(papers.laid_out(page), mimetype="application/pdf"))
