"""Words become a place in the walk of a case - or wait for a person, with what they could mean."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from gis.cases import journey, queries
from gis.cases.states import State
from gis.places.indexing import catch_up
from gis.places.models import Place
from tests import make

pytestmark = pytest.mark.usefixtures("test_settings")


def place(session: Session, name: str, address: str, lon: float, lat: float) -> Place:
    row = Place(
        code=f"{name}{address}", kind="compound", name=name, address=address, point=make.ewkt_point(lon, lat)
    )
    session.add(row)
    session.flush()
    return row


def by_words(session: Session, words: str) -> queries.CaseRow:
    catch_up(session)
    received = journey.report(session, make.new_report(words), make.NOW)
    return queries.case_of(session, make.EVERYTHING, received.row.case.id, make.NOW)


def test_words_find_their_grid(session: Session) -> None:
    town = make.Town(session)
    home = place(session, "幸福小区", "和平路12号", *town.inside("B"))
    place(session, "锦绣花园", "长江路3号", *town.inside("A"))
    row = by_words(session, "和平路12号幸福小区3号楼2单元楼道灯坏了")
    assert (row.state, row.case.place_id, row.case.grid_id) == (State.ASSIGNED, home.id, town.grids["B"].id)
    assert row.case.location["decision"] == "auto"


def test_words_without_a_place_wait_for_a_person(session: Session) -> None:
    town = make.Town(session)
    place(session, "幸福小区", "和平路12号", *town.inside("B"))
    row = by_words(session, "灯坏了，快来修")
    assert (row.state, row.case.grid_id) == (State.QUEUED, None)
    assert row.case.location["decision"] == "none"
    assert queries.history(session, row.case.id)[-1].reason


def test_two_places_of_one_name_are_never_guessed(session: Session) -> None:
    town = make.Town(session)
    place(session, "幸福小区", "和平路12号", *town.inside("B"))
    place(session, "幸福小区", "长江路3号", town.inside("A")[0] - 0.05, town.inside("A")[1])
    row = by_words(session, "幸福小区3号楼的灯坏了")
    assert row.state == State.QUEUED
    assert len(row.case.location["candidates"]) == 2


def test_an_empty_gazetteer_is_no_fault(session: Session) -> None:
    make.Town(session)
    assert by_words(session, "幸福小区的灯坏了").state == State.QUEUED


def test_a_place_that_ended_is_no_longer_found(session: Session) -> None:
    town = make.Town(session)
    home = place(session, "幸福小区", "和平路12号", *town.inside("B"))
    assert by_words(session, "和平路12号幸福小区").state == State.ASSIGNED
    home.ended_at = make.NOW
    session.flush()
    assert by_words(session, "和平路12号幸福小区").state == State.QUEUED


def test_a_community_is_no_place_to_send_somebody_to(session: Session) -> None:
    town = make.Town(session)
    place(session, "和平里社区", "", *town.inside("B")).kind = "community"
    row = by_words(session, "和平里社区的路灯坏了")
    assert (row.state, row.case.place_id) == (State.QUEUED, None)
    assert row.case.location["decision"] == "ask"


def test_a_place_between_two_known_doors_can_be_asked_for(session: Session) -> None:
    town = make.Town(session)
    lon, lat = town.inside("B")
    place(session, "幸福小区", "和平路2号", lon, lat)
    place(session, "锦绣花园", "和平路12号", lon + 0.003, lat)
    row = by_words(session, "和平路6号门口的路灯坏了")
    assert row.state == State.QUEUED
    assert row.case.location["candidates"][0]["place_id"] is None
