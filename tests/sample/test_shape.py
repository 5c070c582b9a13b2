"""The town's shapes: grids tile, nothing is built across a line, roads meet where they should."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from data.sample import Town

ZONE = "EPSG:4547"  # 3-degree Gauss-Kruger, central meridian 114


def level(town: Town, name: str) -> gpd.GeoDataFrame:
    return town.boundaries[town.boundaries["level"] == name]


def lines(shapes: gpd.GeoSeries) -> BaseGeometry:
    return shapely.union_all(shapely.boundary(shapes.to_numpy()))


def crossing(town: Town, line: BaseGeometry) -> list[str]:
    tree = shapely.STRtree(town.buildings.geometry.to_numpy())
    parts = shapely.get_parts(line)
    hits = tree.query(parts, predicate="intersects")[1]
    return town.buildings["code"].iloc[np.unique(hits)].to_list()


def test_grids_tile_every_community_exactly(town: Town) -> None:
    grids = level(town, "grid")
    for community in level(town, "community").itertuples():
        mine = grids[grids["parent_code"] == community.code].geometry.to_numpy()
        assert shapely.coverage_is_valid(mine)
        assert shapely.equals(shapely.coverage_union_all(mine), community.geometry)
        assert np.isclose(shapely.area(mine).sum(), community.geometry.area, rtol=1e-12)


def test_communities_and_all_grids_tile_the_subdistrict(town: Town) -> None:
    whole = level(town, "subdistrict").geometry.iloc[0]
    for name in ("community", "grid"):
        parts = level(town, name).geometry.to_numpy()
        assert shapely.coverage_is_valid(parts)
        assert shapely.equals(shapely.coverage_union_all(parts), whole)


def test_micro_grids_tile_their_grid(town: Town) -> None:
    micro = level(town, "microgrid")
    assert len(micro) > 0
    for code, parts in micro.groupby("parent_code"):
        grid = town.boundaries.set_index("code").loc[code].geometry
        assert shapely.coverage_is_valid(parts.geometry.to_numpy())
        assert shapely.equals(shapely.coverage_union_all(parts.geometry.to_numpy()), grid)


def test_a_grid_is_one_piece_and_carries_about_what_the_others_do(town: Town) -> None:
    grids = level(town, "grid")
    assert set(grids.geom_type) == {"Polygon"}
    tree = shapely.STRtree(grids.geometry.to_numpy())
    points = shapely.points(town.households["lon"], town.households["lat"])
    homes, found = tree.query(points, predicate="intersects")
    assert homes.tolist() == list(range(len(points)))
    counts = Counter(found.tolist())
    assert max(counts.values()) < 700
    assert sorted(counts.values())[len(counts) // 4] > 200


def test_no_building_stands_across_a_grid_line(town: Town) -> None:
    assert crossing(town, lines(level(town, "grid").geometry)) == []


def test_no_building_stands_on_a_road(town: Town) -> None:
    assert crossing(town, shapely.multilinestrings(town.roads.geometry.to_list())) == []


def test_no_building_stands_in_water_or_on_the_railway(town: Town) -> None:
    wet = town.ground[town.ground["kind"].isin(["water", "rail"])].geometry
    assert crossing(town, shapely.union_all(wet.to_numpy())) == []


def test_buildings_do_not_overlap_and_stand_in_their_compound(town: Town) -> None:
    shapes = town.buildings.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True) if a < b]
    shared = sum(shapes[a].intersection(shapes[b]).area for a, b in pairs)
    assert shared < 1e-12
    grounds = town.compounds.set_index("code").geometry
    housed = town.buildings[town.buildings["compound_code"] != ""]
    assert shapely.covers(grounds.loc[housed["compound_code"]].to_numpy(), housed.geometry.to_numpy()).all()


def test_entrances_and_households_lie_in_their_building(town: Town) -> None:
    shapes = town.buildings.set_index("code").geometry
    for table in (town.entrances, town.households):
        points = shapely.points(table["lon"], table["lat"])
        metres = shapely.distance(shapes.loc[table["building_code"]].to_numpy(), points) * 111_000
        assert metres.max() < 0.5


def test_roads_touch_only_at_their_ends(town: Town) -> None:
    shapes = town.roads.to_crs(ZONE).geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    one, other = tree.query(shapes, predicate="crosses")
    deep = [
        (town.roads["code"].iloc[a], town.roads["code"].iloc[b])
        for a, b in zip(one.tolist(), other.tolist(), strict=True)
        if shapely.distance(shapes[a].intersection(shapes[b]), shapely.boundary(shapes[a])) > 0.1
    ]
    assert deep == []


def test_one_can_walk_from_every_named_road_to_every_other(town: Town) -> None:
    named = town.roads[(town.roads["highway"] != "service")]
    near = named.geometry.to_numpy()
    parent = list(range(len(near)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in shapely.STRtree(near).query(near, predicate="dwithin", distance=1e-6).T.tolist():
        parent[root(a)] = root(b)
    sizes = Counter(root(i) for i in range(len(near)))
    assert max(sizes.values()) > 0.98 * len(near)


def test_bridges_lie_over_water_and_other_roads_do_not(town: Town) -> None:
    river = town.ground[(town.ground["kind"] == "water") & (town.ground["name"] == "样例河")].to_crs(ZONE)
    water = shapely.union_all(river.geometry.to_numpy())
    roads = town.roads.to_crs(ZONE)
    over = shapely.length(shapely.intersection(roads.geometry.to_numpy(), water)) / roads.length
    assert (over[roads["bridge"]] > 0.98).all()
    assert (over[~roads["bridge"]] < 0.02).all()


def test_rounds_follow_roads(town: Town) -> None:
    roads = shapely.union_all(town.roads.to_crs(ZONE).geometry.to_numpy()).buffer(1.0)
    rounds = town.rounds.to_crs(ZONE).geometry.to_numpy()
    shapely.prepare(roads)
    assert shapely.covers(roads, rounds).all()
    assert np.median(shapely.length(rounds)) > 300
