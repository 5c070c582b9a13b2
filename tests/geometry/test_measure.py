"""Areas, lengths and buffers on the earth."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.geometry.measure import area_m2, buffer_m, distance_m, length_m


def test_a_hundredth_of_a_degree_at_beijing() -> None:
    assert area_m2(shapely.box(116.40, 39.90, 116.41, 39.91)) == pytest.approx(949_464.605, abs=0.01)


@pytest.mark.realdata
def test_the_table_of_areas_holds(shared_data: Path) -> None:
    path = shared_data.parent / "codes" / "crs_area_check.csv"
    if not path.is_file():
        pytest.skip("no table of areas beside the third-party data")
    for row in csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()):
        lon, lat = float(row["lon"]), float(row["lat"])
        cell = shapely.box(lon, lat, lon + 0.01, lat + 0.01)
        assert area_m2(cell) == pytest.approx(float(row["geodesic_m2"]), rel=1e-6), row["place"]


def test_the_way_rings_run_does_not_matter_and_holes_are_taken_off() -> None:
    outer, hole = shapely.box(116, 39, 117, 40), shapely.box(116.2, 39.2, 116.4, 39.4)
    ring = shapely.Polygon(outer.exterior.coords[::-1], [hole.exterior.coords])
    assert area_m2(ring) == pytest.approx(area_m2(outer) - area_m2(hole), rel=1e-12)


@given(lon=st.floats(74, 134), lat=st.floats(4, 53), cut=st.floats(0.1, 0.9))
def test_parts_sum_to_the_whole(lon: float, lat: float, cut: float) -> None:
    west, east = shapely.box(lon, lat, lon + cut, lat + 1), shapely.box(lon + cut, lat, lon + 1, lat + 1)
    # Edges are shortest lines, so the whole needs the vertex where the parts meet.
    whole = shapely.coverage_union(west, east)
    whole = shapely.union_all([west, east]) if whole.geom_type != "Polygon" else whole
    assert area_m2(np.array([west, east])).sum() == pytest.approx(area_m2(whole), rel=1e-9)


def test_lengths_of_lines_and_outlines() -> None:
    # A degree of a meridian at the equator is 110,574.4 m long, of the equator 111,319.5 m.
    assert length_m(shapely.LineString([(116, 0), (116, 1)])) == pytest.approx(110_574.4, abs=0.1)
    box = shapely.box(116, 0, 117, 1)
    parts = [shapely.LineString(box.exterior.coords[k : k + 2]) for k in range(4)]
    assert length_m(box) == pytest.approx(sum(length_m(part) for part in parts))
    assert length_m(shapely.MultiLineString(parts)) == pytest.approx(length_m(box))


def test_nothing_has_no_size() -> None:
    shapes = np.array([None, shapely.Polygon(), shapely.Point(116, 39)])
    assert area_m2(shapes).tolist() == [0.0, 0.0, 0.0]
    assert length_m(shapes).tolist() == [0.0, 0.0, 0.0]


def test_answers_have_the_shape_of_the_question() -> None:
    box = shapely.box(116, 39, 117, 40)
    assert area_m2(np.array([[box, None]])).shape == (1, 2)
    assert isinstance(float(area_m2(box)), float)
    assert distance_m(116, 39, [116, 117], 39).tolist() == [0.0, pytest.approx(86_622, abs=10)]


@given(lon=st.floats(74, 134), lat=st.floats(4, 53), distance=st.floats(1, 2000))
def test_a_buffer_is_as_wide_as_asked(lon: float, lat: float, distance: float) -> None:
    ring = shapely.get_coordinates(buffer_m(shapely.Point(lon, lat), distance))
    # A zone's scale is off by at most 1 in 3,000 at its edge.
    assert distance_m(lon, lat, ring[:, 0], ring[:, 1]) == pytest.approx(distance, rel=5e-4)


def test_buffers_of_places_far_apart_come_at_once() -> None:
    shapes = np.array([shapely.Point(87.6, 43.8), None, shapely.Point(121.5, 31.2)])
    wide = buffer_m(shapes, 100.0)
    assert wide[1] is None
    assert area_m2(wide)[[0, 2]] == pytest.approx(np.pi * 100**2, rel=0.01)
    assert shapely.is_empty(buffer_m(shapely.box(116, 39, 116.0001, 39.0001), -100.0))


def test_metres_are_refused_and_so_is_no_distance() -> None:
    with pytest.raises(InputError, match="no longitude and latitude"):
        area_m2(shapely.box(4e5, 4e6, 5e5, 5e6))
    with pytest.raises(InputError, match="no distance"):
        buffer_m(shapely.Point(116, 39), float("nan"))
