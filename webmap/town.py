"""The map page: the town with its grids; for staff also what is open, where the rounds go, and figures to colour by.

Before: `webmap.layers.compose`. After: `static/js/map`. The script is served at an address of its own, because no
page of ours may carry an inline one.
"""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from gis.database import transaction
from gis.grids.extent import Bounds, extent
from gis.grids.versions import changed_at, layer_versions
from gis.settings import settings
from gis.staff.roles import Role
from webmap.access import account, act, scope
from webmap.layers.compose import Composed, View, compose
from webmap.layers.inputs import instant
from webmap.layers.sight import WORK, works

blueprint = Blueprint("town", __name__)

CASES_PAGES = {Role.COMMANDER: "/board", Role.GRID_MEMBER: "/my"}


@blueprint.get("/map")
@act("map.public")
def page() -> str:
    """Show the map."""
    return render_template("map.html", composed=Markup(_composed().html))  # noqa: S704 - our own markup, no input in it


@blueprint.get("/map/compose.js")
@act("map.public")
def script() -> Response:
    """Give the script that Folium composed for this person."""
    response = Response(_composed().script, mimetype="text/javascript")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _composed() -> Composed:
    with transaction() as session:
        changed = changed_at(session)
        view = View(
            bounds=_bounds(session),
            versions=layer_versions(session),
            works=works(),
            few_rounds=works() and account().role == Role.GRID_MEMBER,
            approval=settings().map_approval,
            data_date=changed.astimezone(settings().time_zone).date().isoformat() if changed else None,
            cases_page=CASES_PAGES.get(Role(account().role)) if works() else None,
        )
    return compose(view, modules=url_for("static", filename="js/map/index.js"))


def _bounds(session: Session) -> Bounds | None:
    grid_ids = scope(session, WORK).grid_ids if works() else None
    return extent(session, grid_ids, instant({}))
