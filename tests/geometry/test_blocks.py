"""An area cut along lines is tiled exactly, whatever the lines do."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.errors import InputError
from gis.geometry.blocks import cut, in_reading_order

AREA = shapely.box(114.3, 33.6, 114.31, 33.61)
CROSS = np.array(
    [
        shapely.LineString([(114.305, 33.59), (114.305, 33.62)]),
        shapely.LineString([(114.29, 33.605), (114.32, 33.605)]),
    ],
    dtype=object,
)


def middles(shapes: object) -> list[tuple[float, float]]:
    return [(round(shape.centroid.x, 4), round(shape.centroid.y, 4)) for shape in shapes]  # type: ignore[attr-defined]


def test_two_roads_make_four_blocks_numbered_from_west_to_east_and_north_to_south() -> None:
    blocks = cut(AREA, CROSS)
    ordered = blocks[in_reading_order(blocks)]
    assert middles(ordered) == [
        (114.3025, 33.6075),
        (114.3075, 33.6075),
        (114.3025, 33.6025),
        (114.3075, 33.6025),
    ]


def test_a_sliver_joins_the_neighbour_with_the_longest_shared_line() -> None:
    double = np.append(CROSS, shapely.LineString([(114.3051, 33.59), (114.3051, 33.62)]))
    blocks = cut(AREA, double, min_area_m2=20_000)
    assert len(blocks) == 4
    assert shapely.coverage_is_valid(blocks)


def test_a_dead_end_cuts_nothing() -> None:
    end = np.array([shapely.LineString([(114.3, 33.605), (114.306, 33.605)])], dtype=object)
    assert len(cut(AREA, end)) == 1


def test_without_lines_the_area_is_one_block() -> None:
    (block,) = cut(AREA, np.array([], dtype=object))
    assert block.equals(AREA)


def test_an_area_that_crosses_itself_is_refused() -> None:
    with pytest.raises(InputError, match="crosses itself"):
        cut(shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]), CROSS)


coordinate = st.floats(-0.002, 0.012).map(lambda number: round(number, 6))
point = st.tuples(coordinate.map(lambda x: 114.3 + x), coordinate.map(lambda y: 33.6 + y))


@settings(max_examples=60)
@given(
    st.lists(st.lists(point, min_size=2, max_size=5, unique=True), max_size=12),
    st.sampled_from([0, 5e3, 1e5]),
)
def test_blocks_tile_their_area_whatever_the_lines(
    lines: list[list[tuple[float, float]]], least: float
) -> None:
    given_lines = np.array([shapely.LineString(line) for line in lines], dtype=object)
    blocks = cut(AREA, given_lines, min_area_m2=least)
    assert shapely.coverage_is_valid(blocks)
    assert shapely.is_valid(blocks).all()
    whole = shapely.union_all(blocks)
    assert whole.symmetric_difference(AREA).area < 1e-9 * AREA.length * 100
    assert shapely.area(blocks).sum() == pytest.approx(whole.area, rel=1e-12)
