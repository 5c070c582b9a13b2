"""巡回服务: when service windows stand where, the road through them on a day, and what was done, unit by unit.

Before: `outreach.models`, `outreach.days`. After: the public calendar, its sheet, the pages that keep it. Counts of
different units are listed, never added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import InputError, NotFoundError
from gis.patrols.outreach.days import read_days
from gis.patrols.outreach.load import CLOCK, COUNT
from gis.patrols.outreach.models import Outreach, OutreachCount
from gis.patrols.pack.pack import pack
from gis.patrols.pack.problem import Point, Problem, Stop, Walker
from gis.patrols.rounds.ground import ways_between
from gis.patrols.rounds.shift import midnight_of
from gis.staff.scope import grids_in

STAND_S = 90 * 60
"""How long a team stands at one place when others wait on the same day."""
MEANS = "ebike"
LONGEST = {"name": 60, "place": 80, "what": 40, "unit": 10, "service": 40}


@dataclass(frozen=True)
class Window:
    """One window: where and when it stands, and for what."""

    outreach_id: int
    code: str
    name: str
    village: str
    area_id: int
    place: str
    point: Point | None
    days: str
    opens: str
    closes: str
    services: tuple[str, ...]
    starts: date
    ends: date | None

    @property
    def where(self) -> str:
        """Say where it stands: the village, once, and the place."""
        return self.place if self.place.startswith(self.village) else f"{self.village} {self.place}"

    def holds(self, day: date) -> bool:
        """Say whether it stands on a day."""
        if day < self.starts or (self.ends is not None and day >= self.ends):
            return False
        return read_days(self.days).holds(day)


@dataclass(frozen=True)
class Done:
    """One count of one day in its own unit; `at_least` is a floor."""

    outreach_id: int
    day: date
    what: str
    unit: str
    count: int
    at_least: bool


@dataclass(frozen=True)
class Tour:
    """The road through the windows of a day: when one is where; `apart` need a team of their own."""

    stops: tuple[tuple[Window, str, str], ...]
    apart: tuple[Window, ...]
    remark: str


# index: ix_outreach_area_id; a town has tens of rows
_WINDOWS = text("""
    SELECT o.*, coalesce(v.name, '') AS village, ST_X(o.point) AS lon, ST_Y(o.point) AS lat
    FROM outreach o LEFT JOIN area_version v ON v.area_id = o.area_id AND v.valid @> CAST(:now AS timestamptz)
    WHERE (o.ended_at IS NULL OR o.ended_at > :since) ORDER BY o.code
