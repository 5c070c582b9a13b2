"""Fourth step: the branch that answers, and the member who goes - each choice with its receipt.

Before: `cases.grid`. After: `cases.notify`. The decision is pure (`cases.dispatch.decide`); rules and weights are kept
by version, and loads come with the question who is responsible, so that this step asks nothing of its own - except when
a rule names another branch: then its members are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.by_hand import given, names_of
from gis.cases.dispatch import kept, receipts
from gis.cases.dispatch.decide import Choice, decide, goes_elsewhere
from gis.cases.draft import Draft
from gis.cases.grid import asked
from gis.cases.loads import LOAD
from gis.cases.models import Assignment, Case, CaseType
from gis.cases.reference import type_with
from gis.cases.stand import Owner
from gis.errors import InputError, NotFoundError
from gis.staff.branch_members import branch_members
from gis.staff.models import Member, Organisation
from gis.staff.queries import Responsibility, Responsible


def chosen(
    session: Session,
    case_type: CaseType,
    answer: Responsibility,
    now: datetime,
    *,
    point: tuple[float, float] | None,
    versions: Mapping[str, int] | None = None,
) -> tuple[Choice, dict[str, Any]]:
    """Decide to whom a case of a category goes from a place, and give the receipt; nothing is written.

    Parameters
    ----------
    point : tuple of float, optional
        Longitude and latitude, EPSG:4490 degrees; without it distances are unknown.
    """
    book = kept.book(session, versions)
    rule = book.ruling(case_type, answer.grid_id, answer.community_id, now)
    others: list[Responsible] = []
    if rule is not None and rule.organisation_id is not None and goes_elsewhere(rule, answer):
        session.flush()
        others = branch_members(session, [rule.organisation_id], now, LOAD)[rule.organisation_id]
    ids = [member.member_id for member in others or answer.members]
    distances = book.homes.distances(ids, *point, now) if point else {}
    weights = book.weights.at(now)
    choice = decide(answer, case_type, rule, weights=weights, distances=distances, others=others)
    return choice, receipts.receipt(answer, case_type, choice, weights)


def step(session: Session, draft: Draft, answer: Responsibility, now: datetime) -> dict[str, Any]:
    """Give a case on a grid to its branch and member, start its clocks, and give the receipt."""
    point = (draft.lon, draft.lat) if draft.lon is not None and draft.lat is not None else None
    choice, written = chosen(session, draft.case_type, answer, now, point=point, versions=draft.versions)
    return give(session, draft, choice, written, now)


def give(
    session: Session, draft: Draft, choice: Choice, written: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """Write a decision into a draft: who has it, until when, and the assignment with its receipt."""
    best = choice.best
    draft.organisation_id, draft.organisation = choice.organisation_id, choice.organisation
    draft.member_id, draft.member = (best.member_id, best.name) if best else (None, None)
    draft.agency = choice.agency
    draft.handling = choice.handling or draft.handling
    draft.move("assign", now, detail={"organisation": choice.organisation, "member": draft.member or ""})
    draft.assignments.append(
        {
            "at": now,
            "grid_id": draft.grid_id,
            "organisation_id": draft.organisation_id,
            "member_id": draft.member_id,
            "account_id": None,
            "receipt": written,
        }
    )
    return written


def reassign(
    session: Session,
    case: Case,
    actor: moves.Actor,
    now: datetime,
    *,
    organisation_id: int,
    member_id: int | None,
    reason: str,
) -> Assignment:
    """Give a case to somebody else by a person's word; the receipt then says that a person chose, and why.

    What the program would have chosen at this moment is kept beside it.

    Raises
    ------
    InputError
        When the reason is missing.
    NotFoundError
        When the organisation or the member does not exist or has left.
    """
    organisation = session.get(Organisation, organisation_id)
    member = session.get(Member, member_id) if member_id is not None else None
    if organisation is None or (member_id is not None and (member is None or member.left_at is not None)):
        raise NotFoundError(
            "没有这个党组织或成员，请重新选择。 There is no such organisation or member; choose again."
        )
    if not reason.strip():
        raise InputError("改派要写明理由。 Say why you give it to somebody else.", field="reason")
    program = _by_program(session, case, now)
    before = _before(case)
    case.organisation_id = organisation_id
    case.member_id = member_id
    names, why = names_of(organisation, member), reason.strip()
    moves.make(session, case, "reassign", actor, now, reason=reason, detail=names | {"before": before})
    whom = names["member"] or names["organisation"]
    said = f"由人工派给 {whom}，理由：{why}", f"Given to {whom} by a person, because: {why}"
    assignment = given(case, actor, now, names, said, reason=why, program=program)
    session.add(assignment)
    return assignment


def _before(case: Case) -> dict[str, Any]:
    """Tell what giving a case out will change, for whoever takes that back."""
    asked_at = case.extension_asked_at
    more = {"handling": case.handling, "extension_asked_at": asked_at.isoformat() if asked_at else None}
    return Owner(case.organisation_id, case.member_id, case.agency).told | more


def _by_program(session: Session, case: Case, now: datetime) -> dict[str, Any] | None:
    """Give the receipt the program would write for a case now; None for one without a place."""
    lon, lat = case.location.get("lon"), case.location.get("lat")
    if lon is None or lat is None:
        return None
    answer = asked(session, lon, lat, now)
    if answer is None:
        return None
    choice, written = chosen(session, type_with(session, case.case_type_id), answer, now, point=(lon, lat))
    return receipts.beside(written, choice)
