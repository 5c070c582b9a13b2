"""Proposals: parts hang together, weigh the same, cut little, keep what is asked; and say so when it cannot be."""

from __future__ import annotations

import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner

from gis.boundaries.measures import figures, units_of
from gis.boundaries.propose.barriers import joined
from gis.boundaries.propose.front import Plan, chosen, unbeaten
from gis.boundaries.propose.graph import graph_of, neighbours
from gis.boundaries.propose.islands import shared_out
from gis.boundaries.propose.search import Clock, Wanted, search
from gis.errors import InputError
from tests.draw import draw
from webmap.commands.plan_propose import propose


def field(picture: str) -> Any:
    return np.array(list(draw(picture).values()), dtype=object)


def best_of(shapes: Any, weight: Any, parts: int, *, rounds: int = 1, tolerance: float = 0.05) -> list[Plan]:
    graph = graph_of(shapes, np.asarray(weight, float))
    pieces = shared_out(graph, shapes, parts, tolerance)
    found = search(pieces, Wanted(parts, tolerance, 1), Clock(None, rounds), lambda _done, _best: None)
    return unbeaten(found, tolerance=tolerance)


def test_a_corner_does_not_make_neighbours() -> None:
    pairs, shared_m = neighbours(field("AB CD"))
    assert pairs.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert shared_m == pytest.approx([111, 85, 85, 111], abs=1)


def test_lines_that_miss_each_other_by_a_hair_still_make_neighbours() -> None:
    one, other = shapely.box(116.3, 39.9, 116.301, 39.901), shapely.box(116.3010000001, 39.9, 116.302, 39.901)
    pairs, shared_m = neighbours(np.array([one, other], dtype=object))
    assert pairs.tolist() == [[0, 1]]
    assert shared_m[0] == pytest.approx(111, abs=1)


def test_a_field_of_four_by_four_is_halved_along_its_middle() -> None:
    front = best_of(field("ABCD EFGH IJKL MNOP"), np.ones(16), 2)
    assert (front[0].deviation, front[0].cut) == (0.0, 4)


def test_no_plan_of_brute_force_is_better() -> None:
    shapes, weight = field("ABC DEF GHI"), np.array([5, 1, 2, 0, 7, 3, 4, 4, 1.0])
    graph = graph_of(shapes, weight)
    units = units_of(shapes, graph)
    every = [figures(units, np.array([0, *rest]), 2) for rest in product((0, 1), repeat=8) if any(rest)]
    whole = [(round(plan.largest_deviation, 9), plan.cut) for plan in every if plan.whole]
    truth = {
        pair for pair in whole if not any(o != pair and o[0] <= pair[0] and o[1] <= pair[1] for o in whole)
    }
    found = best_of(shapes, weight, 2, rounds=2, tolerance=10.0)
    assert {(round(plan.deviation, 9), plan.cut) for plan in found} <= truth
    assert min(pair[0] for pair in truth) == pytest.approx(found[0].deviation)


def test_ground_that_lies_apart_is_shared_out_by_pieces() -> None:
    shapes = field("AB.CD EF.GH")
    (first, *_) = best_of(shapes, np.ones(8), 2)
    assert (first.deviation, first.cut) == (0.0, 0)


def test_an_islet_joins_its_nearest_neighbour_and_the_plan_says_so() -> None:
    shapes = field("AB..C")
    pieces = shared_out(graph_of(shapes, np.ones(3)), shapes, 2, 0.3)
    (link,) = pieces.links
    assert link.units == (1, 2)
    assert link.gap_m == pytest.approx(171, abs=2)


def test_the_first_choice_gives_up_cuts_for_evenness_only_while_it_pays() -> None:
    none = np.zeros(1, np.intp)
    front = [Plan(none, 2e-5, 48), Plan(none, 7e-5, 41), Plan(none, 9e-4, 35), Plan(none, 0.03, 29)]
    assert chosen(front, tolerance=0.05, least_change=False) == 1
    assert chosen(front[2:], tolerance=0.05, least_change=False) == 0
    assert chosen(front[:3], tolerance=0.001, least_change=False) == 1


