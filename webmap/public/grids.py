"""My grid, my people: found by an address or from where one stands; the card on a screen and on paper.

Before: `places.suggest`, `grids.queries`, `staff.cards`. After: the browser, the printer. What is searched is sent in
the body of a form, stands in no address and is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.database import transaction
from gis.errors import InputError, NotFoundError
from gis.geometry.lonlat import on_earth
from gis.grids.many import grids_at
from gis.grids.queries import GridHere, grid_at
from gis.places.search import find as locate
from gis.places.sketch import parts_in
from gis.places.suggest import Suggestion, suggest
from gis.settings import settings
from gis.staff.cards import GridCard, card_of
from webmap import inputs
from webmap.access import act
from webmap.guards import limiter
from webmap.public import codes
from webmap.public.sketch import drawing, frame_of

blueprint = Blueprint("grids", __name__)

LIMIT = "120 per minute"
LONGEST_CODE = 40


@dataclass(frozen=True)
class Choice:
    """A place that may be meant, with the grid it lies in."""

    place: Suggestion
    grid: GridHere


@blueprint.get("/find")
@act("map.public")
def form() -> str:
    """Ask for an address."""
    return _form()


def _form(where: str = "", choices: list[Choice] | None = None, fault: InputError | None = None) -> str:
    return render_template("public/find.html", where=where, choices=choices, fault=fault)


@blueprint.post("/find")
@limiter.limit(LIMIT)
@act("map.public")
def find() -> str | tuple[str, int] | Answer:
    """Go to the grid of an address or a point, or offer the places that may be meant."""
    where = request.form.get("where", "").strip()[: inputs.LONGEST_WHERE]
    try:
        with transaction() as session:
            found = _found(session, where, datetime.now(UTC))
    except InputError as fault:
        return _form(where, fault=fault), 422
    return _form(where, found) if isinstance(found, list) else redirect(f"/grids/{found.code}", 303)


def _found(session: Session, where: str, now: datetime) -> GridHere | list[Choice]:
    """Give the one grid, or several places to choose from.

    Raises
    ------
    InputError
        When there is nothing to look for, nothing is found, or no grid lies there.
    """
    lon, lat = (inputs.number(request.form.get(name), "where") for name in ("lon", "lat"))
    if lon is not None and lat is not None:
        return _grid_of(session, lon, lat, now)
    if not where:
        raise InputError("请写下地址。 Write an address.", field="where")
    sure = locate(session, where)
    if sure.decision == "auto" and sure.lon is not None and sure.lat is not None:
        return _grid_of(session, sure.lon, sure.lat, now)
    return _choices(session, where, now)


def _grid_of(session: Session, lon: float, lat: float, now: datetime) -> GridHere:
    found = grid_at(session, lon, lat, now) if on_earth(lon, lat) else None
    if found is None:
        raise InputError("这里没有划入任何网格。 No grid lies there.", field="where")
    return found


def _choices(session: Session, where: str, now: datetime) -> GridHere | list[Choice]:
    """Offer the places that the words may mean; when all lie in one grid, that is the answer."""
    places = suggest(session, where)
    grids = grids_at(session, [(one.lon, one.lat) for one in places], now)
    choices = [
        Choice(place, grid)
        for place, grid in zip(places, grids, strict=True)
        if grid and place.kind != "road"
    ]
    if not choices:
        raise InputError(
            "没有找到这个地址。写上小区和楼号再试试，或在地图上找。 This address is not known here; try the compound"
            " and the number of the building, or look on the map.",
            field="where",
        )
    same = {one.grid.code for one in choices}
    return choices[0].grid if len(same) == 1 else choices


@blueprint.get("/grids/<code>")
@act("map.public")
def card(code: str) -> str:
    """Show a grid's card: who answers, how to reach them, where it ends."""
    return render_template("public/grid.html", card=_card(code), link=_link(code))


@blueprint.get("/grids/<code>/card")
@act("map.public")
def paper(code: str) -> str:
    """Show the card as it is printed, on A5, with a code that leads back to the page."""
    return render_template("public/card.html", card=_card(code), link=_link(code))


@blueprint.get("/grids/<code>/map.svg")
@limiter.limit(LIMIT)
@act("map.public")
def sketch(code: str) -> Response:
    """Give the small map of a grid as a drawing."""
    now = datetime.now(UTC)
    with transaction() as session:
        found = card_of(session, _code(code), now)
        frame = frame_of(found.shape)
        parts = parts_in(session, frame.sides, now)
    title = _("%(grid)s的范围：%(line)s", grid=found.name, line=found.line)
    return _drawn(drawing(found.shape, parts, frame, title))


@blueprint.get("/grids/<code>/qr.svg")
@act("map.public")
def qr(code: str) -> Response:
    """Give the code that leads a telephone to the card's page."""
    _card(code)
    return _drawn(codes.qr(_link(code)))


def _drawn(svg: str) -> Response:
    response = Response(svg, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


def _card(code: str) -> GridCard:
    with transaction() as session:
        return card_of(session, _code(code), datetime.now(UTC))


def _code(code: str) -> str:
    if len(code) > LONGEST_CODE or not code.isprintable():
        raise NotFoundError("没有这个网格。 There is no such grid.")
    return code


def _link(code: str) -> str:
    return f"{settings().public_url}/grids/{code}"
