"""What a member carries: their open cases, counted up to a limit.

Before: `cases.models`. After: who is responsible (`cases.grid` asks it in the same question), the board, dispatch.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.direct import ask

HEAVIEST_LOAD = 100
"""Open cases are counted up to here: beyond it all loads weigh alike, and counting stays cheap."""


# index: ix_case_open_member_id
def load_sql(member: str) -> str:
    """Give the part of a statement that counts the open cases of a member, whose id stands in a column."""
    return f"""(
    SELECT count(*) FROM (
        SELECT FROM "case" WHERE member_id = {member} AND closed_at IS NULL LIMIT {HEAVIEST_LOAD}
    ) AS counted)"""


LOAD = load_sql("m.id")
_OPEN_LOADS = text(f"SELECT who.id, {load_sql('who.id')} FROM unnest(CAST(:ids AS bigint[])) AS who (id)")


def open_loads(session: Session, member_ids: Sequence[int]) -> dict[int, int]:
    """Count the open cases of some members, each up to `HEAVIEST_LOAD`."""
    if not member_ids:
        return {}
    session.flush()
    return dict(ask(session, _OPEN_LOADS, {"ids": list(member_ids)}))
