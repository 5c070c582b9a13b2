"""Degrees to metres and back through the Gauss-Kruger zone of the place."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.geometry.metres import InMetres, to_metres, zone_of


@pytest.mark.parametrize(
    ("lon", "epsg"),
    [(116.4, 4548), (114.3, 4547), (121.47, 4549), (126.6, 4551), (75.0, 4534), (135.0, 4554), (2.35, 4534)],
)
def test_the_zone_of_a_place(lon: float, epsg: int) -> None:
    assert zone_of(lon) == epsg


def test_between_two_zones_the_eastern_one_is_taken() -> None:
    assert zone_of(115.5) == 4548


@given(lon=st.floats(73.6, 135.0), lat=st.floats(3.8, 53.5), size_deg=st.floats(0.001, 0.2))
def test_there_and_back_is_the_same_shape(lon: float, lat: float, size_deg: float) -> None:
    shape = shapely.box(lon, lat, lon + size_deg, lat + size_deg)
    back = to_metres(shape).in_degrees()
    assert np.abs(shapely.get_coordinates(back) - shapely.get_coordinates(shape)).max() < 1e-9


def test_the_projected_area_is_the_true_one() -> None:
    # 0.01 by 0.01 degrees at Beijing: 949,525.098 m2 in zone 4548.
    shape = to_metres(shapely.box(116.395, 39.895, 116.405, 39.905))
    assert shape.epsg == 4548
    assert shape.shapes.area == pytest.approx(949_525.098, rel=2e-4)


def test_a_zone_can_be_asked_for() -> None:
    assert to_metres(shapely.Point(116.4, 39.9), epsg=4547).epsg == 4547


def test_metres_are_refused_where_degrees_belong() -> None:
    with pytest.raises(InputError, match="no longitude and latitude"):
        to_metres(shapely.Point(443_000.0, 4_420_000.0))


def test_an_empty_shape_has_no_zone() -> None:
    with pytest.raises(InputError, match="no zone"):
        to_metres(shapely.Polygon())


def test_a_longitude_must_be_one() -> None:
    with pytest.raises(InputError, match="no longitude"):
        zone_of(float("nan"))


def test_metres_carry_their_zone_and_cannot_be_changed() -> None:
    shape = InMetres(shapely.Point(0, 0), 4547)
    with pytest.raises(AttributeError):
        shape.epsg = 4548  # type: ignore[misc]
