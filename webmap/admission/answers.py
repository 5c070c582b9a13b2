"""The form of a work order: what it asks of a household, a building or the grid, with what is known filled in.

Before: `gis.admission.facts` within the member's grids. After: every other item that asks the same.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.admission import facts
from gis.database import transaction
from gis.errors import InputError
from gis.places import footprint
from webmap import inputs
from webmap.access import account, act, scope

blueprint = Blueprint("answers", __name__)


@blueprint.get("/orders/<int:case_id>")
@act("work.answer")
def form(case_id: int) -> str:
    """Show the order's households, and the questions about one of them (or about the grid)."""
    with transaction() as session:
        return _page(session, case_id)


def _page(session: Session, case_id: int, fault: InputError | None = None) -> str:
    now = datetime.now(UTC)
    order, item = facts.order_of(session, scope(session), case_id)
    household = inputs.optional_id(request.args.get("household"), "household")
    subject = facts.subject_of(session, order, household)
    if household is not None:
        _write_down(session, household, item.name if item else "", now)
    return render_template(
        "admission/answers.html",
        order=order, item=item, subject=subject, fault=fault, given=request.form,
        questions=facts.questions(session, item.code, subject, now) if item else [],
        doors=facts.doors(session, order, item, now) if item and order.per == "household" else [],
    )  # fmt: skip


def _write_down(session: Session, household_id: int, purpose: str, now: datetime) -> None:
    """Leave the trace that the household is shown: who looked, when, what for."""
    who = account()
    footprint.write_down(session, [household_id], account=who.name, role=who.role, purpose=purpose, now=now)


@blueprint.post("/orders/<int:case_id>")
@act("work.answer")
def answer(case_id: int) -> str | tuple[str, int] | Response:
    """Keep the answers; what is known and unchanged is not stored again."""
    try:
        with transaction() as session:
            many = _kept(session, case_id)
    except InputError as fault:
        with transaction() as session:
            return _page(session, case_id, fault), 422
    flash(_("记下 %(count)s 项；别的任务问同样的事，不用再填。", count=many))
    return redirect(f"/orders/{case_id}", 303)


def _kept(session: Session, case_id: int) -> int:
    order, item = facts.order_of(session, scope(session), case_id)
    if item is None:
        raise InputError("这张任务单没有要填的内容。 This order asks for nothing to be written.")
    household = inputs.optional_id(request.args.get("household"), "household")
    subject = facts.subject_of(session, order, household)
    return facts.answer(
        session, order, item, subject, request.form, account_id=account().id, now=datetime.now(UTC)
    )
