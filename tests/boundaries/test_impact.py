"""The impact before approval, drafts and dates compared, a plan as a file and back."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy.orm import Session

from gis.boundaries import plans, queries
from gis.boundaries.compare import between, compare
from gis.boundaries.exchange import read_plan, write_plan
from gis.boundaries.impact import details, impact
from gis.boundaries.plans import By
from gis.errors import InputError
from tests import make
from tests.boundaries.test_adopt import (
    IN_FORCE,
    LATER,
    adopted,
    case_at,
    edited,
    middles,
    moving_a_column,
    town,
)
from tests.make import NOW, Town

pytestmark = pytest.mark.usefixtures("test_settings")
__all__ = ["town"]


def test_the_impact_says_what_adoption_then_does(session: Session, town: Town) -> None:
    case_at(session, *middles(town)[2])
    make.shift(session, town.members["B"], make.span(LATER, LATER + timedelta(hours=8)))
    plan = moving_a_column(session, town)
    plan.effective_at = LATER
    told = impact(session, plan, NOW)
    [hands] = told.hands
    assert (hands.giver, hands.taker) == (town.members["A"].name, town.members["B"].name)
    assert (hands.households, hands.cases, hands.visits) == (2, 1, 2)
    assert told.sentence == f"2 户、1 件在办案件将移交给 {town.members['B'].name}。"
    assert [(one.code[-3:], one.before, one.after) for one in told.grids] == [
        ("001", {"household": 6, "case": 1, "building": 0}, {"household": 4, "case": 0, "building": 0}),
        ("002", {"household": 2, "case": 0, "building": 0}, {"household": 4, "case": 1, "building": 0}),
    ]
    assert [line.member for line in told.roster] == [town.members["B"].name]
    assert shapely.union_all([one.shape for one in told.ground]).area == pytest.approx(2e-6)
    assert [one.code for one in details(session, plan, "household", NOW)] == ["H2", "H6"]
    assert [one.code for one in details(session, plan, "visit", NOW, most=1, skip=1)] == ["H6"]
    plan.effective_at = None
    found = adopted(session, plan)
    assert found.moved == {"household": told.totals["household"], "case": told.totals["case"]}


def test_new_codes_alone_change_nobodys_work(session: Session, town: Town) -> None:
    told = impact(session, edited(session, town, ("split", {"part": 0, "parts": 2})), NOW)
    assert told.hands == ()
    assert told.renumbered == 6
    assert "没有人员变动" in told.sentence


def test_two_drafts_differ_where_they_differ(session: Session, town: Town) -> None:
    plan = moving_a_column(session, town)
    other = plans.copy(session, plan, "另一份", By(None, NOW))
    plans.undo(session, other)
    terrain = queries.terrain_of(session, plan.unit_set_id)
    [one] = compare(terrain, queries.layout_of(session, plan), queries.layout_of(session, other))
    assert (one.one[-3:], one.other[-3:], one.households) == ("002", "001", 2)


def test_two_dates_differ_where_ground_changed_hands(session: Session, town: Town) -> None:
    adopted(session, moving_a_column(session, town))
    areas = [town.community.id]
    assert between(session, areas, NOW, LATER) == []
    [one] = between(session, areas, NOW, IN_FORCE)
    assert (one.from_code[-3:], one.to_code[-3:], one.households) == ("001", "002", 2)


@pytest.mark.parametrize("ending", ["gpkg", "geojson"])
def test_a_plan_goes_out_and_comes_back(session: Session, town: Town, tmp_path: Path, ending: str) -> None:
    plan = edited(session, town, ("split", {"part": 0, "parts": 2}))
    terrain, layout = queries.terrain_of(session, plan.unit_set_id), queries.layout_of(session, plan)
    path = tmp_path / f"plan.{ending}"
    write_plan(path, terrain, layout)
    told = read_plan(path, terrain, "units" if ending == "gpkg" else None)
    with pytest.raises(InputError, match="as it stands"):
        plans.edit(session, plan, "lay", vars(told), By(None, NOW))
    table = gpd.read_file(path, layer="units") if ending == "gpkg" else gpd.read_file(path)
    path = path.with_stem("changed")
    table.loc[table["unit"] == 0, "grid"] = terrain.parts[1].code
    table.to_file(path, driver="GPKG" if ending == "gpkg" else "GeoJSON")
    again = read_plan(path, terrain)
    plans.edit(session, plan, "lay", vars(again), By(None, NOW))
    assert queries.layout_of(session, plan).part[0] == 1


def broken(path: Path, change: str) -> None:
    data = json.loads(path.read_text())
    rows = data["features"]
    if change == "missing":
        rows.pop()
    elif change == "twice":
        rows[1]["properties"]["unit"] = 0
    elif change == "unknown":
        rows[1]["properties"]["unit"] = 99
    elif change == "empty":
        rows[1]["properties"]["grid"] = None
    elif change == "redrawn":
        rows[1]["geometry"] = shapely.geometry.mapping(shapely.box(116.3, 39.9, 116.31, 39.91))
    elif change == "column":
        for row in rows:
            del row["properties"]["grid"]
    path.write_text(json.dumps(data))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("missing", "is missing from"),
        ("twice", "stands 2 times"),
        ("unknown", "has a unit 99"),
        ("empty", "has no grid"),
        ("redrawn", "not the plan's"),
        ("column", "no field 'grid'"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    session: Session, town: Town, tmp_path: Path, change: str, words: str
) -> None:
    plan = moving_a_column(session, town)
    terrain = queries.terrain_of(session, plan.unit_set_id)
    path = tmp_path / "plan.geojson"
    write_plan(path, terrain, queries.layout_of(session, plan))
    broken(path, change)
    with pytest.raises(InputError, match=words):
        read_plan(path, terrain)
