"""7,701 villages as one tessellation of communities under 368 towns."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.vectors import read_vectors
from gis.grids.load_boundaries import BOUNDARIES
from gis.loading.kind import Counts, Outcome
from gis.loading.load import load
from tests.loading.town import context

pytestmark = pytest.mark.realdata
VILLAGES, TOWNS = 7701, 368


@pytest.fixture
def topology(shared_data: Path) -> Path:
    file = shared_data / "taiwan-villages" / "villages-10t.json"
    if not file.exists():
        pytest.skip(f"{file} is absent")
    return file


def run(session: Session, file: Path, layer: str, level: str, parent: str | None) -> Outcome:
    prefix = layer[:4].upper()
    headings = {"code": f"{prefix}CODE", "name": f"{prefix}NAME"}
    headings |= {"parent_code": parent} if parent else {}
    return load(
        session, BOUNDARIES, read_vectors(file, layer), context(), headings=headings, fixed={"level": level},
        accept_good_rows=True,
    )  # fmt: skip


def test_the_villages_are_loaded_as_communities(session: Session, topology: Path) -> None:
    towns = run(session, topology, "towns", "subdistrict", None)
    started = time.perf_counter()
    villages = run(session, topology, "villages", "community", "TOWNCODE")
    print(f"{VILLAGES} villages read, checked and written in {time.perf_counter() - started:.1f} s")
    assert towns.counts.new + len(towns.faults.rows) == TOWNS
    assert villages.counts.new + len(villages.faults.rows) == villages.rows == VILLAGES
    assert villages.counts.new > 0.98 * VILLAGES
    again = run(session, topology, "villages", "community", "TOWNCODE")
    assert again.counts == Counts(unchanged=villages.counts.new)


def test_neighbours_meet_in_the_very_same_points(topology: Path) -> None:
    shapes = read_vectors(topology, "villages")["geometry"].to_numpy()
    sound = shapes[shapely.is_valid(shapes) & ~shapely.is_empty(shapes)]
    odd = shapely.coverage_invalid_edges(sound)
    assert (~shapely.is_empty(odd)).sum() < 0.01 * len(sound)


def test_points_inside_find_their_village(session: Session, topology: Path) -> None:
    run(session, topology, "towns", "subdistrict", None)
    run(session, topology, "villages", "community", "TOWNCODE")
    found = session.execute(
        text("""SELECT count(*), count(DISTINCT v.area_id) FROM area_version v JOIN area a ON a.id = v.area_id
                JOIN area_version o ON o.geom && v.geom AND ST_Covers(o.geom, ST_PointOnSurface(v.geom))
                JOIN area b ON b.id = o.area_id AND b.level = 'community' WHERE a.level = 'community'""")
    ).one()
    assert found[0] == found[1]
