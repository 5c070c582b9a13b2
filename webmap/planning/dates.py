"""Two dates side by side: which ground was in one grid on one and is in another on the other, as a list and on a map.

Before: `gis.boundaries.compare`, `gis.scores.series`. After: `/map?on=` for either day, `/figures` on the lines of then
or of now. A day means its noon, today means now; one sees the communities of one's own ground. Below stand the cases of
a year by grid and month, on the lines of then or of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, jsonify, render_template, request
from sqlalchemy.orm import Session

from gis.boundaries.compare import Passed, between
from gis.boundaries.switch import lines_at
from gis.database import transaction
from gis.errors import InputError, NotFoundError
from gis.grids.shown import communities_shown
from gis.grids.versions import line_changes
from gis.scores.by import Lines
from gis.scores.period import Period, month, months_to
from gis.scores.series import Series, series
from gis.settings import settings
from gis.staff.roles import Role, reach_of
from webmap.access import account, act, scope
from webmap.answers import csv_answer, private
from webmap.inputs import optional_id
from webmap.layers.features import collection
from webmap.layers.inputs import instant
from webmap.planning.impact import feature

blueprint = Blueprint("dates", __name__)

MOST_AT_ONCE = 40
"""With more communities than this, one is looked at after another."""
OFFERED = 12
MOST_SERIES = 60
"""So many grids stand on the page; the file has all."""


@dataclass(frozen=True)
class Asked:
    """Two days of some communities."""

    first: date
    last: date
    community: int | None
    communities: dict[int, str]

    @property
    def areas(self) -> list[int]:
        """Give the communities that are looked at."""
        return list(self.communities) if self.community is None else [self.community]


@blueprint.get("/dates")
@act("map.work")
def page() -> str:
    """Say which ground changed hands between two days."""
    with transaction() as session:
        asked = _asked(session, request.args)
        found = _found(session, asked)
        return render_template(
            "planning/dates.html",
            asked=asked,
            found=found,
            first_names=_names(session, asked, asked.first) if found else {},
            last_names=_names(session, asked, asked.last) if found else {},
            days=_days(session)[-OFFERED:],
            today=_today(),
            whole=len(asked.communities) <= MOST_AT_ONCE,
            months=_months(asked),
            series=_series(session, asked) if _may_count() else None,
            most_series=MOST_SERIES,
            lines=_lines(),
        )


@blueprint.get("/dates.geojson")
@act("map.work")
def ground() -> Response:
    """Give the same ground as GeoJSON, numbered as the page lists it."""
    with transaction() as session:
        found = _found(session, _asked(session, request.args))
    rows = [
        feature(number, one.shape, {"from": one.from_code, "to": one.to_code, "households": one.households})
        for number, one in enumerate(found, 1)
    ]
    return private(jsonify(collection(rows)))


@blueprint.get("/dates/series.csv")
@act("figures.read")
def table() -> Response:
    """Give the cases by grid and month as a table."""
    with transaction() as session:
        asked = _asked(session, request.args)
        rows = _series(session, asked)
    heading = ["code", "grid", *(one.name for one in _months(asked))]
    lines = ([row.code, row.name, *row.counts] for row in rows)
    return csv_answer([heading, *lines], f"cases-by-month-{_lines()}.csv")


def _may_count() -> bool:
    return reach_of(Role(account().role), "figures.read") is not None


def _lines() -> Lines:
    return Lines.NOW if request.args.get("lines") == Lines.NOW else Lines.THEN


def _months(asked: Asked) -> list[Period]:
    return months_to(month(asked.last.year, asked.last.month, settings().time_zone))


def _series(session: Session, asked: Asked) -> list[Series]:
    if not asked.areas:
        return []
    mine = scope(session, "figures.read")
    return series(session, mine, asked.areas, _months(asked), datetime.now(UTC), lines=_lines())


def _asked(session: Session, arguments: Mapping[str, str]) -> Asked:
    mine = scope(session)
    communities = communities_shown(session, mine.area_ids, mine.grid_ids, datetime.now(UTC))
    chosen = optional_id(arguments.get("community"), "community")
    if chosen is not None and chosen not in communities:
        raise NotFoundError("没有这个社区。 There is no such community.", community=chosen)
    if chosen is None and len(communities) > MOST_AT_ONCE:
        chosen = next(iter(communities))
    last = _day(arguments.get("to", "")) or _today()
    first = _day(arguments.get("from", "")) or _before(session, last)
    if first > last:
        raise InputError("前一个日期晚于后一个。 The first day is after the last.", field="from")
    return Asked(first, last, chosen, communities)


def _day(words: str) -> date | None:
    return instant({"at": words}).date() if words else None


def _before(session: Session, last: date) -> date:
    """Give the day before the last change up to a day: what one most likely asks for."""
    days = [day for day in _days(session) if day <= last]
    return (days[-1] if days else last) - timedelta(days=1)


def _days(session: Session) -> list[date]:
    """Give the days on which lines changed, up to today."""
    zone = settings().time_zone
    return sorted({day for at in line_changes(session) if (day := at.astimezone(zone).date()) <= _today()})


def _today() -> date:
    return datetime.now(settings().time_zone).date()


def _at(day: date) -> datetime:
    return datetime.now(UTC) if day == _today() else instant({"at": day.isoformat()})


def _found(session: Session, asked: Asked) -> Sequence[Passed]:
    return between(session, asked.areas, _at(asked.first), _at(asked.last)) if asked.areas else []


def _names(session: Session, asked: Asked, day: date) -> dict[str, str]:
    return {one.code: one.name for one in lines_at(session, asked.areas, _at(day))}
