"""The pages of the week: planned by a button, a day becomes a round, others' weeks for who sends them out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.patrols.models import Patrol
from gis.patrols.weeks.models import WeekPlan
from gis.patrols.weeks.plans import monday_of
from gis.places.models import Household, HouseholdAccess
from gis.settings import Settings
from gis.staff.roles import Role
from tests import make

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def today(test_settings: Settings) -> date:
    return datetime.now(UTC).astimezone(test_settings.time_zone).date()


@pytest.fixture
def homes(session: Session, town: make.Town, test_settings: Settings, today: date) -> list[Household]:
    """Six doors, and duty round the clock from today on."""
    lon, lat = town.inside("A")
    grid_id = town.grids["A"].id
    rows = [
        Household(code=f"H{n}", room=f"{n}01", grid_id=grid_id, point=make.ewkt_point(lon + n * 1e-5, lat))
        for n in range(6)
    ]
    session.add_all(rows)
    midnight = datetime.combine(today, datetime.min.time(), test_settings.time_zone)
    make.shift(session, town.members["A"], make.span(midnight, midnight + timedelta(days=14)))
    session.flush()
    return rows


def test_a_member_plans_the_week_and_makes_a_days_round(
    session: Session, sign_in: SignIn, homes: list[Household], today: date
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert "这一周还没有排" in client.get("/week").get_data(as_text=True)
    next_week = monday_of(today) + timedelta(days=7)
    assert client.post("/week/plan", data={"week": next_week}).status_code == 303
    page = client.get(f"/week?week={next_week}").get_data(as_text=True)
    assert "按这天排路线" in page
    assert page.count("01</span></li>") == 6
    assert len(session.scalars(select(HouseholdAccess)).all()) == 6
    [plan] = session.scalars(select(WeekPlan)).all()
    [day] = [day for day in plan.days if day["calls"]][:1]
    assert client.post("/week/round", data={"day": day["day"]}).status_code == 303
    [patrol] = session.scalars(select(Patrol)).all()
    assert {stop["key"] for stop in patrol.stops} == {call["key"] for call in day["calls"]}
    assert str(homes[0].id) in " ".join(call["key"] for one in plan.days for call in one["calls"])


@pytest.mark.parametrize("week", ["2020-01-01", "soon", "2999-01-01"])
def test_a_week_that_cannot_be_is_said(sign_in: SignIn, week: str) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert client.get(f"/week?week={week}").status_code == 422
    assert client.post("/week/plan", data={"week": week}).status_code == 422


def test_a_day_without_a_plan_is_said(sign_in: SignIn, today: date) -> None:
    client = sign_in(Role.GRID_MEMBER)
    assert client.post("/week/round", data={"day": today}).status_code == 404
    assert client.post("/week/round", data={"day": ""}).status_code == 422


def test_a_branch_sees_and_plans_its_own_peoples_weeks(
    session: Session, sign_in: SignIn, town: make.Town, homes: list[Household], today: date
) -> None:
    client = sign_in(Role.BRANCH)
    page = client.get("/rounds/week").get_data(as_text=True)
    assert town.members["A"].name in page
    assert town.members["B"].name not in page
    # this week may have no hours left
    address = f"/rounds/week/{town.members['A'].id}?week={monday_of(today) + timedelta(days=7)}"
    assert client.post(address).status_code == 303
    page = client.get(address).get_data(as_text=True)
    assert homes[0].room in page
    assert "按这天排路线" not in page
    assert session.scalars(select(HouseholdAccess.role).distinct()).all() == ["branch"]
    other = f"/rounds/week/{town.members['B'].id}"
    assert client.get(other).status_code == client.post(other).status_code == 404
