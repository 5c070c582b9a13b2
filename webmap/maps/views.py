"""The pages of coloured maps: a theme over months, or where cases are reported by hour; with a table.

Before: `webmap.maps.themes`, `heat`. After: `maps/themes.html`, `static/js/map`. The map is composed with Folium like
the town's own; its script has an address of its own, because no page of ours carries an inline one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from gis.database import transaction
from gis.errors import InputError
from gis.grids.extent import extent
from gis.grids.shown import grids_shown
from gis.grids.versions import changed_at, layer_versions
from gis.settings import settings
from gis.staff.people import grids_named
from webmap.access import act, scope
from webmap.answers import revalidated
from webmap.layers.compose import Composed, View, composed_of, town_pieces
from webmap.layers.pieces import LayerSwitch, Piece
from webmap.maps.heat import heat
from webmap.maps.sheet import said
from webmap.maps.steps import MOST_MONTHS, steps_of
from webmap.maps.themes import THEMES, themed

blueprint = Blueprint("themes", __name__, url_prefix="/themes")

HOURS = "hours"
MONTHS = (0, 3, 6, 12, 24, 36)
DAYS = (30, 90, 365)


@dataclass(frozen=True)
class Asked:
    """What a person wants to see: a theme over months, or the hours of the last days."""

    theme: str
    months: int
    days: int


def asked() -> Asked:
    """Read the address.

    Raises
    ------
    InputError
        When there is no such theme, or months or days are not among those offered.
    """
    theme = request.args.get("theme", "load")
    if theme not in {*THEMES, HOURS}:
        known = ", ".join([*THEMES, HOURS])
        raise InputError(f"没有这个专题。 There is no such theme; there are {known}.", theme=theme[:40])
    return Asked(theme, _offered("months", MONTHS, 0), _offered("days", DAYS, 90))


def _offered(name: str, offered: tuple[int, ...], otherwise: int) -> int:
    given = request.args.get(name, str(otherwise))
    if given not in map(str, offered):
        words = "、".join(map(str, offered))
        raise InputError(f"{name} 只能是 {words}。 {name} must be one of {words}.", value=given[:40])
    return int(given)


@blueprint.get("")
@act("map.themes")
def page() -> str:
    """Show a theme with its map and its table."""
    wanted, now = asked(), _now()
    with transaction() as session:
        grids = _grids(session, now)
        names = grids_named(session, grids, now)
        found = (
            None if wanted.theme == HOURS else themed(session, wanted.theme, grids, _steps(wanted, now), now)
        )
    return render_template(
        "maps/themes.html",
        asked=wanted,
        themes={name: (theme.zh, theme.en) for name, theme in THEMES.items()},
        months=MONTHS,
        days=DAYS,
        found=found,
        names=names,
        said=said,
        composed=Markup(_composed(wanted, now).html),  # noqa: S704 - our own markup, no input in it
    )


@blueprint.get("/compose.js")
@act("map.themes")
def script() -> Response:
    """Give the script that Folium composed for a theme."""
    return revalidated(Response(_composed(asked(), _now()).script, mimetype="text/javascript"))


@blueprint.get("/data.json")
@act("map.themes")
def data() -> Response:
    """Give a theme over one's grids, or the hours of their cases."""
    wanted, now = asked(), _now()
    with transaction() as session:
        grids = _grids(session, now)
        if wanted.theme == HOURS:
            sides = extent(session, grids, now) or (0.0, 0.0, 0.0, 0.0)
            found: dict[str, Any] = heat(session, grids, (now - timedelta(days=wanted.days), now), sides)
        else:
            found = themed(session, wanted.theme, grids, _steps(wanted, now), now)
    return revalidated(jsonify(found))


def _composed(wanted: Asked, now: datetime) -> Composed:
    """Compose the base map of the town with the one piece that colours it."""
    with transaction() as session:
        changed = changed_at(session)
        view = View(
            bounds=extent(session, _grids(session, now), now),
            versions=layer_versions(session),
            works=False,
            approval=settings().map_approval,
            data_date=changed.astimezone(settings().time_zone).date().isoformat() if changed else None,
        )
    url = url_for("themes.data", theme=wanted.theme, months=wanted.months, days=wanted.days)
    colouring = Piece("heat" if wanted.theme == HOURS else "theme", url=url)
    layers = LayerSwitch(["grids", "communities", "buildings"])
    modules = url_for("static", filename="js/map/index.js")
    return composed_of([*town_pieces(view), layers, colouring], modules=modules)


def _grids(session: Session, now: datetime) -> frozenset[int]:
    return grids_shown(session, scope(session).grid_ids, now)


def _steps(wanted: Asked, now: datetime) -> list[Any]:
    return steps_of(now, min(wanted.months, MOST_MONTHS))


def _now() -> datetime:
    return datetime.now(settings().time_zone)
