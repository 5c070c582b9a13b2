"""The table of faults: shown, saved, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook

from gis.errors import InputError
from gis.files.faults import Faults, harmless, short

EVIL = '=HYPERLINK("http://a.example","x")'


@pytest.fixture
def faults() -> Faults:
    made = Faults()
    made.add(3, "name", EVIL, "不行", "not so")
    made.add(2, "code", "好", "小心", "careful", warning=True)
    return made


def test_rows_with_faults_are_told_from_warnings(faults: Faults) -> None:
    assert (faults.rows, faults.fatal, faults.warnings, len(faults)) == ({3}, 1, 1, 2)


def test_csv_opens_in_a_spreadsheet_without_running_anything(faults: Faults, tmp_path: Path) -> None:
    faults.save(tmp_path / "f.csv")
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[1:] == [
        ["2", "warning", "code", "好", "careful", "小心"],
        ["3", "fault", "name", f"'{EVIL}", "not so", "不行"],
    ]


def test_xlsx_holds_text_and_no_formula(faults: Faults, tmp_path: Path) -> None:
    faults.save(tmp_path / "f.xlsx")
    sheet = load_workbook(tmp_path / "f.xlsx").active
    assert sheet is not None
    cell = sheet["D3"]
    assert (cell.data_type, cell.value) == ("s", f"'{EVIL}")


def test_a_reason_that_many_rows_share_is_told_once(faults: Faults) -> None:
    for row in range(5, 8):
        faults.add(row, "code", row, "小心", "careful", warning=True)
    told = [(number, fault.row, fault.en) for number, fault in faults.reasons()]
    assert told == [
        (4, 2, "careful"),
        (1, 3, "not so"),
    ]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_looks_like_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == "'" + cell


def test_long_values_are_cut() -> None:
    assert len(short("长" * 10_000_000)) == 80


def test_another_ending_is_refused(faults: Faults, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"end its name in \.csv or \.xlsx"):
        faults.save(tmp_path / "f.pdf")


def test_a_folder_that_is_not_there_is_named(faults: Faults, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        faults.save(tmp_path / "nowhere" / "f.csv")
