"""Tables as people save them: encodings, delimiters, Excel; and what is no table gets a sentence."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from gis.errors import InputError, TooLargeError
from gis.files.columns import needed, take
from gis.files.tables import as_text, check_unpacked, read_table

WORDS = "楼栋号,名称\nB1,三号楼\n\nB2,四号楼\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_chinese_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(WORDS.encode(encoding))
    table = read_table(file)
    assert table["名称"].tolist() == ["三号楼", "四号楼"]
    assert table.index.tolist() == [2, 4], "rows keep the numbers that the user sees"


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "a.csv"
    file.write_text(WORDS.replace(",", delimiter), encoding="utf-8")
    assert list(read_table(file).columns) == ["楼栋号", "名称"]


def test_codes_stay_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('code,name\n007,NA\n1e5,"a,""b"""\n', encoding="utf-8")
    assert read_table(file).to_numpy().tolist() == [["007", "NA"], ["1e5", 'a,"b"']]


def test_excel_cells_are_what_a_person_sees(tmp_path: Path) -> None:
    from datetime import datetime

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["户号", "层数", "日期", None])
    sheet.append([990102001001001, 3.0, datetime(2026, 1, 31, 8, 30), "x"])  # noqa: DTZ001 - Excel knows no zones
    sheet.append([None, None, None, None])
    sheet.append(["H2", 2.5, None, True])
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert table.to_numpy().tolist() == [
        ["990102001001001", "3", "2026-01-31 08:30:00", "x"],
        ["H2", "2.5", "", "yes"],
    ]
    assert table.index.tolist() == [2, 4]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"code,name\n", "no rows below its heading"),
        ("a.csv", b"code,name\na,b\na,b,c,d\n", "cannot be read as CSV.*line 3"),
        ("a.csv", b"code,name\n\xff\xfe\xfd\xff,b\n\xff", "neither UTF-8 nor GBK"),
        ("a.xlsx", b"no workbook", "cannot be read as an Excel file"),
        ("a.xlsx", b"PK\x03\x04 broken", "Excel file"),
    ],
)
def test_a_broken_file_gets_a_sentence(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read_table(tmp_path / name)


def test_an_absent_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_table(tmp_path / "nowhere.csv")


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    assert bomb.stat().st_size < 100_000
    with pytest.raises(TooLargeError, match="unpacks to more than 9 MB"):
        check_unpacked(bomb, largest=10_000_000)


def test_a_missing_column_is_named_with_what_there_is(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(WORDS, encoding="utf-8")
    with pytest.raises(InputError, match=r"no column code/编码 .*楼栋号, 名称.*--map code=COLUMN"):
        take(read_table(tmp_path / "a.csv"), [needed("code", "编码")])


def test_a_heading_is_found_whatever_its_spelling(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(" Building-Code (号) ,x\nB1,2\n", encoding="utf-8")
    taken = take(read_table(tmp_path / "a.csv"), [needed("building_code")])
    assert taken["building_code"].tolist() == ["B1"]


def test_given_and_fixed_columns(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    table = read_table(tmp_path / "a.csv")
    columns = [needed("code"), needed("level")]
    taken = take(table, columns, given={"code": "b"}, fixed={"level": "grid"})
    assert taken.to_numpy().tolist() == [["2", "grid"]]
    with pytest.raises(InputError, match="no column 'c'"):
        take(table, columns, given={"code": "c"})
    with pytest.raises(InputError, match="There is no field 'cod'"):
        take(table, columns, given={"cod": "a"})


@given(st.lists(st.tuples(st.text(), st.floats(), st.none() | st.integers()), max_size=5))
def test_frames_made_by_a_program_become_text(rows: list[tuple[str, float, int | None]]) -> None:
    import pandas as pd

    made = as_text(pd.DataFrame(rows, columns=["a", "b", "c"], dtype=object))
    assert all(isinstance(cell, str) for cell in made.to_numpy().ravel())
    assert "nan" not in set(made["b"]) | set(made["c"])
