"""The page of the calendar: days and years are kept by those who may, running deadlines follow; clocks as JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.cases import calendars, journey
from gis.staff.roles import Role
from tests.make import Town, new_report

SignIn = Callable[[Role], FlaskClient]


def test_a_day_is_added_and_taken_out(session: Session, town: Town, sign_in: SignIn) -> None:
    planner = sign_in(Role.PLANNER)
    answer = planner.post("/calendar/day", data={"day": "2026-11-25", "working": "no", "name": "样例节"})
    assert answer.status_code == 303
    assert "样例节" in planner.get("/calendar?year=2026").get_data(as_text=True)
    assert [row.day for row in calendars.days_of(session, 2026)] == [date(2026, 11, 25)]
    assert planner.post("/calendar/remove", data={"day": "2026-11-25"}).status_code == 303
    assert calendars.days_of(session, 2026) == []
    assert [one.what for one in calendars.changes(session)] == ["remove_day", "set_day"]


def test_a_year_is_settled(session: Session, town: Town, sign_in: SignIn) -> None:
    planner = sign_in(Role.PLANNER)
    assert "暂定" in planner.get("/calendar?year=2027").get_data(as_text=True)
    assert planner.post("/calendar/year", data={"year": "2027", "settled": "yes"}).status_code == 303
    assert calendars.years(session)[2027]


def test_a_wrong_day_gets_a_sentence_beside_it(town: Town, sign_in: SignIn) -> None:
    planner = sign_in(Role.PLANNER)
    for form in (
        {"day": "soon", "working": "no"},
        {"day": "2026-11-25", "working": "yes"},
        {"day": "2026-11-25"},
    ):
        answer = planner.post("/calendar/day", data=form)
        assert answer.status_code == 422
    assert planner.get("/calendar?year=x").status_code == 422


def test_a_case_tells_its_clocks_as_json_and_on_its_page(
    session: Session, town: Town, sign_in: SignIn
) -> None:
    case = journey.report(session, new_report(pin=town.inside("A")), datetime.now(UTC)).row.case
    session.flush()
    member = sign_in(Role.GRID_MEMBER)
    told = member.get(f"/cases/{case.id}/clocks.json").get_json()["clocks"]
    assert [one["stage"] for one in told] == ["accept", "handle"]
    handle = told[1]
    assert handle["limit"] == "3工作日"
    assert handle["arithmetic"][-1].startswith("到期")
    assert handle["arithmetic_en"][-1].startswith("due")
    page = member.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "处理 · 网格" in page
    assert handle["arithmetic"][0] in page
    assert member.get("/cases/999999999/clocks.json").status_code == 404
