"""What a trial needs of past cases: read once for all of them, never a question a case.

Before: `cases.models`, the receipts. After: `dispatch.trial`, which decides anew. A case is told by where it was, when
the program gave it out, and what its receipt keeps: the branch of its place and the members that were asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.staff.queries import Responsible
from gis.staff.scope import Scope

# index: ix_assignment_case_id; a period of a year reads most of both tables, so they are walked once
_CASES = text("""
    SELECT c.id, c.number, c.case_type_id, c.grid_id, c.area_id, coalesce(a.at, c.reported_at) AS at,
           coalesce(a.place_id, a.organisation_id, c.organisation_id) AS place_organisation_id,
           coalesce(a.organisation_id, c.organisation_id) AS organisation_id,
           CASE WHEN a.case_id IS NULL THEN c.member_id ELSE a.member_id END AS member_id,
           coalesce(a.skill, t.skill) AS skill
    FROM "case" c JOIN case_type t ON t.id = c.case_type_id LEFT JOIN (
        SELECT DISTINCT ON (case_id) case_id, at, organisation_id, member_id, receipt->>'skill' AS skill,
               CAST(receipt->'place'->>'organisation_id' AS bigint) AS place_id
        FROM assignment WHERE account_id IS NULL AND at >= :since ORDER BY case_id, id) a ON a.case_id = c.id
    WHERE c.state NOT IN ('reported', 'queued') AND c.reported_at >= :since AND c.reported_at < :until
      AND (CAST(:areas AS bigint[]) IS NULL OR c.area_id = ANY(:areas) OR c.grid_id = ANY(:grids))
    ORDER BY c.reported_at, c.id
""")
# index: ix_assignment_case_id
_ASKED = text("""
    SELECT DISTINCT ON (case_id) case_id, receipt->'considered'
    FROM assignment WHERE account_id IS NULL AND case_id = ANY(:ids) ORDER BY case_id, id
""")


@dataclass(frozen=True, slots=True)
class PastCase:
    """One past case as a trial sees it; ids, the instant aware, `skill` what the members were asked for."""

    case_id: int
    number: str
    case_type_id: int
    grid_id: int | None
    community_id: int | None
    at: datetime
    place_organisation_id: int | None
    organisation_id: int | None
    member_id: int | None
    skill: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The members that a receipt says were asked, with how far their home grids were."""

    members: tuple[Responsible, ...]
    distances: dict[int, int]


def past_cases(
    session: Session, since: datetime, until: datetime, scope: Scope | None = None
) -> list[PastCase]:
    """Give the cases given out and reported in `[since, until)`, of a scope's areas and grids or of all."""
    areas = sorted(scope.area_ids) if scope else None
    grids = sorted(scope.grid_ids) if scope else []
    rows = session.execute(_CASES, {"since": since, "until": until, "areas": areas, "grids": grids})
    return [PastCase(*row) for row in rows]


def asked_for(session: Session, case_ids: Sequence[int]) -> dict[int, Asked]:
    """Give who was asked for some cases; a receipt that does not keep the facts is left out."""
    rows = session.execute(_ASKED, {"ids": list(case_ids)})
    return {case_id: read(told) for case_id, told in rows if told and all("skills" in one for one in told)}


def read(told: list[dict[str, Any]]) -> Asked:
    """Read the members of a receipt, in the order they stood in when they were asked."""
    ordered = sorted(told, key=lambda one: one["order"])
    members = tuple(
        Responsible(
            one["member_id"],
            one["name"],
            one["role"],
            tuple(one["skills"]),
            one["on_duty"],
            False,
            one["load"],
        )
        for one in ordered
    )
    far = {one["member_id"]: one["distance_m"] for one in told if one["distance_m"] is not None}
    return Asked(members, far)
