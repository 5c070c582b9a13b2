"""Cases, rounds, figures and cards of the map: right by hand count, inside the scope, refused in sentences."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some

from gis.cases import map_queries
from gis.geometry.tiles import tile_over
from gis.grids.classes import quantiles
from gis.places.models import Household
from tests.webmap.layers.conftest import SOUTH, WEST, MapTown, sign_in

ALL = f"bbox={WEST},{SOUTH},{WEST + 0.003},{SOUTH + 0.002}"
PATHS = ("cases.geojson?" + ALL, "patrols.geojson", "figures.json?figure=households")


@pytest.mark.parametrize("path", PATHS)
def test_the_public_sees_no_work(client: FlaskClient, path: str) -> None:
    assert client.get(f"/layers/{path}").status_code == 401


def test_a_member_sees_the_cases_of_their_grid_only(client: FlaskClient, town: MapTown) -> None:
    own = town.case(WEST + 0.0005, SOUTH + 0.0005)
    town.case(WEST + 0.0025, SOUTH + 0.0005, "B")
    town.case(WEST + 0.0005, SOUTH + 0.0005, state="closed", closed_at=datetime.now(UTC))
    sign_in(client, town.grid_member)
    found = client.get(f"/layers/cases.geojson?{ALL}").get_json()["features"]
    assert [row["id"] for row in found] == [own.id]


def test_squares_of_cases_join_to_the_whole_and_keep_the_scope(client: FlaskClient, town: MapTown) -> None:
    own = [town.case(WEST + 0.0003 * step, SOUTH + 0.0005) for step in range(5)]
    foreign = town.case(WEST + 0.0025, SOUTH + 0.0005, "B")
    squares = {tile_over(WEST + 0.0001 * step, SOUTH + 0.0005, 17) for step in range(30)}
    assert len(squares) > 1

    def seen() -> set[int]:
        answers = [
            client.get(f"/tiles/cases/17/{square.column}/{square.row}.geojson").get_json()
            for square in squares
        ]
        return {row["id"] for answer in answers for row in answer["features"]}

    sign_in(client, town.grid_member)
    assert seen() == {case.id for case in own}
    sign_in(client, town.commander)
    assert seen() == {case.id for case in [*own, foreign]}


def test_nobody_sees_a_square_of_cases_unasked(client: FlaskClient) -> None:
    assert client.get("/tiles/cases/15/26968/12400.geojson").status_code == 401


def test_a_commander_sees_all_of_the_subdistrict_by_state_and_lateness(
    client: FlaskClient, town: MapTown
) -> None:
    now = datetime.now(UTC)
    late = town.case(WEST + 0.0005, SOUTH + 0.0005, due_at=now - timedelta(minutes=1))
    soon = town.case(WEST + 0.0025, SOUTH + 0.0005, "B", state="accepted", due_at=now + timedelta(hours=3))
    sign_in(client, town.commander)
    rows = {
        row["id"]: row["properties"]
        for row in client.get(f"/layers/cases.geojson?{ALL}").get_json()["features"]
    }
    assert (rows[late.id]["late"], rows[late.id]["soon"], rows[late.id]["state"]) == (1, 0, "assigned")
    assert (rows[soon.id]["late"], rows[soon.id]["soon"], rows[soon.id]["state"]) == (0, 1, "accepted")
    only = client.get(f"/layers/cases.geojson?{ALL}&states=accepted").get_json()["features"]
    assert [row["id"] for row in only] == [soon.id]


def test_a_mark_carries_no_words_of_residents(client: FlaskClient, town: MapTown) -> None:
    town.case(WEST + 0.0005, SOUTH + 0.0005, text="我家住在样例楼")
    sign_in(client, town.commander)
    assert "我家" not in client.get(f"/layers/cases.geojson?{ALL}").get_data(as_text=True)


def test_many_cases_come_as_clusters_that_sum_up(
    client: FlaskClient, town: MapTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(map_queries, "MOST_MARKS", 10)
    for number in range(12):
        state = "queued" if number == 7 else "acted"
        town.case(WEST + 0.0001 * number, SOUTH + 0.0005, state=state)
    sign_in(client, town.commander)
    far = client.get(f"/layers/cases.geojson?{ALL}&zoom=12").get_json()["features"]
    near = client.get(f"/layers/cases.geojson?{ALL}&zoom=19").get_json()["features"]
    assert sum(row["properties"]["count"] for row in far) == 12
    assert sum(row["properties"]["count"] for row in near) == 12
    assert len(far) < len(near)
    assert min(far, key=lambda row: -row["properties"]["count"])["properties"]["state"] == "queued"
    assert all("id" not in row for row in far)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "bbox=1,2,3",
        "bbox=a,b,c,d",
        "bbox=10,0,5,1",
        "bbox=nan,0,1,1",
        "bbox=0,0,1e400,1",
        ALL + "&zoom=x",
        ALL + "&zoom=99",
        ALL + "&states=closed",
        ALL + "&states=%00",
    ],
)
def test_a_bad_window_gets_a_sentence(client: FlaskClient, town: MapTown, query: str) -> None:
    sign_in(client, town.commander)
    answer = client.get(f"/layers/cases.geojson?{query}")
    assert answer.status_code == 422
    assert len(answer.get_json()["title"]) > 10


def test_rounds_of_today_with_what_is_behind(client: FlaskClient, town: MapTown) -> None:
    sign_in(client, town.grid_member)
    (found,) = client.get("/layers/patrols.geojson").get_json()["features"]
    assert found["properties"]["done_share"] == pytest.approx(0.25, abs=1e-6)
    assert [stop["label"] for stop in found["properties"]["stops"]] == ["1号楼", "2号楼"]
    assert client.get("/layers/patrols.geojson?at=2020-01-01").get_json()["features"] == []


def test_figures_are_what_a_count_by_hand_gives(client: FlaskClient, town: MapTown) -> None:
    town.case(WEST + 0.0005, SOUTH + 0.0005)
    town.case(WEST + 0.0006, SOUTH + 0.0005)
    sign_in(client, town.commander)
    a, b = str(town.grids["A"]), str(town.grids["B"])
    open_cases = client.get("/layers/figures.json?figure=open_cases").get_json()
    assert {key: row["value"] for key, row in open_cases["grids"].items()} == {a: 2, b: 0}
    households = client.get("/layers/figures.json?figure=households").get_json()
    by_hand = Counter(row.grid_id for row in town.session.query(Household))
    assert {key: row["value"] for key, row in households["grids"].items()} == {
        str(key): count for key, count in by_hand.items()
    }
    days = client.get("/layers/figures.json?figure=days_since_visit").get_json()
    assert days["grids"][a] == {"value": 15.5, "numerator": 31, "denominator": 2}
    assert days["grids"][b]["value"] is None
    assert days["no_data"] == 1
    assert days["classes"] == [{"low": 15.5, "high": 15.5, "count": 1}]


def test_an_unknown_figure_is_refused(client: FlaskClient, town: MapTown) -> None:
    sign_in(client, town.commander)
    assert client.get("/layers/figures.json?figure=ranking").status_code == 422


def test_a_card_names_place_branch_and_people(client: FlaskClient, town: MapTown) -> None:
    card = client.get(f"/layers/grid/{town.grids['A']}.json").get_json()
    assert [row["name"] for row in card["areas"]] == ["样例街道", "样例社区"]
    assert [row["name"] for row in card["branches"]] == ["样例社区党委", "第一党支部"]
    assert card["members"] == [{"name": "样例员001", "role": "grid_leader"}]


def test_the_public_card_has_no_cases_and_no_small_counts(client: FlaskClient, town: MapTown) -> None:
    big = client.get(f"/layers/grid/{town.grids['A']}.json").get_json()
    small = client.get(f"/layers/grid/{town.grids['B']}.json").get_json()
    assert "open" not in big
    assert (big["households"], small["households"]) == (9, None)


def test_staff_see_counts_of_their_own_grids_only(client: FlaskClient, town: MapTown) -> None:
    town.case(WEST + 0.0005, SOUTH + 0.0005)
    sign_in(client, town.grid_member)
    assert client.get(f"/layers/grid/{town.grids['A']}.json").get_json()["open"] == 1
    assert "open" not in client.get(f"/layers/grid/{town.grids['B']}.json").get_json()


def test_no_such_grid(client: FlaskClient) -> None:
    assert client.get("/layers/grid/999999.json").status_code == 404


def test_the_grid_under_a_click(client: FlaskClient, town: MapTown) -> None:
    def under(lon: float, lat: float) -> int | None:
        found: int | None = client.get(f"/layers/at.json?lon={lon}&lat={lat}").get_json()["grid_id"]
        return found

    assert under(WEST + 0.0005, SOUTH + 0.0005) == town.grids["A"]
    assert under(WEST + 0.0025, SOUTH + 0.0005) == town.grids["B"]
    assert under(WEST - 1, SOUTH) is None
    assert client.get("/layers/at.json?lon=39.9&lat=116.3").status_code == 422


def test_leaders_by_grid(client: FlaskClient, town: MapTown) -> None:
    assert client.get("/layers/leaders.json").get_json() == {str(town.grids["A"]): "样例员001"}


@given(some.lists(some.integers(0, 30)))
def test_classes_hold_every_value_once(values: list[int]) -> None:
    classes = quantiles(values)
    assert sum(row.count for row in classes) == len(values)
    assert len(classes) <= 5
    for row in classes:
        assert sum(row.low <= value <= row.high for value in values) == row.count


def test_classes_of_different_values_are_alike_in_size() -> None:
    assert [row.count for row in quantiles(range(50))] == [10] * 5
