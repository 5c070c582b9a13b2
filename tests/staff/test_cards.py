"""The grid card: true for any date, its line in words, the office's telephone and nobody's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.errors import NotFoundError
from gis.staff.cards import card_of
from tests import make
from tests.make import NOW, Town


@pytest.fixture
def town(session: Session) -> Town:
    return Town(session)


def road(session: Session, name: str, wkt: str) -> None:
    session.execute(
        text(
            "INSERT INTO road (code, name, highway, geom) VALUES (:n, :n, 'residential', ST_GeomFromText(:w, 4490))"
        ),
        {"n": name, "w": wkt},
    )


def test_a_card_says_who_answers_and_where_it_ends(session: Session, town: Town) -> None:
    road(session, "样例东路", "LINESTRING(116.302 39.899, 116.302 39.903)")
    road(session, "样例北街", "LINESTRING(116.299 39.902, 116.305 39.902)")
    leader = make.member(session, branch=town.branches["A"])
    make.posting(session, leader, town.grids["A"], role="grid_leader")
    town.committee.office_phone, town.committee.office_hours = "010-00000001", "工作日"
    session.flush()
    card = card_of(session, town.grids["A"].code, NOW)
    assert (card.name, card.community, card.branch) == ("第A网格", "样例社区", "第A网格党支部")
    assert [(one.name, one.role) for one in card.members] == [
        (leader.name, "grid_leader"),
        (town.members["A"].name, "grid_member"),
    ]
    assert (card.office, card.phone, card.hours) == ("样例社区党委", "010-00000001", "工作日")
    assert card.line == "东至样例东路，北至样例北街。"
    assert card.line_en == "East to 样例东路; North to 样例北街."
    assert card.since == make.LONG_AGO


def test_a_neighbour_is_named_where_no_road_runs(session: Session, town: Town) -> None:
    card = card_of(session, town.grids["B"].code, NOW)
    assert card.line == "西与第A网格相邻。"


def test_the_branchs_own_telephone_comes_first(session: Session, town: Town) -> None:
    town.committee.office_phone, town.branches["A"].office_phone = "010-00000001", "010-00000002"
    town.committee.office_hours = "工作日"
    session.flush()
    card = card_of(session, town.grids["A"].code, NOW)
    assert (card.office, card.phone, card.hours) == ("第A网格党支部", "010-00000002", "")


def test_a_card_is_true_for_its_date(session: Session, town: Town) -> None:
    with pytest.raises(NotFoundError):
        card_of(session, town.grids["A"].code, make.LONG_AGO - timedelta(days=1))
    with pytest.raises(NotFoundError):
        card_of(session, "990102001001999", NOW)
    town.members["A"].left_at = NOW
    session.flush()
    assert card_of(session, town.grids["A"].code, NOW).members == ()
    assert card_of(session, town.grids["A"].code, NOW - timedelta(seconds=1)).members
