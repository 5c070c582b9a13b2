"""The page of nicknames: what people here call a place, taught by those who answer for its ground.

Before: `webmap.search`, `staff.nicknames`. After: every report that uses the name.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import ConflictError, ForbiddenError, InputError, WanggeError
from gis.grids.extent import extent
from gis.places.suggest import suggest
from gis.places.words import typed
from gis.staff import nicknames
from gis.staff.nicknames import Spot
from webmap import inputs
from webmap.access import act, scope

blueprint = Blueprint("nicknames", __name__)

FIELDS = ("name", "place", "where", "lon", "lat")
SAID_BESIDE = (InputError, ConflictError, ForbiddenError)
"""Faults that are said beside their field, with what was written still there."""


@blueprint.get("/nicknames")
@act("nickname.teach")
def page() -> str:
    """Show the nicknames of one's grids, and the form that teaches one."""
    return _page({})


@blueprint.post("/nicknames")
@act("nickname.teach")
def teach() -> str | tuple[str, int] | Response:
    """Teach a nickname."""
    given = {name: request.form.get(name, "") for name in FIELDS}
    try:
        with transaction() as session:
            name = inputs.words_of(given["name"], 200)
            row = nicknames.teach(session, scope(session), name, _spot(session, given), datetime.now(UTC))
            name = row.name
    except SAID_BESIDE as fault:
        return _page(given, fault), 422
    flash(_("记下了：“%(name)s”。从现在起，用这个叫法反映的问题能找到地方。", name=name))
    return redirect("/nicknames", 303)


@blueprint.post("/nicknames/<int:nickname_id>/end")
@act("nickname.teach")
def end(nickname_id: int) -> Response:
    """End a nickname."""
    with transaction() as session:
        row = nicknames.end(session, scope(session), nickname_id, datetime.now(UTC))
        name = row.name
    flash(_("“%(name)s”不再使用。", name=name))
    return redirect("/nicknames", 303)


def _page(given: dict[str, str], fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        rows = nicknames.listed(session, mine, now)
        bounds = extent(session, mine.grid_ids, now)
    return render_template("nicknames.html", rows=rows, bounds=bounds, given=given, fault=fault)


def _spot(session: Session, given: dict[str, str]) -> Spot:
    """Read what is meant: the place chosen from the list, the point on the map, or the words that name one place."""
    chosen = inputs.optional_id(given["place"], "place")
    if chosen is not None:
        return nicknames.spot_of(session, chosen)
    lon, lat = inputs.number(given["lon"], "place"), inputs.number(given["lat"], "place")
    if lon is not None and lat is not None:
        return Spot(lon, lat)
    return nicknames.spot_of(
        session, _only_one(session, inputs.words_of(given["where"], inputs.LONGEST_WHERE))
    )


def _only_one(session: Session, words: str) -> int:
    """Give the one place that the words name, for a page without scripts."""
    same = {
        one.id
        for one in suggest(session, words)
        if typed(words) in (typed(one.label), typed(one.detail + one.label))
    }
    found = same.pop() if len(same) == 1 else None
    if found is None:
        raise InputError(
            "请从列表里选一个地点，或在地图上点出来。 Choose a place from the list, or mark it on the map.",
            field="place",
        )
    return found
