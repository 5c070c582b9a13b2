"""Boundary files of any origin become polygons with codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from gis.errors import InputError
from gis.files.areas import read_areas
from gis.geometry.locate import Locator
from tests.draw import draw

SHAPES = draw("AAB A.B", cell_deg=0.01)


def frame(**columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": list(SHAPES), **columns}, geometry=list(SHAPES.values()), crs=4326)


def collection(shapes: list[Any], properties: list[dict[str, Any]], **members: Any) -> str:
    features = [
        {"type": "Feature", "properties": p, "geometry": json.loads(shapely.to_geojson(s)) if s else None}
        for s, p in zip(shapes, properties, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", **members, "features": features})


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "areas.geojson"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg", "areas.shp", "areas.fgb"])
def test_any_format_gives_the_same_polygons(tmp_path: Path, name: str) -> None:
    frame().to_file(tmp_path / name)
    areas = read_areas(tmp_path / name)
    by_code = dict(zip(areas.codes, areas.shapes, strict=True))
    assert sorted(by_code) == ["A", "B"]
    assert all(shapely.equals(by_code[code], SHAPES[code]) for code in SHAPES)
    assert areas.remarks == ["codes are taken from the field 'code'"]


@pytest.mark.parametrize("name", ["areas.geojson", "areas.gpkg", "areas.shp"])
def test_a_projected_file_is_turned_into_degrees(tmp_path: Path, name: str) -> None:
    driver_options = {"RFC7946": "NO"} if name.endswith("geojson") else {}
    frame().to_crs(4548).to_file(tmp_path / name, **driver_options)
    areas = read_areas(tmp_path / name)
    by_code = dict(zip(areas.codes, areas.shapes, strict=True))
    for code, shape in SHAPES.items():
        assert shapely.hausdorff_distance(by_code[code], shape) < 1e-8
    assert any("was turned into longitude and latitude" in remark for remark in areas.remarks)


@pytest.mark.parametrize(
    ("values", "codes"),
    [([7, 12], ["7", "12"]), ([110101.0, 110102.0], ["110101", "110102"]), (["007", "012"], ["007", "012"])],
)
def test_codes_are_text_whatever_the_file_keeps(tmp_path: Path, values: list[Any], codes: list[str]) -> None:
    frame(number=values).to_file(tmp_path / "areas.gpkg")
    assert read_areas(tmp_path / "areas.gpkg", code_field="number").codes == codes


def test_the_field_is_found_whatever_its_case_and_an_unknown_one_lists_the_fields(
    written: Callable[[str], Path],
) -> None:
    path = written(collection(list(SHAPES.values()), [{"ADCODE": 1, "size": 2}, {"ADCODE": 2, "size": 3}]))
    assert read_areas(path).code_field == "ADCODE"
    assert read_areas(path, code_field="Size").codes == ["2", "3"]
    with pytest.raises(InputError, match=r"no field 'nummer'; its fields are ADCODE, size"):
        read_areas(path, code_field="nummer")


def test_a_guessed_field_is_one_that_every_polygon_has(written: Callable[[str], Path]) -> None:
    path = written(
        collection(list(SHAPES.values()), [{"id": None, "VILLCODE": "x"}, {"id": None, "VILLCODE": "y"}])
    )
    assert read_areas(path).code_field == "VILLCODE"


def test_a_polygon_without_a_code_is_refused(written: Callable[[str], Path]) -> None:
    path = written(collection(list(SHAPES.values()), [{"code": "x"}, {"code": None}]))
    with pytest.raises(InputError, match=r"polygon 2 of .* has no code in the field 'code'"):
        read_areas(path, code_field="code")


def test_a_polygon_that_crosses_itself_is_repaired_and_told(written: Callable[[str], Path]) -> None:
    bow = shapely.Polygon([(116, 39), (117, 40), (117, 39), (116, 40)])
    areas = read_areas(written(collection([bow], [{"code": "bow"}])))
    assert areas.shapes[0].is_valid
    assert areas.shapes[0].area == pytest.approx(0.5)
    assert areas.remarks[-1] == "the polygons of bow crossed themselves and were repaired"


def test_rows_without_polygons_are_left_out_and_told(written: Callable[[str], Path]) -> None:
    shapes = [SHAPES["A"], None, shapely.Point(116, 39)]
    areas = read_areas(written(collection(shapes, [{"code": i} for i in range(3)])))
    assert areas.codes == ["0"]
    assert "2 of 3 rows have no polygon and were left out" in areas.remarks


def test_polygons_of_one_code_are_told(written: Callable[[str], Path]) -> None:
    areas = read_areas(written(collection(list(SHAPES.values()), [{"code": "x"}, {"code": "x"}])))
    assert "x come more than once; polygons of one code count as one area" in areas.remarks


def test_an_open_ring_is_refused_with_its_place(written: Callable[[str], Path]) -> None:
    text = collection([SHAPES["B"]], [{"code": "x"}]).replace("[[[", "[[[0, 0], [", 1)
    with pytest.raises(InputError, match=r"feature 1, ring 1: the ring is not closed: it begins at \(0, 0\)"):
        read_areas(written(text))


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.geojson", None, "no such file|No such file"),
        ("areas.geojson", "{", "no JSON: line 1"),
        ("areas.geojson", "hello", "as a map file"),
        ("areas.geojson", '{"type":"FeatureCollection","features":[]}', "holds no polygons"),
        ("areas.csv", "id,lon\n1,2\n", "table without shapes"),
    ],
)
def test_files_that_hold_no_areas_are_refused(
    tmp_path: Path, name: str, content: str | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=sentence):
        read_areas(tmp_path / name)


def test_a_layer_can_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "areas.gpkg"
    frame().to_file(path, layer="one")
    frame(extra=[1, 2]).to_file(path, layer="two")
    assert read_areas(path, layer="two", code_field="extra").codes == ["1", "2"]
    assert "has the layers one, two; 'one' is taken" in read_areas(path).remarks[0]
    with pytest.raises(InputError, match="no layer 'three'; its layers are one, two"):
        read_areas(path, layer="three")


@pytest.mark.realdata
def test_seven_thousand_real_villages_are_located(shared_data: Path) -> None:
    areas = read_areas(shared_data / "taiwan-villages" / "villages-10t.json")
    assert (areas.code_field, len(areas.codes)) == ("VILLCODE", 7701)
    inner = shapely.point_on_surface(areas.shapes)
    rng = np.random.default_rng(1)
    x = np.concatenate([shapely.get_x(inner), rng.uniform(120, 122, 60_000)])
    y = np.concatenate([shapely.get_y(inner), rng.uniform(22, 25.3, 60_000)])
    found, _ = Locator(areas.shapes, areas.codes).codes_of(x, y)
    expected: list[str | None] = [None] * len(x)
    row, shape = shapely.STRtree(areas.shapes).query(shapely.points(x, y), predicate="intersects")
    for i, j in zip(row, shape, strict=True):
        expected[i] = min(filter(None, (expected[i], areas.codes[j])))
    assert found.tolist() == expected