def test_what_is_even_to_a_thousandth_comes_first_unless_it_is_too_dear() -> None:
    none = np.zeros(1, np.intp)
    even, close = Plan(none, 1e-3, 14), Plan(none, 1.5e-3, 10)
    assert chosen([even, close], tolerance=0.05, least_change=False) == 0
    assert chosen([Plan(none, 1e-3, 16), close], tolerance=0.05, least_change=False) == 1


def test_a_river_ends_neighbourhood_and_a_bridge_joins() -> None:
    shapes = field("AB CD")
    river = np.array([shapely.LineString([(116.301, 39.89), (116.301, 39.91)])], dtype=object)
    bridge = np.array([shapely.LineString([(116.3005, 39.9015), (116.3015, 39.9015)])], dtype=object)
    on_bank = np.array([shapely.LineString([(116.2995, 39.9015), (116.3005, 39.9015)])], dtype=object)
    graph = graph_of(shapes, np.ones(4))
    no_way: Any = np.array([], dtype=object)
    assert graph.pairs.tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert joined(shapes, graph.pairs, no_way, no_way).all()
    assert joined(shapes, graph.pairs, river, no_way).tolist() == [False, True, True, False]
    assert joined(shapes, graph.pairs, river, bridge).tolist() == [True, True, True, False]
    assert joined(shapes, graph.pairs, river, on_bank).tolist() == [False, True, True, False]


def test_nobody_gets_across_a_river_in_a_plan(tmp_path: Path) -> None:
    river = gpd.GeoDataFrame(geometry=[shapely.LineString([(116.29, 39.902), (116.31, 39.902)])], crs=4490)
    river.to_file(tmp_path / "river.gpkg")
    more = ("--parts", "2", "--rounds", "1", "--barriers", str(tmp_path / "river.gpkg"))
    _, _, report, plan = run(tmp_path, town(), *more)
    north = plan.to_crs(4490).bounds["miny"] > 39.9015
    assert plan.groupby(north)["part"].nunique().tolist() == [1, 1]
    assert report["plan"]["cut_edges"] == 0
    assert report["plan"]["barrier_share"] == 1.0


def test_locked_units_stay_in_their_part(tmp_path: Path) -> None:
    table = town()
    table["stays"] = [index in (0, 23) for index in range(24)]
    more = ("--parts", "2", "--keep", "grid", "--locked", "stays", "--tolerance", "0.01", "--rounds", "2")
    _, _, _, plan = run(tmp_path, table, *more)
    kept = plan.loc[plan["stays"].astype(bool)]
    assert len(kept) == 2
    assert (kept["part"] == kept["grid"]).all()


def test_the_same_seed_and_rounds_give_the_same_plans() -> None:
    shapes, weight = field("ABCDE FGHIJ KLMNO PQRST"), np.arange(1, 21)
    one, other = (best_of(shapes, weight, 3) for _ in range(2))
    assert [plan.part.tolist() for plan in one] == [plan.part.tolist() for plan in other]


def run(
    folder: Path, table: gpd.GeoDataFrame, *more: str
) -> tuple[int, str, dict[str, Any], gpd.GeoDataFrame]:
    table.to_file(folder / "units.gpkg")
    told, plan = folder / "report.json", folder / "plan.gpkg"
    asked = [
        "--units",
        str(folder / "units.gpkg"),
        "--weight",
        "homes",
        "-o",
        str(plan),
        "--report",
        str(told),
    ]
    result = CliRunner().invoke(propose, [*asked, *more])
    if not plan.exists():
        raise result.exception or AssertionError(result.output)
    return result.exit_code, result.output, json.loads(told.read_text()), gpd.read_file(plan, layer="plan")