""")


def windows(
    session: Session, now: datetime, zone: ZoneInfo, *, since: datetime | None = None
) -> list[Window]:
    """Give the windows that have not ended, in the order of their codes."""
    return [_window(row, zone) for row in session.execute(_WINDOWS, {"now": now, "since": since or now})]


def _window(row: Any, zone: ZoneInfo) -> Window:
    return Window(
        row.id, row.code, row.name, row.village, row.area_id, row.place,
        None if row.lon is None else (row.lon, row.lat), row.days, row.opens, row.closes, tuple(row.services),
        row.starts_at.astimezone(zone).date(), None if row.ended_at is None else row.ended_at.astimezone(zone).date(),
    )  # fmt: skip


def calendar(known: Sequence[Window], first: date, days: int) -> dict[date, list[Window]]:
    """Give the days of a span on which windows stand, with those that do, by their opening."""
    found = {}
    for day in (first + timedelta(days=number) for number in range(days)):
        standing = sorted((one for one in known if one.holds(day)), key=lambda one: (one.opens, one.code))
        if standing:
            found[day] = standing
    return found


def done_between(session: Session, first: date, last: date) -> list[Done]:
    """Give what was done on some days, the latest first."""
    # index: uq_outreach_count_outreach_id_day_what
    rows = session.scalars(
        select(OutreachCount)
        .where(OutreachCount.day >= first, OutreachCount.day <= last)
        .order_by(OutreachCount.day.desc(), OutreachCount.outreach_id, OutreachCount.what)
    )
    return [Done(row.outreach_id, row.day, row.what, row.unit, row.count, row.at_least) for row in rows]


def tour(session: Session, standing: Sequence[Window], now: datetime) -> Tour:
    """Find the road of one team through the windows of a day, each within its hours.

    A window without a place on the map, or one that the team cannot reach in time, needs people of its own.
    """
    placed = [one for one in standing if one.point is not None]
    if not placed:
        return Tour((), tuple(standing), "straight")
    stops = tuple(_stop(one) for one in placed)
    start = stops[0].point
    grids = sorted(grids_in(session, frozenset(one.area_id for one in placed), now))
    ways = ways_between(session, grids, now, [start, *(stop.point for stop in stops)], MEANS)
    first, last = min(_second(one.opens) for one in placed), max(_second(one.closes) for one in placed)
    # the team comes from where it first stands, and is home when it has packed up
    walker = Walker("team", start, start, max(first - 3600, 0), last + 3600, MEANS)
    walk = pack(Problem(stops, (walker,), ways), seconds=1.0).walks[0]
    by_key = {f"window:{one.outreach_id}": one for one in placed}
    found = tuple(
        (by_key[step.stop.key], _clock(step.begins_s), _clock(step.leaves_s)) for step in walk.steps
    )
    reached = {one.outreach_id for one, _, _ in found}
    return Tour(found, tuple(one for one in standing if one.outreach_id not in reached), ways.remark)


def _stop(one: Window) -> Stop:
    opens, closes = _second(one.opens), _second(one.closes)
    stay = min(STAND_S, closes - opens)
    if one.point is None:
        raise InputError(f"{one.name} has no place on the map.")
    return Stop(
        f"window:{one.outreach_id}",
        "window",
        one.point,
        10 * 3600,
        stay,
        one.name,
        hours=((opens, closes - stay),),
    )


def _second(words: str) -> int:
    found = time.fromisoformat(words)
    return found.hour * 3600 + found.minute * 60


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def set_window(
    session: Session, area_ids: frozenset[int], now: datetime, zone: ZoneInfo, *, outreach_id: int | None, area_id: int,
    name: str, place: str, days: str, opens: str, closes: str, services: Sequence[str], point: Point | None,
) -> Outreach:  # fmt: skip
    """Write a window down, or change it.

    Raises
    ------
    InputError
        Days or hours that cannot be read, or words missing.
    NotFoundError
        The village, or the window, is not in the person's area.
    """
    if area_id not in area_ids:
        raise NotFoundError(
            "没有这个村（社区），或不在您的范围。 There is no such village in your area.", field="area"
        )
    read_days(days)
    if not (CLOCK.fullmatch(opens) and CLOCK.fullmatch(closes) and opens < closes):
        raise InputError(
            "请写开始和结束的时间，如 09:00。 Write when it opens and closes, such as 09:00.", field="opens"
        )
    row = Outreach(code=f"W-{uuid4().hex[:8]}", starts_at=midnight_of(now, zone))
    if outreach_id is not None:
        row = _own(session, area_ids, outreach_id)
    row.area_id, row.days, row.opens, row.closes = area_id, days.strip(), opens, closes
    row.name, row.place = _words(name, "name"), _words(place, "place")
    row.services = [_words(one, "service") for one in services if one.strip()]
    if point is not None:
        row.point = f"SRID=4490;POINT({point[0]!r} {point[1]!r})"
    session.add(row)
    session.flush()
    return row


def end_window(session: Session, area_ids: frozenset[int], outreach_id: int, now: datetime) -> None:
    """End a window today; what was done there stays."""
    _own(session, area_ids, outreach_id).ended_at = now


def _own(session: Session, area_ids: frozenset[int], outreach_id: int) -> Outreach:
    # index: pk_outreach
    query = select(Outreach).where(Outreach.id == outreach_id, Outreach.area_id.in_(sorted(area_ids)))
    row = session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError("没有这个巡回点，或不在您的范围。 There is no such window in your area.")
    return row


def _words(words: str, field: str) -> str:
    kept = words.strip()
    if not kept or len(kept) > LONGEST[field]:
        raise InputError(
            f"请填写，{LONGEST[field]} 字以内。 Fill this in, in at most {LONGEST[field]} characters.",
            field=field,
        )
    return kept


def set_count(
    session: Session, area_ids: frozenset[int], outreach_id: int, account_id: int, now: datetime, *, day: date,
    what: str, unit: str, count: str,
) -> None:  # fmt: skip
    """Write down what was done on a day, or put it right: one count, one unit, exact or a floor (`500余`).

    Raises
    ------
    InputError
        No count, or a day that is still to come.
    """
    _own(session, area_ids, outreach_id)
    found = COUNT.fullmatch(count.strip())
    if found is None:
        raise InputError("数目应如 231 或 500余。 Write a count such as 231 or 500余.", field="count")
    if day > now.date() + timedelta(days=1):
        raise InputError("这一天还没有到。 That day is still to come.", field="day")
    values = {"unit": _words(unit, "unit"), "count": int(found[1]), "at_least": bool(found[2]),
              "account_id": account_id, "at": now}  # fmt: skip
    given = insert(OutreachCount).values(
        outreach_id=outreach_id, day=day, what=_words(what, "what"), **values
    )
    session.execute(given.on_conflict_do_update(index_elements=["outreach_id", "day", "what"], set_=values))
