"""The list of plans: drafts, what waits for approval, what is in force; new plans for communities, copies, comparison.

Before: `webmap.access`. After: `editor` draws a draft; `approval` carries it on. Nothing is deleted: a draft that is
not wanted any more is called off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis import long_work
from gis.boundaries import counting, ground, jobs, plans
from gis.boundaries.jobs import Kind, PlanJob
from gis.boundaries.models import BoundaryPlan, PlanState
from gis.boundaries.plans import WORDS
from gis.boundaries.queries import communities, plan_in, plans_in, sets_of
from gis.database import transaction
from gis.errors import ConflictError, InputError, NotFoundError, TooManyError, WanggeError
from gis.staff.accounts import names_of
from gis.staff.roles import Role, reach_of
from tasks.planning import work_on
from webmap.access import account, act, scope
from webmap.answers import private

blueprint = Blueprint("plans", __name__, url_prefix="/plans")

SMALL_BUILDINGS = 1500
"""A community with so many buildings or fewer is cut while the planner waits, in a few seconds."""
BESIDE = (InputError, ConflictError, NotFoundError, TooManyError)
GROUPS: tuple[tuple[str, tuple[PlanState, ...]], ...] = (
    ("draft", (PlanState.DRAFT,)),
    ("waiting", (PlanState.SUBMITTED, PlanState.REVIEWED, PlanState.APPROVED)),
    ("adopted", (PlanState.ADOPTED,)),
    ("called_off", (PlanState.CALLED_OFF,)),
)


@dataclass(frozen=True)
class Listed:
    """A plan in the list: the plan, the names of its communities, who made it, the drafts it can be held against."""

    plan: BoundaryPlan
    places: tuple[str, ...]
    maker: str
    beside: tuple[BoundaryPlan, ...]


def may_edit() -> bool:
    """Say whether who is signed in may draw plans."""
    return reach_of(Role(account().role), "plan.edit") is not None


@blueprint.get("")
@act("plan.read")
def page() -> str:
    """Show all plans of one's communities, and the form for another."""
    return _page()


def _page(fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        areas = scope(session).area_ids
        places = communities(session, areas, now)
        listed = _listed(session, plans_in(session, areas), {one.area_id: one.name for one in places})
        mine = [job for job in jobs.jobs_of(session, account().id, now) if _is_shown(job)]
    return render_template(
        "planning/plans.html",
        groups=[(name, [one for one in listed if one.plan.state in states]) for name, states in GROUPS],
        any=bool(listed),
        places=places,
        jobs=mine,
        fault=fault,
        given=request.form,
        chosen=set(request.form.getlist("area")),
        words=WORDS,
        edits=may_edit(),
    )


def _is_shown(job: PlanJob) -> bool:
    return job.kind == Kind.GROUND and (job.open or bool(job.error))


def _listed(session: Session, found: Any, names: dict[int, str]) -> list[Listed]:
    sets = sets_of(session, found)
    makers = names_of(session, {plan.made_by for plan in found if plan.made_by is not None})
    drawn = [plan for plan in found if plan.state != PlanState.CALLED_OFF]
    return [
        Listed(
            plan,
            tuple(names.get(area, "—") for area in sets[plan.unit_set_id].area_ids),
            makers.get(plan.made_by or 0, "—"),
            tuple(one for one in drawn if one.unit_set_id == plan.unit_set_id and one.id != plan.id),
        )
        for plan in found
    ]


@blueprint.get("/jobs.json")
@act("plan.read")
def progress() -> Response:
    """Say how far one's long work is, for the page that is looked at."""
    with transaction() as session:
        mine = jobs.jobs_of(session, account().id, datetime.now(UTC))
        told = [
            {"id": job.id, "open": job.open, "share": job.share, "plan": job.answer.get("plan_id")}
            for job in mine
            if job.kind == Kind.GROUND
        ]
    return private(jsonify(told))


@blueprint.post("")
@act("plan.edit")
def begin() -> str | tuple[str, int] | Answer:
    """Begin a draft for communities; ground that was never cut is cut now when it is small, else by a worker."""
    try:
        plan_id, job_id = _begun(request.form.get("name", ""), request.form.getlist("area"))
        if plan_id is None and job_id is not None:
            work_on(job_id)
            plan_id = _made_by(job_id)
    except BESIDE as fault:
        return _page(fault), 422
    if plan_id is not None:
        return redirect(f"/plans/{plan_id}", 303)
    if job_id is None:
        flash(_("正在切分基本单元。可以离开这个页面，切好后草案就在下面。"))
    return redirect("/plans", 303)


def _begun(name: str, given: list[str]) -> tuple[int | None, int | None]:
    """Give the plan that was begun, or the job to be done at once, or neither when a worker does it."""
    now = datetime.now(UTC)
    clean = plans.clean_name(name)
    with transaction() as session:
        areas = _areas(session, given, now)
        units = ground.standing(session, areas, now)
        if units is not None:
            counting.count(session, units, now)
            return plans.create(session, units.id, clean, plans.By(account().id, now)).id, None
        wanted = {"area_ids": areas, "name": clean}
        job = jobs.begin(session, Kind.GROUND, account().id, wanted, now)
        small = ground.buildings_in(session, areas, now) <= SMALL_BUILDINGS
        return None, job.id if small else None


def _areas(session: Session, given: list[str], now: datetime) -> list[int]:
    """Read the communities that were ticked; each must be one's own."""
    mine = {str(one.area_id): one for one in communities(session, scope(session).area_ids, now)}
    if not given:
        raise InputError("请选择一个社区。 Choose a community.", field="area")
    if any(one not in mine for one in given):
        raise NotFoundError("没有这个社区。 There is no such community.", field="area")
    return sorted(mine[one].area_id for one in set(given))


def _made_by(job_id: int) -> int | None:
    with transaction() as session:
        job = long_work.job_of(session, PlanJob, account().id, job_id)
        if job.error:
            raise InputError(job.error, field="area")
        return job.answer.get("plan_id")


@blueprint.post("/<int:plan_id>/copy")
@act("plan.edit")
def copy(plan_id: int) -> Answer:
    """Begin another draft where one stands."""
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id)
        name = request.form.get("name", "").strip() or _("%(name)s（副本）", name=plan.name)
        made = plans.copy(
            session, plan, name[: plans.LONGEST_NAME], plans.By(account().id, datetime.now(UTC))
        )
        made_id = made.id
    flash(_("已另存一份草案。"))
    return redirect(f"/plans/{made_id}", 303)


@blueprint.post("/<int:plan_id>/drop")
@act("plan.edit")
def drop(plan_id: int) -> Answer:
    """Call a draft off; it stays in the list, and can be copied."""
    with transaction() as session:
        plan = plan_in(session, scope(session).area_ids, plan_id, lock=True)
        if plan.state != PlanState.DRAFT:
            raise ConflictError(
                "方案已经提交，请在审批页取消。 It is submitted; call it off where it is approved."
            )
        plans.call_off(session, plan, plans.By(account().id, datetime.now(UTC)), "")
    flash(_("已放弃这份草案；它还在列表里，可以另存后接着画。"))
    return redirect("/plans", 303)
