"""Loading service windows on the road (巡回服务) and what was done there, each count in its own unit.

Before: boundaries. After: `outreach`. 500余 and 500多 are floors: at least so many.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.files.cells import CellError, code, day, moment, several, text
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import begun, parts, put
from gis.patrols.outreach.days import read_days
from gis.places.load_doors import LAT, LON

COUNT = re.compile(r"(\d{1,9})\s*(余|多|\+)?")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def days(cell: str) -> str:
    """Read market days such as 农历逢三六九; kept as they are written."""
    try:
        read_days(cell)
    except InputError as fault:
        raise CellError(
            "看不懂是哪些日子", "it names no days; write 农历逢三六九, 逢5、15 or 每周三"
        ) from fault
    return cell


def clock(cell: str) -> str:
    """Read a time of the day, such as 9:00."""
    found = CLOCK.fullmatch(cell)
    if found is None:
        raise CellError("不是时刻，应如09:00", "this is no time of the day; write it as 09:00")
    return f"{int(found[1]):02d}:{found[2]}"


def count(cell: str) -> str:
    """Read a count; one that is a floor ends in `+`."""
    found = COUNT.fullmatch(cell)
    if found is None:
        raise CellError("不是数目，应如231或500余", "this is no count; write 231 or 500余")
    return found[1] + ("+" if found[2] else "")


def check_outreach(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that windows close after they open."""
    del session, context
    faults = Faults()
    row: Any
    for row in frame.itertuples():
        if row.closes <= row.opens:
            faults.add(row.Index, "closes", row.closes, "结束不晚于开始", "it closes before it opens")
    return faults


def write_outreach(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write windows by their codes."""
    types = {
        "code": "text", "name": "text", "area_id": "bigint", "place": "text", "days": "text", "opens": "text",
        "closes": "text", "services": "text", "starts_at": "timestamptz", "ended_at": "timestamptz",
    }  # fmt: skip
    ready, columns = begun(frame, "starts_at", context), {"services": parts("services")}
    return put(
        session, ready, context, "outreach", types, shape="point", kept=("starts_at",), columns=columns
    )


def write_counts(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write what was done, by window, day and kind."""
    types = {"outreach_id": "bigint", "day": "date", "what": "text", "unit": "text", "count": "text"}
    columns = {
        "count": "CAST(rtrim(s.count, '+') AS integer)", "at_least": "s.count LIKE '%+'",
        "at": f"CAST('{context.now.isoformat()}' AS timestamptz)",
    }  # fmt: skip
    key = ("outreach_id", "day", "what")
    return put(session, frame, context, "outreach_count", types, key=key, columns=columns, kept=("at",))


OUTREACH = Kind(
    name="outreach",
    columns=(
        needed("code", "编码", "编号", read=code),
        needed("name", "名称", read=text(60)),
        needed("area_code", "区划编码", "村编码", read=code),
        needed("place", "地点", read=text(80)),
        needed("days", "日子", "集日", read=days),
        named("opens", "开始", read=clock, empty="09:00"),
        named("closes", "结束", read=clock, empty="12:00"),
        named("services", "服务事项", read=several(text(40))),
        named("starts_at", "起始日期", read=moment, empty=None),
        named("ended_at", "终止日期", read=moment, empty=None),
        LON,
        LAT,
    ),
    write=write_outreach,
    key=("code",),
    shape=Shape.POINT,
    shape_optional=True,
    references=(Reference("area_code", "area", "区划"),),
    check=check_outreach,
)
OUTREACH_COUNTS = Kind(
    name="outreach_counts",
    columns=(
        needed("outreach_code", "编码", "巡回编码", read=code),
        needed("day", "日期", read=day),
        needed("what", "做了什么", "事项", read=text(40)),
        needed("unit", "单位", read=text(10)),
        needed("count", "数目", "数量", read=count),
    ),
    write=write_counts,
    key=("outreach_code", "day", "what"),
    references=(Reference("outreach_code", "outreach", "巡回服务"),),
)
