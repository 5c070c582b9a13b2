"""OSM extracts of real towns through the loaders; they do not lie in China."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from gis.files.osm import read_osm
from gis.loaders import kind_named
from gis.loading.kind import Outcome
from gis.loading.load import load
from tests.loading.town import context

pytestmark = pytest.mark.realdata


def extract(shared_data: Path, name: str) -> Path:
    file = shared_data / "osm-pbf" / name
    if not file.exists():
        pytest.skip(f"{file} is absent")
    return file


def run(session: Session, file: Path, *, anywhere: bool) -> dict[str, Outcome]:
    told = context(anywhere=anywhere)
    return {
        kind: load(session, kind_named(kind), given, told, accept_good_rows=True)
        for kind, given in read_osm(file).items()
    }


@pytest.mark.parametrize(
    ("name", "least"),
    [
        (
            "Helsinki.osm.pbf",
            {"buildings": 440, "roads": 2400, "ground": 500, "places": 1500, "addresses": 1400},
        ),
        ("test.osm.pbf", {"buildings": 2100, "roads": 300, "ground": 20, "places": 15, "addresses": 6}),
    ],
)
def test_an_extract_is_loaded_twice_and_the_second_time_changes_nothing(
    session: Session, shared_data: Path, name: str, least: dict[str, int]
) -> None:
    first = run(session, extract(shared_data, name), anywhere=True)
    for kind, outcome in first.items():
        assert outcome.counts.new >= 0.99 * least[kind], kind
        assert len(outcome.faults.rows) <= 0.01 * outcome.rows, (kind, list(outcome.faults)[:3])
    again = run(session, extract(shared_data, name), anywhere=True)
    assert all((outcome.counts.new, outcome.counts.changed) == (0, 0) for outcome in again.values())


def test_a_place_abroad_is_refused_unless_it_is_meant(session: Session, shared_data: Path) -> None:
    outcomes = run(session, extract(shared_data, "test.osm.pbf"), anywhere=False)
    assert all(outcome.counts.new == 0 for outcome in outcomes.values())
    assert "--anywhere" in next(iter(outcomes["buildings"].faults)).en
