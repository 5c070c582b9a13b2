"""Rounds of a day for those who send people out, and blind spots: which sections nobody has seen.

Before: `patrols.rounds.planning`, `patrols.seen.blind`. After: `command/rounds.html`, `command/blind.html`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.database import transaction
from gis.errors import InputError, NotFoundError
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.queries import rounds_of_day
from gis.patrols.rounds.shift import shift_today
from gis.patrols.rounds.wanted import Wanted
from gis.patrols.seen import blind
from gis.settings import settings
from gis.staff.areas import grids_of_village, villages_of
from gis.staff.people import Person, branches_of, grids_named
from gis.staff.scope import Scope
from webmap import inputs
from webmap.access import act, scope
from webmap.answers import private
from webmap.field.round import MEANS
from webmap.layers.features import collection

blueprint = Blueprint("rounds", __name__)

WINDOWS = (1, 7, 30, 91)


@blueprint.get("/rounds")
@act("round.plan")
def of_day() -> str:
    """Show the rounds of the day and the form that plans a grid's."""
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        rows = rounds_of_day(session, mine, now, settings().time_zone)
        grids = grids_named(session, mine.grid_ids, now)
        people = {one.member_id: one.name for one in _people(session, mine, now)}
    names = {grid.grid_id: grid.in_full for grid in grids}
    return render_template("command/rounds.html", rows=rows, names=names, people=people, means=MEANS)


def _people(session: Session, mine: Scope, now: datetime) -> list[Person]:
    return [one for branch in branches_of(session, mine.grid_ids, now) for one in branch.members]


@blueprint.post("/rounds")
@act("round.plan")
def plan() -> Answer:
    """Plan the walks of a grid's members who are not on leave, equally long."""
    now, zone = datetime.now(UTC), settings().time_zone
    grid_id = inputs.row_id(request.form.get("grid"), "grid")
    with transaction() as session:
        mine = scope(session)
        if grid_id not in mine.grid_ids:
            raise NotFoundError("没有这个网格，或不在您的范围。 There is no such grid in your reach.")
        members = dict.fromkeys(
            one.member_id for branch in branches_of(session, [grid_id], now) for one in branch.members
        )
        shifts = {one: shift_today(session, one, now, zone) for one in members}
        able = {one: shift for one, shift in shifts.items() if shift is not None}
        if not able:
            raise InputError("这个网格今天没有在岗的人。 Nobody of this grid is on duty today.", field="grid")
        starts, ends = max(one[0] for one in able.values()), min(one[1] for one in able.values())
        ends = max(ends, min(starts + timedelta(hours=2), max(one[1] for one in able.values())))
        wanted = Wanted((grid_id,), tuple(able), starts, ends, means=request.form.get("means", "foot"))
        made = plan_rounds(session, wanted, now, zone)
    flash(_("已为 %(count)s 人排好路线。", count=len(made)))
    return redirect("/rounds", 303)


@blueprint.get("/blind")
@act("round.read")
def spots() -> str:
    """Show which sections nobody has seen within a window, as a list and on a map."""
    now = datetime.now(UTC)
    days, chosen, village = _asked()
    with transaction() as session:
        mine = scope(session)
        grids = grids_named(session, mine.grid_ids, now)
        villages = villages_of(session, mine, now)
        wanted = _within(session, mine, chosen, village)
        found = blind.sections_seen(session, wanted, now, window_days=days)
        share = blind.patrolled_share(session, wanted, now, found, window_days=days)
    unseen = [one for one in found if one.is_blind]
    return render_template(
        "command/blind.html", unseen=unseen, share=share, days=days, windows=WINDOWS, grids=grids,
        chosen=chosen, villages=villages, village=village,
        query=urlencode({"days": days, "grid": chosen or "", "community": village or ""}),
    )  # fmt: skip


@blueprint.get("/layers/blind.geojson")
@act("round.read")
def layer() -> Response:
    """Give the sections with the days since they were seen, for the map."""
    days, chosen, village = _asked()
    with transaction() as session:
        wanted = _within(session, scope(session), chosen, village)
        found = blind.sections_seen(session, wanted, datetime.now(UTC), window_days=days)
    features = [
        {"type": "Feature", "geometry": one.line,
         "properties": {"id": one.road_id, "name": one.name, "days": one.days, "blind": one.is_blind}}
        for one in found
    ]  # fmt: skip
    return private(jsonify(collection(features)))


def _asked() -> tuple[int, int | None, int | None]:
    """Read the window, and the grid or the community that is meant; none of them is all of one's grids."""
    days = inputs.optional_id(request.args.get("days"), "days") or 7
    grid, community = (inputs.optional_id(request.args.get(name), name) for name in ("grid", "community"))
    return (days if days in WINDOWS else 7), grid, community


def _within(session: Session, mine: Scope, chosen: int | None, village: int | None) -> frozenset[int]:
    if chosen is not None:
        return mine.grid_ids & {chosen}
    return mine.grid_ids if village is None else grids_of_village(session, mine, village, datetime.now(UTC))
