"""The map page: the town with its grids; for staff also what is open, where the rounds go, and figures to colour by.

With `on` it is the map of another day: lines and people as they were then, without today's work. Before:
`webmap.layers.compose`. After: `static/js/map`. The script is served at an address of its own, because no
page of ours may carry an inline one.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from gis.database import transaction
from gis.grids.extent import Bounds, extent
from gis.grids.versions import changed_at, layer_versions, line_changes, lines_mark
from gis.settings import settings
from gis.staff.roles import Role
from webmap.access import account, act, scope
from webmap.answers import revalidated
from webmap.layers.compose import Composed, View, compose
from webmap.layers.inputs import instant
from webmap.layers.sight import WORK, works

blueprint = Blueprint("town", __name__)

MOST_DAYS = 400
CASES_PAGES = {Role.COMMANDER: "/board", Role.GRID_MEMBER: "/my"}


@blueprint.get("/map")
@act("map.public")
def page() -> str:
    """Show the map, of today or as it was on the day `on`."""
    composed = Markup(_composed().html)  # noqa: S704 - our own markup, no input in it
    day = _day()
    return render_template("map.html", composed=composed, day=day)


@blueprint.get("/map/compose.js")
@act("map.public")
def script() -> Response:
    """Give the script that Folium composed for this person."""
    return revalidated(Response(_composed().script, mimetype="text/javascript"))


def _day() -> date | None:
    """Read the day `on` whose lines are asked for; None for today."""
    given = request.args.get("on", "")
    day = instant({"at": given}).date() if given else None
    return day if day != _today() else None


def _today() -> date:
    return datetime.now(settings().time_zone).date()


def _days(session: Session, versions: dict[str, int]) -> tuple[str, ...]:
    """Give the last days on which lines changed, up to today."""
    found = {at.astimezone(settings().time_zone).date() for at in line_changes(session, versions)}
    return tuple(day.isoformat() for day in sorted(found) if day <= _today())[-MOST_DAYS:]


def _composed() -> Composed:
    day = _day()
    at = instant({"at": day.isoformat()} if day else {})
    with transaction() as session:
        changed = changed_at(session)
        versions = layer_versions(session)
        view = View(
            bounds=_bounds(session, at),
            versions=versions,
            lines=lines_mark(session, versions, at),
            day=day.isoformat() if day else "",
            today=_today().isoformat(),
            days=_days(session, versions),
            works=works(),
            few_rounds=works() and account().role == Role.GRID_MEMBER,
            approval=settings().map_approval,
            data_date=changed.astimezone(settings().time_zone).date().isoformat() if changed else None,
            cases_page=CASES_PAGES.get(Role(account().role)) if works() else None,
        )
    return compose(view, modules=url_for("static", filename="js/map/index.js"))


def _bounds(session: Session, at: datetime) -> Bounds | None:
    grid_ids = scope(session, WORK).grid_ids if works() else None
    return extent(session, grid_ids, at) or extent(session, None, datetime.now(UTC))
