"""A plan's way from draft to the day it is in force: handed in, looked through, approved by somebody else, called off.

Before: `planning.impact` - the sentence with the numbers stands over every button. After: the timetable adopts it on
its day; a plan in force can only be reversed by another plan that goes the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.boundaries import plans
from gis.boundaries.impact import impact
from gis.boundaries.models import BoundaryPlan, PlanLog, PlanState
from gis.boundaries.plans import WORDS, By
from gis.boundaries.queries import log_of, reversals_of
from gis.boundaries.reverse import reverse
from gis.database import transaction
from gis.errors import ConflictError, ForbiddenError, InputError, WanggeError
from gis.settings import settings
from gis.staff.accounts import names_of
from gis.staff.roles import Role, reach_of
from webmap import inputs
from webmap.access import account, act
from webmap.inputs import optional_id, words_of
from webmap.planning.impact import plan_here

blueprint = Blueprint("approval", __name__, url_prefix="/plans/<int:plan_id>")

LONGEST_NOTE = 300
STEPS = {
    "create": ("起草", "drafted"),
    "submit": ("提交", "handed in"),
    "send_back": ("退回修改", "sent back"),
    "review": ("审核通过", "looked through"),
    "approve": ("批准", "approved"),
    "call_off": ("取消", "called off"),
    "adopt": ("生效", "in force"),
}
BESIDE = (InputError, ConflictError, ForbiddenError)


@dataclass(frozen=True)
class Step:
    """A row of a plan's history."""

    at: datetime
    word: tuple[str, str]
    who: str
    note: str


@blueprint.get("/approval")
@act("plan.read")
def page(plan_id: int) -> str:
    """Show where a plan stands, what the next step is, whose it is, and who did what."""
    return _page(plan_id)


def _page(plan_id: int, fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        plan = plan_here(session, plan_id)
        shown = {
            "plan": plan,
            "state": WORDS[PlanState(plan.state)],
            "told": _told(session, plan, now),
            "steps": _steps(session, plan),
            "may": _may(plan),
            "reversals": [(one, WORDS[PlanState(one.state)]) for one in reversals_of(session, plan)],
            "tomorrow": _today(now) + timedelta(days=1),
            "today": _today(now),
            "fault": fault,
        }
        return render_template("planning/approval.html", **shown)


def _today(now: datetime) -> date:
    return now.astimezone(settings().time_zone).date()


def _told(session: Session, plan: BoundaryPlan, now: datetime) -> Any:
    """Say in numbers what approving would do; a fault where it cannot be done, nothing where it is done."""
    if plan.state in {PlanState.ADOPTED, PlanState.CALLED_OFF}:
        return {}
    try:
        found = impact(session, plan, now)
    except ConflictError as fault:
        return {"fault": fault}
    return {"sentence": (found.sentence, found.sentence_en), "totals": found.totals}


def _steps(session: Session, plan: BoundaryPlan) -> list[Step]:
    rows: Sequence[PlanLog] = log_of(session, plan.id)
    names = names_of(session, {row.account_id for row in rows if row.account_id is not None})
    return [
        Step(row.at, STEPS.get(row.step, (row.step, row.step)), names.get(row.account_id or 0, ""), row.note)
        for row in rows
    ]


def _may(plan: BoundaryPlan) -> dict[str, bool]:
    """Say which steps are the signed-in person's: by role, and never two hands of one person."""
    role, own = Role(account().role), account().id == plan.submitted_by
    edits, reviews, approves = (
        reach_of(role, name) is not None for name in ("plan.edit", "plan.review", "plan.approve")
    )
    return {
        "submit": edits,
        "review": reviews and not own,
        "approve": approves and not own,
        "send_back": reviews,
        "call_off": reviews,
        "own": own,
    }


def _step(plan_id: int, work: Callable[[Session, BoundaryPlan, By], str]) -> Any:
    """Do one step to a locked plan that nobody has changed since the page was made, and say what was done."""
    try:
        with transaction() as session:
            revision = optional_id(request.form.get("revision"), "revision")
            plan = plan_here(session, plan_id, lock=True, revision=revision)
            done = work(session, plan, By(account().id, datetime.now(UTC)))
    except BESIDE as fault:
        return _page(plan_id, fault), 422
    flash(done)
    return redirect(f"/plans/{plan_id}/approval", 303)


def _note() -> str:
    return words_of(request.form.get("note"), LONGEST_NOTE)


@blueprint.post("/submit")
@act("plan.edit")
def submit(plan_id: int) -> Any:
    """Hand a draft in, to be in force from a day on."""

    def work(session: Session, plan: BoundaryPlan, by: By) -> str:
        plans.submit(session, plan, by, _day(request.form.get("from", ""), by.now))
        return str(_("已提交，等别人审核。"))

    return _step(plan_id, work)


def _day(words: str, now: datetime) -> datetime:
    """Read the day of adoption: its first instant in the town; today means as soon as it is approved."""
    day = inputs.day(words, "from", "请选择生效的日子，如 2026-12-01。 Choose the day, as 2026-12-01.")
    if day == _today(now):
        return now
    return datetime.combine(day, time(0), settings().time_zone)


@blueprint.post("/review")
@act("plan.review")
def review(plan_id: int) -> Any:
    """Say that a plan was looked through."""

    def work(session: Session, plan: BoundaryPlan, by: By) -> str:
        plans.review(session, plan, by, _note())
        return str(_("已审核，等批准。"))

    return _step(plan_id, work)


@blueprint.post("/approve")
@act("plan.approve")
def approve(plan_id: int) -> Any:
    """Approve a plan; it comes into force by itself on its day."""

    def work(session: Session, plan: BoundaryPlan, by: By) -> str:
        plans.approve(session, plan, by, _note())
        return str(_("已批准，到日子自动生效；在那之前可以取消。"))

    return _step(plan_id, work)


@blueprint.post("/send-back")
@act("plan.review")
def send_back(plan_id: int) -> Any:
    """Give a plan back as a draft, with the reason."""

    def work(session: Session, plan: BoundaryPlan, by: By) -> str:
        plans.send_back(session, plan, by, _note())
        return str(_("已退回，又是草案了。"))

    return _step(plan_id, work)


@blueprint.post("/call-off")
@act("plan.review")
def call_off(plan_id: int) -> Any:
    """Call a plan off before its day: nothing has happened."""

    def work(session: Session, plan: BoundaryPlan, by: By) -> str:
        plans.call_off(session, plan, by, _note())
        return str(_("已取消，什么都没有变。"))

    return _step(plan_id, work)


@blueprint.post("/reverse")
@act("plan.edit")
def restore(plan_id: int) -> Answer:
    """Make the plan that restores the lines from before; it goes the same way as any other."""
    with transaction() as session:
        plan = plan_here(session, plan_id, lock=True)
        made = reverse(session, plan, By(account().id, datetime.now(UTC))).id
    flash(_("恢复原线的方案已写好；和别的方案一样，提交、审核、批准以后才生效。"))
    return redirect(f"/plans/{made}/approval", 303)
