"""Vector tiles: their layers and ids, nothing that lies elsewhere, and no work when the browser has them already."""

from __future__ import annotations

import gzip
import math
from datetime import UTC, datetime
from typing import Any

import mapbox_vector_tile
import pytest
import shapely
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import text

from gis.errors import InputError
from gis.geometry.tiles import EXTENT, MARGIN, Tile, tile_at, tile_over
from gis.grids.models import GridVersion
from gis.places.models import Building
from tests.draw import draw
from tests.webmap.layers.conftest import SOUTH, WEST, MapTown, many
from webmap.layers import tiles

HERE = tile_over(WEST + 0.0015, SOUTH + 0.001, 15)


def address(name: str, tile: Tile = HERE) -> str:
    return f"/tiles/{name}/{tile.zoom}/{tile.column}/{tile.row}.pbf"


def layers(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    return found


def test_base_tile_holds_ground_roads_and_buildings(client: FlaskClient) -> None:
    found = layers(client.get(address("base", tile_over(WEST + 0.0015, SOUTH + 0.001, 13))).data)
    assert set(found) == {"ground", "roads", "buildings"}
    assert [row["properties"]["kind"] for row in found["ground"]["features"]] == ["water"]
    assert all("name" not in row["properties"] for row in found["buildings"]["features"])


def test_buildings_carry_their_numbers_from_near(client: FlaskClient) -> None:
    found = layers(client.get(address("base")).data)
    numbers = {row["properties"]["name"] for row in found["buildings"]["features"]}
    assert numbers <= {"1号楼", "2号楼", "3号楼", "4号楼"}
    assert numbers


def test_division_tile_holds_shapes_and_one_inner_point_each(client: FlaskClient, town: MapTown) -> None:
    wide = tile_over(WEST + 0.0015, SOUTH + 0.001, 12)
    found = layers(client.get(address("division", wide)).data)
    ids = sorted(row["properties"]["id"] for row in found["grids"]["features"])
    assert ids == sorted(town.grids.values())
    assert sorted(row["id"] for row in found["grids"]["features"]) == ids
    assert sorted(row["properties"]["id"] for row in found["grid_points"]["features"]) == ids
    assert [row["properties"]["name"] for row in found["communities"]["features"]] == ["样例社区"]
    assert [row["properties"]["name"] for row in found["subdistrict_points"]["features"]] == ["样例街道"]


def test_stretches_of_one_road_come_as_one_line(client: FlaskClient) -> None:
    wide = tile_over(WEST + 0.0015, SOUTH + 0.001, 13)
    (road,) = layers(client.get(address("roads", wide)).data)["roads"]["features"]
    assert road["properties"]["name"] == "样例路"
    assert road["geometry"]["type"] == "LineString"


@pytest.mark.parametrize("zoom", [10, 13, 16, 18])
def test_nothing_lies_outside_its_tile(client: FlaskClient, zoom: int) -> None:
    tile = tile_over(WEST + 0.0015, SOUTH + 0.001, zoom)
    frame = shapely.box(-MARGIN, -MARGIN, EXTENT + MARGIN, EXTENT + MARGIN)
    for name in ("base", "division"):
        for layer, content in layers(client.get(address(name, tile)).data).items():
            for row in content["features"]:
                shape = shapely.geometry.shape(row["geometry"])
                assert shape.intersects(frame), layer
                # a footprint stays whole; everything else is cut at the margin
                assert layer == "buildings" or shape.within(frame.buffer(1)), layer


def test_degrees_drawn_straight_are_where_the_projection_puts_them(
    client: FlaskClient, town: MapTown
) -> None:
    tile = tile_over(WEST + 0.0015, SOUTH + 0.001, 12)
    (first, *_) = layers(client.get(address("grids", tile)).data)["grids"]["features"]
    shape = shapely.geometry.shape(first["geometry"])
    grid = draw("AAB AAB", west=WEST, south=SOUTH)[{v: k for k, v in town.grids.items()}[first["id"]]]
    expected = shapely.transform(grid, lambda points: [_projected(tile, *point) for point in points])
    assert shapely.hausdorff_distance(shape.exterior, expected.exterior) < 1.2


def _projected(tile: Tile, lon: float, lat: float) -> tuple[float, float]:
    side = 2**tile.zoom
    x = (lon + 180) / 360 * side - tile.column
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * side - tile.row
    return x * EXTENT, y * EXTENT


def test_a_grid_is_drawn_as_it_was_on_the_day(client: FlaskClient, town: MapTown) -> None:
    assert "grids" not in layers(client.get(address("grids") + "?at=2019-06-01").data)
    version = town.session.query(GridVersion).filter_by(grid_id=town.grids["B"]).one()
    version.valid = type(version.valid)(version.valid.lower, datetime(2026, 1, 1, tzinfo=UTC))
    town.session.flush()
    wide = tile_over(WEST + 0.0015, SOUTH + 0.001, 13)
    before = layers(client.get(address("grids", wide) + "?at=2025-12-01").data)["grids"]["features"]
    after = layers(client.get(address("grids", wide) + "?at=2026-02-01").data)["grids"]["features"]
    assert {row["id"] for row in before} - {row["id"] for row in after} == {town.grids["B"]}


def test_a_known_tile_is_answered_without_geometry(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address("base"))
    mark = first.headers["ETag"]

    def refuse(*_: object, **__: object) -> bytes:
        raise AssertionError("geometry was touched")

    monkeypatch.setattr("webmap.layers.gate.tile_body", refuse)
    again = client.get(address("base"), headers={"If-None-Match": mark})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == mark


def test_a_changed_table_changes_the_mark_by_itself(client: FlaskClient, town: MapTown) -> None:
    before = client.get(address("buildings")).headers["ETag"]
    grids = client.get(address("grids")).headers["ETag"]
    town.session.execute(text("UPDATE building SET name = '新1号楼' WHERE code = 'B0'"))
    assert client.get(address("buildings")).headers["ETag"] != before
    assert client.get(address("grids")).headers["ETag"] == grids


def test_the_second_tile_comes_from_the_cache(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    wide, packed = address("ground", tile_over(WEST, SOUTH, 14)), {"Accept-Encoding": "gzip"}
    first = client.get(wide, headers=packed).data
    monkeypatch.setattr(tiles, "_layer_tile", lambda *_: pytest.fail("made again"))
    assert client.get(wide, headers=packed).data == first


def test_a_tile_comes_without_redis_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tiles._cache.__wrapped__("unix:///nonexistent/redis.sock")
    monkeypatch.setattr(tiles, "_cache", lambda _: nowhere)
    assert "roads" in layers(client.get(address("roads")).data)


def test_a_tile_is_packed_for_who_can_unpack_it(client: FlaskClient) -> None:
    packed = client.get(address("base"), headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == client.get(address("base")).data


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/tiles/base/3/8/0.pbf", 422),
        ("/tiles/base/99/0/0.pbf", 422),
        ("/tiles/suspects/16/1/1.pbf", 404),
        ("/tiles/grids/16/1/1.pbf?at=yesterday", 422),
        ("/tiles/grids/16/1/1.pbf?at=2026-13-40", 422),
    ],
)
def test_bad_addresses_get_a_sentence(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert len(answer.get_json()["title"]) > 10


def test_far_away_tiles_are_small(client: FlaskClient) -> None:
    assert client.get("/tiles/base/4/13/6.pbf").data == b""


@given(some.floats(-179.9, 179.9), some.floats(-84, 84), some.integers(0, 22))
def test_a_point_lies_in_its_tile(lon: float, lat: float, zoom: int) -> None:
    tile = tile_over(lon, lat, zoom)
    slack = 1e-9
    assert tile.west - slack <= lon <= tile.east + slack
    assert tile.south - slack <= lat <= tile.north + slack


@given(some.integers(0, 21), some.data())
def test_neighbours_share_their_side_exactly(zoom: int, data: some.DataObject) -> None:
    side = 2**zoom
    row = data.draw(some.integers(0, side - 1))
    here = tile_at(zoom, data.draw(some.integers(0, side - 1)), row)
    if row + 1 < side:
        assert here.south == tile_at(zoom, here.column, row + 1).north
    with pytest.raises(InputError, match="There is no tile"):
        tile_at(zoom, here.column, side)


def test_a_building_is_drawn_whole(client: FlaskClient, town: MapTown) -> None:
    edge = tile_over(WEST + 0.0015, SOUTH + 0.001, 17)
    house = shapely.box(edge.east - 0.0001, SOUTH + 0.001, edge.east + 0.0004, SOUTH + 0.0012)
    town.session.add(Building(code="wide", name="跨格楼", geom=many(house)))
    town.session.flush()
    right = tile_at(17, edge.column + 1, edge.row)
    widths = set()
    for tile in (edge, right):
        rows = layers(client.get(address("buildings", tile)).data)["buildings"]["features"]
        (wide,) = [row for row in rows if row["properties"]["name"] == "跨格楼"]
        bounds = shapely.geometry.shape(wide["geometry"]).bounds
        widths.add(round(bounds[2] - bounds[0]))
    assert len(widths) == 1


def area(ring: list[list[int]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2


@pytest.mark.parametrize("zoom", [13, 14, 15])
def test_outer_rings_turn_clockwise_and_holes_the_other_way(
    client: FlaskClient, town: MapTown, zoom: int
) -> None:
    ring = shapely.box(WEST + 0.0002, SOUTH + 0.0012, WEST + 0.0012, SOUTH + 0.0019)
    court = shapely.box(WEST + 0.0004, SOUTH + 0.0014, WEST + 0.0010, SOUTH + 0.0017)
    for number, shape in enumerate((ring - court, (ring - court).reverse())):
        town.session.add(Building(code=f"court{number}", use="court", geom=many(shape)))
    town.session.flush()
    rows = layers(client.get(address("buildings", tile_over(WEST + 0.0007, SOUTH + 0.001, zoom))).data)
    courts = [
        row["geometry"] for row in rows["buildings"]["features"] if row["properties"].get("use") == "court"
    ]
    assert len(courts) == 2
    for court in courts:
        outer, hole = court["coordinates"]
        assert area(outer) > 0 > area(hole)


@pytest.mark.parametrize("zoom", [13, 14])
def test_a_snapped_building_is_where_the_projection_puts_it(
    client: FlaskClient, town: MapTown, zoom: int
) -> None:
    tile = tile_over(WEST + 0.0003, SOUTH + 0.0006, zoom)
    rows = layers(client.get(address("buildings", tile)).data)["buildings"]["features"]
    first = min(rows, key=lambda row: row["id"])
    west = WEST + 0.0002
    corners = [
        _projected(tile, lon, lat)
        for lon in (west, west + 0.0003)
        for lat in (SOUTH + 0.0005, SOUTH + 0.0007)
    ]
    expected = shapely.MultiPoint(corners).bounds
    assert shapely.geometry.shape(first["geometry"]).bounds == pytest.approx(expected, abs=1.2)
