"""Only admitted work reaches grids - for every role and in the database itself - and the ledger tells its minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.admission import facts, items, ledger, orders
from gis.admission.items import NewConsent
from gis.admission.models import Fact, WorkItem, WorkOrder
from gis.admission.orders import NotAdmittedError, Order
from gis.cases import journey
from gis.cases.models import Case, Notice, Report
from gis.errors import InputError, NotFoundError
from gis.loaders import kind_named
from gis.loading.kind import Context, Counts, Outcome
from gis.loading.load import load
from gis.places.models import Building, Household
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests import make
from tests.loading.town import frame

pytestmark = pytest.mark.usefixtures("test_settings")
ZONE = ZoneInfo("Asia/Shanghai")
AGENCY = "样例民政办"
ITEM = {
    "事项编码": "Z01", "事项名称": "高龄津贴核对", "责任单位": AGENCY, "法律依据": "样例条例第三条",
    "工作内容": "上门核对一次", "类别编码": "C0118", "计量": "户", "分钟": "5", "频次": "每年一次",
    "批准文号": "样准〔2026〕1号", "字段": "F1;F2",
}  # fmt: skip
FIELDS = [
    {"编码": "F1", "名称": "是否独居", "英文名称": "Lives alone", "类型": "是否", "对象": "户", "保存天数": "365"},
    {"编码": "F2", "名称": "楼道有无扶手", "英文名称": "Handrail", "类型": "选项", "选项": "有;无", "对象": "楼栋",
     "保存天数": "365"},
    {"编码": "F3", "名称": "需要什么帮助", "英文名称": "Help wanted", "类型": "文字", "对象": "户", "保存天数": "30"},
]  # fmt: skip


@pytest.fixture
def town(session: Session) -> make.Town:
    town = make.Town(session)
    building = Building(code="B1", name="1号楼", grid_id=town.grids["A"].id, geom=make.ewkt(town.shapes["A"]))
    session.add(building)
    session.flush()
    for number in range(3):
        session.add(
            Household(
                code=f"H{number}",
                room=f"10{number}",
                building_id=building.id,
                grid_id=town.grids["A"].id,
                point=make.ewkt_point(*town.inside("A")),
            )
        )
    session.flush()
    run(session, "fields", *FIELDS)
    return town


def run(session: Session, kind: str, *rows: dict[str, str], at: Any = make.LONG_AGO) -> Outcome:
    context = Context(now=at, valid_from=at, zone=ZONE, source="test")
    return load(session, kind_named(kind), frame(list(rows), 2), context)


@pytest.fixture
def item(session: Session, town: make.Town) -> WorkItem:
    assert run(session, "admitted", ITEM).counts == Counts(new=1)
    return session.scalars(select(WorkItem)).one()


def order(town: make.Town, **given: Any) -> Order:
    return Order(
        **{"item_id": None, "consent_id": None, "request": uuid4().hex, "area_id": town.community.id} | given
    )


def scope(town: make.Town, **given: Any) -> Scope:
    grids = frozenset(grid.id for grid in town.grids.values())
    areas = frozenset({town.subdistrict.id, town.community.id})
    return Scope(**{"reach": Reach.AREA, "grid_ids": grids, "area_ids": areas} | given)


def test_an_item_becomes_one_case_a_grid_with_owner_deadline_and_notice(
    session: Session, town: make.Town, item: WorkItem
) -> None:
    made = orders.place_order(session, AGENCY, None, order(town, item_id=item.id), make.NOW)
    assert (made.orders, made.households, made.minutes) == (2, 3, 15)
    cases = session.scalars(select(Case).order_by(Case.grid_id)).all()
    assert [case.grid_id for case in cases] == [town.grids["A"].id, town.grids["B"].id]
    assert [case.member_id for case in cases] == [town.members["A"].id, town.members["B"].id]
    assert all(case.due_at is not None and case.state == "assigned" for case in cases)
    assert len(session.scalars(select(Notice)).all()) == 2
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_same_request_twice_asks_once(session: Session, town: make.Town, item: WorkItem) -> None:
    one = order(town, item_id=item.id)
    orders.place_order(session, AGENCY, None, one, make.NOW)
    with pytest.raises(InputError, match="已经派过"):
        orders.place_order(session, AGENCY, None, one, make.NOW)
    assert len(session.scalars(select(WorkOrder)).all()) == 2


def test_nothing_goes_out_that_is_not_admitted(session: Session, town: make.Town, item: WorkItem) -> None:
    for agency, given, at in (
        ("另一单位", {"item_id": item.id}, make.NOW),
        ("", {"item_id": item.id}, make.NOW),
        (AGENCY, {"item_id": item.id + 999}, make.NOW),
        (AGENCY, {}, make.NOW),
        (AGENCY, {"consent_id": 1}, make.NOW),
        (AGENCY, {"item_id": item.id}, make.LONG_AGO - timedelta(seconds=1)),
    ):
        with pytest.raises(NotAdmittedError):
            orders.place_order(session, agency, None, order(town, **given), at)
    assert session.scalar(text('SELECT count(*) FROM "case"')) == 0


def test_a_consent_holds_on_its_ground_until_its_day(session: Session, town: make.Town) -> None:
    commander = make.account(session, "commander").id
    new = NewConsent(
        agency=AGENCY, name="台风前排查", what="看一遍阳台", category="C0118", per="grid", minutes=30,
        consented_by="样例社区党委", ends=make.NOW + timedelta(days=10), grid_id=town.grids["A"].id,
    )  # fmt: skip
    row = items.consent(session, scope(town, account_id=commander), new, make.NOW)
    later = make.NOW + timedelta(days=1)
    with pytest.raises(NotAdmittedError), session.begin_nested():
        orders.place_order(
            session, AGENCY, None, order(town, consent_id=row.id), later
        )  # grid B did not agree
    only_a = order(town, consent_id=row.id, area_id=None, grid_id=town.grids["A"].id)
    with pytest.raises(NotAdmittedError):
        orders.place_order(session, AGENCY, None, only_a, make.NOW + timedelta(days=10))
    assert orders.place_order(session, AGENCY, None, only_a, later).minutes == 30
    items.withdraw(session, scope(town), row.id, later + timedelta(hours=1))
    with pytest.raises(NotAdmittedError):
        orders.place_order(session, AGENCY, None, order(town, consent_id=row.id), later + timedelta(hours=2))


@pytest.mark.parametrize(
    "change",
    [{"ends": make.NOW}, {"consented_by": " "}, {"minutes": 0}, {"category": "X"}, {"grid_id": None}],
)
def test_a_consent_says_who_where_and_until_when(
    session: Session, town: make.Town, change: dict[str, Any]
) -> None:
    given: dict[str, Any] = {
        "agency": AGENCY, "name": "排查", "what": "看一遍", "category": "C0118", "per": "grid", "minutes": 30,
        "consented_by": "样例社区党委", "ends": make.NOW + timedelta(days=1), "grid_id": town.grids["A"].id,
    }  # fmt: skip
    with pytest.raises(InputError):
        items.consent(session, scope(town), NewConsent(**given | change), make.NOW)
    with pytest.raises(NotFoundError):
        items.consent(session, Scope(Reach.AREA), NewConsent(**given), make.NOW)


def _raw_order(session: Session, town: make.Town, case_id: int, item: WorkItem, **given: Any) -> None:
    row = {"case": case_id, "item_id": item.id, "agency": AGENCY, "grid": town.grids["A"].id, "per": "household",
           "minutes": 5, "at": make.NOW} | given  # fmt: skip
    session.execute(
        text("""INSERT INTO work_order (case_id, item_id, agency, grid_id, per, minutes_each, households, at)
                VALUES (:case, :item_id, :agency, :grid, :per, :minutes, 3, :at)"""),
        row,
    )


@pytest.mark.parametrize(
    "change",
    [
        {"agency": "另一单位"},
        {"item_id": None},
        {"at": make.LONG_AGO - timedelta(days=1)},
        {"minutes": 1},
        {"per": "grid"},
    ],
)
def test_the_database_refuses_what_is_not_admitted_whoever_asks(
    session: Session, town: make.Town, item: WorkItem, change: dict[str, Any]
) -> None:
    """Raw SQL with every right: there is no role, and no administrator, for whom this is otherwise."""
    case_id = journey.report(session, make.new_report(pin=town.inside("A")), make.NOW).row.case.id
    with pytest.raises(IntegrityError, match="not admitted"), session.begin_nested():
        _raw_order(session, town, case_id, item, **change)
    _raw_order(session, town, case_id, item)


def test_the_database_refuses_an_agencys_report_without_an_order(session: Session, town: make.Town) -> None:
    journey.report(session, make.new_report(pin=town.inside("A")), make.NOW)
    session.scalars(select(Report)).one().channel = "agency"
    session.flush()
    with pytest.raises(IntegrityError, match="not admitted"):
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_no_other_door_takes_the_agencys_channel(session: Session, town: make.Town) -> None:
    with pytest.raises(InputError):
        journey.report(session, make.new_report(pin=town.inside("A"), channel="agency"), make.NOW)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE work_item SET minutes = 1", "UPDATE work_item SET agency = 'x'", "DELETE FROM work_item",
     "UPDATE work_item SET valid = tstzrange('2000-01-01', NULL)", "UPDATE work_order SET minutes_each = 1",
     "DELETE FROM work_order"],
)  # fmt: skip
def test_what_was_published_and_ordered_is_not_rewritten(
    session: Session, town: make.Town, item: WorkItem, statement: str
) -> None:
    orders.place_order(session, AGENCY, None, order(town, item_id=item.id), make.NOW)
    with pytest.raises(IntegrityError, match="not rewritten"):
        session.execute(text(statement))


def test_a_change_is_published_beside_what_was(session: Session, town: make.Town, item: WorkItem) -> None:
    assert run(session, "admitted", ITEM).counts == Counts(unchanged=1)
    assert not run(session, "admitted", ITEM | {"分钟": "9", "valid_from": make.LONG_AGO.isoformat()}).written
    assert run(session, "admitted", ITEM | {"分钟": "9"}, at=make.NOW).counts == Counts(new=1, ended=1)
    assert run(session, "admitted", ITEM | {"分钟": "9"}, at=make.NOW).counts == Counts(unchanged=1)
    assert [entry.item.minutes for entry in items.listed(session, make.NOW)] == [9]


@pytest.mark.parametrize("missing", ["法律依据", "批准文号", "工作内容", "频次", "分钟", "责任单位"])
def test_an_entry_that_lacks_something_is_not_published(
    session: Session, town: make.Town, missing: str
) -> None:
    assert not run(session, "admitted", ITEM | {missing: ""}).written


def test_the_ledger_adds_up(session: Session, town: make.Town, item: WorkItem) -> None:
    orders.place_order(session, AGENCY, None, order(town, item_id=item.id), make.NOW)
    since, until = make.NOW - timedelta(days=1), make.NOW + timedelta(days=1)
    rows = ledger.asked(session, scope(town), since, until)
    assert [
        (row.grid, row.member, row.orders, row.households, row.household_min, row.minutes) for row in rows
    ] == [
        ("第A网格", town.members["A"].name, 1, 3, 5, 15),
        ("第B网格", town.members["B"].name, 1, 0, 5, 0),
    ]
    theirs = Scope(Reach.AGENCY, agency=AGENCY)
    assert ledger.asked(session, theirs, since, until) == rows
    assert ledger.asked(session, Scope(Reach.AGENCY, agency="另一单位"), since, until) == []
    assert ledger.asked(session, scope(town), until, until + timedelta(days=1)) == []


def test_what_is_known_is_not_asked_again(session: Session, town: make.Town, item: WorkItem) -> None:
    other = ITEM | {"事项编码": "Z02", "事项名称": "冬季取暖摸底", "责任单位": "样例住建办", "字段": "F3;F1"}
    run(session, "admitted", other)
    second = session.scalars(select(WorkItem).where(WorkItem.code == "Z02")).one()
    for agency, one in ((AGENCY, item), ("样例住建办", second)):
        orders.place_order(session, agency, None, order(town, item_id=one.id), make.NOW)
    asked_a, asked_b = session.scalars(
        select(WorkOrder).where(WorkOrder.grid_id == town.grids["A"].id).order_by(WorkOrder.id)
    ).all()
    households = session.scalars(select(Household.id).order_by(Household.code)).all()
    subject = facts.subject_of(session, asked_a, households[0])
    assert [(q.field.code, q.known) for q in facts.questions(session, "Z01", subject, make.NOW)] == [
        ("F1", False),
        ("F2", False),
    ]
    given = {"F1": "是", "F2": "有"}
    assert facts.answer(session, asked_a, item, subject, given, account_id=None, now=make.NOW) == 2
    later = make.NOW + timedelta(days=5)
    known = {q.field.code: (q.value, q.purpose) for q in facts.questions(session, "Z02", subject, later)}
    assert known == {"F3": ("", ""), "F1": ("是", "高龄津贴核对")}
    assert [door.missing for door in facts.doors(session, asked_b, second, later)] == [1, 2, 2]
    neighbour = facts.subject_of(session, asked_a, households[1])
    building = {q.field.code: q.value for q in facts.questions(session, "Z01", neighbour, later)}
    assert building == {"F1": "", "F2": "有"}, "the building's answer serves the household next door"
    assert facts.answer(session, asked_a, item, subject, given, account_id=None, now=later) == 0, (
        "stored once"
    )
    assert facts.forget(session, make.NOW + timedelta(days=365)) == 2
    assert session.scalars(select(Fact)).all() == []


@pytest.mark.parametrize("given", [{"F1": "也许"}, {"F2": "半截"}])
def test_an_answer_that_does_not_fit_keeps_nothing(
    session: Session, town: make.Town, item: WorkItem, given: dict[str, str]
) -> None:
    orders.place_order(session, AGENCY, None, order(town, item_id=item.id), make.NOW)
    asked = session.scalars(select(WorkOrder).where(WorkOrder.grid_id == town.grids["A"].id)).one()
    subject = facts.subject_of(session, asked, session.scalars(select(Household.id)).first())
    with pytest.raises(InputError):
        facts.answer(session, asked, item, subject, {"F1": "是"} | given, account_id=None, now=make.NOW)
    assert session.scalars(select(Fact)).all() == []
