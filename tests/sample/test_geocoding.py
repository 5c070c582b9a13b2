"""On the whole sample town the geocoder of the database answers as the one in memory does."""

from __future__ import annotations

from collections.abc import Iterator

from shapely import Geometry
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.sample import Town
from gis.places import candidates, indexing
from gis.places.geocoder import Geocoder
from gis.places.known import known
from tests.places.city import Row, add_places
from tests.places.test_database_candidates import queries, told

QUERIES = 500


def rows(town: Town) -> Iterator[Row]:
    names = dict(zip(town.compounds["code"], town.compounds["name"], strict=True))
    for one in town.compounds.itertuples():
        yield f"compound:{one.code}", "compound", one.name, one.address, *middle(one.geometry)
    for one in town.buildings.itertuples():
        name = f"{names.get(one.compound_code, '')}{one.name}"
        yield f"building:{one.code}", "building", name, f"{one.road}{one.house_number}", *middle(one.geometry)
    for one in town.places.itertuples():
        yield f"place:{one.code}", "poi", one.name, one.address, float(one.lon), float(one.lat)


def middle(shape: Geometry) -> tuple[float, float]:
    point = shape.representative_point()
    return point.x, point.y


def test_database_and_memory_give_the_same_answers(session: Session, town: Town) -> None:
    add_places(session, [row for row in rows(town) if row[2] or row[3]])
    for one in town.compounds.itertuples():
        if one.aliases:
            update = text("UPDATE place SET aliases = string_to_array(:aliases, ';') WHERE code = :code")
            session.execute(update, {"aliases": one.aliases, "code": f"compound:{one.code}"})
    indexing.rebuild(session)
    places = known(session)
    memory, database = Geocoder(places), candidates.geocoder(session)
    decisions = []
    for words in queries(places, QUERIES):
        expected = memory.locate(words)
        decisions.append(expected.decision)
        assert told(database.locate(words)) == told(expected), words
    assert decisions.count("auto") > QUERIES / 4
    assert {"ask", "none"} <= set(decisions)
