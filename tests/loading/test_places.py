"""Compounds, buildings, doors, roads and names: by their codes, changed only where they differ."""

from __future__ import annotations

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loaders import kind_named, settle
from gis.loading.kind import Counts, Outcome
from gis.loading.load import load
from tests.loading.town import FIRST, WEST_SIDE, boundaries, cell, context, frame

COMPOUND = {"编码": "C1", "小区名称": "样例小区", "别名": "老粮站；粮站大院", "geometry": cell(0, 0)}
BUILDING = {
    "building_code": "B1", "name": "3号楼", "小区编码": "C1", "road": "和平路", "house_number": "12",
    "floors": "6", "geometry": cell(0.2, 0.2, 0.2, 0.1),
}  # fmt: skip
ENTRANCE = {"楼栋号": "B1", "单元": "1单元", "lon": "114.30021", "lat": "33.6002"}
HOUSEHOLD = {"code": "H1", "building_code": "B1", "entrance": "1单元", "floor": "6", "room": "601"}
ROAD = {
    "code": "R1",
    "name": "和平路",
    "oneway": "",
    "geometry": shapely.LineString([(114.3, 33.6), (114.304, 33.6)]),
}
NICKNAME = {"name": "大槐树", "kind": "nickname", "lon": "114.3011", "lat": "33.6011", "source": "样例员001"}


def run(session: Session, kind: str, *rows: dict[str, object], **given: bool) -> Outcome:
    return load(session, kind_named(kind), frame(list(rows), 2), context(), **given)


@pytest.fixture
def town(session: Session) -> Session:
    run(session, "boundaries", *boundaries())
    for kind, row in (("compounds", COMPOUND), ("buildings", BUILDING), ("entrances", ENTRANCE)):
        assert run(session, kind, row).counts == Counts(new=1)
    return session


def test_what_is_loaded_twice_is_unchanged_and_what_differs_is_changed(town: Session) -> None:
    for kind, row in (("compounds", COMPOUND), ("buildings", BUILDING), ("entrances", ENTRANCE)):
        assert run(town, kind, row).counts == Counts(unchanged=1)
    assert run(town, "buildings", BUILDING | {"floors": "7"}).counts == Counts(changed=1)
    assert run(town, "buildings", BUILDING | {"floors": "7"}).counts == Counts(unchanged=1)


def test_columns_are_understood_by_their_chinese_names(town: Session) -> None:
    aliases, compound = town.execute(
        text("SELECT aliases, b.compound_id = c.id FROM compound c, building b")
    ).one()
    assert (aliases, compound) == (["老粮站", "粮站大院"], True)


def test_a_household_without_coordinates_stands_at_its_entrance(town: Session) -> None:
    assert run(town, "households", HOUSEHOLD).counts == Counts(new=1)
    lon, lat = town.execute(text("SELECT ST_X(point), ST_Y(point) FROM household")).one()
    assert (lon, lat) == (114.30021, 33.6002)


def test_homes_and_names_follow_a_load(town: Session) -> None:
    run(town, "households", HOUSEHOLD)
    run(town, "roads", ROAD)
    run(town, "places", NICKNAME)
    settle(town, FIRST)
    grids = town.execute(
        text("""SELECT g.code FROM grid g JOIN building b ON b.grid_id = g.id
                UNION ALL SELECT g.code FROM grid g JOIN household h ON h.grid_id = g.id""")
    ).scalars()
    assert list(grids) == [f"{WEST_SIDE}002"] * 2
    names = town.execute(text("SELECT kind, name, address FROM place ORDER BY code")).all()
    assert {tuple(name) for name in names} == {
        ("building", "样例小区3号楼", "和平路12号"),
        ("community", "西社区", ""),
        ("community", "东社区", ""),
        ("compound", "样例小区", ""),
        ("nickname", "大槐树", ""),
        ("road", "和平路", ""),
    }


