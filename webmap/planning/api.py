"""The planner's table, as its script speaks to it: the ground, the draft, every edit, undo and redo, proposals.

Before: `webmap.planning.editor` shows the page. After: `gis.boundaries.plans`. Each edit is one POST that is answered
with what changed; the server keeps the truth, and refuses what was meant for a draft that somebody else has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import numpy as np
import orjson
from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from gis.boundaries import jobs, plans, proposals
from gis.boundaries.counting import count as count_anew
from gis.boundaries.jobs import Kind, PlanJob
from gis.boundaries.layout import Layout
from gis.boundaries.models import BoundaryPlan, PlanState, StoredUnits
from gis.boundaries.queries import layout_of, next_edit, plan_in, terrain_of
from gis.database import transaction
from gis.errors import InputError, NotFoundError
from webmap.access import account, act, scope
from webmap.answers import private
from webmap.inputs import read_json
from webmap.planning import inputs, kept, shown
from webmap.saying import said

blueprint = Blueprint("plan_api", __name__, url_prefix="/plans")

FORM = 1
"""Raised when the ground is sent in another form, so that no browser keeps the old one."""


@blueprint.get("/<int:plan_id>/ground.json")
@act("plan.read")
def ground(plan_id: int) -> Response:
    """Give the ground; a browser keeps it and asks every time, so that who may not read it any more is refused."""
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id)
        units = session.get_one(StoredUnits, plan.unit_set_id)
        mark = f"{FORM}-{units.id}-{units.counted_at.timestamp()}"
        packed = request.accept_encodings["gzip"] > 0
        if request.if_none_match.contains_weak(mark):
            response = Response(status=HTTPStatus.NOT_MODIFIED)
        else:
            body = kept.ground(terrain_of(session, units.id), packed=packed)
            response = Response(body, mimetype="application/json")
            if packed:
                response.headers["Content-Encoding"] = "gzip"
    response.set_etag(mark, weak=True)
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/<int:plan_id>/draft.json")
@act("plan.read")
def draft(plan_id: int) -> Response:
    """Give the whole draft as it stands."""
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id)
        return _whole(session, plan)


def _whole(session: Session, plan: BoundaryPlan) -> Response:
    terrain, layout = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
    return _answer(
        shown.draft(plan, terrain, layout, kept.checked(terrain, layout, plan), **_ways(session, plan))
    )


def _answer(told: Any) -> Response:
    return private(Response(orjson.dumps(told), mimetype="application/json"))


def _ways(session: Session, plan: BoundaryPlan) -> dict[str, bool]:
    drawn = plan.state == PlanState.DRAFT and plan.reverses_id is None
    return {
        "undo": drawn and plan.head_id is not None,
        "redo": drawn and next_edit(session, plan) is not None,
    }


Do = Callable[[Session, BoundaryPlan], Layout]


def _changed(plan_id: int, revision: int, do: Do) -> Response:
    """Lock the draft, do something to it, and give what changed."""
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id, lock=True, revision=revision)
        terrain, old = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
        before = (old, kept.checked(terrain, old, plan))
        new = do(session, plan)
        after = (new, kept.checked(terrain, new, plan))
        return _answer(shown.changed(plan, terrain, before, after, **_ways(session, plan)))


def _by() -> plans.By:
    return plans.By(account().id, datetime.now(UTC))


@blueprint.post("/<int:plan_id>/edits")
@act("plan.edit")
def edit(plan_id: int) -> Response:
    """Do one edit."""
    asked = read_json(inputs.Edit, request.get_data())
    return _changed(
        plan_id,
        asked.revision,
        lambda session, plan: plans.edit(session, plan, asked.kind, asked.given(), _by()),
    )


@blueprint.post("/<int:plan_id>/undo")
@act("plan.edit")
def undo(plan_id: int) -> Response:
    """Take the last edit back."""
    seen = read_json(inputs.Seen, request.get_data())
    return _changed(plan_id, seen.revision, plans.undo)


@blueprint.post("/<int:plan_id>/redo")
@act("plan.edit")
def redo(plan_id: int) -> Response:
    """Do again what was undone."""
    seen = read_json(inputs.Seen, request.get_data())
    return _changed(plan_id, seen.revision, plans.redo)


@blueprint.post("/<int:plan_id>/scales")
@act("plan.edit")
def scales(plan_id: int) -> Response:
    """Set the weights of the workload and the limits of the rules."""
    asked = read_json(inputs.Scales, request.get_data())

    def weigh(session: Session, plan: BoundaryPlan) -> Layout:
        plans.set_scales(plan, weights=asked.weights, limits=asked.limits)
        return layout_of(session, plan)

    return _changed(plan_id, asked.revision, weigh)


@blueprint.post("/<int:plan_id>/count")
@act("plan.edit")
def count(plan_id: int) -> Response:
    """Count households and cases in the units anew, for every draft over this ground."""
    seen = read_json(inputs.Seen, request.get_data())
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id, lock=True, revision=seen.revision)
        count_anew(session, session.get_one(StoredUnits, plan.unit_set_id), datetime.now(UTC))
    return _answer({"counted": True})


@blueprint.get("/<int:plan_id>/proposals.json")
@act("plan.read")
def offers(plan_id: int) -> Response:
    """Give the newest search for proposals: how far it is, and the figures of what was found."""
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id)
        return _answer(_search(jobs.proposal_of(session, plan.id)))


def _search(job: PlanJob | None) -> dict[str, Any]:
    if job is None:
        return {"job": None}
    found = [
        {key: value for key, value in offer.items() if key not in {"label", "names"}}
        | {"grids": len(set(offer["label"])), "part": offer["label"]}
        for offer in job.answer.get("offers", [])
    ]
    return {
        "job": job.id,
        "state": job.state,
        "share": job.share,
        "error": said(job.error) if job.error else "",
        "offers": found,
    }


@blueprint.post("/<int:plan_id>/proposals")
@act("plan.edit")
def search(plan_id: int) -> tuple[Response, int]:
    """Ask the machine for proposals; a worker searches."""
    wish = read_json(inputs.Wish, request.get_data())
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id, lock=True)
        job = jobs.begin(
            session,
            Kind.PROPOSE,
            account().id,
            _wanted(session, plan, wish),
            datetime.now(UTC),
            plan_id=plan.id,
        )
        return _answer(_search(job)), 202


def _wanted(session: Session, plan: BoundaryPlan, wish: inputs.Wish) -> dict[str, Any]:
    parts = wish.parts
    if wish.households is not None:
        terrain, layout = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
        parts = proposals.parts_for(terrain, layout, wish.keys, wish.households)
    if parts is None:
        raise InputError("请填写网格数，或每个网格的户数。 Say how many grids, or how large.", field="parts")
    return {"keys": wish.keys, "parts": parts, "tolerance": wish.tolerance, "seconds": float(wish.seconds)}


@blueprint.post("/<int:plan_id>/choose")
@act("plan.edit")
def choose(plan_id: int) -> Response:
    """Make a proposal the draft; it is an edit like any other and can be undone."""
    chosen = read_json(inputs.Choice, request.get_data())

    def lay(session: Session, plan: BoundaryPlan) -> Layout:
        job = jobs.proposal_of(session, plan.id)
        found = job.answer.get("offers", []) if job is not None and job.id == chosen.job else []
        if chosen.offer >= len(found):
            raise NotFoundError("没有这个自动方案，请重新生成。 There is no such proposal; search again.")
        offer = found[chosen.offer]
        given = {"label": np.array(offer["label"], np.intp), "names": offer["names"]}
        return plans.edit(session, plan, "lay", given, _by())

    return _changed(plan_id, chosen.revision, lay)
