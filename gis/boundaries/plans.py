"""A plan's life up to its day: made, edited, undone and redone, submitted, reviewed, approved, called off.

Before: `ground`, `edits`, `queries`. After: `adopt`. Each function locks the plan, decides through pure code and writes
once; none commits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.boundaries import checks, edits
from gis.boundaries.checks import Checked
from gis.boundaries.layout import Layout, Terrain
from gis.boundaries.models import BoundaryPlan, PlanEdit, PlanLog, PlanState, StoredUnits
from gis.boundaries.queries import edits_of, layout_of, next_edit, terrain_of
from gis.errors import ConflictError, ForbiddenError, InputError, MoveRefusedError, NotFoundError

LONGEST_NAME = 80


@dataclass(frozen=True)
class By:
    """Who does something, and when; the program itself has no account."""

    account_id: int | None
    now: datetime


Decide = Callable[[Terrain, Layout, Mapping[str, Any]], dict[str, Any]]

KINDS: dict[str, Decide] = {
    "paint": lambda _, layout, given: edits.paint(layout, given["units"], given["part"]),
    "line": lambda terrain, layout, given: edits.line(
        terrain, layout, given["part"], given["other"], given["units"]
    ),
    "line_along": lambda terrain, layout, given: edits.line_along(
        terrain, layout, given["part"], given["other"], given["line"]
    ),
    "split_line": lambda terrain, layout, given: edits.split_by_line(
        terrain, layout, given["part"], given["line"]
    ),
    "split": lambda terrain, layout, given: edits.split_evenly(
        terrain, layout, given["part"], given["parts"], given["weight"]
    ),
    "merge": lambda _, layout, given: edits.merge(layout, given["parts"], given["part"]),
    "swap": lambda _, layout, given: edits.swap(
        layout, given["part"], given["other"], given.get("units", ())
    ),
    "lock": lambda _, layout, given: edits.lock(
        layout, parts=given.get("parts", ()), units=given.get("units", ()), on=given.get("on", True)
    ),
    "name": lambda _, layout, given: edits.name(layout, given["part"], given["name"]),
    "staff": lambda _, layout, given: edits.staff(layout, given["part"], given["members"]),
    "lay": lambda terrain, layout, given: edits.lay(terrain, layout, given["label"], given["names"]),
}
"""Every edit with what it needs of `given`: `part`, `other` are keys, `units` numbers, `line` a LineString in degrees,
`label`, `names` a proposal or a file."""


def create(session: Session, unit_set_id: int, name: str, by: By) -> BoundaryPlan:
    """Begin a draft over some units, with the lines of today."""
    if session.get(StoredUnits, unit_set_id) is None:
        raise NotFoundError("没有这份基本单元。 There is no such set of units.", unit_set=unit_set_id)
    plan = BoundaryPlan(
        unit_set_id=unit_set_id,
        name=clean_name(name),
        made_by=by.account_id,
        made_at=by.now,
        state=PlanState.DRAFT,
        weights=dict(checks.WEIGHTS),
        limits={},
        revision=0,
    )
    session.add(plan)
    session.flush()
    _note(session, plan, "create", by)
    return plan


def copy(session: Session, plan: BoundaryPlan, name: str, by: By) -> BoundaryPlan:
    """Begin another draft where one stands; its edits go with it, so that they can be undone there too."""
    made = create(session, plan.unit_set_id, name, by)
    made.weights, made.limits = dict(plan.weights), dict(plan.limits)
    for detail in edits_of(session, plan):
        _append(session, made, "copy", detail, by)
    made.revision = 0
    return made


def edit(
    session: Session,
    plan: BoundaryPlan,
    kind: str,
    given: Mapping[str, Any],
    by: By,
) -> Layout:
    """Do one edit of `KINDS` to a locked draft and give the new layout.

    Raises
    ------
    InputError, NotFoundError, ConflictError
        As the edit says; then nothing is written.
    MoveRefusedError
        The plan is no draft any more.
    """
    _draft(plan)
    if kind not in KINDS:
        raise InputError(f"没有“{kind}”这种修改。 There is no edit {kind!r}.", field="kind")
    terrain, layout = terrain_of(session, plan.unit_set_id), layout_of(session, plan)
    told = dict(given)
    if kind == "split":
        told["weight"] = terrain.weighed(checks.read_weights(plan.weights)).graph.weight
    try:
        detail = KINDS[kind](terrain, layout, told)
    except KeyError as missing:
        raise InputError(
            f"缺少 {missing.args[0]}。 The edit needs {missing.args[0]}.", field=missing.args[0]
        ) from None
    _append(session, plan, kind, detail, by)
    return layout_of(session, plan)


def _append(
    session: Session,
    plan: BoundaryPlan,
    kind: str,
    detail: dict[str, Any],
    by: By,
) -> None:
    row = PlanEdit(
        plan_id=plan.id, after_id=plan.head_id, at=by.now, account_id=by.account_id, kind=kind, detail=detail
    )
    session.add(row)
    session.flush()
    plan.head_id = row.id
    plan.revision += 1
    session.flush()


def undo(session: Session, plan: BoundaryPlan) -> Layout:
    """Take the last edit back; it stays for redo.

    Raises
    ------
    ConflictError
        The draft is as it was at the beginning.
    """
    _draft(plan)
    if plan.head_id is None:
        raise ConflictError("没有可以撤销的修改。 There is nothing to undo.")
    plan.head_id = session.get_one(PlanEdit, plan.head_id).after_id
    plan.revision += 1
    return layout_of(session, plan)


def redo(session: Session, plan: BoundaryPlan) -> Layout:
    """Do again what was undone last.

    Raises
    ------
    ConflictError
        Nothing was undone since the last edit.
    """
    _draft(plan)
    row = next_edit(session, plan)
    if row is None:
        raise ConflictError("没有可以重做的修改。 There is nothing to redo.")
    plan.head_id = row.id
    plan.revision += 1
    return layout_of(session, plan)


def set_scales(
    plan: BoundaryPlan, *, weights: Mapping[str, Any] | None = None, limits: Mapping[str, Any] | None = None
) -> None:
    """Set a draft's weights of the workload, and the limits of its rules."""
    _draft(plan)
    if weights is not None:
        plan.weights = checks.read_weights(weights)
    if limits is not None:
        checks.read_limits(limits)
        plan.limits = dict(limits)
    plan.revision += 1


