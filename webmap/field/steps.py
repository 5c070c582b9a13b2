"""The moves that are more than a move: a part needs a case of its own, a call-back its answers, a look its person.

Before: `field.views` has locked the case. After: `cases.moves`, `cases.joint`, `cases.evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from flask import request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from gis.cases import evaluate, joint
from gis.cases.agencies import agencies
from gis.cases.models import Case
from gis.errors import NotFoundError
from gis.staff.people import branches_of, chosen
from webmap import access, moving
from webmap.field.forms import FORMS
from webmap.field.given import detail_of, said

PHOTO_KINDS = {"act": "after"}
TO_AGENCY = "agency:"


def make(session: Session, case: Case, name: str) -> None:
    """Make the move that the request's form is for."""
    STEPS.get(name, _plain)(session, case, name)


def _plain(session: Session, case: Case, name: str) -> None:
    """Make a move with its reason, its details, and its picture where it takes one."""
    takes_photo = "photo" in FORMS[name].fields
    kept = takes_photo and moving.keep_photo(session, case, PHOTO_KINDS.get(name, "before"))
    reason = request.form.get("reason", "").strip()
    if name == "note" and kept and not reason:
        reason = _("添加了照片")
    moving.move(session, case, name, reason, detail_of(name))


def _split(session: Session, case: Case, name: str) -> None:
    del name
    now, words = datetime.now(UTC), request.form.get("reason", "")
    joint.split(session, case, moving.actor(), now, words=words, whom=_whom(session, now))


def _whom(session: Session, now: datetime) -> joint.Whom:
    """Read to whom a part goes; only those that the page offered."""
    given = request.form.get("whom", "")
    if given.startswith(TO_AGENCY):
        agency = given.removeprefix(TO_AGENCY)
        if agency not in agencies(session, now):
            raise NotFoundError("请从名单里选择责任单位。 Choose an agency from the list.", field="whom")
        return joint.Whom(agency=agency)
    return joint.Whom(*_offered(session, given, now))


def _offered(session: Session, given: str, now: datetime) -> tuple[int, int | None]:
    return chosen(branches_of(session, access.scope(session, "case.assign").grid_ids, now), given)


def _transfer(session: Session, case: Case, name: str) -> None:
    if request.form.get("agency", "") not in agencies(session, datetime.now(UTC)):
        raise NotFoundError("请从名单里选择责任单位。 Choose an agency from the list.", field="agency")
    _plain(session, case, name)


def _ask_pre_check(session: Session, case: Case, name: str) -> None:
    case.organisation_id, case.member_id = _offered(session, request.form.get("whom", ""), datetime.now(UTC))
    _plain(session, case, name)


def _call_back(session: Session, case: Case, name: str) -> None:
    del name
    evaluate.call_back(session, case, moving.actor(), said(), datetime.now(UTC))


STEPS: dict[str, Callable[[Session, Case, str], None]] = {
    "split": _split,
    "transfer": _transfer,
    "ask_pre_check": _ask_pre_check,
    "call_back": _call_back,
}
