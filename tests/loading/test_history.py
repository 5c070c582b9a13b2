"""Past cases told by their times: foreign columns and clocks, ties, summer time, missing targets, reopened ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from gis.cases.models import Case, CaseLog
from gis.cases.moves import replay
from gis.cases.queries import history
from gis.errors import InputError
from gis.files.mapping import FileMapping, apply, read_mapping
from tests.loading.test_command import run

MAPPING = """
source = "样例系统"
anywhere = true
[columns]
number = "Id"
reported_at = "Opened"
due_at = "Target"
closed_at = "Closed"
state = "Status"
category = "Kind"
text = "{Kind} / {Queue}"
agency = "Queue"
lon = "Lon"
lat = "Lat"
[times]
fields = ["reported_at", "due_at", "closed_at"]
format = "%m/%d/%Y %I:%M:%S %p"
zone = "America/New_York"
[values.state]
Done = "closed"
Open = "open"
"""
HEAD = "Id,Opened,Target,Closed,Status,Kind,Queue,Lon,Lat\n"
ROWS = [
    "1,01/05/2015 08:00:00 AM,01/06/2015 08:00:00 AM,01/06/2015 08:00:00 AM,Done,Lamp,Q1,-71.06,42.35",  # a tie
    "2,01/05/2015 08:00:00 AM,01/06/2015 08:00:00 AM,01/06/2015 08:00:01 AM,Done,Lamp,Q1,-71.06,42.35",
    "3,01/05/2015 08:00:00 AM,,01/06/2015 08:00:01 AM,Done,Lamp,Q1,-71.06,42.35",  # no target
    "4,01/05/2015 08:00:00 AM,01/06/2015 08:00:00 AM,,Open,Lamp,Q2,,",
    "5,01/05/2015 08:00:00 AM,01/06/2015 08:00:00 AM,01/05/2015 09:00:00 AM,Open,Lamp,Q2,-71.06,42.35",  # again open
    "6,11/01/2015 12:30:00 AM,11/01/2015 01:45:00 AM,11/01/2015 01:50:00 AM,Done,Tree,Q2,-71.06,42.35",  # twice
    "7,03/07/2015 02:30:00 AM,03/08/2015 02:30:00 AM,03/08/2015 03:00:00 AM,Done,Tree,Q2,-71.06,42.35",  # never
    "8,01/05/2015 08:00:00 AM,01/06/2015 08:00:00 AM,01/05/2015 07:00:00 AM,Done,Lamp,,-71.06,42.35",  # before it began
]
ON_TIME = {"1": True, "2": False, "3": None, "4": None, "5": None, "6": False, "7": False, "8": True}


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    table, mapping = tmp_path / "past.csv.gz", tmp_path / "foreign.toml"
    table.write_bytes(gzip.compress((HEAD + "\n".join(ROWS)).encode()))
    mapping.write_text(MAPPING, "utf-8")
    return table, mapping


def test_past_cases_come_in_with_their_own_times(commanded: Engine, files: tuple[Path, Path]) -> None:
    result = run("load", "history", files[0], "--mapping", files[1])
    assert result.exit_code == 0, result.stdout
    assert "8 new" in result.stdout
    assert "8 unchanged" in run("load", "history", files[0], "--mapping", files[1]).stdout
    with Session(commanded) as session:
        rows = {row.number: row for row in session.query(Case)}
        found = {
            number: None if row.closed_at is None or row.due_at is None else row.closed_at <= row.due_at
            for number, row in rows.items()
        }
        assert found == ON_TIME
        for row in rows.values():
            logs = history(session, row.id)
            assert replay(list(logs)) == row.state
            assert row.revision == len(logs)
            assert isinstance(logs[0], CaseLog)
        assert (rows["4"].state, rows["4"].agency, rows["1"].text) == ("assigned", "Q2", "Lamp / Q1")
        assert rows["1"].reported_at.isoformat() == "2015-01-05T13:00:00+00:00"
        kinds = session.execute(text("SELECT name, limit_value, limit_unit, valid @> now() FROM case_type"))
        assert {tuple(kind) for kind in kinds} == {("Lamp", 1, "ND", False), ("Tree", 1, "ND", False)}


def test_a_number_twice_or_a_closing_without_time_loads_nothing(
    commanded: Engine, files: tuple[Path, Path]
) -> None:
    table, mapping = files
    bad = [
        "90,01/05/2015 08:00:00 AM,,,Done,Lamp,Q1,-71.06,42.35",
        "91,2015-01-05 soon,,,Open,Lamp,Q1,-71.06,42.35",
        "92,01/05/2015 08:00:00 AM,,,Open,Lamp,Q1,-71.06,42.35",
        "92,01/05/2015 08:00:00 AM,,,Open,Lamp,Q1,-71.06,42.35",
    ]
    table.write_bytes(gzip.compress((HEAD + "\n".join(bad)).encode()))
    result = run("load", "history", table, "--mapping", mapping)
    assert result.exit_code == 1
    assert "3 faulty" in result.stdout
    with commanded.connect() as connection:
        assert connection.scalar(text("""SELECT count(*) FROM "case" WHERE number LIKE '9%'""")) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("columns = 3", "columns"),
        ("nonsense = 1", "nonsense"),
        ("= ", "TOML"),
        ("[times]\nzone = 'Mars'", "Mars"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(tmp_path: Path, words: str, said: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(words, "utf-8")
    with pytest.raises(InputError, match=said):
        read_mapping(path)


def test_a_mapping_that_names_no_column_of_the_file_says_so() -> None:
    import pandas as pd

    with pytest.raises(InputError, match="Queue"):
        apply(pd.DataFrame({"Id": ["1"]}), FileMapping({"agency": "{Queue}"}))


def test_a_broken_packed_file_is_refused(tmp_path: Path) -> None:
    from gis.files.tables import read_table

    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n" * 9)[:-9])
    with pytest.raises(InputError, match="broken"):
        read_table(path)
