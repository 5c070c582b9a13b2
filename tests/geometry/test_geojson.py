"""GeoJSON: what is written follows RFC 7946, what is read is checked, what is refused says where."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.geometry.geojson import GeoJSONError, read_geojson, write_geojson
from tests.draw import draw


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def refused(document: Any) -> list[str]:
    with pytest.raises(GeoJSONError) as fault:
        read_geojson(json.dumps(document))
    assert fault.value.code == "bad-geojson"
    found: list[str] = fault.value.details["faults"]
    return found


def test_what_is_written_follows_the_standard() -> None:
    clockwise = shapely.Polygon([(116, 39), (116, 40), (117, 40), (117, 39)])
    document = json.loads(write_geojson([clockwise, None], [{"name": "样例"}, {}], ids=["a", 2]))
    first, second = document["features"]
    assert "crs" not in document
    assert first["geometry"]["coordinates"][0] == [[116, 39], [117, 39], [117, 40], [116, 40], [116, 39]]
    assert (first["id"], first["properties"]) == ("a", {"name": "样例"})
    assert (second["id"], second["geometry"]) == (2, None)


def test_seven_decimals_are_written_and_characters_as_they_are() -> None:
    text = write_geojson([shapely.Point(116.123456789, 39.987654321)], [{"name": "样例"}])
    assert "116.1234568" in text
    assert "39.9876543" in text
    assert "样例" in text


def test_shared_lines_stay_shared_when_written() -> None:
    shapes = draw("AAB ACC", cell_deg=0.0012345678912)
    again = read_geojson(write_geojson(list(shapes.values())))
    assert shapely.coverage_is_valid(again.shapes)


@given(picture=st.lists(st.text("AB.", min_size=3, max_size=3), min_size=3, max_size=3).map(" ".join))
def test_what_is_written_is_read_again(picture: str) -> None:
    shapes = draw(picture, cell_deg=0.25, west=116, south=39)
    properties = [{"code": code, "n": 1, "no": None} for code in shapes]
    found = read_geojson(write_geojson(list(shapes.values()), properties, ids=list(shapes)))
    assert found.properties == properties
    assert found.ids == list(shapes)
    assert found.remarks == []
    assert all(shapely.equals(a, b) for a, b in zip(found.shapes, shapes.values(), strict=True))


def test_degrees_are_written_and_nothing_else() -> None:
    with pytest.raises(InputError, match="no longitude and latitude"):
        write_geojson([shapely.Point(4e5, 4e6)])
    with pytest.raises(InputError, match="cannot be written as JSON"):
        write_geojson([shapely.Point(116, 39)], [{"size": float("nan")}])


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            polygon([[116, 39], [117, 39], [117, 40], [116, 40]]),
            "the geometry, ring 1: the ring is not closed: it begins at (116, 39) and ends at (116, 40)",
        ),
        (
            polygon([[116, 39], [117, 40], [117, 39], [116, 40], [116, 39]]),
            "feature 1: the Polygon crosses itself at (116.5000000, 39.5000000)",
        ),
        (
            polygon([[39, 116], [40, 116], [40, 117], [39, 116]]),
            "the geometry, ring 1: (39, 116) is no longitude and latitude; longitude and latitude seem to be exchanged",
        ),
        (
            {"type": "Point", "coordinates": [440_000, 4_400_000]},
            "the geometry: (440000, 4400000) is no longitude and latitude; coordinates must be degrees",
        ),
        ({"type": "polygon"}, "the text: there is no type 'polygon'; it must be one of"),
        (
            {"type": "Point", "coordinates": ["116", 39]},
            "position 1: each element of a position must be a number",
        ),
        ({"type": "Point", "coordinates": [True, 39.5]}, "must be a number"),
        (
            {"type": "FeatureCollection", "features": [{"type": "Feature"}]},
            "the member 'geometry' is missing",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(document: Any, sentence: str) -> None:
    assert any(sentence in fault for fault in refused(document)), refused(document)


def test_all_faults_are_told_but_the_sentence_stays_short() -> None:
    bad = {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [1]}}
    with pytest.raises(GeoJSONError, match=r"and 3 more$") as fault:
        read_geojson(json.dumps({"type": "FeatureCollection", "features": [bad] * 8}))
    assert len(fault.value.details["faults"]) == 8


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no JSON: line 1, column 1"),
        ("[1, 2]", "must be an object, but is an array"),
        (b"\xff\xfe", "not UTF-8"),
        ('{"type": "Point", "coordinates": [NaN, 1]}', "NaN is no number"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_texts_that_are_no_geojson_are_refused(text: str | bytes, sentence: str) -> None:
    with pytest.raises(GeoJSONError, match=sentence):
        read_geojson(text)


def test_oddities_are_remarked_and_used() -> None:
    clockwise = polygon([[116, 39], [116, 40], [117, 40], [116, 39]])
    crs = {"type": "name", "properties": {"name": "EPSG:4490"}}
    feature = {"type": "Feature", "properties": None, "geometry": clockwise}
    found = read_geojson(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    assert found.crs == "EPSG:4490"
    assert len(found.remarks) == 2
    assert found.properties == [{}]


def test_exchanged_coordinates_that_are_possible_are_remarked() -> None:
    found = read_geojson('{"type": "Point", "coordinates": [39.9, 85.0]}')
    assert found.remarks == [
        "the text: everything would lie in China if longitude and latitude were exchanged"
    ]


def test_heights_are_dropped_and_empty_geometries_are_empty() -> None:
    found = read_geojson('\ufeff{"type": "Point", "coordinates": [116, 39, 50]}')
    assert shapely.get_coordinates(found.shapes, include_z=False).tolist() == [[116, 39]]
    assert not found.shapes[0].has_z
    assert read_geojson('{"type": "Polygon", "coordinates": []}').shapes[0].is_empty
    assert np.size(read_geojson('{"type": "FeatureCollection", "features": []}').shapes) == 0


def test_crossing_polygons_can_be_left_to_the_caller() -> None:
    bow = polygon([[116, 39], [117, 40], [117, 39], [116, 40], [116, 39]])
    assert not read_geojson(json.dumps(bow), valid=False).shapes[0].is_valid
