"""Fourth step: the branch that answers, and the member who goes - each choice with its receipt.

Before: `cases.grid`. After: `cases.notify`. The choice itself is pure: facts in, receipt out. Who is on leave is not
asked; among the others points are added up by `WEIGHTS`, ties fall to the lighter load, then to the earlier code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.deadlines import Limit, Unit, due
from gis.cases.draft import Draft
from gis.cases.grid import HEAVIEST_LOAD
from gis.cases.models import Assignment, Case, CaseType
from gis.cases.reference import calendar, type_with
from gis.direct import ask
from gis.errors import InputError, NotFoundError
from gis.settings import settings
from gis.staff.models import Member, Organisation
from gis.staff.queries import AnsweredBy, Responsibility, Responsible

WEIGHTS = {"on_duty": 40, "skill": 30, "load": 20, "posting": 10}
"""Points at most for: on shift now, has the skill, carries little, is the grid's own member (leaders go second)."""

FACTOR_WORDS = {
    "on_duty": ("当班", "on shift"),
    "skill": ("技能相符", "skill fits"),
    "load": ("手上案件少", "light load"),
    "posting": ("专职网格员", "grid member"),
}
LOAD_AT_NO_POINTS = 20
BEYOND_TOWN = frozenset({"subdistrict", "district"})


@dataclass(frozen=True)
class Factor:
    """One reason of a choice: its value, its weight, and the points it gave."""

    name: str
    name_zh: str
    name_en: str
    value: str
    weight: int
    points: float


@dataclass(frozen=True)
class Considered:
    """One member with the factors that speak for them."""

    member: Responsible
    factors: tuple[Factor, ...]
    open_load: int

    @property
    def points(self) -> float:
        """Add the factors up."""
        return sum(factor.points for factor in self.factors)


def consider(member: Responsible, skill: str, open_load: int) -> Considered:
    """Weigh one member for a case that wants a skill ("" for none)."""
    light = max(0.0, 1 - open_load / LOAD_AT_NO_POINTS)
    shares = {
        "on_duty": (float(member.on_duty), "当班" if member.on_duty else "不当班"),
        "skill": (float(not skill or skill in member.skills), skill or "不限"),
        "load": (light, f"{open_load} 件在办"),
        "posting": (
            float(member.role == "grid_member"),
            "网格员" if member.role == "grid_member" else "网格长",
        ),
    }
    factors = tuple(
        Factor(name, *FACTOR_WORDS[name], value, WEIGHTS[name], round(share * WEIGHTS[name], 1))
        for name, (share, value) in shares.items()
    )
    return Considered(member, factors, open_load)


def choose(members: Sequence[Responsible], skill: str, loads: Mapping[int, int]) -> list[Considered]:
    """Order the members who are not on leave, the best first; empty when nobody can go."""
    considered = [
        consider(member, skill, loads.get(member.member_id, 0)) for member in members if not member.on_leave
    ]
    return sorted(considered, key=lambda one: (-one.points, one.open_load, one.member.member_id))


def receipt(
    answer: Responsibility, case_type: CaseType, ranked: Sequence[Considered], away: int
) -> dict[str, Any]:
    """Write down why: the place, the category, every member's factors, and one sentence in each language."""
    best = ranked[0] if ranked else None
    answered_by = AnsweredBy.MEMBER if best else _without_member(answer)
    return {
        "answered_by": answered_by,
        "category": {"code": case_type.code, "name": case_type.name, "name_en": case_type.name_en},
        "authority": case_type.authority,
        "place": {"community": answer.community, "grid": answer.grid, "grid_code": answer.grid_code},
        "organisation": answer.organisation,
        "factors": [vars(factor) for factor in best.factors] if best else [],
        "considered": [
            {
                "member_id": one.member.member_id,
                "name": one.member.name,
                "points": one.points,
                "load": one.open_load,
            }
            for one in ranked
        ],
        "on_leave": away,
        "weights": WEIGHTS,
        "sentence": _sentence(answer, case_type, best, away),
        "sentence_en": _sentence_en(answer, case_type, best, away),
    }


def _without_member(answer: Responsibility) -> AnsweredBy:
    """Say who answers when nobody of the grid can go: its branch, else the community."""
    return (
        AnsweredBy.BRANCH
        if answer.branch_id and answer.answered_by != AnsweredBy.COMMUNITY
        else AnsweredBy.COMMUNITY
    )


