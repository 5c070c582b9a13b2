"""Rules as a table that `wangge load dispatch_rules` reads again without changing anything.

Before: `dispatch.models`. After: `wangge dispatch export`, the download on the rules page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.dispatch import cells
from gis.cases.dispatch.load_rules import COLUMNS
from gis.cases.dispatch.rules import DAY_MIN
from gis.files.faults import harmless
from gis.settings import settings

# index: ix_dispatch_rule_draft_id
_ROWS = text("""
    SELECT r.code, r.category, coalesce(g.code, a.code, '') AS place_code, r.weekdays, r.from_min, r.to_min, r.level,
           coalesce(o.code, '') AS organisation_code, r.agency, r.skill, r.handling, r.note,
           lower(r.valid) AS valid_from, upper(r.valid) AS valid_to
    FROM dispatch_rule r LEFT JOIN area a ON a.id = r.area_id LEFT JOIN grid g ON g.id = r.grid_id
    LEFT JOIN organisation o ON o.id = r.organisation_id
    WHERE r.draft_id IS NOT DISTINCT FROM CAST(:draft AS bigint)
      AND (CAST(:at AS timestamptz) IS NULL OR upper_inf(r.valid) OR upper(r.valid) > :at)
    ORDER BY r.code, lower(r.valid)
""")


def table(session: Session, at: datetime | None = None, draft_id: int | None = None) -> pd.DataFrame:
    """Give the rules that hold at an instant or later (or those of a draft) as text cells under the file's headings."""
    rows = session.execute(_ROWS, {"at": at, "draft": draft_id})
    names = [column.name for column in COLUMNS]
    return pd.DataFrame([_cells(row) for row in rows], columns=names, dtype=object)


def _cells(row: Sequence[Any]) -> list[str]:
    code, category, place, days, begins, ends, *says, valid_from, valid_to = row
    hours = [cells.clock(begins) if begins else "", cells.clock(ends) if ends != DAY_MIN else ""]
    made = [code, category, place, cells.days(days), *hours, *says, _day(valid_from), _day(valid_to)]
    return [harmless(str(cell)) for cell in made]


def _day(at: datetime | None) -> str:
    return at.astimezone(settings().time_zone).isoformat() if at else ""
