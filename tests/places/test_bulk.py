"""Tables in, answers out: columns, systems, Excel, broken files, a judgement on checked rows."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook, load_workbook

from gis.errors import InputError
from gis.places.geocoder import Geocoder, Place
from gis.places.geocoder.bulk import ANSWER_COLUMNS, geocode_file, read_places
from gis.places.geocoder.evaluate import CurvePoint, Judged, curve, reliability, threshold_for
from webmap.commands.geocode import geocode

ROWS = [
    ("id", "name", "address", "lon", "lat", "aliases", "buildings"),
    ("1", "吉祥嘉园", "样例区玉茗大道9号", "116.37", "27.98", "老粮站|粮站大院", "12"),
    ("2", "恒盛花园", "样例区临川大道845号", "116.38", "27.97", "", "8"),
    ("3", "缺位置小区", "样例区", "", "27.97", "", ""),
]
TEXTS = [("id", "text"), ("a", "吉祥嘉园3号楼2单元"), ("b", "臨川大道845號恆盛花園"), ("c", "您好，几点上班")]


def table(path: Path, rows: list[tuple[str, ...]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def places(tmp_path: Path) -> Path:
    return table(tmp_path / "places.csv", ROWS)


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(geocode, [str(one) for one in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_texts_become_answers(tmp_path: Path, places: Path) -> None:
    texts, out = table(tmp_path / "in.csv", TEXTS), tmp_path / "out.csv"
    said = run("--places", places, texts, "-o", out)
    rows = read(out)
    assert tuple(rows[0]) == ANSWER_COLUMNS
    assert [(row["id"], row["place_id"]) for row in rows] == [("a", "1"), ("b", "2"), ("c", "")]
    assert rows[2]["decision"] == "none"
    assert "row 4: left out, lon is not a number of degrees" in said
    assert "3 texts" in said


def test_positions_come_back_in_wgs84(tmp_path: Path, places: Path) -> None:
    plain = read_places(places, "wgs84").places[0]
    shifted = read_places(places, "bd09").places[0]
    assert (plain.lon, plain.lat) == (116.37, 27.98)
    assert 300 < abs(shifted.lon - plain.lon) * 98_000 < 1500


def test_further_columns_and_nicknames_stay_with_the_place(places: Path) -> None:
    place = read_places(places).places[0]
    assert place.attributes["buildings"] == "12"
    assert [alias.name for alias in place.aliases] == ["老粮站", "粮站大院"]
    answer = Geocoder(read_places(places).places).locate("老粮站3号楼2单元，楼道灯坏了一年多")
    assert answer.place is not None
    assert answer.place.id == "1"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_spreadsheets_are_read(tmp_path: Path, places: Path, encoding: str) -> None:
    texts, out = table(tmp_path / "in.csv", TEXTS, encoding), tmp_path / "out.csv"
    run("--places", places, texts, "-o", out)
    assert [row["place_id"] for row in read(out)] == ["1", "2", ""]


def test_excel_goes_in_and_comes_out(tmp_path: Path, places: Path) -> None:
    book = Workbook()
    for row in [("id", "text"), (7, "吉祥嘉园"), (8, "=恒盛花园")]:
        book.active.append(row)  # type: ignore[union-attr]
        book.active.cell(book.active.max_row, 2).data_type = "s"  # type: ignore[union-attr]
    source, out = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    book.save(source)
    run("--places", places, source, "-o", out)
    rows = list(load_workbook(out).worksheets[0].iter_rows(values_only=True))
    assert rows[0] == ANSWER_COLUMNS
    assert [(row[0], row[1]) for row in rows[1:]] == [("7", "1"), ("8", "2")]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("in.csv", "id,words\n1,吉祥嘉园\n", "in.csv lacks the column text; it has: id, words."),
        ("in.csv", "", "in.csv lacks the columns id, text; it has: nothing."),
        ("in.xlsx", "not a book", "in.xlsx is not an Excel file."),
    ],
)
def test_a_broken_file_gets_a_sentence_and_no_output(
    tmp_path: Path, places: Path, name: str, content: str, sentence: str
) -> None:
    source, out = tmp_path / name, tmp_path / "out.csv"
    source.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as fault:
        geocode_file(Geocoder(read_places(places).places), source, out)
    assert fault.value.message == sentence
    assert list(tmp_path.glob("*out*")) == []


def test_a_missing_file_or_folder_gets_a_sentence(tmp_path: Path, places: Path) -> None:
    geocoder = Geocoder(read_places(places).places)
    with pytest.raises(InputError, match="there is no file"):
        geocode_file(geocoder, tmp_path / "none.csv", tmp_path / "out.csv")
    texts = table(tmp_path / "in.csv", TEXTS)
    with pytest.raises(InputError, match="cannot write"):
        geocode_file(geocoder, texts, tmp_path / "no" / "out.csv")


def test_more_rows_need_no_more_memory(tmp_path: Path) -> None:
    geocoder = Geocoder([Place("1", "吉祥嘉园", "样例区玉茗大道9号", 116.36, 27.98)])
    peaks = []
    for count in (300, 3000):
        texts = table(
            tmp_path / f"{count}.csv",
            [("id", "text"), *[(str(row), f"吉祥嘉园{row}号楼") for row in range(count)]],
        )
        tracemalloc.start()
        geocode_file(geocoder, texts, tmp_path / "out.csv")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 200_000


def test_checked_rows_are_judged(tmp_path: Path, places: Path) -> None:
    checked = table(
        tmp_path / "checked.csv",
        [("text", "place_id", "lon", "lat"), ("吉祥嘉园", "1", "", ""), ("恒盛花园3号楼", "", "116.38", "27.97"),
         ("远方小区", "", "", "")],
    )  # fmt: skip
    said = run("evaluate", "--places", places, checked, "-o", tmp_path / "curve.svg")
    assert "3 rows, 2 of them answerable" in said
    assert "first answer right: 100.0%" in said
    assert (tmp_path / "curve.svg").read_text(encoding="utf-8").startswith("<svg")


def test_the_curve_counts_the_surest_first() -> None:
    judged = [
        Judged(0.9, "auto", True, True), Judged(0.8, "ask", True, True), Judged(0.7, "ask", False, False),
        Judged(0.0, "none", False, False),
    ]  # fmt: skip
    points = curve(judged)
    assert [(point.coverage, point.precision) for point in points] == [
        (0.25, 1.0),
        (0.5, 1.0),
        (0.75, pytest.approx(2 / 3)),
    ]
    assert threshold_for(points, 0.99) == CurvePoint(0.8, 0.5, 1.0)
    assert sum(row.rows for row in reliability(judged)) == 3
