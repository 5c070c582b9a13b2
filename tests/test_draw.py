"""The drawing of maps is itself relied on."""

from __future__ import annotations

import shapely

from tests.draw import draw


def test_neighbours_share_a_line_exactly() -> None:
    shapes = draw("AAB\nACC")
    assert list(shapes) == ["A", "B", "C"]
    assert shapely.coverage_is_valid(list(shapes.values()))
    assert shapes["A"].touches(shapes["B"])


def test_the_first_row_is_north_and_the_corner_is_given() -> None:
    shapes = draw("A B", cell_deg=1, west=100, south=30)
    assert shapes["B"].bounds == (100, 30, 101, 31)
    assert shapes["A"].bounds == (100, 31, 101, 32)


def test_holes_and_parts_can_be_drawn() -> None:
    shapes = draw("AAA.B A.A.. AAA.B")
    assert len(shapes["A"].interiors) == 1
    assert shapes["B"].geom_type == "MultiPolygon"
