"""What lies on the map, by address: cases and rounds of the window, figures, the grid card, the grid of a click.

Before: `webmap.access`, the queries of the rooms. After: the map's scripts in `static/js/map`. The public sees the
card (and the tiles, see `layers.gate`); everything else is for staff, and only the rows of their scope.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, Response, jsonify, request

from gis.cases.cards import grid_card
from gis.cases.map_queries import marks_in
from gis.cases.states import ENDED, State
from gis.database import transaction
from gis.errors import InputError
from gis.geometry.tiles import tile_at
from gis.grids.queries import grid_at
from gis.patrols.rounds.queries import rounds_between
from gis.staff.leaders import leaders
from webmap.access import act, scope
from webmap.answers import revalidated
from webmap.layers import inputs
from webmap.layers.features import case_feature, collection, round_feature
from webmap.layers.figures import figure
from webmap.layers.sight import may_count

blueprint = Blueprint("layers", __name__)

DEEPER = 2
"""A square is looked at from about so many zooms nearer than its own."""


@blueprint.get("/layers/cases.geojson")
@act("map.work")
def cases() -> Response:
    """Give the open cases of a window, or clusters when they are many."""
    now = inputs.instant({})
    sides = inputs.window(request.args)
    with transaction() as session:
        marks = marks_in(
            session,
            scope(session),
            sides,
            inputs.zoom(request.args),
            states=_states(),
            most=inputs.most(request.args),
            now=now,
        )
    return revalidated(jsonify(collection(map(case_feature, marks))))


@blueprint.get("/tiles/cases/<int:zoom>/<int:column>/<int:row>.geojson")
@act("map.work")
def square_of_cases(zoom: int, column: int, row: int) -> Response:
    """Give the open cases of one square of the map; clusters where a square has too many for single marks."""
    square = tile_at(zoom, column, row)
    sides = (square.west, square.south, square.east, square.north)
    with transaction() as session:
        marks = marks_in(session, scope(session), sides, zoom + DEEPER, now=inputs.instant({}))
    return revalidated(jsonify(collection(map(case_feature, marks))))


def _states() -> list[State]:
    given = [name for name in request.args.get("states", "").split(",") if name]
    known = {state.value for state in State if state not in ENDED}
    strange = set(given) - known
    if strange:
        raise InputError(
            f"没有这种状态：{'、'.join(sorted(strange))[:60]}。 Unknown state; the open ones are "
            f"{', '.join(sorted(known))}."
        )
    return [State(name) for name in given]


@blueprint.get("/layers/patrols.geojson")
@act("map.work")
def patrols() -> Response:
    """Give today's rounds of one's grids, or those of the day `at`."""
    at = inputs.instant(request.args)
    first = datetime.combine(at.date(), time(), at.tzinfo)
    with transaction() as session:
        found = rounds_between(session, scope(session), first, first + timedelta(days=1))
    return revalidated(jsonify(collection(map(round_feature, found))))


@blueprint.get("/layers/figures.json")
@act("map.work")
def figures() -> Response:
    """Give one figure over one's grids, with its classes."""
    with transaction() as session:
        found = figure(session, scope(session), request.args.get("figure", ""), inputs.instant({}))
    return revalidated(jsonify(found))


@blueprint.get("/layers/grid/<int:grid_id>.json")
@act("map.public")
def card(grid_id: int) -> Response:
    """Give the grid card; with counts for staff in whose scope the grid lies."""
    with transaction() as session:
        found = grid_card(session, grid_id, inputs.instant(request.args), counts=may_count(session, grid_id))
    return revalidated(jsonify(found))


@blueprint.get("/layers/leaders.json")
@act("map.public")
def leader_names() -> Response:
    """Give the name of each grid's leader, for the labels."""
    with transaction() as session:
        found = leaders(session, inputs.instant(request.args))
    return revalidated(jsonify({str(grid): name for grid, name in found.items()}))


@blueprint.get("/layers/at.json")
@act("map.public")
def at() -> Response:
    """Say which grid lies at a point; on a shared line the one with the smaller code."""
    lon, lat = inputs.point(request.args)
    with transaction() as session:
        found = grid_at(session, lon, lat, inputs.instant(request.args))
    return revalidated(
        jsonify({"grid_id": found.grid_id if found else None, "code": found.code if found else None})
    )
