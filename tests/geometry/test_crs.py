"""The systems of Chinese maps: published vectors, real vectors, and there and back again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from pyproj import Geod
from shapely.geometry import Polygon

from gis.errors import InputError
from gis.geometry.crs import System, convert, convert_shapes, from_wgs84, system_named, to_wgs84

GEOD = Geod(ellps="WGS84")
SYSTEMS = st.sampled_from(list(System))
# The strip of one kilometre along the rectangle's edge has no inverse.
INSIDE_LON, INSIDE_LAT = st.floats(72.1, 137.7), st.floats(0.9, 55.7)


def metres_apart(a: tuple[object, object], b: tuple[object, object]) -> float:
    _, _, distance = GEOD.inv(*np.broadcast_arrays(*a), *np.broadcast_arrays(*b))
    return float(np.max(distance))


def test_the_readme_vectors_of_the_published_formulas() -> None:
    # Widely published: WGS-84 to GCJ-02 and GCJ-02 to BD-09 of one point in Beijing.
    assert_allclose(from_wgs84(116.404, 39.915, "gcj02"), (116.41024449916938, 39.91640428150164), atol=1e-12)
    bd = convert(116.404, 39.915, source="gcj02", target="bd09")
    assert_allclose(bd, (116.41036949371029, 39.92133699351021), atol=1e-12)


def test_the_way_back_is_iterated_not_guessed() -> None:
    assert_allclose(to_wgs84(116.404, 39.915, "gcj02"), (116.3977557546, 39.9135962356), atol=1e-9)
    back = convert(116.404, 39.915, source="bd09", target="gcj02")
    assert_allclose(back, (116.3976270879, 39.9086563395), atol=1e-9)


@given(lon=INSIDE_LON, lat=INSIDE_LAT, source=SYSTEMS, target=SYSTEMS)
def test_there_and_back_is_the_same_place(lon: float, lat: float, source: System, target: System) -> None:
    there = convert(lon, lat, source=source, target=target)
    back = convert(*there, source=target, target=source)
    assert metres_apart(back, (lon, lat)) < 1e-6


@given(lon=INSIDE_LON, lat=INSIDE_LAT)
def test_the_shift_has_the_known_size(lon: float, lat: float) -> None:
    assert 10 < metres_apart(from_wgs84(lon, lat, "gcj02"), (lon, lat)) < 1200


@given(lon=st.floats(-180, 72.0), lat=st.floats(-90, 90), source=SYSTEMS, target=SYSTEMS)
def test_outside_the_rectangle_nothing_moves(lon: float, lat: float, source: System, target: System) -> None:
    assert convert(lon, lat, source=source, target=target) == (lon, lat)


def test_points_keep_their_shape_and_unknown_places_stay_unknown() -> None:
    lon, lat = convert([[116.0, np.nan], [2.0, 120.0]], 30.0, source="gcj02", target="wgs84")
    assert lon.shape == lat.shape == (2, 2)
    assert np.isnan(lon[0, 1])
    assert lon[1, 0] == 2.0
    assert (lon[0, 0], lat[0, 0]) == to_wgs84(116.0, 30.0, "gcj02")


def test_many_points_are_answered_as_one_is() -> None:
    lon, lat = np.linspace(74, 134, 40_001), np.linspace(4, 53, 40_001)
    many = convert(lon, lat, source="bd09", target="wgs84")
    for i in (0, 16_383, 16_384, 40_000):
        one = convert(lon[i], lat[i], source="bd09", target="wgs84")
        assert metres_apart(one, (many[0][i], many[1][i])) < 1e-6


@pytest.mark.parametrize("name", ["GCJ-02", "gcj02", " Gcj_02 "])
def test_systems_are_known_as_people_write_them(name: str) -> None:
    assert system_named(name) is System.GCJ02


def test_an_unknown_system_is_refused_with_the_choice() -> None:
    with pytest.raises(InputError, match=r"no coordinate system 'beijing54'.*bd09"):
        convert(116.0, 30.0, source="beijing54", target="wgs84")


def test_longitudes_and_latitudes_must_be_as_many() -> None:
    with pytest.raises(InputError, match="as many"):
        convert([1.0, 2.0], [1.0, 2.0, 3.0], source="gcj02", target="wgs84")


def test_shapes_keep_their_shared_lines() -> None:
    left = Polygon([(116, 30), (116.1, 30), (116.1, 30.1), (116, 30.1)])
    right = Polygon([(116.1, 30), (116.2, 30), (116.2, 30.1), (116.1, 30.1)])
    moved = convert_shapes(np.array([left, right, None]), "gcj02", "wgs84")
    assert moved[0].intersection(moved[1]).length == pytest.approx(0.1, rel=0.01)
    assert moved[0].touches(moved[1])
    assert moved[2] is None


def codes_table(shared_data: Path, name: str) -> list[dict[str, str]]:
    path = shared_data.parent / "codes" / name
    if not path.is_file():
        pytest.skip(f"no table {name} beside the third-party data")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.realdata
def test_the_table_of_test_vectors_holds_within_a_tenth_of_a_millimetre(shared_data: Path) -> None:
    for row in codes_table(shared_data, "crs_test_vectors.csv"):
        at = {s: (float(row[f"{s}_lon"]), float(row[f"{s}_lat"])) for s in ("wgs84", "gcj02", "bd09")}
        for source, place in at.items():
            for target, expected in at.items():
                got = convert(*place, source=source, target=target)
                assert metres_apart(got, expected) < 1e-4, (row["name"], source, target)


@pytest.mark.realdata
def test_real_places_agree_within_a_metre(shared_data: Path) -> None:
    cities = json.loads((shared_data / "gcj-vectors" / "cities.json").read_text(encoding="utf-8"))
    places = {
        s: np.array([city["coords"][s.upper()] for city in cities]).T for s in ("wgs84", "gcj02", "bd09")
    }
    assert len(cities) > 300
    for source, given_at in places.items():
        for target, expected in places.items():
            got = convert(*given_at, source=source, target=target)
            assert metres_apart(got, tuple(expected)) < 1.0, (source, target)
