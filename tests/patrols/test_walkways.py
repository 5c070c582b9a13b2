"""Walking along the streets: as quick as any way there is, as long as the line drawn, straight where no way is."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.patrols.network.build import build
from gis.patrols.network.network import Network
from gis.patrols.network.snapping import snap
from gis.patrols.network.ways import ways_of
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.walking import SPEED_KMH, straight_m, walking_seconds
from gis.patrols.rounds.walkways import Straight, Walkways, walkways
from gis.patrols.rounds.wanted import Wanted
from gis.places.models import Household, Road
from tests import make
from tests.patrols.test_rounds import NOW, ZONE
from tests.patrols.towns import at, line, town

NETWORK = town()
FOOT = SPEED_KMH["foot"] / 3.6
places = st.tuples(st.floats(0, 900), st.floats(0, 700)).map(lambda spot: at(*spot))


def walked_m(network: Network, way: list[tuple[float, float]]) -> float:
    lon, lat = zip(*way, strict=True)
    return float(shapely.LineString(network.in_plane(lon, lat)).length)


@given(st.lists(places, min_size=2, max_size=8, unique=True))
def test_the_way_drawn_takes_as_long_as_was_reckoned(points: list[tuple[float, float]]) -> None:
    ways = walkways(NETWORK, points, "foot")
    assert isinstance(ways, Walkways)
    for one, other in pairwise(points):
        way = ways.line([one, other])
        assert (way[0], way[-1]) == (one, other)
        seconds = ways(one, other, "foot")
        assert seconds == pytest.approx(ways(other, one, "foot"))
        if ways.by[ways.index[one], ways.index[other]] >= 0:
            assert walked_m(NETWORK, way) / FOOT == pytest.approx(seconds, abs=0.5)
            assert seconds >= straight_m(one, other) / FOOT - 1


def test_no_way_is_quicker() -> None:
    """Beside networkx, with both places put into the graph as junctions of their own."""
    random = np.random.default_rng(2)
    points = [at(*spot) for spot in random.uniform(0, 800, (12, 2))]
    ways = walkways(NETWORK, points, "foot")
    snapped = snap(NETWORK, *zip(*points, strict=True))
    graph = nx.Graph()
    on = {int(section): [] for section in snapped.section}  # type: ignore[var-annotated]
    for number, section in enumerate(snapped.section.tolist()):
        on[section].append((float(snapped.at_m[number]), f"p{number}"))
    for section in range(NETWORK.sections):
        stops = [(0.0, int(NETWORK.tail[section])), *sorted(on.get(section, [])),
                 (float(NETWORK.length_m[section]), int(NETWORK.head[section]))]  # fmt: skip
        for (near, one), (far, other) in pairwise(stops):
            length = min(far - near, graph.get_edge_data(one, other, {"weight": math.inf})["weight"])
            graph.add_edge(one, other, weight=length)
    for one in range(12):
        found = nx.single_source_dijkstra_path_length(graph, f"p{one}")
        for other in range(12):
            if one != other:
                metres = found[f"p{other}"] + snapped.off_m[one] + snapped.off_m[other]
                assert ways(points[one], points[other], "foot") == pytest.approx(metres / FOOT, abs=0.01)


def test_a_river_is_crossed_by_the_bridge() -> None:
    banks = [line((0, 0), (500, 0)), line((0, 50), (500, 50)), line((500, 0), (500, 50))]
    network = build(ways_of(banks))
    one, other = at(0, 2), at(0, 48)
    ways = walkways(network, [one, other], "foot")
    assert ways(one, other, "foot") == pytest.approx((500 + 50 + 500 + 4) / FOOT, rel=0.01)
    assert walking_seconds(one, other, "foot") < 60
    assert ways.remark == "network"


def test_an_e_bike_is_pushed_on_paths_and_takes_no_steps() -> None:
    steps = [line((0, 0), (100, 0)), line((0, 0), (0, 300), (100, 300), (100, 0))]
    one, other = at(0, 0), at(100, 0)
    for kind, by_bike in (
        ("footway", 100 / FOOT),
        ("steps", 700 / (15 / 3.6)),
        ("residential", 100 / (15 / 3.6)),
    ):
        network = build(ways_of(steps, kinds=[kind, "residential"]))
        assert walkways(network, [one, other], "ebike")(one, other, "ebike") == pytest.approx(
            by_bike, rel=0.01
        )
        assert walkways(network, [one, other], "foot")(one, other, "foot") == pytest.approx(
            100 / FOOT, rel=0.01
        )


def test_where_no_way_leads_the_straight_line_stands_in_and_it_is_said() -> None:
    network = build(ways_of([line((0, 0), (200, 0)), line((0, 900), (200, 900))]))
    here, there, field = at(0, 0), at(0, 900), at(100, 450)
    ways = walkways(network, [here, at(200, 0), there, field], "foot")
    assert ways(here, there, "foot") == walking_seconds(here, there, "foot")
    assert ways(here, field, "foot") == walking_seconds(here, field, "foot")
    assert ways.line([here, field]) == [here, field]
    assert ways.remark == "partly"
    assert isinstance(walkways(None, [here, there], "foot"), Straight)
    assert walkways(network, [field], "foot").remark == "straight"


def test_a_round_follows_the_streets_and_counts_the_stairs(session: Session) -> None:
    town = make.Town(session)
    lon, lat = town.inside("A")
    road = f"SRID=4490;LINESTRING({lon} {lat}, {lon} {lat + 0.0006}, {lon + 0.0006} {lat + 0.0006})"
    session.add(Road(code="R1", name="样例路", highway="residential", geom=road))
    for code, floor, spot in (("H1", "1", (lon, lat)), ("H6", "6", (lon + 0.0006, lat + 0.0006))):
        home = Household(
            code=code, room=code, floor=floor, grid_id=town.grids["A"].id, point=make.ewkt_point(*spot)
        )
        session.add(home)
    session.flush()
    wanted = Wanted((town.grids["A"].id,), (town.members["A"].id,), NOW, NOW + timedelta(hours=3))
    [patrol] = plan_rounds(session, wanted, NOW, ZONE)
    assert patrol.receipt["ways"] == "network"
    stays = {stop["label"]: stop["stay_s"] for stop in patrol.stops if stop["kind"] == "visit"}
    assert stays["H6"] - stays["H1"] == 2 * 5 * 20
    corner = text(
        "SELECT ST_Distance(route::geography, ST_SetSRID(ST_MakePoint(:x, :y), 4490)::geography) FROM patrol"
    )
    assert session.scalar(corner, {"x": lon, "y": lat + 0.0006}) < 0.1
