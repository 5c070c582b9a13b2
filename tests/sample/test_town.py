"""The town as a whole: the same for a seed, as large as promised, and joined by codes that exist."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from data.sample import Town, make_town
from data.sample.tiles import OPEN_WHEN_TILED

COLUMNS = {
    "boundaries": "level code name parent_code kind geometry",
    "compounds": "code name aliases address geometry",
    "buildings": "code name compound_code road house_number floors use geometry",
    "entrances": "building_code name lon lat",
    "households": "code building_code entrance floor room lon lat",
    "roads": "code name highway oneway bridge geometry",
    "ground": "kind name geometry",
    "places": "code name kind address lon lat source since",
    "organisations": "code name kind parent_code area_code grid_code office_phone office_hours",
    "members": "code name phone organisation_code skills means",
    "postings": "member_code grid_code role valid_from valid_to",
    "shifts": "member_code starts_at ends_at kind",
    "rounds": "code member_code grid_code starts_at ends_at state geometry stops",
    "visits": "household_code member_code at",
    "cases": "reported_at text category true_grid_code true_place lon lat channel state moves rating",
}
ROOT = Path(__file__).resolve().parents[2]
PRINT_HASH = "import tests.sample.test_town as t; print(t.hash_of(t.make_town(1)))"


def hash_of(town: Town) -> str:
    whole = hashlib.sha256()
    for name, table in town.tables().items():
        plain = table.to_wkb(hex=True) if isinstance(table, gpd.GeoDataFrame) else table
        whole.update(name.encode() + plain.to_csv().encode())
    return whole.hexdigest()


def test_the_same_seed_gives_the_same_town_in_another_process(town: Town) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINT_HASH],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "77"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == hash_of(town)


def test_another_seed_gives_another_town_that_is_as_large(town: Town) -> None:
    other = make_town(2)
    assert hash_of(other) != hash_of(town)
    assert len(other.buildings) == 3000
    assert len(other.households) == 20_000
    assert (other.boundaries["level"] == "grid").sum() == 60


def test_the_town_has_the_size_of_a_town(town: Town) -> None:
    levels = town.boundaries["level"].value_counts()
    assert levels.loc[["city", "district", "subdistrict", "community", "grid"]].to_list() == [1, 1, 1, 4, 60]
    assert len(town.buildings) == 3000
    assert len(town.households) == 20_000
    assert (town.cases["state"] == "closed").sum() == 2000
    assert (town.cases["state"] != "closed").sum() == 150
    assert (town.places["kind"] == "nickname").sum() >= 20
    assert set(town.ground["kind"]) == {"water", "green", "field", "square", "rail"}
    assert (town.roads["bridge"] & (town.roads["name"] != "")).sum() >= 3


def test_every_table_has_its_columns(town: Town) -> None:
    for name, table in town.tables().items():
        assert sorted(table.columns) == sorted(COLUMNS[name].split()), name


@pytest.mark.parametrize(
    ("table", "column", "target"),
    [
        ("buildings", "compound_code", "compounds"),
        ("entrances", "building_code", "buildings"),
        ("households", "building_code", "buildings"),
        ("organisations", "parent_code", "organisations"),
        ("organisations", "grid_code", "boundaries"),
        ("organisations", "area_code", "boundaries"),
        ("members", "organisation_code", "organisations"),
        ("postings", "member_code", "members"),
        ("postings", "grid_code", "boundaries"),
        ("shifts", "member_code", "members"),
        ("rounds", "grid_code", "boundaries"),
        ("visits", "household_code", "households"),
        ("cases", "true_grid_code", "boundaries"),
    ],
)
def test_codes_point_at_something(town: Town, table: str, column: str, target: str) -> None:
    tables = town.tables()
    used = set(tables[table][column]) - {""}
    assert used
    assert used <= set(tables[target]["code"])


def test_codes_are_given_once(town: Town) -> None:
    for name, table in town.tables().items():
        if "code" in table:
            assert table["code"].is_unique, name
    assert not town.entrances.duplicated(["building_code", "name"]).any()


def test_every_household_goes_in_by_a_door_that_exists(town: Town) -> None:
    doors = set(zip(town.entrances["building_code"], town.entrances["name"], strict=True))
    assert set(zip(town.households["building_code"], town.households["entrance"], strict=True)) <= doors
    homes = ["building_code", "entrance", "floor", "room"]
    assert not town.households.duplicated(homes).any()


def test_tiles_are_subdistricts_of_their_own(town: Town) -> None:
    four = make_town(1, scale=4)
    assert len(four.buildings) == 4 * 3000
    assert four.buildings["code"].is_unique
    assert four.members["phone"].is_unique
    assert (four.cases["state"] != "closed").sum() == 4 * OPEN_WHEN_TILED
    places = four.boundaries[four.boundaries["level"] == "subdistrict"]
    assert places["code"].to_list() == [f"99010200{n}000" for n in (1, 2, 3, 4)]
    assert set(four.cases["true_grid_code"]) - {""} <= set(four.boundaries["code"])
    district = four.boundaries.loc[four.boundaries["level"] == "district"].geometry.iloc[0]
    assert district.contains(places.union_all())
    assert not places.geometry.iloc[0].intersects(places.geometry.iloc[1])


def test_written_files_give_the_town_back(town: Town, tmp_path: Path) -> None:
    files = town.write(tmp_path / "town")
    assert [file.stem for file in files] == list(COLUMNS)
    grids = gpd.read_file(tmp_path / "town" / "boundaries.geojson")
    assert grids["code"].astype(str).to_list() == town.boundaries["code"].to_list()
    assert grids.geometry.geom_equals(town.boundaries.geometry.to_crs(grids.crs).set_axis(grids.index)).all()
    people = pd.read_csv(tmp_path / "town" / "members.csv", dtype=str)
    assert people["phone"].to_list() == town.members["phone"].to_list()
    first = json.loads((tmp_path / "town" / "rounds.geojson").read_text(encoding="utf-8"))["features"][0]
    assert json.loads(first["properties"]["stops"])[0].keys() == {"lon", "lat", "label"}
