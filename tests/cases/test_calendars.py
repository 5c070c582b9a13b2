"""A calendar that changes moves running deadlines, writes down why, and makes nobody late backwards."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import data
from gis.cases import calendars, clocks, journey, moves
from gis.cases.clock_models import CalendarChange, ClockChange
from gis.cases.models import Case
from gis.errors import InputError
from gis.files.tables import read_table
from gis.loaders import kind_named
from gis.loading.load import load
from tests import make
from tests.loading.town import ZONE, context, frame

DAY = timedelta(days=1)

pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture
def town(session: Session) -> make.Town:
    load(
        session,
        kind_named("calendar"),
        read_table(Path(data.__file__).parent / "codes" / "calendar.csv"),
        context(),
    )
    return make.Town(session)


def reported(session: Session, town: make.Town, at: datetime = make.NOW) -> Case:
    new = make.new_report(pin=town.inside("A"))
    return session.get_one(Case, journey.report(session, new, at).row.case.id)


def test_beyond_the_last_settled_year_is_provisional_until_it_is_loaded(
    session: Session, town: make.Town
) -> None:
    case = reported(session, town, datetime(2026, 12, 30, 10, tzinfo=ZONE))
    assert case.deadline["provisional"]
    assert case.due_at == datetime(2027, 1, 4, 10, tzinfo=ZONE)
    new_year = [
        {"day": "2027-01-01", "working": "no", "name": "元旦"},
        {"day": "2027-01-03", "working": "yes"},
    ]
    load(session, kind_named("calendar"), frame(new_year), context())
    session.refresh(case)
    assert not case.deadline["provisional"]
    # Thursday, then Sunday the make-up day, then Monday
    assert case.due_at == datetime(2027, 1, 4, 10, tzinfo=ZONE)
    change = session.scalars(select(CalendarChange).order_by(CalendarChange.id.desc())).first()
    assert change is not None
    assert (change.what, change.detail["years"]) == ("load", [2027])


def test_a_new_holiday_moves_running_deadlines_and_says_why(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    moved = calendars.set_day(
        session, date(2026, 11, 25), working=False, name="样例", account_id=None, now=make.NOW
    )
    assert moved == 1
    session.refresh(case)
    assert case.due_at == make.NOW + 4 * DAY
    [handle] = [one for one in clocks.of_case(session, case.id) if one.stage == "handle"]
    assert handle.original_due_at == make.NOW + 3 * DAY
    causes = session.scalars(select(ClockChange.cause)).all()
    assert causes.count("calendar") >= 1
    assert calendars.remove_day(session, date(2026, 11, 25), account_id=None, now=make.NOW) >= 1
    session.refresh(case)
    assert case.due_at == make.NOW + 3 * DAY


def test_clocks_that_stopped_stay_as_they_were(session: Session, town: make.Town) -> None:
    case = reported(session, town)
    worker = moves.Actor("grid_member", make.account(session, "grid_member").id)
    moves.make(session, case, "accept", worker, make.NOW)
    moves.make(session, case, "act", worker, make.NOW, reason="好了")
    before = {one.id: one.due_at for one in clocks.of_case(session, case.id) if not one.running}
    calendars.set_day(session, date(2026, 11, 24), working=False, name="样例", account_id=None, now=make.NOW)
    after = {one.id: one.due_at for one in clocks.of_case(session, case.id) if not one.running}
    assert after == before


def test_nobody_is_late_by_a_calendar_that_came_afterwards(session: Session, town: make.Town) -> None:
    friday = datetime(2026, 11, 20, 10, tzinfo=ZONE)
    case = reported(session, town, friday)
    assert case.due_at == datetime(2026, 11, 25, 10, tzinfo=ZONE)
    now = datetime(2026, 11, 25, 9, tzinfo=ZONE)
    calendars.set_day(session, date(2026, 11, 22), working=True, name="样例调休", account_id=None, now=now)
    session.refresh(case)
    assert case.due_at == datetime(2026, 11, 25, 10, tzinfo=ZONE)
    held = [change for change in session.scalars(select(ClockChange)) if change.detail.get("held")]
    assert held
    assert all(change.due_before == change.due_after for change in held)


@pytest.mark.parametrize(
    ("day", "working"), [(date(2026, 11, 25), True), (date(2026, 11, 28), False), (date(1999, 1, 1), False)]
)
def test_a_day_that_says_nothing_new_is_refused(
    session: Session, town: make.Town, day: date, working: bool
) -> None:
    with pytest.raises(InputError):
        calendars.set_day(session, day, working=working, name="", account_id=None, now=make.NOW)


def test_a_year_is_settled_and_unsettled(session: Session, town: make.Town) -> None:
    assert calendars.years(session) == {2024: True, 2025: True, 2026: True}
    calendars.settle_year(session, 2026, settled=False, account_id=None, now=make.NOW)
    assert reported(session, town).deadline["provisional"]
    calendars.settle_year(session, 2026, settled=True, account_id=None, now=make.NOW)
    assert not reported(session, town).deadline["provisional"]
