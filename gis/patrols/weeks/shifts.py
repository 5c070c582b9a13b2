"""When a member works on the days of a week: the roster less leave, in pieces.

Before: `staff.models`, `rounds.shift`. After: `weeks.plans`. Where the roster says nothing about a member at all,
the usual hours of workdays stand in.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.patrols.rounds.shift import LUNCH, USUAL, Span
from gis.staff.models import Shift

DAY_S = 24 * 3600
SATURDAY = 5


@dataclass(frozen=True)
class Work:
    """One member's day: pieces of work in order and apart, seconds of the day; lunch is taken out."""

    spans: tuple[Span, ...] = ()

    @property
    def starts_s(self) -> int:
        """Give the second at which the day begins."""
        return self.spans[0][0]

    @property
    def ends_s(self) -> int:
        """Give the second at which the day ends."""
        return self.spans[-1][1]

    @property
    def breaks(self) -> tuple[Span, ...]:
        """Give what lies between the pieces."""
        return tuple((one[1], other[0]) for one, other in zip(self.spans, self.spans[1:], strict=False))

    @property
    def minutes(self) -> float:
        """Give the minutes of work."""
        return sum(end - start for start, end in self.spans) / 60

    def after(self, second: int) -> Work:
        """Give what is left of the day from a second on."""
        return Work(tuple((max(start, second), end) for start, end in self.spans if end > second))


def without(spans: Sequence[Span], gone: Sequence[Span]) -> tuple[Span, ...]:
    """Take some spans out of others; what overlaps among the others becomes one, what is left is in order."""
    left: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if left and start <= left[-1][1]:
            left[-1] = (left[-1][0], max(left[-1][1], end))
        else:
            left.append((start, end))
    for away, back in gone:
        pieces = [((start, min(end, away)), (max(start, back), end)) for start, end in left]
        left = [piece for pair in pieces for piece in pair if piece[1] > piece[0]]
    return tuple(left)


def work_of(
    session: Session, member_ids: Collection[int], first: date, days: int, zone: ZoneInfo
) -> dict[tuple[int, date], Work]:
    """Give the work of some members on some days in a row; a day without work is not among them."""
    midnight = datetime.combine(first, time(0), zone)
    # index: ex_shift_during
    rows = session.scalars(
        select(Shift).where(
            Shift.member_id.in_(sorted(member_ids)),
            Shift.during.op("&&")(Range(midnight, midnight + timedelta(days=days))),
        )
    ).all()
    found = {}
    for member_id in member_ids:
        own = [row for row in rows if row.member_id == member_id]
        rostered = any(row.kind == "duty" for row in own)
        for day in (first + timedelta(days=number) for number in range(days)):
            away = [_on(row.during, day, zone) for row in own if row.kind == "leave"]
            duty = [_on(row.during, day, zone) for row in own if row.kind == "duty"]
            usual = [USUAL] if not rostered and day.weekday() < SATURDAY else []
            spans = without(duty or usual, [*away, LUNCH])
            if spans:
                found[member_id, day] = Work(spans)
    return found


def _on(during: Range[datetime], day: date, zone: ZoneInfo) -> Span:
    """Give the part of a span that lies on a day, in its seconds; nothing is (0, 0)."""
    midnight = datetime.combine(day, time(0), zone)
    start = 0 if during.lower is None else round((during.lower - midnight).total_seconds())
    end = DAY_S if during.upper is None else round((during.upper - midnight).total_seconds())
    start, end = max(start, 0), min(end, DAY_S)
    return (start, end) if start < end else (0, 0)
