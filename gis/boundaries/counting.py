"""What lies in each unit of ground: households, buildings, visits, cases, minutes of walking, the compound.

Before: units in the database (`boundaries.storing`). After: the workload of plans; a planner's button counts anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries.models import StoredUnits

CARE_DAYS = 365
PAST_DAYS = 365
WALKED_M_A_MIN = 75.0
TOUR = 0.7124
"""A tour of n points on ground of area A is about 0.7124 √(nA) long (Beardwood, Halton, Hammersley 1959)."""


def _counted(column: str, point: str, table: str, where: str = "TRUE") -> str:
    return f"""
        UPDATE planning_unit u SET {column} = n.many FROM (
            SELECT number, count(*) AS many FROM (
                SELECT DISTINCT ON (t.id) t.id, p.number FROM planning_unit p JOIN {table} t
                  ON t.{"geom" if "geom" in point else "point"} && p.geom AND ST_Covers(p.geom, {point})
                WHERE p.unit_set_id = :id AND {where} ORDER BY t.id, p.number) AS one
            GROUP BY number) AS n
        WHERE u.unit_set_id = :id AND u.number = n.number"""


# indexes: ix_household_point, ix_building_geom, ix_visit_household_id_at, ix_case_open_point, ix_case_reported_at
_COUNTS = (
    text(
        "UPDATE planning_unit SET households = 0, buildings = 0, care = 0, open_cases = 0, past_cases = 0 "
        "WHERE unit_set_id = :id"
    ),
    text(_counted("households", "t.point", "household")),
    text(_counted("buildings", "ST_PointOnSurface(t.geom)", "building")),
    text(
        _counted(
            "care",
            "t.point",
            "household",
            "EXISTS (SELECT FROM visit v WHERE v.household_id = t.id AND v.at > :care)",
        )
    ),
    text(_counted("open_cases", "t.point", '"case"', "t.closed_at IS NULL")),
    text(_counted("past_cases", "t.point", '"case"', "t.closed_at IS NOT NULL AND t.reported_at > :past")),
    text(f"""UPDATE planning_unit SET walking_min = {TOUR} * sqrt(buildings * area_m2) / {WALKED_M_A_MIN}
             WHERE unit_set_id = :id"""),
    # index: pk_compound; a compound is a unit's when its inner point lies in it
    text("""UPDATE planning_unit u SET compound_id = (
                SELECT c.id FROM compound c WHERE c.geom && u.geom AND ST_Covers(c.geom, ST_PointOnSurface(u.geom))
                ORDER BY c.id LIMIT 1)
            WHERE u.unit_set_id = :id"""),
)


def count(session: Session, units: StoredUnits, now: datetime) -> None:
    """Count what lies in each unit: households, those called on within a year, buildings, cases open and past."""
    values = {
        "id": units.id,
        "care": now - timedelta(days=CARE_DAYS),
        "past": now - timedelta(days=PAST_DAYS),
    }
    for statement in _COUNTS:
        session.execute(statement, {key: values[key] for key in statement.compile().params})
    units.counted_at = now
