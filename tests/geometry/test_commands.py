"""`wangge locate` and `wangge crs` from file to file."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from gis.geometry.crs import convert
from tests.draw import draw
from webmap.cli import main


def run(*args: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(arg) for arg in args])
    return int(end.value.code or 0)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    shapes = draw("AAB A.B", cell_deg=0.01, west=116.3, south=39.9)
    path = tmp_path / "town.geojson"
    gpd.GeoDataFrame({"code": ["001", "002"]}, geometry=list(shapes.values()), crs=4326).to_file(path)
    return path


def points(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "points.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_point_gets_its_code_or_none_and_a_word_where_it_matters(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "id,lon,lat\n007,116.305,39.905\n008,116.32,39.915\n009,116.315,39.905\n010,abc,39.9\n011,116.3,39.905\n"
    out = tmp_path / "out.csv"
    assert run("locate", "--boundaries", town, points(tmp_path, rows), "-o", out) == 0
    assert out.read_text(encoding="utf-8").splitlines() == [
        "id,code,note",
        "007,001,",
        "008,001,on the line of 001 and 002",
        "009,,",
        "010,,longitude 'abc' is no number",
        "011,001,on the line of 001",
    ]
    told = capsys.readouterr().err
    assert "codes are taken from the field 'code'" in told
    assert "5 points: 3 in a polygon, 1 in none, 2 with a note, 1 without a usable place" in told


@pytest.mark.parametrize("system", ["gcj02", "bd09", "cgcs2000"])
def test_points_of_another_system_are_moved_to_the_boundaries(
    tmp_path: Path, town: Path, system: str
) -> None:
    lon, lat = convert(116.325, 39.905, source="wgs84", target=system)
    out = tmp_path / "out.csv"
    table = points(tmp_path, f"id,lon,lat\na,{lon},{lat}\n")
    assert run("locate", "--boundaries", town, "--crs", system, table, "-o", out) == 0
    assert out.read_text(encoding="utf-8") == "id,code,note\na,002,\n"


def test_boundaries_drawn_in_a_shifted_system_are_not_moved(tmp_path: Path, town: Path) -> None:
    out = tmp_path / "out.csv"
    table = points(tmp_path, "id,lon,lat\na,116.32,39.915\n")
    assert (
        run("locate", "--boundaries", town, "--boundaries-crs", "bd09", "--crs", "bd09", table, "-o", out)
        == 0
    )
    assert out.read_text(encoding="utf-8") == "id,code,note\na,001,on the line of 001 and 002\n"


def test_a_suspicion_of_exchanged_columns_is_told(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert run("locate", "--boundaries", town, points(tmp_path, "id,lon,lat\na,39.9,85\n"), "-o", out) == 0
    assert "warning: most points would lie in China" in capsys.readouterr().err


def test_a_latitude_beyond_the_poles_hints_at_exchanged_columns(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert (
        run("locate", "--boundaries", town, points(tmp_path, "id,lon,lat\na,39.905,116.305\n"), "-o", out)
        == 0
    )
    assert "warning: most points would lie in China" in capsys.readouterr().err
    assert out.read_text(encoding="utf-8").endswith("a,,latitude 116.305 is outside -90 to 90\n")


def test_an_unknown_field_ends_in_one_sentence_and_writes_nothing(
    tmp_path: Path, town: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    table = points(tmp_path, "id,lon,lat\n")
    assert run("locate", "--boundaries", town, "--code-field", "grid", table, "-o", out) == 2
    assert "no field 'grid'; its fields are code" in capsys.readouterr().err
    assert not out.exists()


def test_a_table_converts_there_and_back_without_loss(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "name,id,lat,lon\n样例,007,39.913245600001,116.404123456789\n样例二,008,,116.4\n"
    there, back = tmp_path / "there.csv", tmp_path / "back.csv"
    assert run("crs", "--from", "bd09", "--to", "wgs84", points(tmp_path, text), "-o", there) == 0
    assert "1 of 2 points converted" in capsys.readouterr().err
    assert run("crs", "--from", "wgs84", "--to", "bd09", there, "-o", back) == 0
    header, first, second = back.read_text(encoding="utf-8").splitlines()
    assert header == "name,id,lat,lon"
    name, number, lat, lon = first.split(",")
    assert (name, number) == ("样例", "007")
    assert (float(lat), float(lon)) == pytest.approx((39.913245600001, 116.404123456789), abs=2e-12)
    assert second == "样例二,008,,"
