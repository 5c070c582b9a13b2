"""Covering walks see every section; one walk is the shortest there is, several are equally long."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from gis.patrols.cover.checking import check
from gis.patrols.cover.matching import cheapest_pairs
from gis.patrols.cover.plan import Plan, made_ready, plan
from gis.patrols.cover.postman import doubled
from gis.patrols.network.build import build
from gis.patrols.network.network import Network
from gis.patrols.network.ways import ways_of
from tests.patrols.towns import at, lattice, line, town, winding
from webmap.cli import wangge


@settings(max_examples=25)
@given(st.integers(1, 12), st.integers(0, 10_000))
def test_pairing_agrees_with_another_algorithm(half: int, seed: int) -> None:
    places = np.random.default_rng(seed).uniform(0, 1000, (2 * half, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    found = cheapest_pairs(cost)
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, float(cost[a, b])) for a in range(2 * half) for b in range(a))
    best = sum(float(cost[pair]) for pair in nx.min_weight_matching(graph))
    assert found.cost == pytest.approx(best)
    assert found.least == pytest.approx(best)


def test_a_pairing_that_is_not_settled_in_time_is_whole_and_bounded() -> None:
    places = np.random.default_rng(1).uniform(0, 1000, (60, 2))
    cost = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    best, soon = cheapest_pairs(cost), cheapest_pairs(cost, longest_s=0.0)
    assert sorted(place for pair in soon.pairs for place in pair) == list(range(60))
    assert soon.least <= best.cost + 1e-6 <= soon.cost + 2e-6 <= 1.15 * best.cost


def test_an_odd_number_cannot_be_paired() -> None:
    with pytest.raises(InputError, match="must be even"):
        cheapest_pairs(np.zeros((3, 3)))


def _least(network: Network) -> float:
    """The postman's bound by networkx alone."""
    graph = nx.MultiGraph()
    for tail, head, metres in zip(network.tail, network.head, network.length_m, strict=True):
        graph.add_edge(int(tail), int(head), weight=float(metres))
    odd = [node for node in graph if graph.degree(node) % 2]
    ways = dict(nx.all_pairs_dijkstra_path_length(graph))
    pairs = nx.Graph()
    pairs.add_weighted_edges_from((a, b, ways[a][b]) for a in odd for b in odd if a < b)
    return float(network.length_m.sum()) + sum(ways[a][b] for a, b in nx.min_weight_matching(pairs))


@pytest.mark.parametrize("seed", range(4))
def test_one_walk_is_the_shortest_there_is(seed: int) -> None:
    ready = made_ready(town(seed=seed), *at(300, 300))
    found = plan(ready, members=1, seconds=1)
    check(ready.network, ready.start, found)
    assert found.lengths_m[0] == pytest.approx(_least(ready.network))
    if ready.network.wanted.all():  # a way over open ground is not in the bound
        assert found.least_m == pytest.approx(found.lengths_m[0])


@pytest.mark.parametrize("members", [2, 3, 5])
def test_several_walks_see_everything_and_are_equally_long(members: int) -> None:
    ready = made_ready(town(14, 10), *at(800, 600))
    found = plan(ready, members=members, seconds=2)
    walked = check(ready.network, ready.start, found)
    assert set().union(*(walk.seen_at_m for walk in walked)) == set(np.flatnonzero(ready.network.wanted))
    assert found.uneven <= 1.05
    assert sum(found.lengths_m) <= 1.25 * found.least_m


def test_hours_leave_out_what_is_worth_least_and_furthest() -> None:
    network = town(14, 10)
    worth = np.where(np.arange(network.sections) % 7 == 0, 5.0, 1.0)
    ready = made_ready(replace(network, worth=worth), *at(800, 600))
    found = plan(ready, members=2, seconds=2, limit_m=6000)
    check(ready.network, ready.start, found)
    assert max(found.lengths_m) <= 6000
    left_out = ready.network.wanted & ~found.seen
    assert 0 < left_out.sum() < ready.network.wanted.sum()
    dear = ready.network.worth == 5.0
    assert found.seen[dear].mean() > found.seen[~dear].mean()
    with pytest.raises(InputError, match="Give more hours"):
        plan(ready, members=1, seconds=1, limit_m=10)


def test_more_members_than_streets_leave_some_at_home() -> None:
    ready = made_ready(build(ways_of([line((0, 0), (100, 0)), line((100, 0), (100, 80))])), *at(0, 0))
    found = plan(ready, members=20, seconds=1)
    check(ready.network, ready.start, found)
    assert len(found.walks) == 20


