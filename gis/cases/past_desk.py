"""What all past cases of a load need, read once: categories, named places, the calendar, what is known already.

Before: the tables. After: `past_rows`, one case after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import reference
from gis.cases.clock_rules import Reminder, Rules
from gis.cases.deadlines import Calendar, Limit, Unit
from gis.cases.dispatch import kept
from gis.cases.dispatch.kept import Book
from gis.cases.models import CaseType
from gis.files.columns import GEOMETRY
from gis.settings import settings
from gis.staff.branch_members import branch_members
from gis.staff.queries import Responsible

_PLACES = text("""
    SELECT DISTINCT ON (ref) ref, place_id, label, ST_X(point), ST_Y(point) FROM (
        SELECT b.code AS ref, p.id AS place_id, coalesce(p.address || ' ' || p.name, b.road || b.house_number) AS label,
               ST_PointOnSurface(b.geom) AS point
        FROM building b LEFT JOIN place p ON p.code = 'building:' || b.code WHERE b.code = ANY(:refs)
        UNION ALL
        SELECT c.code, p.id, p.name, p.point FROM compound c JOIN place p ON p.code = 'compound:' || c.code
        WHERE c.code = ANY(:refs)
        UNION ALL
        SELECT substr(code, 7), id, name, point FROM place WHERE code = ANY(:place_codes)
        UNION ALL
        SELECT r.code, p.id, r.name, ST_LineInterpolatePoint(r.geom, 0.5)
        FROM road r LEFT JOIN place p ON p.code = 'road:' || r.name WHERE r.code = ANY(:refs)) found
    ORDER BY ref""")


@dataclass(frozen=True)
class Known:
    """A place that a case names: its row in the gazetteer, its words, its point in degrees."""

    place_id: int | None
    label: str
    lon: float
    lat: float


@dataclass
class Desk:
    """What all cases of a load need: categories, places, the calendar, and how much each member carries."""

    types: dict[str, CaseType]
    places: dict[str, Known]
    calendar: Calendar
    calendar_version: int
    limits: Mapping[tuple[str, str], Limit]
    marks: list[str]
    known: set[str]
    root_id: int | None
    book: Book
    members: dict[int, list[Responsible]]
    loads: Counter[int] = field(default_factory=Counter)

    def carrying(self, members: Sequence[Responsible]) -> tuple[Responsible, ...]:
        """Give members with the open cases that this load has given them so far."""
        return tuple(replace(member, open_load=self.loads[member.member_id]) for member in members)

    @classmethod
    def open(cls, session: Session, frame: pd.DataFrame) -> Desk:
        """Read all of it once."""
        refs = [str(ref) for ref in frame["true_place"].unique() if ref]
        found = session.execute(_PLACES, {"refs": refs, "place_codes": [f"place:{ref}" for ref in refs]})
        marks = [mark_of(row) for row in frame.itertuples()]
        known = session.scalars(
            text("SELECT client_request_id FROM report WHERE client_request_id = ANY(:marks)"),
            {"marks": marks},
        )
        types = session.scalars(select(CaseType).order_by(CaseType.valid))
        book = kept.book(session)
        named = {rule.organisation_id for rule in book.rules.rules if rule.organisation_id is not None}
        return cls(
            types={row.code: row for row in types},
            places={ref: Known(*rest) for ref, *rest in found},
            calendar=reference.calendar(session),
            calendar_version=reference.versions_of(session).get("calendar", 0),
            limits=reference.clock_limits(session),
            marks=marks,
            known=set(known),
            root_id=session.scalar(
                text("SELECT id FROM organisation WHERE parent_id IS NULL ORDER BY code LIMIT 1")
            ),
            book=book,
            members=branch_members(session, sorted(named), datetime.now(UTC)) if named else {},
        )

    def rules(self, case_type: CaseType, zone: ZoneInfo) -> Rules:
        """Give all that the clocks of a case of a category are reckoned by."""
        return Rules(
            calendar=self.calendar,
            calendar_version=self.calendar_version,
            limits=self.limits,
            handle=Limit(case_type.limit_value, Unit(case_type.limit_unit)),
            authority=case_type.authority,
            zone=zone,
            reminder=Reminder.read(settings().remind_before),
        )


def mark_of(row: Any) -> str:
    """Give the number by which a case of a file is known again."""
    told = (
        row.reported_at.isoformat(),
        row.text,
        row.category,
        row.true_place,
        row.channel,
        getattr(row, GEOMETRY),
    )
    return "file:" + sha256("\n".join(map(str, told)).encode()).hexdigest()[:32]