def _sentence(answer: Responsibility, case_type: CaseType, best: Considered | None, away: int) -> str:
    place = answer.place
    if best is None:
        why = f"网格员 {away} 人都在休假" if away else "目前没有网格员"
        return f"位置在{place}，{why}，“{case_type.name}”由{answer.organisation}接办。"
    reasons = "、".join(
        factor.name_zh + (f"（{factor.value}）" if factor.name in {"skill", "load"} else "")
        for factor in best.factors
        if factor.points > 0
    )
    return (
        f"位置在{place}，由{answer.organisation}负责；“{case_type.name}”派给 {best.member.name}：{reasons}。"
    )


def _sentence_en(answer: Responsibility, case_type: CaseType, best: Considered | None, away: int) -> str:
    place = answer.place
    if best is None:
        why = f"all {away} members are on leave" if away else "it has no member now"
        return f"The place is in {place}; {why}, so {answer.organisation} takes “{case_type.name_en}”."
    reasons = ", ".join(factor.name_en for factor in best.factors if factor.points > 0)
    whom = f"{best.member.name} of {answer.organisation}"
    return f"The place is in {place}; {whom} takes “{case_type.name_en}”: {reasons}."


def step(session: Session, draft: Draft, answer: Responsibility, now: datetime) -> dict[str, Any]:
    """Give a case on a grid to its branch and member, set its deadline, and give the receipt."""
    case_type = draft.case_type
    loads = {member.member_id: member.open_load for member in answer.members}
    ranked = choose(answer.members, case_type.skill, loads)
    best = ranked[0].member if ranked else None
    draft.organisation_id, draft.organisation = answer.organisation_id, answer.organisation
    draft.member_id, draft.member = (best.member_id, best.name) if best else (None, None)
    draft.agency = case_type.agency if case_type.authority in BEYOND_TOWN else ""
    draft.due_at, draft.deadline = deadline_of(session, case_type, now, draft.versions)
    written = receipt(answer, case_type, ranked, len(answer.members) - len(ranked))
    draft.move("assign", now, detail={"organisation": answer.organisation, "member": draft.member or ""})
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


# index: ix_case_open_member_id
_OPEN_LOADS = text(f"""
    SELECT who.id, (
        SELECT count(*) FROM (
            SELECT FROM "case" WHERE member_id = who.id AND closed_at IS NULL LIMIT {HEAVIEST_LOAD}
        ) AS counted)
    FROM unnest(CAST(:ids AS bigint[])) AS who (id)
""")


def open_loads(session: Session, member_ids: Sequence[int]) -> dict[int, int]:
    """Count the open cases of some members, each up to `HEAVIEST_LOAD`."""
    if not member_ids:
        return {}
    session.flush()
    return dict(ask(session, _OPEN_LOADS, {"ids": list(member_ids)}))


def deadline_of(
    session: Session, case_type: CaseType, now: datetime, versions: Mapping[str, int] | None = None
) -> tuple[datetime, dict[str, Any]]:
    """Reckon when a case of a category is due that is given out now; give it with its arithmetic."""
    limit = Limit(case_type.limit_value, Unit(case_type.limit_unit))
    start = now.astimezone(settings().time_zone)
    deadline = due(start, limit, calendar(session, versions))
    return deadline.due_at, deadline.told


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
    case.organisation_id = organisation_id
    case.member_id = member_id
    if case.due_at is None:
        case.due_at, case.deadline = deadline_of(session, type_with(session, case.case_type_id), now)
    names = {"organisation": organisation.name, "member": member.name if member else ""}
    moves.make(session, case, "reassign", actor, now, reason=reason, detail=names)
    whom = member.name if member else organisation.name
    by_hand: dict[str, Any] = {
        "answered_by": AnsweredBy.MEMBER if member else AnsweredBy.BRANCH,
        "by_hand": True,
        "organisation": organisation.name,
        "factors": [],
        "sentence": f"由人工派给 {whom}，理由：{reason.strip()}",
        "sentence_en": f"Given to {whom} by a person, because: {reason.strip()}",
    }
    assignment = Assignment(
        case_id=case.id,
        at=now,
        grid_id=case.grid_id,
        organisation_id=organisation_id,
        member_id=member_id,
        account_id=actor.account_id,
        receipt=by_hand,
    )
    session.add(assignment)
    return assignment