def test_pieces_apart_are_crossed_to_or_told() -> None:
    lines = [*lattice(3, 3), *[line((450, 0), (600, 0)), line((5000, 0), (5100, 0))]]
    ready = made_ready(build(ways_of(lines)), *at(0, 0))
    assert any("open ground" in remark for remark in ready.remarks)
    assert any("1 sections" in remark and "left out" in remark for remark in ready.remarks)
    found = plan(ready, members=1, seconds=1)
    check(ready.network, ready.start, found)
    assert found.least_m <= found.lengths_m[0]


def test_a_start_far_away_is_refused() -> None:
    with pytest.raises(InputError, match="from the nearest street"):
        made_ready(town(), 100.0, 20.0)


def test_sections_that_lie_apart_are_joined_by_the_shortest_ways() -> None:
    network = build(ways_of(lattice(6, 1)))
    seen = np.zeros(network.sections, bool)
    seen[[0, network.sections - 1]] = True
    found = doubled(network, seen, int(network.tail[0]))
    assert found.length_m >= found.least_m
    assert (found.times[seen] >= 1).all()


@pytest.fixture(scope="module")
def good() -> tuple[Network, int, Plan]:
    ready = made_ready(town(), *at(300, 300))
    return ready.network, ready.start, plan(ready, members=2, seconds=1)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda walks: [walks[0][:-1], walks[1]], "does not end where it starts"),
        (lambda walks: [walks[0][:3] + walks[0][4:], walks[1]], "jumps"),
        (lambda walks: [[], walks[1]], "seen by nobody"),
    ],
)
def test_the_check_finds_what_is_wrong(good: tuple[Network, int, Plan], spoil, words: str) -> None:  # type: ignore[no-untyped-def]
    network, start, plan_ = good
    check(network, start, plan_)
    with pytest.raises(InputError, match=words):
        check(network, start, replace(plan_, walks=spoil(plan_.walks)))
    with pytest.raises(InputError, match="is said to be"):
        check(network, start, replace(plan_, lengths_m=[1.0, 2.0]))


def _collection(lines: list[shapely.LineString]) -> str:
    features = [
        {"type": "Feature", "properties": {"name": f"样例路{at}"}, "geometry": shapely.geometry.mapping(each)}
        for at, each in enumerate(lines)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_the_command_writes_walks_that_pass_every_street(tmp_path: Path) -> None:
    streets, out = tmp_path / "streets.geojson", tmp_path / "walks.geojson"
    streets.write_text(_collection(winding(5, 4, 3)))
    lon, lat = at(200, 200)
    done = CliRunner().invoke(
        wangge,
        ["patrol", "cover", "--roads", str(streets), "--start", f"{lon},{lat}", "--members", "2",
         "--seconds", "4", "-o", str(out)],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "lower bound" in done.output
    made = json.loads(out.read_text())
    walks = [f for f in made["features"] if f["properties"]["kind"] == "walk"]
    sections = [f for f in made["features"] if f["properties"]["kind"] == "section"]
    assert len(walks) == 2
    assert made["summary"]["seen_share"] == 1
    assert all(section["properties"]["seen"] for section in sections)
    whole = shapely.union_all([shapely.geometry.shape(walk["geometry"]) for walk in walks]).buffer(1e-6)
    assert all(whole.covers(shapely.geometry.shape(section["geometry"])) for section in sections)


@pytest.mark.parametrize(
    ("more", "words"),
    [(["--start", "here"], "must be LON,LAT"), (["--start", "200,95"], "no place on the earth"),
     (["--start", "10,10"], "from the nearest street"), (["-o", "walks.txt"], "must end in .geojson"),
     (["--worth", "nothing"], "has no column"), (["--without", "kind"], "highway=motorway")],
)  # fmt: skip
def test_the_command_refuses_in_a_sentence(tmp_path: Path, more: list[str], words: str) -> None:
    streets = tmp_path / "streets.geojson"
    streets.write_text(_collection(winding(3, 3, 1)))
    lon, lat = at(100, 100)
    given_ = {"--roads": str(streets), "--start": f"{lon},{lat}", "-o": str(tmp_path / "w.geojson")}
    given_ |= dict([more])
    done = CliRunner().invoke(
        wangge, ["patrol", "cover", *[word for pair in given_.items() for word in pair]]
    )
    assert done.exit_code != 0
    assert words in done.output + str(done.exception)
    assert not (tmp_path / "w.geojson").exists()


@pytest.mark.realdata
def test_a_real_street_network_is_walked_at_the_bound(shared_data: Path) -> None:
    from gis.patrols.network.reading import read_ways

    ready = made_ready(build(read_ways(shared_data / "shenzhen-futian" / "streets.graphml")), 114.03, 22.54)
    one = plan(ready, members=1, seconds=1)
    check(ready.network, ready.start, one)
    assert one.lengths_m[0] <= 1.0001 * one.least_m
    several = plan(ready, members=5, seconds=6)
    check(ready.network, ready.start, several)
    assert several.uneven <= 1.05