def checked(session: Session, plan: BoundaryPlan, layout: Layout | None = None) -> Checked:
    """Measure a plan as it stands, and ask all rules."""
    return checks.check(
        terrain_of(session, plan.unit_set_id),
        layout or layout_of(session, plan),
        checks.read_weights(plan.weights),
        checks.read_limits(plan.limits),
    )


def submit(session: Session, plan: BoundaryPlan, by: By, effective_at: datetime) -> None:
    """Hand a draft in, to be in force from a day on.

    Raises
    ------
    InputError
        It changes nothing, breaks a hard rule, or the day has passed.
    ConflictError
        Today's lines have changed since its units were cut.
    """
    _step(plan, PlanState.DRAFT)
    if effective_at < by.now:
        raise InputError("生效时间已经过去。 The day of adoption has passed.", field="effective_at")
    found = checked(session, plan)
    if not found.moved_units and plan.reverses_id is None:
        raise InputError("方案与现状相同。 The plan is the same as today.", field="plan")
    refuse_hard(found)
    plan.state, plan.effective_at = PlanState.SUBMITTED, effective_at
    plan.submitted_by, plan.submitted_at = by.account_id, by.now
    _note(session, plan, "submit", by)


def refuse_hard(found: Checked) -> None:
    """Refuse a plan with a hard breach."""
    if found.hard:
        names = "、".join(dict.fromkeys(fault.part.name if fault.part else "" for fault in found.hard))
        raise InputError(
            f"有 {len(found.hard)} 处必须先改正：{names}。"
            f" {len(found.hard)} breaches of hard rules must be mended first: {names}.",
            breaches=[vars(fault.breach) for fault in found.hard],
        )


