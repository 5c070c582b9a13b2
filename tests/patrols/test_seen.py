"""From fixes of a running round to shares, days and blind spots; a track is its member's and goes after 90 days."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.errors import ConflictError, InputError, NotFoundError
from gis.patrols.models import Patrol
from gis.patrols.network.stored import begins_at, network_of
from gis.patrols.rounds.models import PatrolEvent
from gis.patrols.seen import counting, fixes
from gis.patrols.seen.blind import PatrolledShare, patrolled_share, sections_seen
from gis.patrols.seen.models import PatrolTrack, SectionSeen
from gis.places.models import Building, Road
from tests import make

DAY = timedelta(days=1)


def road(session: Session, code: str, *places: tuple[float, float], **other: object) -> Road:
    row = Road(
        code=code,
        name=f"样例路{code}",
        highway="residential",
        geom=f"SRID=4490;{shapely.LineString(places).wkt}",
        **other,
    )
    session.add(row)
    session.flush()
    return row


class Streets(make.Town):
    """Grid A with two streets of about 190 m that cross, a bridge over one, a motorway, and a building at one."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        west, south, east, north = self.shapes["A"].bounds
        middle = (south + north) / 2
        self.west, self.south, self.east, self.north, self.middle = west, south, east, north, middle
        self.first = road(session, "R1", (west, middle), (east, middle))
        self.second = road(session, "R2", ((west + east) / 2, south), ((west + east) / 2, north))
        self.motorway = road(session, "R3", (west, north - 1e-4), (east, north - 1e-4))
        self.motorway.highway = "motorway"
        box = shapely.box(west + 2e-4, middle + 1e-4, west + 3e-4, middle + 2e-4)
        far = shapely.box(west + 1e-4, south + 1e-4, west + 2e-4, south + 2e-4)
        for at, shape in enumerate((box, far)):
            geometry = make.ewkt(shape)
            session.add(Building(code=f"B{at}", grid_id=self.grids["A"].id, geom=geometry))
        self.patrol = Patrol(
            code="P1", member_id=self.members["A"].id, grid_id=self.grids["A"].id, starts_at=make.NOW,
            ends_at=make.NOW + timedelta(hours=2), state="running",
            route=f"SRID=4490;LINESTRING({west} {middle}, {east} {middle})",
        )  # fmt: skip
        session.add(self.patrol)
        session.flush()

    def walk(self) -> list[list[float]]:
        """Give fixes along the first street, a second each."""
        many = 160
        start = make.NOW.timestamp()
        return [
            [start + at, lon, self.middle, 5.0]
            for at, lon in enumerate(np.linspace(self.west, self.east, many).tolist())
        ]


@pytest.fixture
def town(session: Session) -> Streets:
    return Streets(session)


def test_the_network_of_a_grid_is_cut_where_its_roads_cross(session: Session, town: Streets) -> None:
    network = network_of(session, [town.grids["A"].id], make.NOW)
    assert sorted(network.codes) == sorted([str(town.first.id)] * 2 + [str(town.second.id)] * 2)
    assert begins_at(network).tolist()[::2] == [0, 0]
    assert network_of(session, [town.grids["A"].id], make.NOW) is network
    road(session, "R4", (town.west, town.south + 1e-4), (town.east, town.south + 1e-4))
    assert network_of(session, [town.grids["A"].id], make.NOW).sections > network.sections
    with pytest.raises(NotFoundError, match="No road"):
        network_of(session, [-1], make.NOW)


def share(session: Session, town: Streets, now: datetime, days: int) -> PatrolledShare:
    grids = [town.grids["A"].id]
    found = sections_seen(session, grids, now, window_days=days)
    return patrolled_share(session, grids, now, found, window_days=days)


