"""Loading what rounds go by: seasons, rhythms, what households agreed to, papers to deliver and checkpoints.

Before: households, grids. After: `due`. A town's own rows take the place of the shipped rhythms and seasons.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.files.cells import CellError, choice, code, decimal, moment, text, whole
from gis.files.columns import GEOMETRY, named, needed
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import begun, put
from gis.patrols.rhythms.rhythms import LONGEST_DAYS, check_day
from gis.patrols.rhythms.tables import town_rhythms, town_seasons
from gis.places.load_doors import LAT, LON

WHATS = {"section": "section", "路段": "section", "household": "household", "住户": "household", "户": "household",
         "checkpoint": "checkpoint", "点位": "checkpoint"}  # fmt: skip
KINDS = {
    "paper": "paper",
    "送材料": "paper",
    "材料": "paper",
    "checkpoint": "checkpoint",
    "点位": "checkpoint",
}
LONGEST_MIN = 480
ENGLISH = {"name_en": "coalesce(nullif(s.name_en, ''), s.name)"}
"""What has no English name keeps the Chinese one."""


def day_of_year(cell: str) -> str:
    """Read a day of each year, such as 05-25."""
    try:
        check_day(cell, "")
    except InputError:
        raise CellError("不是月-日，应如05-25", "this is no day of a year; write it as 05-25") from None
    return cell


def every(cell: str) -> float:
    """Read every how many days; halves are allowed."""
    days = decimal(cell)
    if not 0 < days <= LONGEST_DAYS:
        raise CellError(f"应大于0，不超过{LONGEST_DAYS}", f"give days above 0, at most {LONGEST_DAYS}")
    return days


def write_seasons(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write seasons by their codes."""
    types = dict.fromkeys(("code", "first_day", "last_day", "name", "name_en"), "text")
    return put(session, frame, context, "season", types, columns=ENGLISH)


def check_rhythms(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that seasons are there."""
    del context
    faults, known = Faults(), {one.code for one in town_seasons(session)}
    for row, season in frame["season"].items():
        if season and season not in known:
            faults.add(
                row,
                "season",
                season,
                "没有这个季节，请先装入季节",
                "no such season; load seasons first",
            )
    return faults


def write_rhythms(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write rhythms by their codes."""
    types = {"code": "text", "what": "text", "match": "text", "days": "float", "season": "text", "name": "text",
             "name_en": "text"}  # fmt: skip
    words = "coalesce(string_to_array(nullif(btrim(regexp_replace(s.match, '[;,，、\\s]+', ' ', 'g')), ''), ' '), '{}')"
    return put(session, frame, context, "rhythm", types, columns=ENGLISH | {"match": words})


def check_duties(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check rhythms and dates."""
    faults, known = Faults(), _codes(session, "household")
    row: Any
    for row in frame.itertuples():
        if row.rhythm not in known:
            faults.add(row.Index, "rhythm", row.rhythm, "没有这个住户节奏", "no such rhythm of households")
        if row.ends_at <= (row.valid_from or context.valid_from):
            faults.add(row.Index, "ends_at", row.ends_at, "结束不晚于开始", "it ends before it begins")
    return faults


def _codes(session: Session, what: str) -> set[str]:
    return {one.code for one in town_rhythms(session) if one.what == what and one.match}


def write_duties(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write what households agreed to, by household and duty."""
    types = {"household_id": "bigint", "duty": "text", "rhythm": "text", "purpose": "text", "at": "timestamptz",
             "ends_at": "timestamptz"}  # fmt: skip
    ready = begun(frame, "valid_from", context).rename(columns={"valid_from": "at"})
    key = ("household_id", "duty")
    return put(session, ready, context, "household_rhythm", types, key=key, kept=("at",))


def check_errands(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that each has a place, and a rhythm that is known."""
    del context
    faults = Faults()
    known = {mark for one in town_rhythms(session) if one.what == "checkpoint" for mark in one.match}
    row: Any
    for row in frame.itertuples():
        if getattr(row, GEOMETRY, None) is None and not row.household_code:
            faults.add(row.Index, "lon", "", "没有位置，也没有户", "it has neither a place nor a household")
        if row.rhythm and not set(row.rhythm.split()) & known:
            faults.add(row.Index, "rhythm", row.rhythm, "没有这个点位节奏", "no such rhythm of checkpoints")
        if row.rhythm and row.kind == "paper":
            faults.add(row.Index, "rhythm", row.rhythm, "材料只送一次", "a paper is delivered once")
    return faults


def write_errands(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write papers and checkpoints by their codes; what was done stays done."""
    types = {
        "code": "text", "kind": "text", "label": "text", "grid_id": "bigint", "household_id": "bigint",
        "minutes": "integer", "rhythm": "text", "due_at": "timestamptz",
    }  # fmt: skip
    place = "coalesce(s.geometry, (SELECT point FROM household h WHERE h.id = s.household_id))"
    return put(session, frame, context, "errand", types, shape="point", columns={"point": place})


SEASONS = Kind(
    name="seasons",
    columns=(
        needed("code", "季节编码", "编码", read=code),
        needed("first_day", "from", "开始", "起", read=day_of_year),
        needed("last_day", "to", "结束", "止", read=day_of_year),
        needed("name", "名称", read=text(60)),
        named("name_en", "英文名称", read=text(60)),
    ),
    write=write_seasons,
    key=("code",),
)
RHYTHMS = Kind(
    name="rhythms",
    columns=(
        needed("code", "节奏编码", "编码", read=code),
        needed("what", "用于", read=choice(WHATS)),
        named("match", "标记", "哪些", read=text(200)),
        needed("days", "天数", "几天一次", read=every),
        named("season", "季节", read=code),
        needed("name", "名称", read=text(60)),
        named("name_en", "英文名称", read=text(60)),
    ),
    write=write_rhythms,
    key=("code",),
    check=check_rhythms,
)
DUTIES = Kind(
    name="duties",
    columns=(
        needed("household_code", "户编码", "户号", read=code),
        needed("duty", "做什么", "事项", read=text(40)),
        needed("rhythm", "节奏", read=code),
        needed("purpose", "目的", "为什么", read=text(200)),
        named("valid_from", "起始日期", read=moment, empty=None),
        needed("ends_at", "终止日期", "到哪天", read=moment),
    ),
    write=write_duties,
    key=("household_code", "duty"),
    references=(Reference("household_code", "household", "户"),),
    check=check_duties,
)
ERRANDS = Kind(
    name="errands",
    columns=(
        needed("code", "编码", "编号", read=code),
        needed("kind", "类型", read=choice(KINDS)),
        needed("label", "名称", "内容", read=text(80)),
        needed("grid_code", "网格编码", read=code),
        named("household_code", "户编码", "户号", read=code),
        named("minutes", "分钟", read=whole(1, LONGEST_MIN), empty=5),
        named("rhythm", "节奏", read=text(60)),
        named("due_at", "期限", read=moment, empty=None),
        LON,
        LAT,
    ),
    write=write_errands,
    key=("code",),
    shape=Shape.POINT,
    shape_optional=True,
    references=(Reference("grid_code", "grid", "网格"), Reference("household_code", "household", "户")),
    check=check_errands,
)
