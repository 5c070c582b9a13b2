"""Tables of points as people keep them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from gis.errors import InputError
from gis.files.points import PointTable, read_points
from gis.files.writing import as_text, write_csv


def read(tmp_path: Path, text: str | bytes) -> PointTable:
    path = tmp_path / "points.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_points(path)


@pytest.mark.parametrize(
    "header",
    [
        "id,lon,lat",
        "ID,LNG,Latitude",
        "编号,经度,纬度",
        "gid , x , y",
        '"id","longitude","lat"',
        "id;lon;lat",
        "id\tlon\tlat",
    ],
)
def test_columns_are_found_whatever_they_are_called(tmp_path: Path, header: str) -> None:
    row = header.translate(str.maketrans(",;\t", ",;\t"))
    mark = next(mark for mark in "\t;," if mark in row)
    table = read(tmp_path, f"{header}\n{mark.join(('007', '116.5', '39.9'))}\n")
    assert table.ids.to_pylist() == ["007"]
    assert (table.lon.tolist(), table.lat.tolist()) == ([116.5], [39.9])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_any_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    table = read(tmp_path, "编号,经度,纬度,地址\n样例一,116.5,39.9,样例路1号\n".encode(encoding))
    assert table.ids.to_pylist() == ["样例一"]
    assert table.table["地址"].to_pylist() == ["样例路1号"]
    assert table.lon.tolist() == [116.5]


def test_ids_stay_exactly_as_written(tmp_path: Path) -> None:
    table = read(tmp_path, 'id,lon,lat\n0012,116,39\n1e3,116,39\n NA ,116,39\n"a,""b""",116,39\n,116,39\n')
    assert table.ids.to_pylist() == ["0012", "1e3", " NA ", 'a,"b"', ""]


def test_rows_without_a_usable_place_keep_their_id_and_say_why(tmp_path: Path) -> None:
    table = read(tmp_path, "id,lon,lat\na,116.5, 39.9\nb,,39.9\nc,abc,39.9\nd,nan,39\ne,116,99\nf,1e999,39\n")
    assert table.ids.to_pylist() == list("abcdef")
    assert table.lon[0] == 116.5
    assert np.isnan(table.lon[1:]).all()
    assert table.faults == {
        1: "no longitude",
        2: "longitude 'abc' is no number",
        3: "longitude 'nan' is no number",
        4: "latitude 99 is outside -90 to 90",
        5: "longitude '1e999' is no number",
    }


def test_an_infinite_number_in_a_clean_file_is_no_place(tmp_path: Path) -> None:
    assert read(tmp_path, "id,lon,lat\na,inf,39.9\n").faults == {0: "longitude 'inf' is no number"}


def test_rows_of_uneven_length_are_told_and_kept(tmp_path: Path) -> None:
    table = read(tmp_path, "id,lon,lat\na,116.5,39.9\nb,116.5\n\nc,116.5,39.9,more\nd,1,2\n")
    assert table.ids.to_pylist() == ["a", "b", "c", "d"]
    assert table.faults == {
        1: "this row has 2 fields, the header 3",
        2: "this row has 4 fields, the header 3",
    }
    assert np.isnan(table.lon).tolist() == [False, True, True, False]


def test_values_may_hold_new_lines(tmp_path: Path) -> None:
    assert read(tmp_path, 'id,lon,lat,note\na,116,39,"one\ntwo"\nb,117,40,\n').lon.tolist() == [116.0, 117.0]


def test_without_an_id_column_rows_are_numbered(tmp_path: Path) -> None:
    table = read(tmp_path, "lon,lat\n116,39\n117,40\n")
    assert table.id_name is None
    assert table.ids.to_pylist() == ["1", "2"]


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    table = read(tmp_path, "id,lon,lat\n")
    assert len(table.lon) == 0
    assert not table.looks_swapped


def test_exchanged_columns_are_suspected(tmp_path: Path) -> None:
    assert read(tmp_path, "id,lon,lat\na,39.9,85\nb,30,80\n").looks_swapped
    assert not read(tmp_path, "id,lon,lat\na,116,39.9\n").looks_swapped


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "is empty"),
        (b"id,lat\n1,2\n", "has no column 'lon'.*its columns are id, lat"),
        (b"id,lon,y\xff\n", "neither UTF-8 nor GBK"),
        (b"id,lon,lon,lat\n", "column 'lon' more than once"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(
    tmp_path: Path, text: bytes, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        read(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*No such file"):
        read_points(tmp_path / "none.csv")


def test_only_what_needs_quotes_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, {"id": pa.array(["007", 'a,"b"', None]), "note": pa.array(["", "x\ny", "样例"])})
    assert path.read_text(encoding="utf-8") == 'id,note\n007,\n"a,""b""","x\ny"\n,样例\n'


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot write"):
        write_csv(tmp_path / "folder", {"id": pa.array(["a"])})
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_numbers_are_written_short_and_holes_empty() -> None:
    texts = as_text(np.array([116.5, np.nan, 116.39775575460123]), 12).to_pylist()
    assert texts == ["116.5", "", "116.397755754601"]