def test_what_was_walked_is_seen_and_the_rest_is_a_blind_spot(session: Session, town: Streets) -> None:
    grids, tomorrow = [town.grids["A"].id], make.NOW + DAY
    before = share(session, town, tomorrow, 2)
    assert (before.of_length, before.of_plots, before.plots) == (0, 0, 2)
    assert all(one.is_blind for one in sections_seen(session, grids, tomorrow, window_days=2))
    assert fixes.add_fixes(session, town.patrol, "r1", town.walk(), make.NOW + timedelta(hours=1))
    assert counting.write_seen(session, town.patrol, grids, make.NOW + timedelta(hours=2)) >= 1
    after = share(session, town, tomorrow, 2)
    found = sections_seen(session, grids, tomorrow, window_days=2)
    length = {one.code: one.length_m for one in found}
    assert after.seen_m == pytest.approx(length["R1"], rel=0.05)
    assert after.length_m == pytest.approx(sum(length.values()))
    assert (after.plots_seen, after.plots) == (1, 2)
    assert [(one.code, one.days) for one in found if one.is_blind] == [("R2", None)]


def test_what_was_ticked_on_a_round_is_seen_whole_and_a_motorway_is_no_blind_spot(
    session: Session, town: Streets
) -> None:
    session.add(
        PatrolEvent(
            patrol_id=town.patrol.id, request="t1", kind="done", stop_key=f"section:{town.second.id}",
            at=make.NOW, received_at=make.NOW,
        )
    )  # fmt: skip
    session.flush()
    found = sections_seen(session, [town.grids["A"].id], make.NOW + DAY, window_days=7)
    assert {one.code: (one.is_blind, one.days) for one in found} == {"R1": (True, None), "R2": (False, 1)}
    assert share(session, town, make.NOW + DAY, 7).seen_m == pytest.approx(found[-1].length_m)


def test_days_since_are_told_and_a_later_window_is_empty(session: Session, town: Streets) -> None:
    grids = [town.grids["A"].id]
    [whole] = {one.length_m for one in sections_seen(session, grids, make.NOW) if one.code == "R1"}
    half = whole / 2
    for days, first in ((5, 0.0), (9, half)):
        session.add(
            SectionSeen(road_id=town.first.id, seen_at=make.NOW - days * DAY, from_m=first, to_m=first + half)
        )
    session.flush()
    week = {one.code: one for one in sections_seen(session, grids, make.NOW, window_days=7)}
    assert week["R1"].seen_m == pytest.approx(half)
    assert (week["R1"].days, week["R2"].days) == (5, None)
    month = {one.code: one for one in sections_seen(session, grids, make.NOW, window_days=30)}
    assert month["R1"].seen_m == pytest.approx(2 * half)
    assert share(session, town, make.NOW, 1).seen_m == 0


def test_nothing_that_was_seen_names_anybody() -> None:
    assert set(SectionSeen.__table__.columns.keys()) == {"id", "road_id", "seen_at", "from_m", "to_m"}


def test_a_track_is_kept_only_while_the_round_runs_and_once(session: Session, town: Streets) -> None:
    assert fixes.add_fixes(session, town.patrol, "r1", town.walk(), make.NOW + timedelta(hours=1))
    assert not fixes.add_fixes(session, town.patrol, "r1", town.walk(), make.NOW + timedelta(hours=1))
    town.patrol.state = "planned"
    with pytest.raises(ConflictError, match="only while it is"):
        fixes.add_fixes(session, town.patrol, "r2", town.walk(), make.NOW + timedelta(hours=1))


def finish(session: Session, town: Streets, *, after_s: float) -> None:
    """Finish the round some seconds after its start."""
    for kind, at in (("start", make.NOW), ("finish", make.NOW + timedelta(seconds=after_s))):
        session.add(
            PatrolEvent(patrol_id=town.patrol.id, request=f"{kind}-1", kind=kind, at=at, received_at=at)
        )
    town.patrol.state = "done"
    session.flush()


def test_what_comes_after_the_end_counts_only_as_far_as_the_round_ran(
    session: Session, town: Streets
) -> None:
    finish(session, town, after_s=20)
    later = [[fix[0] + 3600, *fix[1:]] for fix in town.walk()]
    assert not fixes.add_fixes(session, town.patrol, "r1", later, make.NOW + timedelta(hours=3))
    before = [[fix[0] - 3600, *fix[1:]] for fix in town.walk()]
    assert not fixes.add_fixes(session, town.patrol, "r2", before, make.NOW + timedelta(hours=3))
    assert fixes.add_fixes(session, town.patrol, "r3", town.walk(), make.NOW + timedelta(hours=3))
    kept = fixes.own_track(session, town.patrol.id, town.members["A"].id)
    assert [fix[0] - make.NOW.timestamp() for fix in kept] == [float(at) for at in range(81)]


