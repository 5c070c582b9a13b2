"""Seasons, rhythms, duties, errands and service windows: nothing twice, faults named, the town's own rows hold."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loading.kind import Counts
from gis.patrols.rhythms.rhythms import days_between
from gis.patrols.rhythms.tables import town_rhythms
from tests.loading.test_rounds import GRID, run, town
from tests.loading.town import WEST_SIDE

__all__ = ["town"]

SEASON = {"编码": "cold", "开始": "12-01", "结束": "02-15", "名称": "寒冬"}
RHYTHM = {
    "编码": "ice",
    "用于": "路段",
    "标记": "steps footway",
    "天数": "1",
    "季节": "cold",
    "名称": "台阶每天",
}
WEEKLY = {"编码": "weekly", "用于": "住户", "标记": "weekly", "天数": "7", "名称": "每周"}
DUTY = {"户号": "H1", "事项": "送药", "节奏": "weekly", "目的": "本人要求", "终止日期": "2027-01-31"}
PAPER = {"code": "E1", "kind": "送材料", "label": "样例材料", "grid_code": GRID, "household_code": "H1", "minutes": "5",
         "due_at": "2026-12-01"}  # fmt: skip
POINT = {"code": "E2", "kind": "点位", "label": "配电房", "grid_code": GRID, "rhythm": "daily", "lon": "114.3005",
         "lat": "33.6015"}  # fmt: skip
WINDOW = {"code": "W1", "name": "样例村服务点", "area_code": WEST_SIDE, "place": "村口", "days": "农历逢三六九",
          "opens": "9:00", "closes": "11:30", "services": "社保;医保"}  # fmt: skip
COUNT = {"outreach_code": "W1", "day": "2026-11-03", "what": "义诊", "unit": "人次", "count": "500余"}


@pytest.mark.parametrize(
    ("before", "kind", "row"),
    [
        ((), "seasons", SEASON),
        ((("seasons", SEASON),), "rhythms", RHYTHM),
        ((), "duties", DUTY),
        ((), "errands", PAPER),
        ((), "errands", POINT),
        ((), "outreach", WINDOW),
        ((("outreach", WINDOW),), "outreach_counts", COUNT),
    ],
)
def test_loaded_twice_it_is_there_once(
    town: Session, before: tuple[tuple[str, dict[str, str]], ...], kind: str, row: dict[str, str]
) -> None:
    for name, first in before:
        assert run(town, name, first).written
    assert run(town, kind, row).counts == Counts(new=1)
    assert run(town, kind, row).counts == Counts(unchanged=1)


@pytest.mark.parametrize(
    ("kind", "row", "field"),
    [
        ("seasons", SEASON | {"开始": "02-30"}, "first_day"),
        ("rhythms", RHYTHM, "season"),
        ("rhythms", RHYTHM | {"季节": "", "天数": "0"}, "days"),
        ("rhythms", RHYTHM | {"季节": "", "用于": "人"}, "what"),
        ("duties", DUTY | {"节奏": "daily"}, "rhythm"),
        ("duties", DUTY | {"终止日期": "2020-01-01"}, "ends_at"),
        ("duties", DUTY | {"户号": "H9"}, "household_code"),
        ("errands", {name: value for name, value in POINT.items() if name not in {"lon", "lat"}}, "lon"),
        ("errands", POINT | {"rhythm": "hourly"}, "rhythm"),
        ("errands", PAPER | {"minutes": "999"}, "minutes"),
        ("outreach", WINDOW | {"days": "有空就来"}, "days"),
        ("outreach", WINDOW | {"opens": "12:00"}, "closes"),
        ("outreach", WINDOW | {"opens": "25:00"}, "opens"),
        ("outreach_counts", COUNT, "outreach_code"),
    ],
)
def test_a_fault_is_named_and_nothing_is_written(
    town: Session, kind: str, row: dict[str, str], field: str
) -> None:
    outcome = run(town, kind, row)
    assert not outcome.written
    assert [fault.field for fault in outcome.faults] == [field]


def test_a_towns_own_rhythms_take_the_place_of_the_shipped(town: Session) -> None:
    run(town, "seasons", SEASON)
    run(town, "rhythms", RHYTHM, WEEKLY)
    known = town_rhythms(town)
    assert days_between("section", {"steps"}, date(2026, 1, 5), known) == 1
    assert days_between("section", {"steps"}, date(2026, 5, 5), known) is None
    assert days_between("household", {"weekly"}, date(2026, 5, 5), known) == 7


def test_a_paper_for_a_household_lies_at_its_door_and_a_count_keeps_its_floor(town: Session) -> None:
    run(town, "errands", PAPER)
    same = text("SELECT ST_Equals(e.point, h.point) FROM errand e JOIN household h ON h.id = e.household_id")
    assert town.scalar(same)
    run(town, "outreach", WINDOW)
    run(town, "outreach_counts", COUNT, COUNT | {"what": "政策咨询", "count": "2300", "unit": "人"})
    rows = town.execute(text("SELECT count, at_least, unit FROM outreach_count ORDER BY count")).all()
    assert [tuple(row) for row in rows] == [(500, True, "人次"), (2300, False, "人")]
