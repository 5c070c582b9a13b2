"""An OSM extract becomes tables: a building with a court, one-way streets, numbers, names, water."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Relation, Way

from gis.errors import InputError
from gis.files.osm import read_osm


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    file = tmp_path / "a.osm.pbf"
    places = [(0, 0), (9, 0), (9, 9), (0, 9), (3, 3), (6, 3), (6, 6), (3, 6), (20, 0), (20, 9)]
    with osmium.SimpleWriter(str(file)) as writer:
        for number, (x, y) in enumerate(places, 1):
            writer.add_node(Node(id=number, location=(114.3 + x * 1e-4, 33.6 + y * 1e-4), tags={}))
        shop = {"shop": "bakery", "name": "样例面包房", "addr:street": "和平路", "addr:housenumber": "8"}
        writer.add_node(Node(id=11, location=(114.303, 33.603), tags=shop))
        writer.add_way(Way(id=1, nodes=[1, 2, 3, 4, 1], tags={}))
        writer.add_way(Way(id=2, nodes=[5, 6, 7, 8, 5], tags={}))
        writer.add_way(
            Way(id=3, nodes=[9, 10], tags={"highway": "residential", "name": "和平路", "oneway": "-1"})
        )
        writer.add_way(Way(id=4, nodes=[2, 9, 10, 3, 2], tags={"natural": "water", "name": "样例湖"}))
        writer.add_way(Way(id=5, nodes=[9, 99], tags={"highway": "service"}))  # cut away by the extract
        house = {"type": "multipolygon", "building": "apartments", "building:levels": "6", "addr:street": "和平路",
                 "addr:housenumber": "3"}  # fmt: skip
        writer.add_relation(Relation(id=1, members=[("w", 1, "outer"), ("w", 2, "inner")], tags=house))
    return file


def test_each_kind_gets_its_table(extract: Path) -> None:
    tables = read_osm(extract)
    assert {kind: frame["code"].tolist() for kind, frame in tables.items()} == {
        "buildings": ["r1"],
        "roads": ["w3"],
        "ground": ["w4"],
        "places": ["n11"],
        "addresses": ["n11", "r1"],
    }


def test_a_relation_keeps_its_court(extract: Path) -> None:
    (row,) = read_osm(extract)["buildings"].to_dict("records")
    assert (row["road"], row["house_number"], row["floors"], row["use"]) == ("和平路", "3", "6", "apartments")
    assert len(row["geometry"].geoms[0].interiors) == 1


def test_a_street_drawn_against_its_direction_is_still_one_way(extract: Path) -> None:
    from gis.files.cells import yes_no

    (row,) = read_osm(extract)["roads"].to_dict("records")
    assert yes_no(row["oneway"]) is True


def test_what_is_no_extract_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.osm.pbf").write_bytes(b"this is no extract")
    with pytest.raises(InputError, match="cannot be read as an OSM file"):
        read_osm(tmp_path / "a.osm.pbf")
