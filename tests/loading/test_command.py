"""`wangge load` from the outside: exit codes, the table of faults, nothing half-written; and the sample town."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from gis.errors import InputError
from tests.loading.town import boundaries
from webmap.cli import wangge


def run(*words: object) -> Result:
    result = CliRunner().invoke(wangge, [str(word) for word in words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    gpd.GeoDataFrame(boundaries(), crs="EPSG:4326").to_file(tmp_path / "lines.gpkg")
    return tmp_path / "lines.gpkg"


@pytest.fixture
def doors(tmp_path: Path) -> Path:
    file = tmp_path / "户.csv"
    file.write_text(
        "户号,经度,纬度,房号\nH1,114.3005,33.6005,101\nH2,33.6005,114.3005,=1+1\nH3,114.3025,33.6005,102\n",
        "gbk",
    )
    return file


def test_a_dry_run_writes_nothing(commanded: Engine, lines: Path) -> None:
    result = run("load", "boundaries", lines, "--dry-run")
    assert (result.exit_code, count(commanded, "area")) == (0, 0)
    assert "7 rows: only checked, 0 faulty" in result.stdout


def test_a_file_is_loaded_and_again_changes_nothing(commanded: Engine, lines: Path) -> None:
    first = run("load", "boundaries", lines, "--valid-from", "2026-01-01")
    assert first.exit_code == 0
    assert "7 new, 0 changed, 0 unchanged, 0 ended, 0 faulty" in first.stdout
    assert "0 new, 0 changed, 7 unchanged" in run("load", "boundaries", lines).stdout
    with commanded.connect() as connection:
        begins = connection.scalar(text("SELECT min(lower(valid)) FROM grid_version"))
    assert begins.isoformat() == "2025-12-31T16:00:00+00:00", "midnight of the town"


def test_a_faulty_file_loads_nothing_and_saves_its_faults(
    commanded: Engine, doors: Path, tmp_path: Path
) -> None:
    result = run("load", "households", doors, "--faults", tmp_path / "f.csv")
    assert (result.exit_code, count(commanded, "household")) == (1, 0)
    saved = (tmp_path / "f.csv").read_text("utf-8-sig").splitlines()
    assert len(saved) == 2
    assert saved[1].startswith("3,fault,geometry,")
    assert "seem swapped" in saved[1]


def test_good_rows_are_loaded_when_asked_and_find_their_grid(
    commanded: Engine, lines: Path, doors: Path
) -> None:
    run("load", "boundaries", lines)
    result = run("load", "households", doors, "--accept-good-rows")
    assert result.exit_code == 1
    assert "2 new, 0 changed, 0 unchanged, 0 ended, 1 faulty" in result.stdout
    with commanded.connect() as connection:
        housed = connection.scalar(text("SELECT count(*) FROM household WHERE grid_id IS NOT NULL"))
    assert housed == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nonsense", "lines.gpkg"], "There is no kind of file 'nonsense'"),
        (["boundaries", "nowhere.gpkg"], "There is no file"),
        (["boundaries", "lines.gpkg", "--map", "code"], "is not FIELD="),
        (["boundaries", "lines.gpkg", "--map", "code=gone"], "no column 'gone'"),
        (["buildings", "plain.csv"], "no geometry"),
        (["households", "empty.xlsx"], "is empty"),
    ],
)
def test_an_unusable_file_is_a_named_fault(
    commanded: Engine, lines: Path, tmp_path: Path, words: list[str], sentence: str
) -> None:
    del lines
    (tmp_path / "plain.csv").write_text("code\nB1\n")
    (tmp_path / "empty.xlsx").touch()
    with pytest.raises(InputError, match=sentence):
        run("load", words[0], tmp_path / words[1], *words[2:])


def test_the_sample_town_does_not_go_over_a_real_place(commanded: Engine, lines: Path) -> None:
    from gis.errors import ConflictError

    run("load", "boundaries", lines)
    with pytest.raises(ConflictError, match="empty database"):
        run("sample", "load")
    assert "not needed" in run("sample", "load", "--if-empty").stdout
