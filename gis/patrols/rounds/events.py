"""What happens on a round: begun, a stop done or left, put off, planned anew, finished. Each under a request number.

Before: `rounds`. After: the member's page, which sends what happened offline later, in order; the same number twice
changes nothing. Times are those of the device, taken back to now where its clock is ahead. Noon and evening count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.patrols.models import Patrol, Visit
from gis.patrols.pack.problem import Point
from gis.patrols.rounds.again import again
from gis.patrols.rounds.holds import release
from gis.patrols.rounds.models import Errand, PatrolEvent
from gis.patrols.rounds.templates import checked

OLDEST = timedelta(days=7)
LONGEST_PUT_OFF = timedelta(days=92)
STATES = {"done": "done", "skip": "skipped", "postpone": "postponed"}


@dataclass(frozen=True)
class Happened:
    """One event as it comes in; `until` for what is put off, `keys` for an order, `here` for a plan anew."""

    request: str
    kind: str
    at: datetime
    stop_key: str = ""
    how: str = "hand"
    until: datetime | None = None
    keys: tuple[str, ...] = ()
    here: Point | None = None
    template: str = ""
    note: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session, patrol: Patrol, events: Sequence[Happened], now: datetime, zone: ZoneInfo
) -> list[str]:
    """Write down what happened on a round, in order; give the numbers that are stored now, repeats included.

    Raises
    ------
    InputError
        When an event cannot be: an unknown stop, a date that is not ahead, an order that breaks somebody's hours.
    """
    known = _known(session, events)
    for event in events:
        if event.request not in known:
            at = min(max(event.at, now - OLDEST), now)
            _apply(session, patrol, event, at, zone)
            session.add(_row(patrol, event, at, now))
            known.add(event.request)
    session.flush()
    return [event.request for event in events]


# index: uq_patrol_event_request
def _known(session: Session, events: Sequence[Happened]) -> set[str]:
    wanted = [event.request for event in events]
    return set(session.scalars(select(PatrolEvent.request).where(PatrolEvent.request.in_(wanted))))


def _row(patrol: Patrol, event: Happened, at: datetime, now: datetime) -> PatrolEvent:
    return PatrolEvent(
        patrol_id=patrol.id, request=event.request, kind=event.kind, stop_key=event.stop_key, how=event.how,
        at=at, received_at=now, until=event.until,
    )  # fmt: skip


def _apply(session: Session, patrol: Patrol, event: Happened, at: datetime, zone: ZoneInfo) -> None:
    if event.kind in {"start", "finish"}:
        patrol.state = "running" if event.kind == "start" else "done"
        if event.kind == "finish":
            release(session, patrol.id)
        return
    if event.kind in {"reorder", "replan"}:
        again(
            session, patrol, at, zone, here=event.here, keys=event.keys or None, line=line_of(session, patrol)
        )
        return
    if event.kind in STATES:
        stop = _stop(patrol, event.stop_key)
        if event.kind == "postpone":
            _check_put_off(event, at)
        _mark(patrol, event.stop_key, STATES[event.kind], at)
        if event.kind == "done":
            _done(session, patrol, stop, event, at)


def _check_put_off(event: Happened, at: datetime) -> None:
    if event.until is None or not at < event.until <= at + LONGEST_PUT_OFF:
        raise InputError(
            "请选一个以后的日期，最多三个月。 Choose a later day, at most three months ahead.", field="until"
        )


def _stop(patrol: Patrol, key: str) -> dict[str, Any]:
    found = next((stop for stop in patrol.stops if stop.get("key") == key), None)
    if found is None:
        raise InputError("这一站不在这趟路线上。 This stop is not on this round.", field="stop")
    return found


def _mark(patrol: Patrol, key: str, state: str, at: datetime) -> None:
    """Give the stop its state; what was done stays done, whatever comes later."""
    new = {"state": state, "done": state == "done", "at": at.isoformat()}
    patrol.stops = [
        stop | new if stop.get("key") == key and stop.get("state") != "done" else stop
        for stop in patrol.stops
    ]


def _done(session: Session, patrol: Patrol, stop: dict[str, Any], event: Happened, at: datetime) -> None:
    kind, _, number = stop["key"].partition(":")
    if kind == "visit":
        note = checked(event.template, event.note)
        values = {"household_id": int(number), "member_id": patrol.member_id, "at": at}
        session.execute(
            insert(Visit).values(**values, template=event.template, note=note).on_conflict_do_nothing()
        )
    elif kind in {"paper", "checkpoint"}:
        errand = session.get(Errand, int(number))
        # a checkpoint with a rhythm comes again
        if errand is not None and errand.done_at is None and not errand.rhythm:
            errand.done_at = at


_LINE = text(
    "SELECT ST_X(d.geom), ST_Y(d.geom) FROM patrol p, ST_DumpPoints(p.route) d WHERE p.id = :id ORDER BY d.path"
)


# index: pk_patrol
def line_of(session: Session, patrol: Patrol) -> list[Point]:
    """Give the points of a round's line, degrees."""
    session.flush()
    return [(row[0], row[1]) for row in session.execute(_LINE, {"id": patrol.id})]


@dataclass(frozen=True)
class Visits:
    """Visits of one day by the time of day; each counts, whenever it was."""

    morning: int = 0
    noon: int = 0
    afternoon: int = 0
    evening: int = 0

    @property
    def total(self) -> int:
        """Give all of them."""
        return self.morning + self.noon + self.afternoon + self.evening


NOON, AFTERNOON, EVENING = 12, 14, 18


def visits_of_day(session: Session, member_id: int, now: datetime, zone: ZoneInfo) -> Visits:
    """Count a member's visits of a day: before 12, from 12 to 14, from 14 to 18, from 18 on."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # index: ix_visit_member_id_at
    times = session.scalars(
        select(Visit.at).where(
            Visit.member_id == member_id, Visit.at >= midnight, Visit.at < midnight + timedelta(days=1)
        )
    )
    counts = {"morning": 0, "noon": 0, "afternoon": 0, "evening": 0}
    for at in times:
        hour = at.astimezone(zone).hour
        counts[
            "morning"
            if hour < NOON
            else "noon"
            if hour < AFTERNOON
            else "afternoon"
            if hour < EVENING
            else "evening"
        ] += 1
    return Visits(**counts)
