"""What plans make happen by themselves: adopted on their day, lines loaded for a day settle, long work for a planner.

Before: the timetable. After: `gis.boundaries.adopt`, `gis.loaders.settle`; each plan in a transaction of its own.
Cutting ground and searching for proposals are jobs taken in the database (`gis.long_work`) and say how far they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from celery.utils.log import get_task_logger

from gis import long_work
from gis.boundaries import adopt as adoption
from gis.boundaries import checks, ground, plans
from gis.boundaries.jobs import Kind, PlanJob
from gis.boundaries.proposals import Ask, propose
from gis.boundaries.queries import due_plans, layout_of, lines_began, plan_in, terrain_of
from gis.database import transaction
from gis.errors import WanggeError
from gis.loaders import settle
from tasks.app import task

A_DAY = timedelta(days=1)
SAID_EVERY_S = 1.0

log = get_task_logger(__name__)


@task("tasks.planning.adopt_due")
def adopt_due() -> int:
    """Adopt the plans whose day has come, then bring over what the old lines still gave out; give how many plans."""
    with transaction() as session:
        due = due_plans(session, datetime.now(UTC))
    done = sum(_adopted(plan_id) for plan_id in due)
    with transaction() as session:
        cases = adoption.sweep(session, datetime.now(UTC))
    if cases:
        log.info("%s cases followed their ground", cases)
    return done


def _adopted(plan_id: int) -> bool:
    """Adopt one plan; one that cannot be adopted holds up no other and is tried again."""
    try:
        with transaction() as session:
            found = adoption.adopt(session, plan_id, datetime.now(UTC))
    except WanggeError as fault:
        log.warning("plan %s is not adopted: %s", plan_id, fault.message)
        return False
    log.info("plan %s is in force from %s: %s", plan_id, found.at, found.moved)
    return True


@task("tasks.planning.settle")
def settle_lines() -> bool:
    """Find homes and names anew on the day on which loaded lines begin; tell whether there were any."""
    now = datetime.now(UTC)
    with transaction() as session:
        began = lines_began(session, now - A_DAY, now)
        if began:
            settle(session, now)
    return began


class _LostError(Exception):
    """The job is another worker's by now."""


@task("tasks.planning.work")
def work() -> int:
    """Work through every job of planners that waits; give their number."""
    worked = 0
    while work_on(None):
        worked += 1
    return worked


def work_on(job_id: int | None) -> bool:
    """Do one job, the next one when none is named; tell whether there was one."""
    with transaction() as session:
        job = long_work.claim(session, PlanJob, datetime.now(UTC), job_id=job_id)
    if job is None:
        return False
    answer, error = dict[str, Any](), ""
    try:
        answer = WORK[Kind(job.kind)](job, _teller(job))
    except _LostError:
        log.warning("planner's job %s is somebody else's now", job.id)
        return True
    except WanggeError as fault:
        error = fault.message
    with transaction() as session:
        long_work.finish(session, job, datetime.now(UTC), error=error, share=1.0, answer=answer)
    log.info("planner's job %s: %s", job.id, error or "done")
    return True


def _teller(job: PlanJob) -> Callable[[float], None]:
    last = monotonic()

    def say(share: float) -> None:
        nonlocal last
        if monotonic() - last < SAID_EVERY_S:
            return
        last = monotonic()
        with transaction() as session:
            if not long_work.heard(session, job, datetime.now(UTC), share=min(max(share, 0.0), 1.0)):
                raise _LostError

    return say


def _ground(job: PlanJob, say: Callable[[float], None]) -> dict[str, Any]:
    """Cut the ground of communities and begin a draft over it."""
    now = datetime.now(UTC)
    with transaction() as session:
        units = ground.make_ground(session, job.wanted["area_ids"], now, now, say=say)
        plan = plans.create(session, units.id, job.wanted["name"], plans.By(job.account_id, now))
        return {"plan_id": plan.id}


def _propose(job: PlanJob, say: Callable[[float], None]) -> dict[str, Any]:
    """Search for proposals; the draft is read at the beginning and locked by nobody meanwhile."""
    with transaction() as session:
        plan = plan_in(session, None, job.plan_id or 0)
        terrain, layout = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
        load = terrain.weighed(checks.read_weights(plan.weights)).graph.weight
    found = propose(terrain, layout, load, Ask(**job.wanted | {"keys": tuple(job.wanted["keys"])}), say)
    return {"offers": [asdict(offer) for offer in found]}


WORK: dict[Kind, Callable[[PlanJob, Callable[[float], None]], dict[str, Any]]] = {
    Kind.GROUND: _ground,
    Kind.PROPOSE: _propose,
}
