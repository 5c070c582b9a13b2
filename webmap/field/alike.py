"""What a case's page and the queue say about likeness: cases that look like it, those merged into it, its category.

Before: `cases.likeness`, `cases.merge`, `cases.learning`. After: `parts/alike.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases import likeness, merge
from gis.cases.learning.suggest import Suggested, suggest
from gis.cases.likeness import Alike, Matter
from gis.cases.models import Case, CaseType
from gis.cases.queries import CaseRow
from gis.cases.reference import case_types, type_with
from gis.cases.states import MOVES
from gis.staff.models import Account
from gis.staff.roles import Role, reach_of
from gis.staff.scope import Scope


@dataclass(frozen=True)
class Likeness:
    """What there is to see, and what the person may do; `types` is empty for who may not change the category."""

    alike: list[Alike]
    joined: list[Case]
    proposed: list[Suggested]
    category: str
    types: list[CaseType]
    may_merge: bool


def likeness_of(session: Session, scope: Scope, account: Account, row: CaseRow, now: datetime) -> Likeness:
    """Read it for one case; proposals of a category only where they say another one than the case has."""
    case_type = type_with(session, row.case.case_type_id)
    proposed = [] if row.case.closed_at is not None else suggest(session, row.case.text, now)
    if proposed and proposed[0].code == case_type.code:
        proposed = []
    return Likeness(
        alike=_alike(session, scope, row.case, case_type.code),
        joined=merge.merged_into(session, row.case.id),
        proposed=proposed,
        category=case_type.code,
        types=case_types(session, now) if _may_categorise(account, row) else [],
        may_merge=reach_of(Role(account.role), "case.merge") is not None,
    )


def _may_categorise(account: Account, row: CaseRow) -> bool:
    move = MOVES["recategorise"]
    return row.state in move.sources and reach_of(Role(account.role), move.act or "") is not None


def _alike(session: Session, scope: Scope, case: Case, code: str) -> list[Alike]:
    """Look near the case; one that waits to be placed is looked for near its likeliest candidate."""
    candidates = case.location.get("candidates") or []
    if case.location.get("lon") is not None or not candidates or case.closed_at is not None:
        return likeness.of_case(session, case, code, scope)
    lon, lat = float(candidates[0]["lon"]), float(candidates[0]["lat"])
    matter = Matter(case.text, lon, lat, (code,), case.reported_at, case.id)
    return likeness.alike(session, matter, scope=scope)
