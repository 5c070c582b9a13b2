"""Merging cases that are one matter, from the case page; and taking it back.

Before: `cases.likeness` proposes on the page. After: `cases.merge`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, request
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.cases import merge as merging
from gis.cases.models import Case
from gis.database import transaction
from gis.errors import NotFoundError
from webmap import inputs, moving
from webmap.access import act, scope
from webmap.field.showing import comes_back

blueprint = Blueprint("merging", __name__)

LONGEST_NUMBER = 20


@blueprint.post("/cases/<int:case_id>/merge")
@act("case.merge")
@comes_back("merge")
def merge(case_id: int) -> Response:
    """Merge a case into the one whose number is given."""
    reason = request.form.get("reason", "")
    with transaction() as session:
        kept = merging.merge(
            session,
            scope(session),
            from_id=case_id,
            into_id=_numbered(session),
            actor=moving.actor(),
            now=datetime.now(UTC),
            reason=reason,
            revision=inputs.row_id(request.form.get("revision"), "revision"),
        )
        number, kept_id = kept.number, kept.id
    return moving.done(_("已并入案件 %(number)s，报告人都会收到通知。", number=number), kept_id)


@blueprint.post("/cases/<int:case_id>/unmerge")
@act("case.merge")
@comes_back("unmerge")
def unmerge(case_id: int) -> Response:
    """Take a merge back: the case goes on where it stood."""
    with transaction() as session:
        case = moving.locked(session, case_id)
        merging.unmerge(session, case, moving.actor(), datetime.now(UTC), request.form.get("reason", ""))
    return moving.done(_("已撤销并案，案件恢复办理。"), case_id)


# index: uq_case_number
def _numbered(session: Session) -> int:
    """Find the case of the number in the form; whether it is in one's scope is asked when it is locked."""
    number = inputs.words_of(request.form.get("into"), LONGEST_NUMBER).strip()
    found = session.scalar(select(Case.id).where(Case.number == number))
    if found is None:
        raise NotFoundError("没有这个编号的案件。 There is no case of this number.", number=number)
    return int(found)
