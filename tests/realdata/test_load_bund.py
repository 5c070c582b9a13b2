"""The Bund: cut into grids along its roads, loaded, and asked for house numbers that OSM knows."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.vectors import read_vectors
from gis.geometry.blocks import cut, in_reading_order
from gis.geometry.measure import area_m2
from gis.grids.queries import grid_at
from gis.loaders import kind_named, settle
from gis.loading.kind import Counts, Outcome
from gis.loading.load import load
from gis.places import candidates
from gis.places.geocoder.stems import distance_m
from tests.loading.town import FIRST, boundary, context, frame

pytestmark = pytest.mark.realdata
COMMUNITY = "990301001001"
WINDOW = shapely.box(121.4815, 31.2271, 121.5195, 31.2502)
MIN_AREA_M2 = 15_000
REPORTS = 30


@pytest.fixture(scope="module")
def bund(shared_data: Path) -> Path:
    file = shared_data / "shanghai-bund" / "bund.gpkg"
    if not file.exists():
        pytest.skip(f"{file} is absent")
    return file


@pytest.fixture(scope="module")
def grids(bund: Path) -> np.ndarray:
    roads = read_vectors(bund, "roads")
    roads = roads[roads["kind"].isin(["major_road", "minor_road"])]
    blocks = cut(WINDOW, roads["geometry"].to_numpy(), min_area_m2=MIN_AREA_M2)
    return blocks[in_reading_order(blocks)]


def run(session: Session, kind: str, given: pd.DataFrame, **headings: str) -> Outcome:
    return load(session, kind_named(kind), given, context(), headings=headings, accept_good_rows=True)


@pytest.fixture
def town(session: Session, bund: Path, grids: np.ndarray) -> Session:
    rows = [boundary("community", COMMUNITY, "", shapely.coverage_union_all(grids), "外滩")]
    rows += [boundary("grid", f"{COMMUNITY}{i:03d}", COMMUNITY, grid) for i, grid in enumerate(grids, 1)]
    outcome = run(session, "boundaries", frame(rows))
    assert (outcome.counts, list(outcome.faults)) == (Counts(new=len(rows)), [])
    assert run(session, "buildings", read_vectors(bund, "buildings"), code="osm_id").counts.new == 1450
    assert (
        run(session, "roads", read_vectors(bund, "roads"), code="osm_id", highway="kind_detail").counts.new
        >= 1094
    )
    settle(session, FIRST)
    return session


def test_the_grids_tile_the_ground_and_are_large_enough(grids: np.ndarray) -> None:
    assert 80 < len(grids) < 250
    assert shapely.coverage_is_valid(grids)
    assert area_m2(grids).min() >= MIN_AREA_M2
    assert shapely.area(grids).sum() == pytest.approx(WINDOW.area, rel=1e-9)


def test_every_building_inside_has_its_grid(town: Session) -> None:
    homeless = town.scalar(
        text("""SELECT count(*) FROM building b JOIN area_version v ON ST_Covers(v.geom, ST_PointOnSurface(b.geom))
                WHERE b.grid_id IS NULL""")
    )
    housed = town.scalar(text("SELECT count(*) FROM building WHERE grid_id IS NOT NULL"))
    assert (homeless, housed) == (0, 1384)


def test_house_numbers_that_osm_knows_become_places(town: Session, bund: Path) -> None:
    outcome = run(town, "addresses", read_vectors(bund, "building_addr_points"), code="osm_id")
    assert outcome.counts.new + len(outcome.faults.rows) == 313
    assert outcome.counts.new >= 150
    lon, lat = town.execute(
        text(
            "SELECT ST_X(point), ST_Y(point) FROM place WHERE kind = 'address' AND address = '滨江大道2727号'"
        )
    ).one()
    assert grid_at(town, lon, lat, FIRST) is not None
    names = town.scalar(text("SELECT count(*) FROM place WHERE kind = 'building'"))
    assert names >= 116, "buildings with a house number are names of the gazetteer"


def test_reports_at_house_numbers_that_osm_knows_are_placed(town: Session, bund: Path) -> None:
    run(town, "addresses", read_vectors(bund, "building_addr_points"), code="osm_id")
    settle(town, FIRST)
    rows = town.execute(
        text("""SELECT address, array_agg(ARRAY[ST_X(point), ST_Y(point)]) FROM place
                WHERE kind = 'address' AND address ~ '[路街道]\\d' GROUP BY address ORDER BY address""")
    ).all()
    geocoder = candidates.geocoder(town)
    placed = 0
    for address, points in random.Random(5).sample(rows, REPORTS):
        answer = geocoder.locate(f"{address}门口的路灯坏了")
        assert answer.lon is not None, address
        assert answer.lat is not None
        off_m = min(distance_m(answer.lon, answer.lat, lon, lat) for lon, lat in points)
        assert answer.decision == "ask" or off_m <= 30, (address, off_m)
        placed += answer.decision == "auto"
    assert placed >= 0.9 * REPORTS


def test_crossings_of_the_place_are_names_of_its_gazetteer(town: Session) -> None:
    answer = candidates.geocoder(town).locate("福州路和四川中路路口西南角有个大坑")
    assert (answer.decision, answer.level) == ("auto", "crossing")
    assert answer.place is not None
    assert set(answer.place.name.removesuffix("交叉口").split("与")) == {"福州路", "四川中路"}


def test_the_whole_place_again_changes_nothing(town: Session, bund: Path) -> None:
    buildings = run(town, "buildings", read_vectors(bund, "buildings"), code="osm_id")
    assert buildings.counts == Counts(unchanged=1450)
    roads = run(town, "roads", read_vectors(bund, "roads"), code="osm_id", highway="kind_detail")
    assert (roads.counts.new, roads.counts.changed) == (0, 0)
