"""Plans in the database: units over today's lines, drafts with undo and redo, and the way to approval."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.boundaries import ground, plans, queries
from gis.boundaries.models import BoundaryPlan, PlanState
from gis.boundaries.plans import By
from gis.errors import ConflictError, ForbiddenError, InputError, MoveRefusedError
from tests import make
from tests.boundaries.town import plan_over, roads
from tests.make import NOW, Town


@pytest.fixture
def town(session: Session) -> Town:
    town = Town(session, "AAAB\nAAAB")
    roads(session, town)
    return town


@pytest.fixture
def plan(session: Session, town: Town) -> BoundaryPlan:
    return plan_over(session, town)


def by(session: Session, role: str = "planner") -> By:
    return By(make.account(session, role).id, NOW)


def test_units_tile_the_community_and_keep_to_todays_grids(
    session: Session, town: Town, plan: BoundaryPlan
) -> None:
    terrain = queries.terrain_of(session, plan.unit_set_id)
    assert terrain.size == 8
    assert shapely.coverage_is_valid(terrain.shapes)
    assert [part.code[-3:] for part in terrain.parts] == ["001", "002"]
    for key, letter in enumerate("AB"):
        grid = shapely.union_all(terrain.shapes[terrain.today == key])
        assert grid.equals(town.shapes[letter])


def test_a_building_on_a_line_lies_in_one_unit(session: Session) -> None:
    town = Town(session, "AB")
    box = shapely.box(116.3009, 39.9004, 116.3013, 39.9006)
    session.execute(
        text("INSERT INTO building (code, geom) VALUES ('X', ST_Multi(ST_GeomFromText(:wkt, 4490)))"),
        {"wkt": box.wkt},
    )
    row = ground.make_ground(session, [town.community.id], NOW, NOW)
    terrain = queries.terrain_of(session, row.id)
    assert int((shapely.area(shapely.intersection(terrain.shapes, box)) > 1e-12).sum()) == 1
    assert shapely.coverage_is_valid(terrain.shapes)


def test_units_count_what_lies_in_them(session: Session, town: Town) -> None:
    lon, lat = town.inside("B")
    session.execute(
        text("INSERT INTO household (code, point) SELECT 'H' || i, ST_Point(:lon, :lat, 4490) "
             "FROM generate_series(1, 5) i"),
        {"lon": lon, "lat": lat},
    )  # fmt: skip
    plan = plan_over(session, town)
    found = plans.checked(session, plan)
    assert [row.now.households for row in found.rows if row.now] == [0.0, 5.0]


def test_undo_and_redo_without_end(session: Session, plan: BoundaryPlan) -> None:
    who = by(session)
    base = queries.layout_of(session, plan).part.tobytes()
    for unit in (0, 1, 2):
        plans.edit(session, plan, "paint", {"units": [unit], "part": 1}, who)
    painted = queries.layout_of(session, plan).part.tobytes()
    for _ in range(3):
        plans.undo(session, plan)
    assert queries.layout_of(session, plan).part.tobytes() == base
    with pytest.raises(ConflictError, match="nothing to undo"):
        plans.undo(session, plan)
    for _ in range(3):
        plans.redo(session, plan)
    assert queries.layout_of(session, plan).part.tobytes() == painted
    plans.undo(session, plan)
    plans.edit(session, plan, "merge", {"parts": [0, 1], "part": 0}, who)
    with pytest.raises(ConflictError, match="nothing to redo"):
        plans.redo(session, plan)


def test_a_copy_goes_its_own_way(session: Session, plan: BoundaryPlan) -> None:
    who = by(session)
    plans.edit(session, plan, "split", {"part": 0, "parts": 2}, who)
    other = plans.copy(session, plan, "另一份", who)
    plans.undo(session, other)
    assert queries.layout_of(session, other).used == [0, 1]
    assert queries.layout_of(session, plan).used == [0, 1, 2]


def test_an_edit_says_what_it_needs(session: Session, plan: BoundaryPlan) -> None:
    with pytest.raises(InputError, match="needs part"):
        plans.edit(session, plan, "paint", {"units": [1]}, by(session))
    with pytest.raises(InputError, match="no edit"):
        plans.edit(session, plan, "burn", {}, by(session))


def test_a_plan_needs_two_people_and_no_hard_breach(session: Session, plan: BoundaryPlan) -> None:
    planner, commander = by(session), by(session, "commander")
    day = NOW + timedelta(days=7)
    with pytest.raises(InputError, match="same as today"):
        plans.submit(session, plan, planner, day)
    plans.edit(session, plan, "swap", {"part": 0, "other": 1, "units": [0, 7]}, planner)
    with pytest.raises(InputError, match="must be mended"):
        plans.submit(session, plan, planner, day)
    plans.undo(session, plan)
    plans.edit(session, plan, "split", {"part": 0, "parts": 2}, planner)
    plans.submit(session, plan, planner, day)
    with pytest.raises(MoveRefusedError):
        plans.edit(session, plan, "merge", {"parts": [0, 1], "part": 0}, planner)
    with pytest.raises(ForbiddenError):
        plans.review(session, plan, planner, "")
    plans.review(session, plan, commander)
    plans.approve(session, plan, commander)
    assert plan.state == PlanState.APPROVED
    assert queries.due_plans(session, NOW) == []
    assert queries.due_plans(session, day) == [plan.id]
    plans.call_off(session, plan, planner, "改期")
    assert queries.due_plans(session, day) == []
    assert [row.step for row in queries.log_of(session, plan.id)] == [
        "create", "submit", "review", "approve", "call_off",
    ]  # fmt: skip


def test_a_plan_is_only_for_its_area(session: Session, town: Town, plan: BoundaryPlan) -> None:
    assert queries.plan_in(session, [town.community.id], plan.id, lock=True) is plan
    assert list(queries.plans_in(session, [])) == []
    with pytest.raises(ConflictError, match="Somebody"):
        queries.plan_in(session, None, plan.id, revision=plan.revision + 1)


@pytest.mark.parametrize(("way", "says"), [(None, [("barrier-between", False)]), ("footway", [])])
def test_a_railway_parts_houses_unless_a_way_leads_across(
    session: Session, way: str | None, says: list[tuple[str, bool]]
) -> None:
    town = Town(session, "AAB")
    roads(session, town)
    west, south, _, north = town.shapes["A"].bounds
    rail = west + 0.001
    put = "INSERT INTO {} VALUES (:code, :kind, ST_GeomFromText(:wkt, 4490))"
    track = shapely.LineString([(rail, south - 0.001), (rail, north + 0.001)]).wkt
    session.execute(
        text(put.format("ground (code, kind, geom)")), {"code": "T", "kind": "rail", "wkt": track}
    )
    if way:
        path = shapely.LineString([(rail - 0.0006, south + 0.0005), (rail + 0.0006, south + 0.0005)]).wkt
        session.execute(
            text(put.format("road (code, highway, geom)")), {"code": "F", "kind": way, "wkt": path}
        )
    for number in range(3):
        left, low = west + 0.001 * number + 0.0003, south + 0.0002
        at = shapely.box(left, low, left + 0.0001, low + 0.0001)
        session.execute(
            text("INSERT INTO building (code, geom) VALUES (:code, ST_Multi(ST_GeomFromText(:wkt, 4490)))"),
            {"code": f"H{number}", "wkt": at.wkt},
        )
    plan = plan_over(session, town)
    terrain = queries.terrain_of(session, plan.unit_set_id)
    assert terrain.size == 3

    def between() -> list[tuple[str, bool]]:
        found = [fault.breach for fault in plans.checked(session, plan).faults if fault.breach.rule == "R10"]
        return [(breach.what, breach.hard) for breach in found]

    assert between() == says
    who = by(session)
    middle = int(
        np.flatnonzero(shapely.covers(terrain.shapes, shapely.Point(rail + 0.0002, south + 0.0005)))[0]
    )
    # beyond the railway with the neighbour: nobody is parted any more
    plans.edit(session, plan, "paint", {"units": [middle], "part": 1}, who)
    assert between() == []
    plans.edit(session, plan, "merge", {"parts": [0, 1], "part": 1}, who)
    assert between() == [(what, True) for what, _ in says]
