"""The town's people and its cases: plainly made up, consistent in time, and without anybody's data."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from data.sample import Town
from data.sample.cases import CATEGORIES
from data.sample.complaints import COMPLAINTS
from data.sample.journeys import MOVES
from data.sample.wording import bodies_for, kinds_of

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="module")
def categories() -> pd.DataFrame:
    return pd.read_csv(CATEGORIES, dtype=str, keep_default_na=False)


def test_members_are_plainly_made_up(town: Town) -> None:
    assert town.members["name"].str.fullmatch(r"样例员\d{3}").all()
    assert town.members["phone"].str.fullmatch(r"1990000\d{4}").all()


def test_texts_carry_no_personal_data(town: Town) -> None:
    for text in town.cases["text"]:
        for digits in re.findall(r"\d{7,}", text):
            assert re.fullmatch(r"19900000\d{3}", digits), text
        assert not re.search(r"身份证|\d{17}[\dXx]|[\w.]+@[\w.]+\.\w+", text), text
        assert not re.search(r"姓名|我叫|[王李张刘陈杨赵黄周吴](先生|女士|大爷|大妈|师傅)", text), text
    assert town.cases["text"].str.contains("19900000").sum() > 20


def test_texts_are_varied_and_name_their_place(town: Town) -> None:
    assert town.cases["text"].nunique() > 0.97 * len(town.cases)
    assert town.cases["category"].nunique() > 55
    assert not town.cases["text"].str.contains(r"[{}|]").any()
    for words in ("号楼", "单元", "交叉口", "村", "门口", "栋", "那儿", "桥"):
        assert town.cases["text"].str.contains(words).sum() > 2, words


def test_some_cases_have_a_pin_some_only_words_some_neither(town: Town) -> None:
    pins = town.cases["lon"].notna()
    assert 0.35 < pins.mean() < 0.7
    lost = town.cases["true_grid_code"] == ""
    assert 10 < lost.sum() < 80
    assert not (pins & lost).any()


def test_pins_lie_in_the_true_grid(town: Town) -> None:
    pinned = town.cases[town.cases["lon"].notna()]
    grids = town.boundaries.set_index("code").geometry
    points = gpd.points_from_xy(pinned["lon"], pinned["lat"])
    assert shapely.intersects(grids.loc[pinned["true_grid_code"]].to_numpy(), points).all()


def test_true_places_exist(town: Town) -> None:
    known = {code for t in (town.buildings, town.places, town.roads, town.compounds) for code in t["code"]}
    assert set(town.cases["true_place"]) - {""} <= known


def test_moves_follow_one_another_and_end_in_the_state(town: Town) -> None:
    for case in town.cases.itertuples():
        moves = json.loads(case.moves)
        assert [move["move"] for move in moves] == list(MOVES[: len(moves)])
        assert moves[-1]["move"] == case.state
        times = [datetime.fromisoformat(case.reported_at)]
        times += [datetime.fromisoformat(move["at"]) for move in moves]
        assert times == sorted(times)
        assert times[-1] <= NOW
        assert case.rating in ({"", "satisfied", "fair", "unsatisfied"} if case.state == "closed" else {""})


def test_past_cases_fill_a_year(town: Town) -> None:
    closed = town.cases[town.cases["state"] == "closed"]
    months = closed["reported_at"].str.slice(0, 7).value_counts()
    assert len(months) >= 12
    assert months.drop(["2025-11", "2026-11"], errors="ignore").min() > 80


def test_postings_name_a_leader_a_grid_but_for_two(town: Town) -> None:
    current = town.postings[town.postings["valid_to"] == ""]
    grids = set(town.boundaries.loc[town.boundaries["level"] == "grid", "code"])
    led = set(current.loc[current["role"] == "grid_leader", "grid_code"])
    assert len(grids - led) == 2
    assert current[current["role"] == "grid_leader"]["grid_code"].is_unique
    branches = town.organisations[town.organisations["kind"] == "branch"]
    assert sorted(branches["grid_code"]) == sorted(grids)
    assert len(set(branches["code"]) - set(town.members["organisation_code"])) == 1


def test_shifts_of_a_member_do_not_overlap(town: Town) -> None:
    shifts = town.shifts.assign(
        start=pd.to_datetime(town.shifts["starts_at"]), end=pd.to_datetime(town.shifts["ends_at"])
    ).sort_values(["member_code", "start"])
    assert (shifts["end"] > shifts["start"]).all()
    after = shifts.groupby("member_code")["start"].shift(-1)
    assert (after.isna() | (shifts["end"] <= after)).all()
    hours = shifts["start"].dt.hour
    assert {12, 18} <= set(hours)
    assert shifts["start"].min().date().isoformat() == "2026-11-15"
    assert shifts["start"].max().date().isoformat() == "2026-12-06"


def test_days_since_the_last_visit_differ_from_grid_to_grid(town: Town) -> None:
    last = town.visits.groupby("household_code")["at"].max()
    homes = town.households.set_index("code").loc[last.index]
    grids = town.boundaries[town.boundaries["level"] == "grid"]
    points = shapely.points(homes["lon"], homes["lat"])
    home, grid = shapely.STRtree(grids.geometry.to_numpy()).query(points, predicate="intersects")
    days = (pd.Timestamp(NOW) - pd.to_datetime(last.iloc[home])).dt.days.groupby(grid).median()
    assert days.max() > 2.5 * days.min()
    assert pd.to_datetime(town.visits["at"]).max() < pd.Timestamp(NOW)


def test_done_rounds_are_past_and_planned_ones_are_not(town: Town) -> None:
    starts = pd.to_datetime(town.rounds["starts_at"])
    assert (starts[town.rounds["state"] == "done"] < pd.Timestamp(NOW)).all()
    assert (starts[town.rounds["state"] == "planned"] >= pd.Timestamp(NOW)).all()
    assert set(town.rounds["state"]) == {"done", "planned"}


def test_the_table_of_categories_can_be_loaded(categories: pd.DataFrame) -> None:
    assert 55 <= len(categories) <= 75
    assert categories["code"].is_unique
    assert set(categories["kind"]) == {"component", "event", "livelihood"}
    assert set(categories["limit_unit"]) == {"UH", "WH", "WD", "ND"}
    assert set(categories["authority"]) == {"grid", "community", "subdistrict", "district"}
    assert set(categories["field"]) == {"物业服务", "居家养老", "基础设施维护", "环境卫生", "邻里与便民"}
    assert (categories["limit_value"].astype(int) > 0).all()
    assert (categories["keywords"] != "").all()


def test_every_category_has_sentences_for_its_spots(categories: pd.DataFrame) -> None:
    assert set(categories["code"]) == set(COMPLAINTS)
    for code, (_, bodies) in COMPLAINTS.items():
        said = {body for kind in kinds_of(code) for body in bodies_for(code, kind)}
        assert said == {body.rpartition("|")[2] for body in bodies}
        assert all(body.count("{p}") == 1 for body in said)
