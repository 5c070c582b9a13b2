"""A member's working day as rounds see it: what is left of the shift today, lunch, and the usual hours.

Before: `staff.models`. After: `rounds.planning`, `rounds.again`, `weeks.shifts`, the pages that plan rounds.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.staff.models import Shift

Span = tuple[int, int]
"""From and to, seconds of the day."""
LUNCH: Span = (12 * 3600, 13 * 3600)
USUAL: Span = (14 * 3600, 18 * 3600)
"""The shift of somebody who has none on the roster."""
LONGEST_ROUND = timedelta(hours=12)


def midnight_of(at: datetime, zone: ZoneInfo) -> datetime:
    """Give the first instant of the day, in a zone, that an instant lies in."""
    return datetime.combine(at.astimezone(zone).date(), time(0), zone)


def shift_today(
    session: Session, member_id: int, now: datetime, zone: ZoneInfo
) -> tuple[datetime, datetime] | None:
    """Give what is left of a member's shift today; None on leave, the usual hours where the roster says nothing."""
    midnight = midnight_of(now, zone)
    # index: ex_shift_during
    rows = session.scalars(
        select(Shift).where(
            Shift.member_id == member_id, Shift.during.op("&&")(Range(midnight, midnight + timedelta(days=1)))
        )
    ).all()
    if any(row.kind == "leave" and now in row.during for row in rows):
        return None
    duty = [
        row.during
        for row in rows
        if row.kind == "duty" and (row.during.upper is None or row.during.upper > now)
    ]
    first = min((one.lower for one in duty if one.lower), default=midnight + timedelta(seconds=USUAL[0]))
    last = max((one.upper for one in duty if one.upper), default=midnight + timedelta(seconds=USUAL[1]))
    begins = max(first, now)
    if last <= begins:
        last = begins + timedelta(hours=4)
    # a round is of one day
    return begins, min(last, begins + LONGEST_ROUND, midnight + timedelta(days=1, seconds=-1))
