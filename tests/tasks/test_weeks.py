"""Weeks are planned by themselves: once a day each, one that cannot be planned holds up no other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import ModuleType

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.patrols.weeks.models import WeekPlan
from gis.settings import Settings
from tests import make


@pytest.fixture
def weeks(test_settings: Settings) -> ModuleType:
    del test_settings  # the queues are named from it
    import tasks.weeks

    return tasks.weeks


def test_the_next_week_too_from_friday_on(weeks: ModuleType) -> None:
    assert weeks.mondays(date(2026, 11, 26)) == [date(2026, 11, 23)]
    assert weeks.mondays(date(2026, 11, 27)) == [date(2026, 11, 23), date(2026, 11, 30)]
    assert weeks.mondays(date(2026, 11, 29)) == [date(2026, 11, 23), date(2026, 11, 30)]


def test_each_week_is_planned_once_a_day(
    session: Session, weeks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = make.Town(session)

    @contextmanager
    def joined() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    monkeypatch.setattr(weeks, "transaction", joined)
    monkeypatch.setattr(weeks, "mondays", lambda today: [today - (today - date(2026, 11, 23)) % weeks.A_WEEK])
    plan = weeks.plan_week_of

    def plan_one(session: Session, member_id: int, *rest: object) -> WeekPlan:
        if member_id == town.members["A"].id:
            raise NotFoundError("no grid today")
        return plan(session, member_id, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(weeks, "plan_week_of", plan_one)
    assert weeks.plan_due() == 1
    assert session.scalars(select(WeekPlan.member_id)).all() == [town.members["B"].id]
    monkeypatch.setattr(weeks, "plan_week_of", plan)
    assert weeks.plan_due() == 1
    assert weeks.plan_due() == 0