def test_a_name_whose_origin_is_gone_is_ended_not_deleted(town: Session) -> None:
    run(town, "roads", ROAD)
    settle(town, FIRST)
    run(town, "roads", ROAD | {"name": "新和平路"})
    settle(town, FIRST)
    ended = dict(town.execute(text("SELECT name, ended_at IS NOT NULL FROM place WHERE kind = 'road'")).all())  # type: ignore[arg-type]
    assert ended == {"和平路": True, "新和平路": False}
    assert settle(town, FIRST) is None
    assert town.scalar(text("SELECT count(*) FROM place WHERE kind = 'road'")) == 2


def test_a_building_on_the_line_belongs_to_the_smaller_code(town: Session) -> None:
    run(town, "buildings", BUILDING | {"building_code": "B2", "geometry": cell(1, 0.9, 0.2, 0.2)})
    settle(town, FIRST)
    code = town.scalar(
        text("SELECT g.code FROM grid g JOIN building b ON b.grid_id = g.id AND b.code = 'B2'")
    )
    assert code == f"{WEST_SIDE}001"


def test_a_line_of_several_pieces_becomes_several_roads(town: Session) -> None:
    line = shapely.MultiLineString([[(114.3, 33.6), (114.301, 33.6)], [(114.302, 33.6), (114.303, 33.6)]])
    assert run(town, "roads", ROAD | {"geometry": line}).counts == Counts(new=2)
    assert set(town.execute(text("SELECT code FROM road")).scalars()) == {"R1", "R1-2"}


@pytest.mark.parametrize(
    ("kind", "row", "sentence"),
    [
        ("buildings", BUILDING | {"小区编码": "C9"}, "no compound has this code"),
        ("buildings", BUILDING | {"floors": "many"}, "this is no number"),
        ("buildings", BUILDING | {"floors": "-3"}, "whole number from 0 to 200"),
        ("buildings", BUILDING | {"name": "长" * 10_000_000}, "10000000 characters; at most 500"),
        ("buildings", BUILDING | {"name": "a\x00b"}, "control characters"),
        ("households", HOUSEHOLD | {"building_code": ""}, "neither coordinates nor a building"),
        ("households", HOUSEHOLD | {"lon": "abc", "lat": "33.6"}, "this is no number"),
        ("households", HOUSEHOLD | {"lon": "33.6", "lat": "114.3"}, "seem swapped"),
        ("entrances", ENTRANCE | {"lon": ""}, "no coordinates"),
        ("roads", ROAD | {"oneway": "perhaps"}, "say yes or no"),
        ("ground", {"kind": "lava", "geometry": cell(0, 0)}, "this word is not known"),
        ("places", NICKNAME | {"since": "2026-13-01"}, "this is no time"),
    ],
)
def test_a_faulty_row_loads_nothing(town: Session, kind: str, row: dict[str, object], sentence: str) -> None:
    outcome = run(town, kind, row)
    assert not outcome.written
    assert [fault.row for fault in outcome.faults if not fault.warning] == [2]
    assert sentence in "; ".join(fault.en for fault in outcome.faults)
    assert all(len(fault.value) <= 80 for fault in outcome.faults)


def test_a_building_outside_all_communities_is_a_warning(town: Session) -> None:
    outcome = run(town, "buildings", BUILDING | {"building_code": "B9", "geometry": cell(9, 9, 0.1, 0.1)})
    assert outcome.written
    assert [fault.en for fault in outcome.faults] == ["it lies in no community that is loaded"]


def test_coordinates_of_another_system_are_converted(town: Session) -> None:
    from gis.geometry.crs import from_wgs84

    lon, lat = from_wgs84(114.30021, 33.6002, "bd09")
    row = ENTRANCE | {"lon": str(lon), "lat": str(lat)}
    load(town, kind_named("entrances"), frame([row]), context(), system="bd09")
    there = town.execute(text("SELECT ST_X(point), ST_Y(point) FROM entrance")).one()
    assert there == pytest.approx((114.30021, 33.6002), abs=1e-9)
