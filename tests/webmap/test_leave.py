"""Handing over at leave: one's own cases to one's own branch's people, the branch agrees, nothing by halves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Assignment, Case, CaseLog, Notice
from gis.settings import Settings
from gis.staff.models import Account, Member, Posting, Shift
from gis.staff.roles import Role
from tests import make
from tests.webmap.test_work import report

SignIn = Callable[[Role], FlaskClient]
Staff = dict[Role, Account]


@dataclass(frozen=True)
class Ground:
    """A member with two cases on hand, somebody of the same branch who works in its other grid, the first day."""

    town: make.Town
    staff: Staff
    mine: list[Case]
    colleague: Member
    first: date


@pytest.fixture
def ground(session: Session, town: make.Town, staff: Staff, test_settings: Settings) -> Ground:
    grid = make.grid(session, "990102001001009", town.shapes["A"].buffer(-0.0004), town.community)
    make.answers_for(session, town.branches["A"], grid)
    who = make.member(session, branch=town.branches["A"], name="样例同事")
    make.posting(session, who, grid)
    cases = [report(session, town, text="样例一盏路灯不亮"), report(session, town, text="样例井盖松动")]
    for case in cases:
        case.member_id = town.members["A"].id
    session.flush()
    today = datetime.now(UTC).astimezone(test_settings.time_zone).date()
    return Ground(town, staff, cases, who, today + timedelta(days=2))


def form(first: date, to: Member, *cases: Case, days: int = 3, **more: str) -> dict[str, object]:
    marks = [f"{case.id}:{case.revision}" for case in cases]
    last = first + timedelta(days=days - 1)
    return {"first": f"{first}", "last": f"{last}", "colleague": to.id, "case": marks} | more


def test_a_member_hands_over_and_the_branch_agrees_with_one_press(
    session: Session, sign_in: SignIn, ground: Ground
) -> None:
    town, staff, mine, colleague, first = (
        ground.town,
        ground.staff,
        ground.mine,
        ground.colleague,
        ground.first,
    )
    me, branch = town.members["A"], town.branches["A"]
    client = sign_in(Role.GRID_MEMBER)
    page = client.get("/leave").get_data(as_text=True)
    assert page.count(" checked") == 2
    assert "样例同事 · 手上 0 件 · 建议" in page
    assert town.members["B"].name not in page
    answer = client.post("/leave", data=form(first, colleague, *mine, note="三单元的灯还没到货"))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    for case in mine:
        session.refresh(case)
        assert (case.member_id, case.organisation_id, case.state) == (colleague.id, branch.id, "assigned")
        log = session.scalars(
            select(CaseLog).where(CaseLog.case_id == case.id).order_by(CaseLog.seq.desc())
        ).first()
        assert log is not None
        assert (log.move, log.account_id) == ("reassign", staff[Role.GRID_MEMBER].id)
        assert "三单元的灯还没到货" in log.reason
        receipt = session.scalars(
            select(Assignment).where(Assignment.case_id == case.id).order_by(Assignment.id.desc())
        ).first()
        assert receipt is not None
        assert receipt.receipt["by_hand"]
        assert receipt.receipt["reason"] == log.reason
    told = session.scalars(select(Notice.body).where(Notice.member_id == colleague.id)).all()
    assert [words for words in told if "交来 2 件案件" in words and "三单元的灯还没到货" in words]
    assert not session.scalars(select(Shift)).all()
    page = client.get("/leave").get_data(as_text=True)
    assert page.count("交给 样例同事") == 2

    client = sign_in(Role.BRANCH)
    page = client.get("/leaves").get_data(as_text=True)
    assert me.name in page
    assert "样例同事" in page
    notice_id = session.scalars(select(Notice.id).where(Notice.key.startswith("leave:"))).one()
    assert client.post(f"/leaves/{notice_id}").status_code == 303
    shift = session.scalars(select(Shift)).one()
    assert (shift.member_id, shift.kind) == (me.id, "leave")
    assert shift.during.upper - shift.during.lower == timedelta(days=3)
    stands = session.scalars(
        select(Posting).where(Posting.member_id == colleague.id, Posting.grid_id == town.grids["A"].id)
    ).one()
    assert stands.valid == shift.during
    assert session.scalars(select(Notice).where(Notice.key.startswith("granted:"))).one().member_id == me.id
    assert "已同意" in client.get("/leaves").get_data(as_text=True)
    assert client.post(f"/leaves/{notice_id}").status_code == 409


def test_the_same_days_are_asked_for_once_and_others_must_not_overlap(
    session: Session, sign_in: SignIn, ground: Ground
) -> None:
    mine, colleague, first = ground.mine, ground.colleague, ground.first
    client = sign_in(Role.GRID_MEMBER)
    assert client.post("/leave", data=form(first, colleague)).status_code == 303
    assert "已经申请过" in client.post("/leave", data=form(first, colleague)).get_data(as_text=True)
    answer = client.post("/leave", data=form(first, colleague, mine[0], days=5))
    assert answer.status_code == 422
    assert "重叠" in answer.get_data(as_text=True)
    session.refresh(mine[0])
    assert mine[0].member_id != colleague.id
    assert client.post("/leave", data=form(first, colleague, mine[0])).status_code == 303
    assert len(session.scalars(select(Notice).where(Notice.key.startswith("leave:"))).all()) == 1


def test_what_is_not_ones_own_and_whom_one_cannot_choose_is_refused_in_words(
    session: Session, sign_in: SignIn, ground: Ground
) -> None:
    town, mine, colleague, first = ground.town, ground.mine, ground.colleague, ground.first
    client = sign_in(Role.GRID_MEMBER)
    mine[1].member_id = colleague.id
    session.flush()
    refused = {
        "只能交自己手上的案件": form(first, colleague, *mine),
        "请从同一支部的名单里选一位": form(first, town.members["B"], mine[0]),
        "结束的一天不能早于开始": form(first, colleague, mine[0], days=0),
        "请从今天起半年内的一天开始": form(first - timedelta(days=9), colleague, mine[0]),
        "一次最多 60 天": form(first, colleague, mine[0], days=61),
        "日期应如": form(first, colleague, mine[0]) | {"first": "soon"},
        "请先选择一项": form(first, colleague, mine[0]) | {"colleague": ""},
    }
    for words, data in refused.items():
        answer = client.post("/leave", data=data)
        assert answer.status_code == 422, words
        assert words in answer.get_data(as_text=True)
    make.shift(session, colleague, make.span(), "leave")
    assert "那几天也请假" in client.post("/leave", data=form(first, colleague, mine[0])).get_data(
        as_text=True
    )
    session.refresh(mine[0])
    assert mine[0].member_id == town.members["A"].id
    assert not session.scalars(select(Notice).where(Notice.key.contains("leave:"))).all()


def test_what_somebody_moved_meanwhile_stays_and_nothing_is_half_done(
    session: Session, sign_in: SignIn, ground: Ground
) -> None:
    town, mine, colleague, first = ground.town, ground.mine, ground.colleague, ground.first
    client = sign_in(Role.GRID_MEMBER)
    data = form(first, colleague, *mine)
    mine[1].revision += 1
    session.flush()
    assert client.post("/leave", data=data).status_code == 409
    session.expire_all()
    assert [case.member_id for case in mine] == [town.members["A"].id] * 2
    assert not session.scalars(select(Notice).where(Notice.key.contains("leave:"))).all()


def test_a_branch_agrees_only_to_its_own(session: Session, sign_in: SignIn, ground: Ground) -> None:
    town, staff, colleague, first = ground.town, ground.staff, ground.colleague, ground.first
    assert sign_in(Role.GRID_MEMBER).post("/leave", data=form(first, colleague)).status_code == 303
    notice_id = session.scalars(select(Notice.id).where(Notice.key.startswith("leave:"))).one()
    staff[Role.BRANCH].organisation_id = town.branches["B"].id
    session.flush()
    client = sign_in(Role.BRANCH)
    assert town.members["A"].name not in client.get("/leaves").get_data(as_text=True)
    assert client.post(f"/leaves/{notice_id}").status_code == 404
    assert not session.scalars(select(Shift)).all()
