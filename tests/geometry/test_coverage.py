"""Every fault of a tiling is found, with its place and size, and a good tiling has none."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.files.areas import read_areas
from gis.geometry.coverage import Kind, Parents, faults
from gis.geometry.measure import area_m2
from tests.bench import city
from tests.draw import draw

CELL_M2 = float(area_m2(draw("A")["A"]))


def test_a_good_tiling_has_no_faults() -> None:
    shapes = draw("AAB CCB C.D")
    assert faults(list(shapes.values()), list(shapes)) == []


def test_an_enclosed_gap_is_found_with_those_around_it() -> None:
    shapes = draw("AAB A.B CCC")
    (gap,) = faults(list(shapes.values()), list(shapes))
    assert (gap.kind, gap.codes) == (Kind.GAP, ("A", "B", "C"))
    assert gap.size_m2 == pytest.approx(CELL_M2, rel=1e-3)
    assert draw("... .A. ...")["A"].contains(shapely.Point(gap.lon, gap.lat))


def test_an_island_in_a_gap_is_no_gap() -> None:
    shapes = draw("AAAAA A...A A.B.A A...A AAAAA")
    (gap,) = faults(list(shapes.values()), list(shapes))
    assert gap.size_m2 == pytest.approx(8 * CELL_M2, rel=1e-3)


def test_an_overlap_is_found_between_its_two() -> None:
    one, two = draw("AAA...", cell_deg=0.01)["A"], draw("..BBB.", cell_deg=0.01)["B"]
    (overlap,) = faults([two, one], ["B", "A"])
    assert (overlap.kind, overlap.codes) == (Kind.OVERLAP, ("A", "B"))
    assert one.intersection(two).contains(shapely.Point(overlap.lon, overlap.lat))
    assert overlap.size_m2 == pytest.approx(float(area_m2(one.intersection(two))))


@pytest.mark.parametrize("inner", ["... .B. ...", "BBB BBB BBB"])
def test_a_polygon_on_another_one_overlaps(inner: str) -> None:
    found = faults([draw("AAA AAA AAA")["A"], draw(inner)["B"]], ["A", "B"])
    assert [(fault.kind, fault.codes) for fault in found] == [(Kind.OVERLAP, ("A", "B"))]


def test_a_broken_ring_is_found_and_the_rest_is_checked_all_the_same() -> None:
    bow = shapely.Polygon([(116, 39), (116.01, 39.01), (116.01, 39), (116, 39.01)])
    found = faults([bow, shapely.box(116, 39, 116.002, 39.01)], ["A", "B"])
    assert [(fault.kind, fault.codes) for fault in found] == [
        (Kind.INVALID, ("A",)),
        (Kind.OVERLAP, ("A", "B")),
    ]
    assert (found[0].lon, found[0].lat) == pytest.approx((116.005, 39.005))
    assert found[0].reason.startswith("crosses itself at (116.005")


def test_ground_outside_of_the_parent_and_ground_left_over_are_found() -> None:
    grids, community = draw("AABB"), draw("XXX. XXX.")["X"]
    grids = {
        code: shapely.transform(shape, lambda places: places + np.array([0, 0.001]))
        for code, shape in grids.items()
    }
    found = faults(list(grids.values()), ["A", "B"], parents=Parents([community], ["X"], ["X", "X"]))
    assert [(fault.kind, fault.codes) for fault in found] == [
        (Kind.GAP, ("X", "A", "B")),
        (Kind.OUTSIDE, ("B", "X")),
    ]
    assert found[0].size_m2 == pytest.approx(3 * CELL_M2, rel=1e-3)
    assert found[1].size_m2 == pytest.approx(CELL_M2, rel=1e-3)


def test_a_parent_without_children_is_one_gap() -> None:
    shapes = draw("XY")
    found = faults([shapes["X"]], ["A"], parents=Parents(list(shapes.values()), ["X", "Y"], ["X"]))
    assert [(fault.kind, fault.codes) for fault in found] == [(Kind.GAP, ("Y",))]


def test_a_hair_of_an_overlap_is_not_told_unless_asked() -> None:
    shapes = [shapely.box(116, 39, 116.01, 39.01), shapely.box(116.01 - 1e-9, 39, 116.02, 39.01)]
    assert faults(shapes, ["A", "B"]) == []
    assert [fault.kind for fault in faults(shapes, ["A", "B"], tolerance_m2=0.0)] == [Kind.OVERLAP]


@given(
    letters=st.lists(st.text("ABCD.", min_size=5, max_size=5), min_size=4, max_size=4),
    column=st.integers(1, 3),
    row=st.integers(1, 2),
)
def test_a_hole_punched_into_any_tiling_is_found(letters: list[str], column: int, row: int) -> None:
    full = [line.replace(".", "E") for line in letters]
    punched = [*full]
    punched[row] = full[row][:column] + "." + full[row][column + 1 :]
    whole, holed = draw(" ".join(full)), draw(" ".join(punched))
    assert faults(list(whole.values()), list(whole)) == []
    (gap,) = faults(list(holed.values()), list(holed))
    assert gap.kind is Kind.GAP
    assert gap.size_m2 == pytest.approx(CELL_M2, rel=1e-3)


def test_codes_shapes_and_parents_must_fit() -> None:
    box = shapely.box(116, 39, 117, 40)
    with pytest.raises(InputError, match="1 polygons but 2 codes"):
        faults([box], ["A", "B"])
    with pytest.raises(InputError, match="A has no polygon"):
        faults([shapely.Point(116, 39)], ["A"])
    with pytest.raises(InputError, match="belongs to Y, of which there is no boundary"):
        faults([box], ["A"], parents=Parents([box], ["X"], ["Y"]))


def test_no_polygons_have_no_faults() -> None:
    assert faults([], []) == []


def test_a_large_tiling_is_checked_in_seconds() -> None:
    shapes = city.grids(2000)
    codes = [f"{i:04d}" for i in range(2000)]
    start = time.perf_counter()
    assert faults(shapes, codes) == []
    assert time.perf_counter() - start < 20


@pytest.mark.realdata
def test_real_villages_have_the_faults_of_their_simplification(shared_data: Path) -> None:
    areas = read_areas(shared_data / "taiwan-villages" / "villages-10t.json")
    found = faults(areas.shapes, areas.codes)
    assert {fault.kind for fault in found} == {Kind.GAP, Kind.OVERLAP}
    assert sum(fault.kind is Kind.OVERLAP for fault in found) < 10
    assert np.isfinite([(fault.lon, fault.lat, fault.size_m2) for fault in found]).all()
