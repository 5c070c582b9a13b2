"""A plan as a file from its page and back: GeoPackage or GeoJSON for a planner who prefers QGIS.

Before: `gis.boundaries.exchange`. After: `plans.edit(…, "lay", …)`, so that what comes back is checked, shown
and can be undone like any other edit.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from gis.boundaries import plans
from gis.boundaries.exchange import read_plan, write_plan
from gis.boundaries.models import BoundaryPlan
from gis.boundaries.queries import layout_of, plan_in, terrain_of
from gis.database import transaction
from gis.errors import ConflictError, InputError, NotFoundError
from webmap.access import account, act, scope
from webmap.answers import file_answer
from webmap.planning import kept
from webmap.planning.editor import editor_page

blueprint = Blueprint("plan_files", __name__, url_prefix="/plans/<int:plan_id>")

BESIDE = (InputError, ConflictError, NotFoundError)


@blueprint.get("/plan.<any(gpkg, geojson):kind>")
@act("plan.read")
def take(plan_id: int, kind: str) -> Response:
    """Give a plan as a file: a row a unit, with its grid, its grid of today and what is counted in it."""
    with transaction() as session, TemporaryDirectory() as folder:
        plan = plan_in(session, scope(session).area_ids, plan_id)
        path = Path(folder) / f"plan-{plan_id}.{kind}"
        write_plan(path, terrain_of(session, plan.unit_set_id), layout_of(session, plan))
        return file_answer(path.read_bytes(), path.name)


@blueprint.post("/file")
@act("plan.edit")
def bring(plan_id: int) -> tuple[str, int] | Answer:
    """Take a changed file back into the draft as one edit; a file with a fault changes nothing."""
    try:
        with transaction() as session:
            plan = plan_in(session, scope(session).area_ids, plan_id, lock=True)
            said = _laid(session, plan, request.files.get("file"))
    except BESIDE as fault:
        return editor_page(plan_id, fault), 422
    flash(said)
    return redirect(f"/plans/{plan_id}", 303)


def _laid(session: Session, plan: BoundaryPlan, given: FileStorage | None) -> str:
    """Do it, and say how many units changed their grid and what breaks a rule now."""
    if given is None or not given.filename:
        raise InputError("请选择一个文件。 Choose a file.", field="file")
    terrain, before = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"plan{Path(given.filename).suffix.lower()}"
        given.save(path)
        told = read_plan(path, terrain)
    after = plans.edit(session, plan, "lay", vars(told), plans.By(account().id, datetime.now(UTC)))
    found = kept.checked(terrain, after, plan)
    moved = int((after.part != before.part).sum())
    return str(
        _(
            "已取回：%(units)s 个单元换了网格；必须改正 %(hard)s 处，提醒 %(soft)s 处。",
            units=moved,
            hard=len(found.hard),
            soft=len(found.faults) - len(found.hard),
        )
    )
