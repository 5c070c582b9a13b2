"""What a plan would change, before anybody approves it: counts first, lists by page, a map, Excel, the letter.

Before: `gis.boundaries.impact`, `planning.papers`. After: `planning.approval`. Nothing is written; a plan that is in
force shows what was handed over instead.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import shapely
from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy.orm import Session

from gis.boundaries.handover import sheets_of
from gis.boundaries.impact import KINDS, Impact, details, impact, moving
from gis.boundaries.models import BoundaryPlan, PlanState
from gis.boundaries.plans import WORDS
from gis.boundaries.queries import plan_in
from gis.database import transaction
from gis.errors import ConflictError
from webmap.access import act, scope
from webmap.answers import file_answer, private
from webmap.layers.features import collection
from webmap.planning.papers import letter, titles_of, workbook

blueprint = Blueprint("impact", __name__, url_prefix="/plans/<int:plan_id>")

A_PAGE = 100
DECIMALS = 6


def plan_here(session: Session, plan_id: int, **how: Any) -> BoundaryPlan:
    """Give a plan of the signed-in person's communities; see `plan_in`."""
    return plan_in(session, scope(session).area_ids, plan_id, **how)


@blueprint.get("/impact")
@act("plan.read")
def page(plan_id: int) -> str:
    """Show what changes hands, by who gives and who takes."""
    with transaction() as session:
        plan = plan_here(session, plan_id)
        shown = _past(session, plan) if plan.state == PlanState.ADOPTED else _ahead(session, plan)
        shown |= {"plan": plan, "state": WORDS[PlanState(plan.state)]}
        return render_template("planning/impact.html", **shown)


def _ahead(session: Session, plan: BoundaryPlan) -> dict[str, Any]:
    now = datetime.now(UTC)
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    given = request.args.get("page", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 0  # noqa: PLR2004
    try:
        found = moving(session, plan, now)
    except ConflictError as fault:
        return {"fault": fault}
    told = impact(session, plan, now, found)
    rows = details(session, plan, kind, now, found=found, most=A_PAGE, skip=number * A_PAGE)
    return {
        "impact": told,
        "kinds": dict(zip(KINDS, titles_of(), strict=True)),
        "kind": kind,
        "rows": rows,
        "page": number,
        "pages": -(-told.totals[kind] // A_PAGE),
    }


def _past(session: Session, plan: BoundaryPlan) -> dict[str, Any]:
    return {"sheets": sheets_of(session, plan_ids=[plan.id])}


@blueprint.get("/impact.geojson")
@act("plan.read")
def ground(plan_id: int) -> Response:
    """Give the ground that goes over, numbered as the page lists it."""
    with transaction() as session:
        told = _told(session, plan_here(session, plan_id))
    rows = [
        feature(number, one.shape, {"from": one.from_code, "to": one.to_code})
        for number, one in enumerate(told.ground, 1)
    ]
    return private(jsonify(collection(rows)))


def feature(number: int, shape: Any, words: dict[str, Any]) -> dict[str, Any]:
    """Give a piece of ground as a GeoJSON feature, EPSG:4490, six decimals."""
    inner = shapely.point_on_surface(shape)
    rounded = shapely.transform(shape, lambda points: points.round(DECIMALS))
    return {
        "type": "Feature",
        "id": number,
        "geometry": shapely.geometry.mapping(rounded),
        "properties": {"number": number, "inner": [round(inner.x, 6), round(inner.y, 6)], **words},
    }


def _told(session: Session, plan: BoundaryPlan) -> Impact:
    return impact(session, plan, datetime.now(UTC))


@blueprint.get("/impact.xlsx")
@act("plan.read")
def excel(plan_id: int) -> Response:
    """Give everything that changes hands as an Excel file."""
    now = datetime.now(UTC)
    with transaction() as session:
        plan = plan_here(session, plan_id)
        found = moving(session, plan, now)
        told = impact(session, plan, now, found)
        body = workbook(plan, told, {kind: details(session, plan, kind, now, found=found) for kind in KINDS})
    return file_answer(body, f"plan-{plan_id}-impact.xlsx")


@blueprint.get("/letter")
@act("plan.read")
def letter_page(plan_id: int) -> str:
    """Show the letter for residents, to be printed by the browser."""
    with transaction() as session:
        plan = plan_here(session, plan_id)
        return render_template("planning/letter.html", plan=plan, impact=_told(session, plan), screen=True)


@blueprint.get("/letter.pdf")
@act("plan.read")
def letter_file(plan_id: int) -> Response:
    """Give the letter for residents as a PDF on A4."""
    with transaction() as session:
        plan = plan_here(session, plan_id)
        body = letter(plan, _told(session, plan))
    return file_answer(body, f"plan-{plan_id}-letter.pdf")
