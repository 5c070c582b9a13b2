"""减负台账: the minutes that agencies asked of grids, members and households by month; and the calls made there.

Before: `admission.orders`. After: `/ledger`, its table as CSV or Excel. Rows stand in the order of codes and names,
never of their size: it shows what is asked of people, not who does more. Minutes are those of the day of the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.staff.roles import Reach
from gis.staff.scope import Scope

# index: ix_work_order_at; the member is who the case was given to first
_ROWS = text("""
    SELECT o.agency, coalesce(i.name, c.name) AS item, i.id IS NULL AS by_consent, g.code AS grid_code,
           coalesce(v.name, g.code) AS grid, coalesce(m.name, '') AS member,
           count(*) AS orders, sum(CASE WHEN o.per = 'household' THEN o.households ELSE 0 END) AS households,
           sum(CASE WHEN o.per = 'household' THEN o.minutes_each ELSE 0 END) AS household_min, sum(o.minutes) AS minutes
    FROM work_order o LEFT JOIN work_item i ON i.id = o.item_id LEFT JOIN work_consent c ON c.id = o.consent_id
    JOIN grid g ON g.id = o.grid_id
    LEFT JOIN grid_version v ON v.grid_id = o.grid_id AND v.valid @> o.at
    LEFT JOIN LATERAL (SELECT member_id FROM assignment a WHERE a.case_id = o.case_id
                       ORDER BY a.id LIMIT 1) given ON TRUE
    LEFT JOIN member m ON m.id = given.member_id
    WHERE o.at >= :since AND o.at < :until AND (:everywhere OR o.agency = :agency OR o.grid_id = ANY(:grids))
    GROUP BY o.agency, item, by_consent, g.code, grid, member
    ORDER BY o.agency, item, g.code, member
""")
# index: ix_household_grid_id, ix_visit_household_id_at
_CALLS = text("""
    SELECT g.code, coalesce(v.name, g.code), count(*), count(DISTINCT t.household_id)
    FROM visit t JOIN household h ON h.id = t.household_id JOIN grid g ON g.id = h.grid_id
    LEFT JOIN grid_version v ON v.grid_id = g.id AND v.valid @> CAST(:since AS timestamptz)
    WHERE t.at >= :since AND t.at < :until AND (:everywhere OR g.id = ANY(:grids))
    GROUP BY g.code, v.name ORDER BY g.code
""")


@dataclass(frozen=True)
class Asked:
    """What one agency asked of one grid and member by one item in a month.

    `orders` in 件, `households` in 户 (0 for work per grid), `household_min` the minutes asked of each household,
    `minutes` those asked of the member in all.
    """

    agency: str
    item: str
    by_consent: bool
    grid_code: str
    grid: str
    member: str
    orders: int
    households: int
    household_min: int
    minutes: int


@dataclass(frozen=True)
class Calls:
    """How often households of a grid were called on in a month: `calls` in 户次, `households` in 户."""

    grid_code: str
    grid: str
    calls: int
    households: int


def _values(scope: Scope, since: datetime, until: datetime) -> dict[str, object]:
    return {
        "since": since,
        "until": until,
        "everywhere": scope.reach is Reach.ALL,
        "agency": scope.agency if scope.reach is Reach.AGENCY else "",
        "grids": sorted(scope.grid_ids),
    }


def asked(session: Session, scope: Scope, since: datetime, until: datetime) -> list[Asked]:
    """Give what was asked in `[since, until)` of a scope's grids, or by its agency."""
    return [Asked(*row) for row in session.execute(_ROWS, _values(scope, since, until))]


def calls(session: Session, scope: Scope, since: datetime, until: datetime) -> list[Calls]:
    """Give the calls made at households of a scope's grids in `[since, until)`."""
    return [Calls(*row) for row in session.execute(_CALLS, _values(scope, since, until))]