def test_a_track_counts_once_and_takes_nothing_more(session: Session, town: Streets) -> None:
    later = make.NOW + timedelta(hours=1)
    with pytest.raises(ConflictError, match="not finished"):
        counting.count_track(session, town.patrol, later)
    fixes.add_fixes(session, town.patrol, "r1", town.walk(), later)
    finish(session, town, after_s=600)
    assert counting.count_track(session, town.patrol, later) >= 1
    assert counting.count_track(session, town.patrol, later) == 0
    with pytest.raises(ConflictError):
        fixes.add_fixes(session, town.patrol, "r2", town.walk(), later)
    blind = {one.name: one.days for one in sections_seen(session, [town.grids["A"].id], later)}
    assert blind["样例路R1"] == 0
    assert blind["样例路R2"] is None


def test_part_of_a_track_can_be_taken_out_before_it_counts(session: Session, town: Streets) -> None:
    fixes.add_fixes(session, town.patrol, "r1", town.walk(), make.NOW + timedelta(hours=1))
    span = (make.NOW + timedelta(seconds=10), make.NOW + timedelta(seconds=19))
    assert fixes.drop_track(session, town.patrol.id, town.members["A"].id, span) == 10
    assert len(fixes.own_track(session, town.patrol.id, town.members["A"].id)) == 150
    with pytest.raises(NotFoundError):
        fixes.drop_track(session, town.patrol.id, town.members["B"].id)


def test_tracks_wait_half_a_day_for_their_members(session: Session, town: Streets) -> None:
    end = town.patrol.ends_at + counting.COUNTED_AFTER
    assert counting.uncounted(session, end, 5) == []
    finish(session, town, after_s=600)
    assert counting.uncounted(session, end - timedelta(seconds=1), 5) == []
    assert counting.uncounted(session, end, 5) == [town.patrol.id]
    counting.count_track(session, town.patrol, end)
    assert counting.uncounted(session, end, 5) == []


@pytest.mark.parametrize(
    ("fix", "words"),
    [([1.0, 2.0], "all numbers"), ([1.0, 200.0, 30.0, 5.0], "on the earth"), ([4e9, 114.0, 30.0, 5.0], "future"),
     ([1.0, float("nan"), 30.0, 5.0], "all numbers")],
)  # fmt: skip
def test_a_fix_that_is_none_is_refused(session: Session, town: Streets, fix: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fixes.add_fixes(session, town.patrol, "r1", [fix], make.NOW)


def test_a_track_is_its_members_own(session: Session, town: Streets) -> None:
    fixes.add_fixes(session, town.patrol, "r1", town.walk(), make.NOW + timedelta(hours=1))
    assert len(fixes.own_track(session, town.patrol.id, town.members["A"].id)) == 160
    with pytest.raises(NotFoundError, match="own member only"):
        fixes.own_track(session, town.patrol.id, town.members["B"].id)
    fixes.drop_track(session, town.patrol.id, town.members["A"].id)
    assert fixes.own_track(session, town.patrol.id, town.members["A"].id) == []


def test_tracks_are_forgotten_after_90_days(session: Session, town: Streets) -> None:
    fixes.add_fixes(session, town.patrol, "r1", town.walk(), make.NOW + timedelta(hours=1))
    end = make.NOW + timedelta(hours=1, days=90)
    assert fixes.forget_tracks(session, end - timedelta(seconds=1)) == 0
    assert fixes.forget_tracks(session, end) == 1
    assert session.query(PatrolTrack).count() == 0


def test_the_database_keeps_no_track_longer(session: Session, town: Streets) -> None:
    with pytest.raises(IntegrityError, match="kept_90_days"):
        session.execute(
            text("""INSERT INTO patrol_track (patrol_id, request, received_at, forget_at)
                    VALUES (:id, 'x', now(), now() + interval '91 days')"""),
            {"id": town.patrol.id},
        )