def town() -> gpd.GeoDataFrame:
    shapes = field("ABCDEF GHIJKL MNOPQR STUVWX")
    homes = np.arange(24) % 5 + 1
    today = ["east" if shape.centroid.x > 116.303 else "west" for shape in shapes]
    table = {"fid": np.arange(24) * 10, "homes": homes, "grid": today, "part": "old"}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4490).to_crs(4547)


def test_the_output_keeps_columns_and_coordinates_and_adds_the_part(tmp_path: Path) -> None:
    code, _, report, plan = run(tmp_path, town(), "--parts", "3", "--rounds", "1")
    assert code == 0
    assert {"homes", "grid", "part_before", "part"} <= set(plan.columns)
    assert (plan.crs.to_epsg(), len(plan), sorted(set(plan["part"]))) == (4547, 24, [1, 2, 3])
    sums = plan.groupby("part")["homes"].sum()
    assert [part["weight"] for part in report["plan"]["parts"]] == sums.tolist()
    assert report["plan"]["contiguous"]
    layers = [str(name) for name in pyogrio.list_layers(tmp_path / "plan.gpkg")[:, 0]]
    assert layers == ["plan", *(other["layer"] for other in report["alternatives"])]


def test_a_plan_like_today_moves_nobody(tmp_path: Path) -> None:
    more = ("--parts", "2", "--keep", "grid", "--tolerance", "0.2", "--rounds", "3")
    _, _, report, plan = run(tmp_path, town(), *more)
    assert report["plan"]["kept_share"] == 1.0
    assert (plan["part"] == plan["grid"]).all()


def test_a_new_part_takes_from_today_no_more_than_it_needs(tmp_path: Path) -> None:
    more = ("--parts", "3", "--keep", "grid", "--tolerance", "0.15", "--rounds", "6")
    code, _, report, plan = run(tmp_path, town(), *more)
    assert code == 0
    assert {"east", "west"} < set(plan["part"])
    assert report["plan"]["moved_share"] < 0.40


def test_what_cannot_be_even_is_written_with_its_breaches(tmp_path: Path) -> None:
    table = town()
    table.loc[0, "homes"] = 10_000
    code, said, report, _ = run(tmp_path, table, "--parts", "3", "--rounds", "1")
    assert code == 1
    assert "No contiguous plan within the tolerance" in said
    assert [breach["rule"] for breach in report["plan"]["breaches"]].count("R08") == 3


@pytest.mark.parametrize(("more", "says"), [
    (("--parts", "99"), "24 units cannot make 99 parts"),
    (("--parts", "2", "--keep", "colour"), "no field 'colour'"),
    (("--parts", "2", "--layer", "x"), "no layer 'x'"),
    (("--parts", "2", "--locked", "homes"), "--locked needs --keep"),
    (("--parts", "2", "--keep", "grid", "--locked", "grid"), "neither yes nor no"),
])  # fmt: skip
def test_what_cannot_be_asked_gets_a_sentence(tmp_path: Path, more: tuple[str, ...], says: str) -> None:
    with pytest.raises(InputError, match=says):
        run(tmp_path, town(), *more)


@pytest.mark.realdata
def test_real_counties_are_shared_out_evenly_with_few_cuts(shared_data: Path, tmp_path: Path) -> None:
    """The counties of one state: as even as the law's plan, or nearly, with fewer cuts than its 47."""
    counties = gpd.read_file(shared_data / "iowa" / "IA_counties.zip").rename(columns={"TOTPOP": "homes"})
    began = time.monotonic()
    _, _, report, _ = run(tmp_path, counties, "--parts", "4", "--rounds", "1")
    assert time.monotonic() - began < 280
    plans = [report["plan"], *report["alternatives"]]
    assert report["neighbours"] == 222
    assert any(plan["largest_deviation"] <= 0.001 and plan["cut_edges"] < 47 for plan in plans)
    assert all(plan["contiguous"] for plan in plans)
