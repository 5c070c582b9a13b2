"""The pages from a plan to the morning after: the impact, the approval by another person, the sheets, any date."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries import plans
from gis.boundaries.adopt import adopt
from gis.boundaries.models import BoundaryPlan
from gis.geometry.tiles import tile_at
from gis.grids.versions import layer_versions, lines_mark
from gis.settings import settings
from gis.staff.models import Account
from gis.staff.roles import Role
from tests import make
from tests.boundaries.test_adopt import case_at, middles, moving_a_column
from tests.boundaries.test_adopt import town as columns
from tests.make import Town
from tests.webmap.conftest import enter
from webmap.layers.tiles import asked

SignIn = Callable[[Role], FlaskClient]
__all__ = ["columns"]


@pytest.fixture
def town(columns: Town) -> Town:
    return columns


@pytest.fixture
def plan(session: Session, town: Town) -> BoundaryPlan:
    case_at(session, *middles(town)[2])
    return moving_a_column(session, town)


def said(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))  # type: ignore[attr-defined]


def state(session: Session, plan: BoundaryPlan) -> str:
    session.refresh(plan)
    return plan.state


def submitted(client: FlaskClient, plan: BoundaryPlan, day: str = "2030-01-01") -> None:
    data = {"from": day, "revision": plan.revision}
    assert client.post(f"/plans/{plan.id}/submit", data=data).status_code == 303


def approved(sign_in: SignIn, plan: BoundaryPlan, day: str = "2030-01-01") -> None:
    submitted(sign_in(Role.PLANNER), plan, day)
    commander = sign_in(Role.COMMANDER)
    assert commander.post(f"/plans/{plan.id}/review").status_code == 303
    assert commander.post(f"/plans/{plan.id}/approve").status_code == 303


def test_the_impact_of_a_plan_without_changes_is_one_sentence(
    session: Session, plan: BoundaryPlan, sign_in: SignIn
) -> None:
    plans.undo(session, plan)
    planner = sign_in(Role.PLANNER)
    page = said(planner.get(f"/plans/{plan.id}/impact"))
    assert "网格线和现在一样，没有什么要移交。" in page
    assert "<table" not in page
    letter = said(planner.get(f"/plans/{plan.id}/letter"))
    assert "没有什么要移交" in letter
    assert "<table" not in letter


def test_the_impact_shows_counts_lists_map_and_papers(
    town: Town, plan: BoundaryPlan, sign_in: SignIn
) -> None:
    planner = sign_in(Role.PLANNER)
    page = said(planner.get(f"/plans/{plan.id}/impact"))
    taker = town.members["B"].name
    assert f"2 户、1 件在办案件将移交给 {taker}。" in page
    assert re.findall(r">(H\d)<", page) == ["H2", "H6"]
    for more in ("?kind=case", "?page=1"):
        assert re.findall(r">(H\d)<", said(planner.get(f"/plans/{plan.id}/impact{more}"))) == []
    ground = planner.get(f"/plans/{plan.id}/impact.geojson").get_json()
    assert [one["properties"]["number"] for one in ground["features"]] == [1]
    book = load_workbook(io.BytesIO(planner.get(f"/plans/{plan.id}/impact.xlsx").get_data()))
    assert [row[0].value for row in book["户"].iter_rows(min_row=2)] == ["H2", "H6"]
    assert len(list(book["待走访"].iter_rows(min_row=2))) == 2
    letter = said(planner.get(f"/plans/{plan.id}/letter"))
    assert taker in letter
    assert ">H2<" not in letter, "the letter names no household"


def test_who_submitted_cannot_review_or_approve(
    session: Session, town: Town, plan: BoundaryPlan, sign_in: SignIn, staff: dict[Role, Account]
) -> None:
    planner = sign_in(Role.PLANNER)
    submitted(planner, plan)
    page = said(planner.get(f"/plans/{plan.id}/approval"))
    assert "要由别人审核和批准" in page
    assert "/review" not in page
    assert planner.post(f"/plans/{plan.id}/review").status_code == 422
    assert planner.post(f"/plans/{plan.id}/approve").status_code == 403
    session.execute(
        text("UPDATE account SET role = 'commander' WHERE id = :id"), {"id": staff[Role.PLANNER].id}
    )
    session.expire_all()
    assert planner.post(f"/plans/{plan.id}/approve").status_code == 422
    assert state(session, plan) == "submitted"


def test_another_approves_and_reads_what_it_does(
    session: Session, town: Town, plan: BoundaryPlan, sign_in: SignIn
) -> None:
    submitted(sign_in(Role.PLANNER), plan)
    commander = sign_in(Role.COMMANDER)
    address = f"/plans/{plan.id}"
    assert commander.post(f"{address}/approve").status_code == 422, (
        "not before somebody has looked through it"
    )
    assert commander.post(f"{address}/review", data={"note": "看过现场"}).status_code == 303
    page = said(commander.get(f"{address}/approval"))
    assert "2 户、1 件在办案件将移交给" in page
    assert "看过现场" in page
    assert commander.post(f"{address}/approve").status_code == 303
    session.refresh(plan)
    assert plan.effective_at == datetime(2029, 12, 31, 16, tzinfo=UTC)
    assert "自动生效" in said(commander.get(f"{address}/approval"))
    assert commander.post(f"{address}/call-off", data={"note": "改期"}).status_code == 303
    assert "已取消" in said(commander.get(f"{address}/approval"))


def test_a_plan_goes_back_with_a_reason_and_a_stale_page_is_refused(
    session: Session, plan: BoundaryPlan, sign_in: SignIn
) -> None:
    submitted(sign_in(Role.PLANNER), plan)
    commander = sign_in(Role.COMMANDER)
    assert "写明退回的理由" in said(commander.post(f"/plans/{plan.id}/send-back"))
    stale = commander.post(f"/plans/{plan.id}/review", data={"revision": plan.revision - 1})
    assert (stale.status_code, state(session, plan)) == (422, "submitted")
    assert commander.post(f"/plans/{plan.id}/send-back", data={"note": "太大"}).status_code == 303
    assert state(session, plan) == "draft"
    planner = sign_in(Role.PLANNER)
    assert planner.post(f"/plans/{plan.id}/submit", data={"from": "soon"}).status_code == 422
    assert "已经过去" in said(planner.post(f"/plans/{plan.id}/submit", data={"from": "2020-01-01"}))


def test_plans_of_another_area_are_not_there(
    session: Session, town: Town, plan: BoundaryPlan, client: FlaskClient
) -> None:
    other = make.area(session, "subdistrict", "990102002000", parent=town.district)
    enter(client, make.account(session, "commander", area_id=other.id))
    for address in ("impact", "approval", "impact.geojson", "impact.xlsx", "letter"):
        assert client.get(f"/plans/{plan.id}/{address}").status_code == 404
    assert client.post(f"/plans/{plan.id}/review").status_code == 404


@pytest.fixture
def adopted(session: Session, plan: BoundaryPlan, sign_in: SignIn) -> BoundaryPlan:
    approved(sign_in, plan)
    a_while_ago = datetime.now(UTC) - timedelta(minutes=10)
    session.execute(text("UPDATE boundary_plan SET effective_at = :at"), {"at": a_while_ago})
    session.refresh(plan)
    adopt(session, plan.id, a_while_ago)
    return plan


def sheet_number(session: Session, plan: BoundaryPlan) -> int:
    return int(
        session.execute(text("SELECT id FROM handover WHERE plan_id = :id"), {"id": plan.id}).scalar_one()
    )


def test_both_members_sign_and_the_commander_sees_what_is_missing(
    session: Session, town: Town, adopted: BoundaryPlan, sign_in: SignIn, staff: dict[Role, Account]
) -> None:
    number = sheet_number(session, adopted)
    commander = sign_in(Role.COMMANDER)
    assert "还没有签全（1）" in said(commander.get(f"/handovers?plan={adopted.id}"))
    assert commander.post(f"/handovers/{number}/sign").status_code == 403
    giver = sign_in(Role.GRID_MEMBER)
    page = said(giver.get(f"/handovers/{number}"))
    assert "签字移交" in page
    assert ">H2<" in page
    assert giver.post(f"/handovers/{number}/sign").status_code == 303
    assert giver.post(f"/handovers/{number}/sign").status_code == 409
    assert "等另一方签字" in said(giver.get(f"/handovers/{number}"))
    enter(giver, make.account(session, "grid_member", member_id=town.members["B"].id))
    assert "等您签字（1）" in said(giver.get("/handovers"))
    assert giver.post(f"/handovers/{number}/sign").status_code == 303
    assert "双方都签好了" in said(giver.get(f"/handovers/{number}"))
    assert "还没有签全（0）" in said(sign_in(Role.COMMANDER).get("/handovers"))
    stranger = make.member(session)
    enter(giver, make.account(session, "grid_member", member_id=stranger.id))
    assert giver.get(f"/handovers/{number}").status_code == 404
    assert giver.post(f"/handovers/{number}/sign").status_code == 403


def test_the_adopted_plan_shows_its_sheets_and_can_be_reversed_by_the_same_way(
    session: Session, town: Town, adopted: BoundaryPlan, sign_in: SignIn
) -> None:
    planner = sign_in(Role.PLANNER)
    assert town.members["B"].name in said(planner.get(f"/plans/{adopted.id}/impact"))
    answer = planner.post(f"/plans/{adopted.id}/reverse")
    assert answer.status_code == 303
    page = said(planner.get(answer.location))
    assert "恢复：样例方案" in page
    assert "恢复：样例方案" in said(planner.get(f"/plans/{adopted.id}/approval"))


def test_a_new_card_is_ticked_off_once_it_hangs(
    session: Session, town: Town, adopted: BoundaryPlan, sign_in: SignIn
) -> None:
    member = sign_in(Role.GRID_MEMBER)
    address = f"/handovers/cards/{adopted.id}/{town.grids['A'].id}"
    assert "张贴好了" in said(member.get("/handovers"))
    assert member.post(address).status_code == 303
    assert "已张贴" in said(member.get("/handovers"))
    assert member.post(f"/handovers/cards/{adopted.id}/{town.grids['B'].id}").status_code == 404


def test_two_days_are_compared_and_the_map_is_of_any_day(
    session: Session, town: Town, adopted: BoundaryPlan, sign_in: SignIn
) -> None:
    commander = sign_in(Role.COMMANDER)
    page = said(commander.get("/dates"))
    assert "1 处地方、2 户换了网格。" in page
    assert "第A网格" in page
    ground = commander.get("/dates.geojson").get_json()["features"]
    assert [one["properties"]["households"] for one in ground] == [2]
    assert "这两天的网格线一样" in said(commander.get("/dates?from=2026-01-01&to=2026-01-02"))
    assert commander.get("/dates?from=2026-01-02&to=2026-01-01").status_code == 422
    assert commander.get("/dates?from=then").status_code == 422
    assert commander.get("/dates?community=999999").status_code == 404
    assert "/map?on=2026-01-01" in said(commander.get("/dates?from=2026-01-01"))
    assert "没有属于您的社区" in said(sign_in(Role.AGENCY).get("/dates"))
    for lines in ("then", "now"):
        table = commander.get(f"/dates/series.csv?lines={lines}")
        assert table.mimetype == "text/csv"
        assert said(table).startswith("\ufeffcode,grid,")


def test_the_map_of_another_day_asks_for_that_day_and_shows_no_work_of_today(
    town: Town, adopted: BoundaryPlan, sign_in: SignIn
) -> None:
    del town, adopted
    commander = sign_in(Role.COMMANDER)
    assert "2026-01-01 的地图" in said(commander.get("/map?on=2026-01-01"))
    then, now = (
        commander.get(f"/map/compose.js{more}").get_data(as_text=True) for more in ("?on=2026-01-01", "")
    )
    assert "at=2026-01-01" in then
    assert "cases.geojson" not in then
    assert "at=" not in now
    assert "cases.geojson" in now
    today = datetime.now(UTC).astimezone(settings().time_zone).date()
    assert commander.get(f"/map/compose.js?on={today}").get_data(as_text=True) == now
    assert commander.get("/map?on=yesterday").status_code == 422


def test_tiles_change_at_the_instant_of_the_lines_not_of_the_transaction(
    session: Session, town: Town, plan: BoundaryPlan, sign_in: SignIn
) -> None:
    approved(sign_in, plan)
    session.execute(text("UPDATE boundary_plan SET effective_at = now() - interval '1 day'"))
    session.refresh(plan)
    soon = datetime.now(UTC)
    found = adopt(session, plan.id, soon)
    versions = layer_versions(session)
    before, after = found.at - timedelta(microseconds=1), found.at
    assert lines_mark(session, versions, before) + 1 == lines_mark(session, versions, after)
    tile = tile_at(14, *column_and_row(town))
    assert asked(session, "grids", tile, before).mark != asked(session, "grids", tile, after).mark
    assert asked(session, "roads", tile, before).mark == asked(session, "roads", tile, after).mark


def column_and_row(town: Town) -> tuple[int, int]:
    lon, lat = town.inside("A")
    row = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**14
    return int((lon + 180) / 360 * 2**14), int(row)
