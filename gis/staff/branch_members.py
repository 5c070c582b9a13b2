"""The members of a branch that a dispatch rule names: those posted in the grids it answers for.

Before: `staff.models`. After: `cases.dispatch`; only asked when a rule sends a case away from its place's own branch.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from gis.staff.queries import Responsible

# indexes: ix_grid_branch_organisation_id, ix_posting_grid_id, ex_shift_during
_MEMBERS = """
    SELECT DISTINCT ON (m.id) b.organisation_id, m.id, m.name, p.role, m.skills, m.code,
           EXISTS (SELECT FROM shift s WHERE s.member_id = m.id AND s.kind = 'duty'
                   AND s.during @> CAST(:at AS timestamptz)) AS on_duty,
           EXISTS (SELECT FROM shift s WHERE s.member_id = m.id AND s.kind = 'leave'
                   AND s.during @> CAST(:at AS timestamptz)) AS on_leave,
           {load} AS open_load
    FROM grid_branch b JOIN posting p ON p.grid_id = b.grid_id JOIN member m ON m.id = p.member_id
    WHERE b.organisation_id = ANY(:ids) AND b.valid @> CAST(:at AS timestamptz)
      AND p.valid @> CAST(:at AS timestamptz) AND p.role IN ('grid_leader', 'grid_member')
      AND (m.left_at IS NULL OR m.left_at > :at)
    ORDER BY m.id, p.role DESC
"""


@cache
def _statement(load: str) -> TextClause:
    return text(
        f"SELECT * FROM ({_MEMBERS.replace('{load}', load)}) AS found ORDER BY organisation_id, role, code"
    )


def branch_members(
    session: Session, organisation_ids: Sequence[int], at: datetime, load: str = "0"
) -> dict[int, list[Responsible]]:
    """Give the members of some branches at an instant, in the order of role and code.

    Parameters
    ----------
    load : str
        SQL of our own that counts what member `m.id` carries.
    """
    found: dict[int, list[Responsible]] = {organisation_id: [] for organisation_id in organisation_ids}
    for row in session.execute(_statement(load), {"ids": list(organisation_ids), "at": at}):
        found[row.organisation_id].append(
            Responsible(
                row.id, row.name, row.role, tuple(row.skills), row.on_duty, row.on_leave, row.open_load
            )
        )
    return found
