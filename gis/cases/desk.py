"""What waits for somebody's word: call-backs, bad marks, requests for more time, appeals.

Before: `cases.queries`. After: the desk page of branches and commanders.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from gis.cases.models import Case
from gis.cases.queries import CaseRow, rows_at, visible
from gis.cases.states import State
from gis.staff.scope import Scope

CALL_BACK_WITHIN = timedelta(days=30)
"""What was closed longer ago is not called back any more."""


@dataclass(frozen=True)
class Kind:
    """One kind of waiting: its word, since when a case waits, and what it needs."""

    name: str
    word: tuple[str, str]
    hint: tuple[str, str]
    since: Any


KINDS = (
    Kind(
        "bad_mark",
        ("差评待处理", "Bad marks"),
        ("要有整改，也要答复居民，才能了结。", "Each needs a correction and a reply before it is settled."),
        Case.bad_mark_at,
    ),
    Kind(
        "extension",
        ("延期待批", "More time asked for"),
        ("先由一位同志同意，再由指挥员批准。", "One person seconds it, then a commander grants it."),
        Case.extension_asked_at,
    ),
    Kind(
        "appeal",
        ("申诉待裁定", "Appeals"),
        ("申诉人和办理人不能裁定。", "Neither who appeals nor who was late may judge it."),
        Case.appealed_at,
    ),
    Kind(
        "call_back",
        ("待回访", "To call back"),
        (
            "三十天内办结、居民还没有评价的案件。",
            "Closed within thirty days and not yet marked by the resident.",
        ),
        Case.closed_at,
    ),
)


def _condition(kind: Kind, now: datetime) -> ColumnElement[bool]:
    if kind.name != "call_back":
        wanted: ColumnElement[bool] = kind.since.is_not(None)
        return wanted
    closed = (Case.state == State.CLOSED) & Case.called_back_at.is_(None) & Case.parent_id.is_(None)
    return closed & (Case.closed_at > now - CALL_BACK_WITHIN)


# indexes: ix_case_bad_mark_at, ix_case_extension_asked_at, ix_case_appealed_at, ix_case_to_call_back
def waiting(session: Session, scope: Scope, kind: Kind, now: datetime, limit: int = 50) -> list[CaseRow]:
    """List the cases of a scope that wait in one way, the longest waiting first."""
    query = rows_at(now).where(_condition(kind, now), visible(scope)).order_by(kind.since, Case.id)
    return [CaseRow(*row) for row in session.execute(query.limit(limit))]
