"""The four sides of a polygon, and what lies along them."""

from __future__ import annotations

import pytest
import shapely

from gis.geometry.sides import SIDES, along
from tests.draw import draw

SQUARE = shapely.box(116.30, 39.90, 116.31, 39.91)


def line(*points: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(points)


def test_each_side_has_the_road_along_it() -> None:
    roads = {
        "东": line((116.31, 39.89), (116.31, 39.92)),
        "南": line((116.29, 39.90), (116.32, 39.90)),
        "西": line((116.30, 39.89), (116.30, 39.92)),
        "北": line((116.29, 39.91), (116.32, 39.91)),
    }
    assert along(SQUARE, list(roads), list(roads.values()), 20) == dict(
        zip(SIDES, [(name,) for name in roads], strict=True)
    )


def test_a_road_that_crosses_or_is_far_names_nothing() -> None:
    across, far = line((116.305, 39.89), (116.305, 39.92)), line((116.312, 39.89), (116.312, 39.92))
    assert along(SQUARE, ["穿过", "远处"], [across, far], 20) == dict.fromkeys(SIDES, ())


def test_stretches_of_one_name_count_together_and_the_longer_name_comes_first() -> None:
    south = 39.90
    stretches = [
        line((116.300, south), (116.303, south)),
        line((116.303, south), (116.307, south)),
        line((116.307, south), (116.310, south)),
    ]
    assert along(SQUARE, ["甲", "乙", "甲"], stretches, 20)["south"] == ("甲", "乙")


def test_a_shape_in_parts_and_with_no_names_is_fine() -> None:
    shape = draw("A.A\nA.A")["A"]
    assert along(shape, [], [], 20) == dict.fromkeys(SIDES, ())
    beside = draw("ABA\nABA")["B"]
    found = along(shape, ["中"], [beside], 5)
    assert (found["east"], found["west"], found["north"]) == (("中",), ("中",), ())


@pytest.mark.parametrize("near_m", [1.0, 30.0])
def test_a_diagonal_looks_east_or_west(near_m: float) -> None:
    corner = shapely.Polygon([(116.30, 39.90), (116.32, 39.90), (116.30, 39.91)])
    found = along(corner, ["斜"], [line((116.32, 39.90), (116.30, 39.91))], near_m)
    assert "斜" in {*found["east"], *found["north"]}
    assert found["west"] == ()
