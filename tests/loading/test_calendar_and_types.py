"""The calendar that comes with Wangge, and categories whose limits change."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

import data
from gis.cases.deadlines import Calendar, Limit, Unit, due
from gis.files.tables import read_table
from gis.loaders import kind_named
from gis.loading.kind import Counts
from gis.loading.load import load
from tests.loading.town import FIRST, LATER, ZONE, context, frame

CODES = Path(data.__file__).parent / "codes"
LAMP = {
    "code": "C0118", "大类": "部件", "name": "路灯", "name_en": "Street lamp", "keywords": "路灯；灯杆",
    "时限": "3", "时限单位": "工作日", "authority": "街道", "skill": "路灯",
}  # fmt: skip


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-02-13", 3, "2026-02-25"),
        ("2026-04-30", 5, "2026-05-11"),
        ("2026-09-18", 1, "2026-09-20"),
        ("2025-01-27", 1, "2025-02-05"),
        ("2025-09-26", 2, "2025-09-29"),
    ],
)
def test_workdays_are_counted_over_the_holidays(session: Session, start: str, days: int, end: str) -> None:
    load(session, kind_named("calendar"), read_table(CODES / "calendar.csv"), context())
    days_told = dict(session.execute(text("SELECT day, working FROM calendar_day")).all())  # type: ignore[arg-type]
    at = datetime.fromisoformat(start).replace(hour=10, tzinfo=ZONE)
    found = due(at, Limit(days, Unit.WORK_DAY), Calendar(days_told, max(days_told)))
    assert found.due_at == datetime.fromisoformat(end).replace(hour=10, tzinfo=ZONE)
    assert not found.provisional


def test_the_categories_that_come_with_wangge_are_right(session: Session) -> None:
    outcome = load(session, kind_named("categories"), read_table(CODES / "categories.csv"), context())
    assert list(outcome.faults) == []
    assert outcome.counts.new == outcome.rows > 50


def test_a_new_limit_holds_from_its_day_and_the_old_one_stays_for_before(session: Session) -> None:
    kind = kind_named("categories")
    assert load(session, kind, frame([LAMP]), context()).counts == Counts(new=1)
    assert load(session, kind, frame([LAMP]), context(LATER)).counts == Counts(unchanged=1)
    assert load(session, kind, frame([LAMP | {"时限": "2"}]), context(LATER)).counts == Counts(
        changed=1, ended=1
    )
    spans = session.execute(
        text("SELECT limit_value, lower(valid), keywords FROM case_type ORDER BY valid")
    ).all()
    assert [tuple(span) for span in spans] == [(3, FIRST, ["路灯", "灯杆"]), (2, LATER, ["路灯", "灯杆"])]


@pytest.mark.parametrize(
    "change", [{"时限": "0"}, {"时限": "三"}, {"时限单位": "fortnight"}, {"authority": "省"}]
)
def test_a_limit_that_cannot_be_read_is_a_fault(session: Session, change: dict[str, str]) -> None:
    outcome = load(session, kind_named("categories"), frame([LAMP | change]), context())
    assert not outcome.written
    assert len(outcome.faults) == 1
