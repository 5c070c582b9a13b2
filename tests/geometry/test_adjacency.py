"""Neighbours share a line, and its length is known."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely

from gis.errors import InputError
from gis.files.areas import read_areas
from gis.geometry.adjacency import borders
from gis.geometry.measure import length_m
from tests.draw import draw


def pairs(picture: str) -> list[str]:
    shapes = draw(picture)
    return ["".join(border.codes) for border in borders(list(shapes.values()), list(shapes))]


def test_a_shared_corner_makes_no_neighbours() -> None:
    assert pairs("AB CD") == ["AB", "AC", "BD", "CD"]


def test_an_island_and_its_surroundings_are_neighbours() -> None:
    assert pairs("AAA ABA AAA") == ["AB"]


def test_all_pieces_of_a_line_count_together() -> None:
    shapes = draw("ABA AAA ABA")
    (border,) = borders([shapes["B"], shapes["A"]], ["B", "A"])
    assert border.codes == ("A", "B")
    edges = shapely.intersection(shapes["A"].boundary, shapes["B"].boundary)
    assert border.length_m == pytest.approx(float(length_m(edges)))
    # Each of two notches has two sides of 111 m and one of 85 m.
    assert 600 < border.length_m < 630


def test_vertices_need_not_match_where_lines_do() -> None:
    west, east = shapely.box(116, 39, 117, 40), shapely.box(117, 39.25, 118, 39.5)
    (border,) = borders([west, east], ["W", "E"])
    assert border.length_m == pytest.approx(float(length_m(shapely.LineString([(117, 39.25), (117, 39.5)]))))


def test_short_lines_can_count_as_corners() -> None:
    shapes = draw("AAB ABB")
    assert borders(list(shapes.values()), list(shapes), least_m=1000.0) == []


def test_codes_must_differ_and_none_is_no_neighbour() -> None:
    assert borders([], []) == []
    with pytest.raises(InputError, match="2 polygons need as many different codes"):
        borders(list(draw("AB").values()), ["A", "A"])


@pytest.mark.realdata
def test_borders_of_real_villages_sum_to_their_outlines(shared_data: Path) -> None:
    areas = read_areas(shared_data / "taiwan-villages" / "villages-10t.json")
    shapes, codes = areas.shapes[:1500], areas.codes[:1500]
    found = borders(shapes, codes)
    outlines = dict(zip(codes, length_m(shapes), strict=True))
    shared = dict.fromkeys(codes, 0.0)
    for border in found:
        for code in border.codes:
            shared[code] += border.length_m
    assert len(found) > 3000
    assert all(shared[code] <= outlines[code] * (1 + 1e-9) for code in codes)
