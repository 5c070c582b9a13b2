"""Adoption: one instant at which lines, people, cases and duties change; called off, reversed, swept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.boundaries import plans, queries
from gis.boundaries.adopt import AHEAD, Adopted, adopt, sweep
from gis.boundaries.card_due import due_cards, put_up
from gis.boundaries.handover import lines_of, sheet_of, sheets_of, sign
from gis.boundaries.models import BoundaryPlan, GridLineage, PlanState
from gis.boundaries.plans import By
from gis.boundaries.reverse import reverse
from gis.cases import journey, moves
from gis.cases.models import Assignment, Case, CaseLog, Notice
from gis.cases.queries import lock
from gis.cases.stand import retrace
from gis.errors import ConflictError, ForbiddenError, MoveRefusedError, NotFoundError, WanggeError
from gis.grids.models import Grid
from gis.places.homes import rehome
from gis.staff.cards import card_of
from gis.staff.queries import responsible_at
from gis.staff.scope import scope_of
from tests import make
from tests.boundaries.town import plan_over, roads
from tests.make import NOW, Town

pytestmark = pytest.mark.usefixtures("test_settings")

LATER = NOW + timedelta(hours=1)
IN_FORCE = LATER + AHEAD


@pytest.fixture
def town(session: Session) -> Town:
    town = Town(session, "AAAB\nAAAB")
    roads(session, town)
    for number, (lon, lat) in enumerate(middles(town)):
        session.execute(
            text("INSERT INTO household (code, point) VALUES (:code, ST_Point(:lon, :lat, 4490))"),
            {"code": f"H{number}", "lon": lon, "lat": lat},
        )
    rehome(session, NOW)
    return town


def middles(town: Town) -> list[tuple[float, float]]:
    """Give the middle of every cell of the picture, row by row from the south-west."""
    west, south, _, _ = shapely.total_bounds(list(town.shapes.values()))
    return [
        (float(west) + (i + 0.5) / 1000, float(south) + (j + 0.5) / 1000) for j in range(2) for i in range(4)
    ]


def case_at(session: Session, lon: float, lat: float, now: datetime = NOW) -> Case:
    row = journey.report(session, make.new_report(pin=(lon, lat)), now).row
    return session.get_one(Case, row.case.id)


def approved(session: Session, plan: BoundaryPlan) -> BoundaryPlan:
    planner = By(make.account(session, "planner").id, NOW)
    commander = By(make.account(session, "commander").id, NOW)
    plans.submit(session, plan, planner, LATER)
    plans.review(session, plan, commander)
    plans.approve(session, plan, commander)
    return plan


def adopted(session: Session, plan: BoundaryPlan, now: datetime = LATER) -> Adopted:
    return adopt(session, approved(session, plan).id, now)


def edited(session: Session, town: Town, *kinds: tuple[str, dict[str, Any]]) -> BoundaryPlan:
    plan = plan_over(session, town)
    for kind, what in kinds:
        plans.edit(session, plan, kind, what, By(None, NOW))
    return plan


def unit_at(session: Session, plan: BoundaryPlan, lon: float, lat: float) -> int:
    terrain = queries.terrain_of(session, plan.unit_set_id)
    return int(shapely.intersects(terrain.shapes, shapely.Point(lon, lat)).argmax())


def moving_a_column(session: Session, town: Town) -> BoundaryPlan:
    """Give the third column of A to B."""
    plan = plan_over(session, town)
    units = [unit_at(session, plan, *middles(town)[number]) for number in (2, 6)]
    plans.edit(session, plan, "paint", {"units": units, "part": 1}, By(None, NOW))
    return plan


def who(session: Session, lon: float, lat: float, at: datetime) -> int | None:
    found = responsible_at(session, lon, lat, at)
    return found.members[0].member_id if found and found.members else None


def test_a_moved_line_takes_households_and_cases_with_it(session: Session, town: Town) -> None:
    spots = middles(town)
    goes, stays = case_at(session, *spots[2]), case_at(session, *spots[0])
    due = goes.due_at
    found = adopted(session, moving_a_column(session, town))
    assert found.moved == {"household": 2, "case": 1}
    assert (found.cases, found.sheets, found.begun) == (1, 1, ())
    a, b = town.members["A"].id, town.members["B"].id
    assert who(session, *spots[2], IN_FORCE) == b
    assert who(session, *spots[2], IN_FORCE - timedelta(microseconds=1)) == a
    session.refresh(goes)
    assert (goes.grid_id, goes.member_id, goes.due_at) == (town.grids["B"].id, b, due)
    assert stays.member_id == a
    log = session.scalars(select(CaseLog).where(CaseLog.case_id == goes.id).order_by(CaseLog.seq)).all()
    assert log[-1].move == "rehome"
    assert retrace(log).member_id == b
    receipt = session.scalars(
        select(Assignment).where(Assignment.case_id == goes.id).order_by(Assignment.id.desc())
    ).first()
    assert receipt is not None
    assert "随地移交" in receipt.receipt["sentence"]


def test_a_case_with_somebody_else_for_another_reason_keeps_its_owner(session: Session, town: Town) -> None:
    case = case_at(session, *middles(town)[2])
    case.organisation_id, case.member_id, case.agency = None, None, "样例单位"
    session.flush()
    adopted(session, moving_a_column(session, town))
    session.refresh(case)
    assert (case.grid_id, case.agency, case.organisation_id) == (town.grids["B"].id, "样例单位", None)


def test_a_split_gives_new_codes_and_keeps_the_lineage(session: Session, town: Town) -> None:
    plan = edited(session, town, ("split", {"part": 0, "parts": 2}))
    found = adopted(session, plan)
    codes = session.scalars(select(Grid.code).where(Grid.id.in_(found.begun)).order_by(Grid.code)).all()
    assert [code[-3:] for code in codes] == ["003", "004"]
    assert found.ended == (town.grids["A"].id,)
    rows = session.scalars(select(GridLineage).where(GridLineage.plan_id == plan.id)).all()
    assert {(row.from_grid_id, row.kind) for row in rows} == {(town.grids["A"].id, "split")}
    assert sum(row.households for row in rows) == 6
    # the same member in both halves: nothing changes hands
    assert found.sheets == 0
    assert all(who(session, *spot, IN_FORCE) == town.members["A"].id for spot in middles(town)[:3])


def test_a_merge_ends_both_codes(session: Session, town: Town) -> None:
    found = adopted(session, edited(session, town, ("merge", {"parts": [0, 1], "part": 1})))
    assert len(found.begun) == 1
    assert set(found.ended) == {grid.id for grid in town.grids.values()}
    assert {who(session, *spot, IN_FORCE) for spot in middles(town)} == {town.members["B"].id}


def test_a_plan_names_the_members_of_a_new_grid(session: Session, town: Town) -> None:
    helper = make.member(session, branch=town.branches["A"])
    plan = edited(
        session, town, ("split", {"part": 0, "parts": 2}), ("staff", {"part": 2, "members": [helper.id]})
    )
    found = adopted(session, plan)
    assert found.sheets == 1
    [sheet] = sheets_of(session, plan_ids=[plan.id])
    assert (sheet.giver, sheet.taker) == (town.members["A"].name, helper.name)


def test_both_sides_sign_their_sheet_and_nobody_else(session: Session, town: Town) -> None:
    adopted(session, moving_a_column(session, town))
    a, b = town.members["A"].id, town.members["B"].id
    account = make.account(session, "grid_member").id
    [sheet] = sheets_of(session, member_id=a)
    number = sheet.handover.id
    assert sheet.handover.counts == {"household": 2}
    assert [line.code for line in lines_of(session, number)] == ["H2", "H6"]
    with pytest.raises(ForbiddenError):
        sign(
            session, number, account, member_id=town.members["A"].id + 999, organisation_id=None, now=IN_FORCE
        )
    sign(session, number, account, member_id=a, organisation_id=None, now=IN_FORCE)
    with pytest.raises(ConflictError, match="already"):
        sign(session, number, account, member_id=a, organisation_id=None, now=IN_FORCE)
    assert not sheet_of(session, number, member_id=b, organisation_id=None).done
    sign(session, number, account, member_id=b, organisation_id=None, now=IN_FORCE)
    assert sheet_of(session, number, member_id=b, organisation_id=None).done
    with pytest.raises(NotFoundError):
        sheet_of(session, number, member_id=999_999, organisation_id=None)


def test_new_cards_are_put_up_by_the_grids_people(session: Session, town: Town) -> None:
    plan = moving_a_column(session, town)
    adopted(session, plan)
    a, b = town.grids["A"].id, town.grids["B"].id
    assert due_cards(session, [a, b], LATER) == [], "not before the lines are in force"
    assert [(one.grid_id, one.put_up_at) for one in due_cards(session, [a, b], IN_FORCE)] == [
        (a, None),
        (b, None),
    ]
    by = By(make.account(session, "grid_member").id, IN_FORCE)
    with pytest.raises(NotFoundError):
        put_up(session, plan.id, b, by, grid_ids=[a])
    put_up(session, plan.id, b, by, grid_ids=[b])
    with pytest.raises(ConflictError):
        put_up(session, plan.id, b, by, grid_ids=[b])
    assert [one.put_up_at for one in due_cards(session, [a, b], IN_FORCE)] == [None, IN_FORCE]
    told = session.scalars(select(Notice.organisation_id).where(Notice.key.startswith("card:"))).all()
    assert set(told) == {town.branches["A"].id, town.branches["B"].id}
    card = card_of(session, town.grids["B"].code, IN_FORCE)
    assert (card.since, card.line) == (IN_FORCE, "西与第A网格相邻。")


def test_what_the_old_line_still_gave_out_follows(session: Session, town: Town) -> None:
    adopted(session, moving_a_column(session, town))
    between = case_at(session, *middles(town)[2], LATER + timedelta(seconds=1))
    assert between.grid_id == town.grids["A"].id
    after = case_at(session, *middles(town)[6], IN_FORCE)
    assert after.grid_id == town.grids["B"].id
    assert sweep(session, IN_FORCE) == 1
    session.refresh(between)
    assert (between.grid_id, between.member_id) == (town.grids["B"].id, town.members["B"].id)
    assert sweep(session, IN_FORCE) == 0


def test_work_done_under_the_old_line_is_accepted_and_labelled(session: Session, town: Town) -> None:
    now = datetime.now(UTC)
    case = case_at(session, *middles(town)[2], now)
    giver = make.account(session, "grid_member", member_id=town.members["A"].id)
    actor = moves.Actor("grid_member", giver.id, town.members["A"].id)
    moves.make(session, case, "accept", actor, now)
    seen = case.revision
    session.flush()
    plan = moving_a_column(session, town)
    planner, other = (
        By(make.account(session, "planner").id, now),
        By(make.account(session, "commander").id, now),
    )
    plans.submit(session, plan, planner, now)
    plans.review(session, plan, other)
    plans.approve(session, plan, other)
    adopt(session, plan.id, now)
    later = now + AHEAD
    scope = scope_of(session, giver, "case.act", later)
    assert town.grids["B"].id not in scope.grid_ids
    late = lock(session, scope, case.id, seen)
    log = moves.make(session, late, "act", actor, later, reason="已修好", detail={})
    assert log.detail["under_old_line"]["plan"] == plan.id
    assert (late.state, late.member_id) == ("acted", town.members["B"].id)
    session.flush()
    with pytest.raises(NotFoundError):
        lock(session, scope, case.id, late.revision)


def test_nothing_happens_before_the_day_nor_after_calling_off(session: Session, town: Town) -> None:
    plan = approved(session, moving_a_column(session, town))
    with pytest.raises(MoveRefusedError):
        adopt(session, plan.id, NOW)
    plans.call_off(session, plan, By(None, NOW), "")
    with pytest.raises(MoveRefusedError):
        adopt(session, plan.id, LATER)
    assert who(session, *middles(town)[2], IN_FORCE) == town.members["A"].id


def test_lines_that_changed_meanwhile_are_not_overrun(session: Session, town: Town) -> None:
    first = approved(session, moving_a_column(session, town))
    second = approved(session, edited(session, town, ("split", {"part": 0, "parts": 2})))
    adopt(session, first.id, LATER)
    with pytest.raises(ConflictError, match="have changed"):
        adopt(session, second.id, LATER + timedelta(minutes=1))


def test_an_adoption_is_reversed_by_another(session: Session, town: Town) -> None:
    plan = edited(session, town, ("split", {"part": 0, "parts": 2}))
    adopted(session, plan)
    back = reverse(session, plan, By(None, IN_FORCE))
    found = adopted(session, back, IN_FORCE + timedelta(hours=1))
    at = found.at
    assert back.state == PlanState.ADOPTED
    shape = session.execute(
        text(
            "SELECT ST_AsText(geom) FROM grid_version WHERE grid_id = :g AND valid @> CAST(:at AS timestamptz)"
        ),
        {"g": found.begun[0], "at": at},
    ).scalar_one()
    assert shapely.from_wkt(shape).equals(town.shapes["A"])
    codes = session.scalars(select(Grid.code).where(Grid.id.in_(found.begun))).all()
    assert [code[-3:] for code in codes] == ["005"]


OPERATIONS = ("paint", "split", "merge", "swap", "split")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_adopting_and_restoring_gives_back_every_household_to_its_member(session: Session, data: Any) -> None:
    with session.begin_nested() as nested:
        _there_and_back(session, data)
        nested.rollback()
    session.expunge_all()


def _there_and_back(session: Session, data: Any) -> None:
    town = Town(session, "AABB\nAABB")
    roads(session, town)
    spots = middles(town)
    before = {spot: who(session, *spot, LATER) for spot in spots}
    past = {spot: responsible_at(session, *spot, NOW) for spot in spots}
    plan = plan_over(session, town)
    for kind in data.draw(st.lists(st.sampled_from(OPERATIONS), min_size=1, max_size=4)):
        _some_edit(session, plan, kind, data)
    plans.set_scales(plan, limits={"compact_hard": 0.0})
    found = plans.checked(session, plan)
    if found.hard or not found.moved_units:
        return
    made = adopted(session, plan)
    assert {spot: responsible_at(session, *spot, NOW) for spot in spots} == past
    assert all(who(session, *spot, made.at) is not None for spot in spots)
    back = reverse(session, plan, By(None, made.at))
    again = adopted(session, back, made.at + timedelta(hours=1))
    assert {spot: who(session, *spot, again.at) for spot in spots} == before


def _some_edit(session: Session, plan: BoundaryPlan, kind: str, data: Any) -> None:
    layout = queries.layout_of(session, plan)
    one, other = (data.draw(st.sampled_from(layout.used)) for _ in range(2))
    units = data.draw(st.lists(st.integers(0, 7), min_size=1, max_size=3))
    what = {
        "paint": {"units": units, "part": one},
        "split": {"part": one, "parts": 2},
        "merge": {"parts": [one, other], "part": one},
        "swap": {"part": one, "other": other},
    }[kind]
    try:
        plans.edit(session, plan, kind, what, By(None, NOW))
    except WanggeError:
        return


def test_a_plan_equal_to_today_moves_nobody(session: Session, town: Town) -> None:
    from gis.boundaries.moved import counts, find_moved
    from gis.boundaries.switch import switch_of

    plan = edited(session, town, ("split", {"part": 0, "parts": 2}), ("merge", {"parts": [0, 2], "part": 0}))
    switch = switch_of(session, plan, NOW)
    assert not any(line.changed for line in switch.lines)
    assert (switch.ended, switch.came) == ((), ())
    assert counts(session, find_moved(session, switch, NOW)) == []


def test_a_line_that_only_rounding_moves_begins_no_new_version(session: Session) -> None:
    town = Town(session, "AABBCC\nAABBCC")
    roads(session, town)
    versions = text("SELECT count(*) FROM grid_version WHERE grid_id = :id")
    # finer than the lattice on which ground is cut: not a tenth of a millimetre
    session.execute(
        text("UPDATE grid_version SET geom = ST_Translate(geom, 4e-10, 3e-10) WHERE grid_id = :id"),
        {"id": town.grids["C"].id},
    )
    plan = plan_over(session, town)
    terrain = queries.terrain_of(session, plan.unit_set_id)
    west = float(town.shapes["B"].bounds[0])
    taken = int(shapely.covers(terrain.shapes, shapely.Point(west + 0.0005, 39.9005)).argmax())
    plans.edit(session, plan, "paint", {"units": [taken], "part": 0}, By(None, NOW))
    adopted(session, plan)
    known = {
        letter: session.execute(versions, {"id": grid.id}).scalar() for letter, grid in town.grids.items()
    }
    assert known == {"A": 2, "B": 2, "C": 1}
