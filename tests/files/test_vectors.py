"""Files of shapes: layers, systems, attributes as text; broken ones get a sentence."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from gis.errors import InputError
from gis.files.vectors import read_vectors

SQUARE = shapely.box(114.3, 33.6, 114.31, 33.61)


def frame(crs: str | None = "EPSG:4326") -> gpd.GeoDataFrame:
    made = gpd.GeoDataFrame(
        {"code": [7, None], "n": [1.5, 3.0], "名称": ["甲", None]}, geometry=[SQUARE, None], crs="EPSG:4326"
    )
    return made.to_crs(crs) if crs else made.set_crs(None, allow_override=True)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "fgb"])
def test_shapes_and_text_come_out_of_every_format(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"a.{ending}"
    frame().iloc[:1].to_file(file, encoding="utf-8")
    table = read_vectors(file)
    assert table[["code", "n", "名称"]].to_numpy().tolist() == [["7", "1.5", "甲"]]
    assert table.index.tolist() == [1]
    assert table["geometry"].iloc[0].normalize().equals_exact(SQUARE.normalize(), 1e-9)


def test_a_feature_without_shape_or_values_stays_a_row(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg")
    table = read_vectors(tmp_path / "a.gpkg")
    assert table.loc[2, ["code", "n", "名称"]].tolist() == ["", "3", ""]
    assert table.loc[2, "geometry"] is None


@pytest.mark.parametrize("crs", ["EPSG:4526", "EPSG:3857", "EPSG:4490"])
def test_projected_files_are_turned_into_degrees(tmp_path: Path, crs: str) -> None:
    frame(crs).iloc[:1].to_file(tmp_path / "a.gpkg")
    assert read_vectors(tmp_path / "a.gpkg")["geometry"].iloc[0].equals_exact(SQUARE, 1e-7)


def test_a_zipped_shapefile_is_read(tmp_path: Path) -> None:
    frame().iloc[:1].to_file(tmp_path / "a.shp")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        for part in tmp_path.glob("a.*"):
            if part.suffix != ".zip":
                packed.write(part, part.name)
    assert len(read_vectors(tmp_path / "a.zip")) == 1


def test_a_layer_is_chosen_by_name(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "a.gpkg", layer="one")
    frame().iloc[:1].to_file(tmp_path / "a.gpkg", layer="two")
    assert len(read_vectors(tmp_path / "a.gpkg", "two")) == 1
    with pytest.raises(InputError, match="choose one with --layer: one, two"):
        read_vectors(tmp_path / "a.gpkg")
    with pytest.raises(InputError, match="no layer 'three'; it has one, two"):
        read_vectors(tmp_path / "a.gpkg", "three")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.geojson", b'{"type": "FeatureCollection", "features": [{"type"'),
        ("a.geojson", b"\x00\x01\x02"),
        ("a.gpkg", b"SQLite format 3\x00 and then nothing"),
        ("a.shp", b"\x00\x00\x27\x0a"),
        ("a.zip", b"PK\x05\x06"),
    ],
)
def test_a_broken_file_gets_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read as a file of shapes|holds no"):
        read_vectors(tmp_path / name)


def topology(**changes: object) -> bytes:
    """Give two squares that share an arc, quantised."""
    made: dict[str, object] = {
        "type": "Topology",
        "transform": {"scale": [0.001, 0.001], "translate": [114.3, 33.6]},
        "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
        "objects": {"grids": {"type": "GeometryCollection", "geometries": [
            {"type": "Polygon", "arcs": [[0, 1]], "properties": {"name": "左"}},
            {"type": "Polygon", "arcs": [[2, -1]], "properties": {"name": "右"}},
        ]}},
    }  # fmt: skip
    return json.dumps(made | changes).encode()


def test_topojson_neighbours_share_their_very_points(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(topology())
    table = read_vectors(tmp_path / "a.json")
    shapes = table["geometry"].to_numpy()
    assert table["name"].tolist() == ["左", "右"]
    assert shapely.coverage_is_valid(shapes)
    assert (
        shapely.union_all(shapes).symmetric_difference(shapely.box(114.3, 33.6, 114.302, 33.601)).area < 1e-12
    )


@pytest.mark.parametrize(
    "change", [{"arcs": [[[0, 0]]]}, {"arcs": "x"}, {"objects": {"a": {"type": "Blob"}}}]
)
def test_a_broken_topology_gets_a_sentence(tmp_path: Path, change: dict[str, object]) -> None:
    (tmp_path / "a.json").write_bytes(topology(**change))
    with pytest.raises(InputError, match="broken TopoJSON"):
        read_vectors(tmp_path / "a.json")
