"""The geocoder on the database answers as the one in memory does, from an index that follows the places."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.places import candidates, indexing
from gis.places.geocoder import Answer, Geocoder, Place
from gis.places.known import known
from tests import make
from tests.places.city import add_places, city

TAILS = ("", "", "3号楼", "5号楼2单元的灯坏了", "对面", "旁边井盖丢了", "12栋1单元501室", "，路灯不亮")


def queries(places: list[Place], count: int) -> Iterator[str]:
    """Write queries as people do: halves, tails, narratives, slips of one letter, strangers."""
    chance = random.Random(7)
    for number in range(count):
        one = chance.choice(places)
        words = chance.choice(
            [one.name, one.address + one.name, one.address, f"市民反映{one.address}{one.name}"]
        )
        words += chance.choice(TAILS)
        if number % 3 == 0 and len(words) > 3:
            at = chance.randrange(len(words))
            words = words[:at] + chance.choice("花城苑东江") + words[at + 1 :]
        yield words


def told(answer: Answer) -> tuple[object, ...]:
    place = answer.place.id if answer.place else None
    others = [(one.place.id, one.score, one.level) for one in answer.candidates]
    return (
        answer.decision,
        answer.level,
        answer.confidence,
        place,
        answer.lon,
        answer.lat,
        others,
        answer.question,
    )


def test_database_and_memory_give_the_same_answers(session: Session) -> None:
    add_places(session, city(compounds=120, buildings=6, seed=3))
    indexing.rebuild(session)
    places = known(session)
    memory, database = Geocoder(places), candidates.geocoder(session)
    decisions = set()
    for words in queries(places, 500):
        expected = memory.locate(words)
        assert told(database.locate(words)) == told(expected), words
        decisions.add((expected.decision, expected.level))
    assert {"auto", "ask", "none"} <= {decision for decision, _ in decisions}
    assert {"building", "compound", "roadno"} <= {level for _, level in decisions}


def test_an_index_in_step_is_not_made_again(session: Session) -> None:
    add_places(session, city(compounds=2, buildings=2))
    assert indexing.catch_up(session)
    assert not indexing.catch_up(session)
    session.execute(text("UPDATE place SET name = name"))
    assert indexing.catch_up(session)


def test_a_building_is_found_in_its_compound(session: Session) -> None:
    add_places(session, city(compounds=20, buildings=12))
    indexing.rebuild(session)
    answer = candidates.geocoder(session).locate(
        next(one.name for one in known(session) if "7号楼" in one.name)
    )
    assert (answer.decision, answer.level) == ("auto", "building")


def test_a_compound_that_is_called_as_a_road_is_found(session: Session) -> None:
    add_places(
        session,
        [
            *city(compounds=20, buildings=2),
            ("lane", "compound", "荷花巷", "", 116.3, 39.9),
            ("lane1", "building", "荷花巷1号楼", "", 116.3, 39.9),
        ],
    )
    indexing.rebuild(session)
    places = known(session)
    for words in ("荷花巷", "荷花巷1号楼的灯坏了"):
        assert told(candidates.geocoder(session).locate(words)) == told(Geocoder(places).locate(words))


@pytest.mark.parametrize("words", ["", "？？", "灯坏了", "a" * 3000, "\x00"])
def test_words_without_a_place_are_no_fault(session: Session, words: str) -> None:
    make.Town(session)
    indexing.rebuild(session)
    assert candidates.geocoder(session).locate(words).decision == "none"
