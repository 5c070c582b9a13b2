"""`wangge deadline` on the calendar that comes with Wangge: known days, tables, and sentences for bad input."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gis.errors import InputError
from webmap.commands.deadline import deadline


def run(*words: str) -> Result:
    return CliRunner().invoke(deadline, words, catch_exceptions=False)


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2026-09-30T17:30", "3工作日", "2026-10-10T17:30"),
        ("2026-02-13T09:00", "3工作日", "2026-02-25T09:00"),
        ("2026-04-30T09:00", "5工作日", "2026-05-11T09:00"),
        ("2026-09-18", "1工作日", "2026-09-20"),
        ("2026-11-20T17:30", "2工作时", "2026-11-23T09:30"),
        ("2026-11-20 12:30", "2WH", "2026-11-20T16:00"),
        ("2026-11-20T12:00", "1工作时", "2026-11-20T15:00"),
        ("2026-11-20T18:00", "1工作时", "2026-11-23T09:00"),
        ("2026-11-20T00:00", "4工作时", "2026-11-20T12:00"),
        ("2026-10-01T10:00", "1工作时", "2026-10-08T09:00"),
        ("2026-10-10T17:00", "2工作时", "2026-10-12T09:00"),
        ("2026-10-03T10:00", "1工作日", "2026-10-08T10:00"),
        ("2026-12-31T23:00", "2紧急工作时", "2027-01-01T01:00"),
        ("2025-09-26T10:00", "2工作日", "2025-09-29T10:00"),
        ("2024-02-09T10:00", "1工作日", "2024-02-18T10:00"),
        ("2024-04-26T10:00", "2工作日", "2024-04-29T10:00"),
    ],
)
def test_days_reckoned_by_hand(start: str, limit: str, due: str) -> None:
    assert f"= {due}\n" in run("--from", start, "--limit", limit).output


def test_beyond_the_calendar_is_said_to_be_provisional() -> None:
    assert "暂定" in run("--from", "2026-12-30T09:00", "--limit", "5工作日").output
    assert "暂定" not in run("--from", "2026-12-31T23:00", "--limit", "2紧急工作时").output


def test_several_at_once_share_a_limit_or_have_one_each() -> None:
    both = run("--from", "2026-11-20T09:00", "--from", "2026-11-21T09:00", "--limit", "1工作日").output
    assert both.count("= 2026-11-23T09:00") == 2
    each = run("--from", "2026-11-20T09:00", "--limit", "1工作日", "--limit", "1自然日").output
    assert "= 2026-11-23T09:00" in each
    assert "= 2026-11-21T09:00" in each
    with pytest.raises(InputError, match="对不上"):
        run("--from", "2026-11-20", "--from", "2026-11-21", *("--limit", "1工作日") * 3)


def test_a_table_keeps_its_columns(tmp_path: Path) -> None:
    given, made = tmp_path / "in.csv", tmp_path / "out.csv"
    given.write_text("no,from,limit\n7,2026-09-30T17:30,3工作日\n8,2026-12-30T09:00,5WD\n", "utf-8")
    run("--file", str(given), "-o", str(made))
    with made.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["no"], row["due"], row["provisional"]) for row in rows] == [
        ("7", "2026-10-10T17:30", "no"),
        ("8", "2027-01-06T09:00", "yes"),
    ]
    assert "国庆节" in rows[0]["arithmetic"]


def test_a_table_with_a_bad_row_writes_nothing(tmp_path: Path) -> None:
    given, made = tmp_path / "in.csv", tmp_path / "out.csv"
    given.write_text("from,limit\n2026-09-30T17:30,3工作日\nsoon,3工作日\n", "utf-8")
    with pytest.raises(InputError, match=r"3: .*看不懂"):
        run("--file", str(given), "-o", str(made))
    assert not made.exists()


def test_another_calendar_counts_instead(tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("day,working,name\n2026-11-23,no,样例节\n", "utf-8")
    said = run("--from", "2026-11-20T09:00", "--limit", "1工作日", "--calendar", str(own)).output
    assert "= 2026-11-24T09:00" in said
    assert "样例节" in said
