"""The pages of admitted work: who may ask, that nobody else can, and that an answer given once fills the next form."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.admission.models import Fact, WorkItem, WorkOrder
from gis.staff.models import Account
from gis.staff.roles import Role
from tests import make
from tests.admission.test_orders import AGENCY, FIELDS, ITEM, run

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def item(session: Session, town: make.Town, staff: dict[Role, Account]) -> WorkItem:
    run(session, "fields", *FIELDS, FIELDS[0] | {"编码": "G1", "名称": "有无积水", "对象": "网格"})
    run(session, "admitted", ITEM | {"责任单位": staff[Role.AGENCY].agency, "计量": "网格", "字段": "G1"})
    return session.scalars(select(WorkItem)).one()


def form(town: make.Town, item: WorkItem) -> dict[str, str]:
    return {"ground": f"item:{item.id}", "place": f"area:{town.community.id}", "request": uuid4().hex}


def test_an_agency_asks_and_the_member_answers_once(
    session: Session, town: make.Town, item: WorkItem, sign_in: SignIn
) -> None:
    agency = sign_in(Role.AGENCY)
    assert "高龄津贴核对" in agency.get("/work").get_data(as_text=True)
    assert agency.post("/work", data=form(town, item)).location == "/work"
    page = agency.get("/ledger").get_data(as_text=True)
    assert len(re.findall("第[AB]网格", page)) == 2
    assert "minutes" in agency.get("/ledger.csv").get_data(as_text=True)
    order = session.scalars(select(WorkOrder).where(WorkOrder.grid_id == town.grids["A"].id)).one()
    member = sign_in(Role.GRID_MEMBER)
    address = f"/orders/{order.case_id}"
    assert "有无积水" in member.get(address).get_data(as_text=True)
    assert member.post(address, data={"G1": "也许"}).status_code == 422
    assert member.post(address, data={"G1": "是"}).status_code == 303
    assert "已有答案" in member.get(address).get_data(as_text=True)
    assert session.scalars(select(Fact)).one().value == "是"
    theirs = session.scalars(select(WorkOrder).where(WorkOrder.grid_id == town.grids["B"].id)).one()
    assert member.get(f"/orders/{theirs.case_id}").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.AGENCY, Role.RESIDENT}])
def test_nobody_but_an_agency_can_ask_not_even_an_administrator(
    session: Session, town: make.Town, item: WorkItem, sign_in: SignIn, role: Role
) -> None:
    assert sign_in(role).post("/work", data=form(town, item)).status_code == 403
    assert session.scalar(text('SELECT count(*) FROM "case"')) == 0


def test_an_agency_is_refused_what_is_not_its_own(
    session: Session, town: make.Town, item: WorkItem, sign_in: SignIn
) -> None:
    agency = sign_in(Role.AGENCY)
    run(session, "admitted", ITEM | {"事项编码": "Z09", "责任单位": AGENCY})
    other = session.scalars(select(WorkItem).where(WorkItem.code == "Z09")).one()
    answer = agency.post("/work", data=form(town, other))
    assert answer.status_code == 422
    assert "不在准入清单上" in answer.get_data(as_text=True)
    report = {
        "text": "请网格核对名单",
        "where": "和平路",
        "lon": "",
        "lat": "",
        "client_request_id": uuid4().hex,
    }
    assert agency.post("/report", data=report).status_code == 403
    assert session.scalar(text('SELECT count(*) FROM "case"')) == 0


def test_the_list_is_public_and_only_its_keepers_change_it(
    session: Session, town: make.Town, item: WorkItem, client: FlaskClient, sign_in: SignIn
) -> None:
    page = client.get("/admitted").get_data(as_text=True)
    assert "样例条例第三条" in page
    assert "公布一个事项" not in page
    given = {
        "code": "Z2",
        "name": "楼道清理",
        "agency": "样例城管",
        "legal_basis": "样例办法",
        "what": "清理",
        "category": "C0118",
        "per": "grid",
        "minutes": "20",
        "frequency": "每月",
        "approval": "样准2号",
    }
    for role in (Role.AGENCY, Role.ADMINISTRATOR, Role.BRANCH, Role.GRID_MEMBER):
        assert sign_in(role).post("/admitted", data=given).status_code == 403
    planner = sign_in(Role.PLANNER)
    assert planner.post("/admitted", data=given | {"legal_basis": ""}).status_code == 422
    assert planner.post("/admitted", data=given).status_code == 303
    row = session.scalars(select(WorkItem).where(WorkItem.code == "Z2")).one()
    assert row.area_id == town.subdistrict.id


def test_a_branch_consents_for_its_own_grid_only(session: Session, town: make.Town, sign_in: SignIn) -> None:
    branch = sign_in(Role.BRANCH)
    given = {
        "agency": "样例单位",
        "name": "排查",
        "what": "看一遍",
        "category": "C0118",
        "per": "grid",
        "minutes": "30",
        "consented_by": "样例支部",
        "ends": "2090-01-01",
        "place": f"grid:{town.grids['A'].id}",
    }
    assert branch.post("/consents", data=given | {"ends": "2020-01-01"}).status_code == 422
    assert branch.post("/consents", data=given | {"place": f"grid:{town.grids['B'].id}"}).status_code == 404
    assert branch.post("/consents", data=given).status_code == 303
    assert "样例支部" in branch.get("/consents").get_data(as_text=True)
    agency = sign_in(Role.AGENCY)
    number = session.scalar(text("SELECT id FROM work_consent"))
    wide = {"ground": f"consent:{number}", "place": f"area:{town.community.id}", "request": uuid4().hex}
    assert agency.post("/work", data=wide).status_code == 422
    assert agency.post("/work", data=wide | {"place": f"grid:{town.grids['A'].id}"}).status_code == 303
