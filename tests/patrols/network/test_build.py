"""The walking network is cut where ways meet, joined over small gaps, and has each section once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from gis.errors import InputError
from gis.patrols.network.build import build, cut_open
from gis.patrols.network.gaps import across
from gis.patrols.network.pace import floor_of, minutes, stairs_min
from gis.patrols.network.reading import read_ways
from gis.patrols.network.snapping import snap
from gis.patrols.network.ways import level_of, ways_of
from tests.patrols.towns import at, lattice, line


def test_streets_drawn_in_one_piece_are_cut_where_they_cross() -> None:
    network = build(ways_of(lattice(3, 2)))
    assert network.sections == 3 * 3 + 4 * 2
    assert len(network.nodes) == 12
    assert network.length_m.sum() == pytest.approx(1700, rel=2e-3)


@pytest.mark.parametrize("level", [1, -1])
def test_what_goes_over_or_under_is_not_a_junction(level: int) -> None:
    cross = [line((0, 0), (100, 0)), line((50, -50), (50, 50))]
    assert build(ways_of(cross)).sections == 4
    assert build(ways_of(cross, level=[0, level])).sections == 2


def test_a_bridge_meets_the_street_at_a_common_corner() -> None:
    ways = [line((0, 0), (50, 0), (100, 0)), line((50, 0), (50, 50))]
    assert build(ways_of(ways, level=[0, 1])).sections == 3


def test_small_gaps_are_joined_and_told() -> None:
    network = build(ways_of([line((0, 0), (100, 0)), line((50, 2), (50, 60))]))
    assert len(np.unique(network.piece)) == 1
    assert (~network.wanted).sum() == 1
    assert network.wanted.sum() == 3
    assert any("1 ends were joined" in remark for remark in network.remarks)
    apart = build(ways_of([line((0, 0), (100, 0)), line((50, 4), (50, 60))]))
    assert len(np.unique(apart.piece)) == 2


def test_both_directions_of_a_street_are_one_section() -> None:
    network = build(
        ways_of([line((0, 0), (50, 5), (100, 0)), line((100, 0), (50, 5), (0, 0)), line((0, 0), (100, 0))])
    )
    assert network.sections == 2


def test_loops_and_parallel_streets_stay() -> None:
    ring = line((0, 0), (30, 30), (0, 60), (-30, 30), (0, 0))
    network = build(ways_of([ring, line((0, 0), (0, -50)), line((0, 0), (20, -25), (0, -50))]))
    assert network.sections == 3
    assert (network.tail == network.head).sum() == 1


def test_a_line_of_no_length_is_left_out_and_nothing_at_all_is_refused() -> None:
    assert build(ways_of([line((0, 0), (0, 0)), line((0, 0), (10, 0))])).sections == 1
    with pytest.raises(InputError, match="nothing to walk"):
        build(ways_of([line((0, 0), (0, 0))]))


def test_pieces_near_by_are_reached_over_open_ground() -> None:
    network = build(ways_of([line((0, 0), (100, 0)), line((150, 0), (250, 0)), line((2000, 0), (2100, 0))]))
    joined, widths = across(network, int(network.tail[0]), furthest_m=200)
    assert [round(width) for width in widths] == [50]
    assert len(np.unique(joined.piece)) == 2


def test_doors_snap_to_the_nearest_section() -> None:
    network = build(ways_of([line((0, 0), (100, 0)), line((0, 50), (100, 50))]))
    found = snap(network, *np.transpose([at(30, 10), at(70, 45), at(5000, 5000)]), furthest_m=500)
    assert found.section.tolist() == [0, 1, -1]
    assert found.at_m[:2] == pytest.approx([30, 70], abs=0.2)
    assert found.off_m[:2] == pytest.approx([10, 5], abs=0.1)


def test_a_section_is_cut_open_where_a_walk_starts() -> None:
    network = build(ways_of([line((0, 0), (100, 0))]))
    opened, node = cut_open(network, 0, 40.0)
    assert opened.length_m.tolist() == pytest.approx([40, network.length_m[0] - 40])
    assert opened.head[0] == opened.tail[1] == node
    same, end = cut_open(network, 0, 0.01)
    assert same.sections == 1
    assert end == network.tail[0]


def test_a_graph_keeps_its_own_junctions(tmp_path: Path) -> None:
    path = tmp_path / "streets.graphml"
    nodes = "".join(
        f'<node id="{name}"><data key="x">{at(x, y)[0]}</data><data key="y">{at(x, y)[1]}</data></node>'
        for name, x, y in (("a", 0, 0), ("b", 100, 0), ("c", 50, -50), ("d", 50, 50))
    )
    edges = "".join(f'<edge source="{one}" target="{two}"/>' for one, two in ("ab", "ba", "cd"))
    keys = "".join(f'<key id="{k}" for="node" attr.name="{k}" attr.type="string"/>' for k in "xy")
    head = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    path.write_text(f'{head}{keys}<graph edgedefault="directed">{nodes}{edges}</graph></graphml>')
    network = build(read_ways(path))
    assert network.sections == 2
    assert len(np.unique(network.piece)) == 2


def test_files_that_cannot_be_walked_say_why(tmp_path: Path) -> None:
    broken = tmp_path / "a.graphml"
    broken.write_text("<graphml")
    with pytest.raises(InputError, match="cannot be read as a GraphML graph"):
        read_ways(broken)
    points = tmp_path / "points.geojson"
    points.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[120,30]}}]}'
    )
    with pytest.raises(InputError, match="no lines to walk"):
        read_ways(points)


@pytest.mark.parametrize(
    ("layer", "bridge", "tunnel", "level"),
    [
        ("", "", "", 0),
        ("", "yes", "", 1),
        ("", "no", "culvert", -1),
        ("2", "yes", "", 2),
        ("0", "boardwalk", "", 1),
    ],
)
def test_levels_are_read_from_tags(layer: str, bridge: str, tunnel: str, level: int) -> None:
    assert level_of(layer, bridge, tunnel) == level


def test_minutes_and_stairs() -> None:
    assert minutes(4500) == pytest.approx(60)
    assert minutes(1000, means="ebike") == pytest.approx(4)
    assert stairs_min(1) == 0
    assert stairs_min(7) == pytest.approx(4)
    assert stairs_min(7, lift=True) < stairs_min(7)
    assert stairs_min(2, lift=True) == stairs_min(2)
    assert [floor_of(words) for words in ("3", "B1", "12层", "")] == [3, -1, 12, 1]
    with pytest.raises(InputError, match="no means"):
        minutes(1, means="horse")


def test_lines_run_from_tail_to_head() -> None:
    network = build(ways_of(lattice(4, 4)))
    ends = shapely.get_coordinates(shapely.get_point(network.lines, -1))
    assert np.abs(ends - network.nodes[network.head]).max() < 1e-9
