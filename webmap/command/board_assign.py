"""Giving out from the board: one or many, by one's own choice or as suggested, and taking it back within a minute.

Before: the ticks of the list, `cases.suggestions`. After: `cases.assign`, `cases.undo`. Many at once are all given or
none; what is refused comes back with its sentence and the ticks as they were.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.cases import assign, queries, undo
from gis.cases.models import Case
from gis.cases.suggestions import suggest
from gis.database import transaction
from gis.errors import ConflictError, InputError, MoveRefusedError, NotFoundError, WanggeError
from gis.staff.people import branches_of, chosen
from webmap import inputs, moving
from webmap.access import act, scope
from webmap.collisions import told_who
from webmap.command import board
from webmap.command.board_read import marked
from webmap.errors import status_of
from webmap.look import local_path
from webmap.saying import said

blueprint = Blueprint("board_assign", __name__)

MOST_AT_ONCE = 100


@blueprint.post("/board/assign")
@act("case.assign")
def assign_many() -> Answer:
    """Give many cases to one branch or member: all of them, or none when one cannot be given."""
    return _all_or_none({})


@blueprint.post("/board/assign-each")
@act("case.assign")
def assign_each() -> Answer:
    """Give each of many cases to whom the list of suggestions names for it: all of them, or none."""
    return _all_or_none({case_id: request.form.get(f"whom-{case_id}", "") for case_id, _rev in _marks()})


def _all_or_none(each: dict[int, str]) -> Answer:
    try:
        with transaction() as session:
            now, marks = datetime.now(UTC), _marks()
            for case_id, revision in sorted(marks):
                case = _locked(session, case_id, revision)
                reason = request.form.get(f"why-{case_id}") or request.form.get("reason", "")
                give_out(session, case, now, whom=each.get(case_id), reason=reason)
    except (InputError, ConflictError, NotFoundError) as fault:
        return _come_back(fault)
    flash(_("%(count)s 件案件已派出。", count=len(marks)))
    return redirect(local_path(request.form.get("back"), "/board"), 303)


def _come_back(fault: WanggeError) -> Response:
    """Draw the board with the sentence, the ticks and the words as they were."""
    again = {
        "fault": fault,
        "marks": {value.partition(":")[0] for value in request.form.getlist("case")},
        "whom": request.form.get("whom", ""),
        "reason": request.form.get("reason", ""),
    }
    return make_response(board.drawn(again), status_of(fault))


def _marks() -> list[tuple[int, int]]:
    """Read the ticks: case and the revision its row was drawn from."""
    given = request.form.getlist("case") or request.args.getlist("case")
    if not given or len(given) > MOST_AT_ONCE:
        raise InputError(f"请勾选 1 到 {MOST_AT_ONCE} 件案件。 Tick 1 to {MOST_AT_ONCE} cases.", field="case")
    parts = [value.partition(":") for value in given]
    return [(inputs.row_id(one, "case"), inputs.row_id(other, "revision")) for one, _mark, other in parts]


def _locked(session: Session, case_id: int, revision: int) -> Case:
    with told_who(session, case_id):
        return queries.lock(session, scope(session), case_id, min(revision, 2**31 - 1))


def give_out(
    session: Session, case: Case, now: datetime, *, whom: str | None = None, reason: str | None = None
) -> None:
    """Give a locked case to the branch or member chosen in the form; only those of one's own scope are offered."""
    offered = branches_of(session, scope(session).grid_ids, now)
    organisation_id, member_id = chosen(offered, request.form.get("whom", "") if whom is None else whom)
    assign.reassign(
        session,
        case,
        moving.actor(),
        now,
        organisation_id=organisation_id,
        member_id=member_id,
        reason=request.form.get("reason", "") if reason is None else reason,
    )


@blueprint.get("/board/suggest")
@act("case.assign")
def suggested() -> str:
    """Show to whom each of the ticked cases could go, and why."""
    now, marks = datetime.now(UTC), dict(_marks())
    with transaction() as session:
        mine = scope(session)
        rows = marked(session, mine, list(marks), now)
        found = suggest(session, [row.case for row in rows], now)
        branches = branches_of(session, mine.grid_ids, now)
    offered = {f"{one.organisation_id}" for one in branches} | {
        f"{branch.organisation_id}:{one.member_id}" for branch in branches for one in branch.members
    }
    return render_template(
        "command/board_suggest.html",
        pairs=list(zip(rows, found, strict=True)),
        offered=offered,
        branches=branches,
        back=board.address(),
        now=now,
    )


@blueprint.post("/board/undo")
@act("case.assign")
def take_back() -> Answer:
    """Take back what one has just given out; what somebody has acted on since stays, and the sentence says who did."""
    now, done, kept = datetime.now(UTC), 0, list[str]()
    with transaction() as session:
        for case_id, revision in sorted(_marks()):
            try:
                with session.begin_nested():
                    undo.withdraw(session, _locked(session, case_id, revision), moving.actor(), now)
                done += 1
            except (ConflictError, MoveRefusedError) as fault:
                kept.append(said(fault.message))
    if done:
        flash(_("已撤销 %(count)s 件派单，恢复原来的安排。", count=done))
    for sentence in dict.fromkeys(kept):
        flash(sentence, "fault")
    return redirect(local_path(request.form.get("back"), "/board"), 303)