def send_back(session: Session, plan: BoundaryPlan, by: By, note: str) -> None:
    """Give a submitted plan back as a draft, with the reason."""
    _step(plan, PlanState.SUBMITTED, PlanState.REVIEWED)
    if not note.strip():
        raise InputError("请写明退回的理由。 Say why it goes back.", field="note")
    plan.state = PlanState.DRAFT
    plan.submitted_by = plan.submitted_at = plan.reviewed_by = plan.reviewed_at = None
    _note(session, plan, "send_back", by, note.strip())


def review(session: Session, plan: BoundaryPlan, by: By, note: str = "") -> None:
    """Say that a submitted plan was looked through; by somebody else than who submitted it."""
    _step(plan, PlanState.SUBMITTED)
    _another(plan, by.account_id)
    plan.state, plan.reviewed_by, plan.reviewed_at = PlanState.REVIEWED, by.account_id, by.now
    _note(session, plan, "review", by, note.strip())


def approve(session: Session, plan: BoundaryPlan, by: By, note: str = "") -> None:
    """Approve a reviewed plan; by somebody else than who submitted it. From its day on it is adopted by itself."""
    _step(plan, PlanState.REVIEWED)
    _another(plan, by.account_id)
    refuse_hard(checked(session, plan))
    plan.state, plan.approved_by, plan.approved_at = PlanState.APPROVED, by.account_id, by.now
    _note(session, plan, "approve", by, note.strip())


def call_off(session: Session, plan: BoundaryPlan, by: By, note: str) -> None:
    """Call a plan off before it is adopted: nothing has happened."""
    _step(plan, PlanState.DRAFT, PlanState.SUBMITTED, PlanState.REVIEWED, PlanState.APPROVED)
    plan.state, plan.called_off_by, plan.called_off_at = PlanState.CALLED_OFF, by.account_id, by.now
    _note(session, plan, "call_off", by, note.strip())


def _another(plan: BoundaryPlan, account_id: int | None) -> None:
    if account_id is None or account_id == plan.submitted_by:
        raise ForbiddenError(
            "提交人不能审核或批准自己的方案。 Who submitted a plan cannot review or approve it."
        )


def _draft(plan: BoundaryPlan) -> None:
    if plan.state != PlanState.DRAFT or plan.reverses_id is not None:
        raise MoveRefusedError(
            "方案已经提交，不能再改；请另存一份草案。 The plan is no draft any more; copy it to go on.",
            state=plan.state,
        )


def _step(plan: BoundaryPlan, *states: PlanState) -> None:
    if plan.state not in states:
        raise MoveRefusedError(
            f"方案现在是“{WORDS[PlanState(plan.state)][0]}”，不能做这一步。"
            f" The plan is {plan.state}; it cannot do that.",
            state=plan.state,
        )


def _note(session: Session, plan: BoundaryPlan, step: str, by: By, note: str = "") -> None:
    session.add(PlanLog(plan_id=plan.id, at=by.now, account_id=by.account_id, step=step, note=note))
    plan.revision += 1
    session.flush()


def clean_name(name: str) -> str:
    """Give a plan's name without superfluous spaces.

    Raises
    ------
    InputError
        It is empty or too long.
    """
    clean = " ".join(name.split())
    if not 0 < len(clean) <= LONGEST_NAME:
        raise InputError(
            f"名称要有 1 到 {LONGEST_NAME} 个字。 A name has 1 to {LONGEST_NAME} characters.", field="name"
        )
    return clean


WORDS: dict[PlanState, tuple[str, str]] = {
    PlanState.DRAFT: ("草案", "draft"),
    PlanState.SUBMITTED: ("已提交", "submitted"),
    PlanState.REVIEWED: ("已审核", "reviewed"),
    PlanState.APPROVED: ("已批准", "approved"),
    PlanState.ADOPTED: ("已生效", "in force"),
    PlanState.CALLED_OFF: ("已取消", "called off"),
}
"""The word of each state on screens, Chinese and English."""
