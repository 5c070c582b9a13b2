"""Among members: factors, ties, weights of the day; and what a rule changes in the walk of a report."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from gis.cases import journey, moves, queries
from gis.cases.assign import reassign
from gis.cases.dispatch.choosing import DEFAULT_WEIGHTS, FACTORS, Weight, choose
from gis.cases.dispatch.models import DispatchRule, DispatchWeight
from gis.cases.models import Assignment, Case
from gis.staff.queries import Responsible
from tests import make

pytestmark = pytest.mark.usefixtures("test_settings")


def someone(member_id: int, **given: Any) -> Responsible:
    facts = {"role": "grid_member", "skills": (), "on_duty": False, "on_leave": False, "open_load": 0} | given
    return Responsible(member_id, f"样例员{member_id}", **facts)


@pytest.mark.parametrize(
    ("first", "second", "far"),
    [
        ({"on_duty": True, "open_load": 10}, {"skills": ("路灯",)}, {}),
        ({"skills": ("路灯",)}, {"open_load": 0, "role": "grid_member"}, {}),
        ({"open_load": 1}, {"open_load": 2}, {}),
        ({"open_load": 40}, {"open_load": 41}, {}),  # no points for either: the lighter load still goes first
        ({}, {}, {1: 100, 2: 500}),
        ({}, {}, {1: 5000, 2: 6000}),  # beyond the last metre that counts: the nearer still goes first
        ({}, {"role": "grid_leader"}, {}),
        ({}, {}, {}),  # the smaller code: the order given
    ],
)
def test_who_goes_first(first: dict[str, Any], second: dict[str, Any], far: dict[int, int]) -> None:
    ranked = choose([someone(1, **first), someone(2, **second)], "路灯", far)
    assert [one.member.member_id for one in ranked] == [1, 2]
    if far or first or second:
        ranked = choose([someone(2, **second), someone(1, **first)], "路灯", far)
        assert [one.member.member_id for one in ranked] == [1, 2]


def test_who_is_on_leave_is_not_asked() -> None:
    assert choose([someone(1, on_leave=True)], "") == []


def test_a_city_may_weigh_otherwise() -> None:
    weights = dict(DEFAULT_WEIGHTS) | {"skill": Weight(100), "on_duty": Weight(0)}
    ranked = choose([someone(1, on_duty=True), someone(2, skills=("路灯",))], "路灯", {}, weights)
    assert ranked[0].member.member_id == 2
    assert tuple(factor.name for factor in ranked[0].factors) == FACTORS


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


def rule(session: Session, **given: Any) -> None:
    row = {"code": "R1", "category": "C0118", "valid": make.span()} | given
    session.add(DispatchRule(**row))
    session.flush()


def reported(session: Session, town: make.Town, letter: str = "A") -> tuple[Case, dict[str, Any]]:
    new = make.new_report(pin=town.inside(letter))
    case = session.get_one(Case, journey.report(session, new, make.NOW).row.case.id)
    return case, queries.receipts(session, case.id)[0].receipt


def test_without_rules_the_receipt_says_that_none_spoke(session: Session, town: make.Town) -> None:
    case, receipt = reported(session, town)
    assert (case.organisation_id, receipt["rule"]) == (town.branches["A"].id, None)
    assert set(receipt["weights"]) == set(FACTORS)
    assert sum(factor["points"] for factor in receipt["factors"]) == receipt["considered"][0]["points"]


def test_a_rule_sends_it_to_another_branch_and_its_member(session: Session, town: make.Town) -> None:
    rule(session, organisation_id=town.branches["B"].id, area_id=town.community.id)
    case, receipt = reported(session, town)
    assert (case.organisation_id, case.member_id) == (town.branches["B"].id, town.members["B"].id)
    assert case.grid_id == town.grids["A"].id, "the place stays where it is"
    assert receipt["rule"]["code"] == "R1"
    assert receipt["place"]["organisation_id"] == town.branches["A"].id
    assert "R1" in receipt["sentence"]
    assert "R1" in receipt["sentence_en"]


def test_a_rule_raises_the_level_and_names_the_agency(session: Session, town: make.Town) -> None:
    rule(session, level="district", agency="样例单位", skill="高空作业", handling="explain")
    case, receipt = reported(session, town)
    assert (case.agency, receipt["authority"], receipt["skill"]) == ("样例单位", "district", "高空作业")
    assert (case.organisation_id, case.handling) == (town.branches["A"].id, "explain")


@pytest.mark.parametrize(
    "given",
    [
        {"weekdays": "67"},  # the report comes on a Monday
        {"from_min": 0, "to_min": 600},  # at 10:00: the last minute is not within
        {"valid": make.span(make.NOW + timedelta(seconds=1))},
        {"valid": make.span(end=make.NOW)},
    ],
)
def test_a_rule_that_does_not_hold_now_says_nothing(
    session: Session, town: make.Town, given: dict[str, Any]
) -> None:
    rule(session, agency="样例单位", **given)
    assert reported(session, town)[1]["rule"] is None


def test_another_places_rule_says_nothing(session: Session, town: make.Town) -> None:
    rule(session, agency="样例单位", grid_id=town.grids["B"].id)
    assert reported(session, town, "A")[1]["rule"] is None
    assert reported(session, town, "B")[1]["rule"]["code"] == "R1"


def test_weights_hold_from_their_day(session: Session, town: make.Town) -> None:
    session.add(DispatchWeight(factor="skill", points=77, valid=make.span(make.NOW)))
    session.flush()
    assert reported(session, town)[1]["weights"]["skill"] == 77


def test_a_rule_costs_a_report_no_question(session: Session, town: make.Town) -> None:
    reported(session, town)
    plain = _statements(session, town)
    rule(session, agency="样例单位", area_id=town.subdistrict.id)
    reported(session, town)  # reads the new version
    assert _statements(session, town) == plain


def _statements(session: Session, town: make.Town) -> int:
    seen: list[str] = []
    connection = session.connection()

    def note(*given: Any) -> None:
        seen.append(given[2])

    event.listen(connection, "before_cursor_execute", note)
    journey.report(session, make.new_report(pin=town.inside("A")), make.NOW)
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)


def test_a_person_overrules_and_the_programs_choice_stays_beside_it(
    session: Session, town: make.Town
) -> None:
    case, _receipt = reported(session, town)
    actor = moves.Actor("commander", make.account(session, "commander").id)
    reassign(
        session,
        case,
        actor,
        make.NOW,
        organisation_id=town.branches["B"].id,
        member_id=town.members["B"].id,
        reason="A网格今天停电抢修",
    )
    session.flush()
    newest = session.scalars(select(Assignment).order_by(Assignment.id.desc())).first()
    assert newest is not None
    assert newest.receipt["by_hand"]
    assert newest.receipt["reason"] == "A网格今天停电抢修"
    program = newest.receipt["program"]
    assert (program["member_id"], program["organisation_id"]) == (
        town.members["A"].id,
        town.branches["A"].id,
    )
    assert [factor["name"] for factor in program["factors"]] == list(FACTORS)
