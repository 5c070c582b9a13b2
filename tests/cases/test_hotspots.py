"""Many reports of one matter at one place are a hot spot; reports are counted, never people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from gis.cases import journey, moves
from gis.cases.actor import Actor
from gis.cases.hotspots import gathered, hot_spots, in_metres
from gis.cases.joining import join
from gis.cases.models import Case
from gis.settings import Settings
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests import make

NOW = make.NOW
METRE_DEG = 1 / 111_195


@dataclass(frozen=True)
class Row:
    lon: float
    lat: float


@pytest.fixture
def town(session: Session, test_settings: Settings) -> make.Town:
    del test_settings
    return make.Town(session)


def _report(
    session: Session, town: make.Town, *, north_m: float = 0, hours: float = 1, **other: object
) -> Case:
    lon, lat = town.inside("A")
    new = make.new_report(pin=(lon, lat + north_m * METRE_DEG), **other)
    row = journey.report(session, new, NOW - timedelta(hours=hours)).row
    return session.get_one(Case, row.case.id)


def test_three_reports_at_one_place_are_a_spot_two_are_none(session: Session, town: make.Town) -> None:
    one = _report(session, town)
    _report(session, town, north_m=20)
    assert hot_spots(session, make.EVERYTHING, NOW) == []
    join(session, make.new_report(), one.number, NOW)
    [spot] = hot_spots(session, make.EVERYTHING, NOW)
    assert (spot.reports, len(spot.case_ids), spot.open, spot.category) == (3, 2, 2, "路灯")


def test_far_old_other_and_voided_ones_do_not_count(session: Session, town: make.Town) -> None:
    make.case_type(session, "E0102", name="垃圾", keywords=["垃圾"])
    _report(session, town)
    _report(session, town)
    _report(session, town, north_m=200)
    _report(session, town, hours=8 * 24)
    _report(session, town, category="E0102")
    void = _report(session, town)
    moves.make(session, void, "void", Actor("commander"), NOW, reason="样例")
    session.flush()
    assert hot_spots(session, make.EVERYTHING, NOW) == []


def test_only_ones_own_ground_is_seen(session: Session, town: make.Town) -> None:
    for _ in range(3):
        _report(session, town)
    mine = Scope(Reach.GRIDS, grid_ids=frozenset({town.grids["A"].id}))
    other = Scope(Reach.GRIDS, grid_ids=frozenset({town.grids["B"].id}))
    assert len(hot_spots(session, mine, NOW)) == 1
    assert hot_spots(session, other, NOW) == []


def test_no_text_of_a_reporter_is_in_a_spot(session: Session, town: make.Town) -> None:
    for _ in range(3):
        _report(session, town, text="样例的话 19900000003")
    assert "样例的话" not in repr(hot_spots(session, make.EVERYTHING, NOW))


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=30),
    st.integers(2, 5),
)
def test_every_spot_is_large_enough_and_no_row_is_in_two(places: list[tuple[int, int]], least: int) -> None:
    rows = [Row(116.3 + x * METRE_DEG / 0.77, 39.9 + y * METRE_DEG) for x, y in places]
    spots = gathered(rows, 50, least)
    assert all(len(spot) >= least for spot in spots)
    counted = [id(row) for spot in spots for row in spot]
    assert len(counted) == len(set(counted)) <= len(rows)


def test_metres_on_the_plane_are_metres() -> None:
    import numpy as np

    plane = in_metres(np.array([[116.3, 39.9], [116.3, 39.9 + METRE_DEG * 50]]))
    assert abs(plane[1] - plane[0]) == pytest.approx([0, 50], abs=0.01)
