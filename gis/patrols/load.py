"""Loading rounds (巡查) and visits (走访).

Before: members, grids, households. After: `patrols.rounds.queries` and the map.
"""

from __future__ import annotations

import json

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.cells import choice, code, json_list, moment
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import put

STATES = {"planned": "planned", "计划": "planned", "running": "running", "进行中": "running",
          "done": "done", "已完成": "done"}  # fmt: skip
MEMBER = Reference("member_code", "member", "成员")


def check_rounds(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that rounds end after they begin, and that stops have a place."""
    del session, context
    faults = Faults()
    for row, start, end, stops in frame[["starts_at", "ends_at", "stops"]].itertuples():
        if end <= start:
            faults.add(row, "ends_at", end, "结束不晚于开始", "it ends before it begins")
        if not all(isinstance(stop.get(name), int | float) for stop in stops for name in ("lon", "lat")):
            faults.add(row, "stops", "", "停留点缺少经纬度", "a stop has no lon and lat")
    return faults


def write_rounds(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write rounds by their codes."""
    types = {
        "code": "text", "member_id": "bigint", "grid_id": "bigint", "starts_at": "timestamptz",
        "ends_at": "timestamptz", "state": "text", "stops": "jsonb",
    }  # fmt: skip
    stops = frame["stops"].map(lambda stops: json.dumps(stops, ensure_ascii=False))
    return put(session, frame.assign(stops=stops), context, "patrol", types, shape="route")


def write_visits(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write visits; one that is known is left alone."""
    types = {"household_id": "bigint", "member_id": "bigint", "at": "timestamptz"}
    return put(session, frame, context, "visit", types, key=tuple(types))


ROUNDS = Kind(
    name="rounds",
    columns=(
        needed("code", "巡查编码", "编码", read=code),
        needed("member_code", "成员编码", "成员编号", read=code),
        needed("grid_code", "网格编码", read=code),
        needed("starts_at", "开始时间", read=moment),
        needed("ends_at", "结束时间", read=moment),
        named("state", "状态", read=choice(STATES), empty="planned"),
        named("stops", "停留点", read=json_list, empty=[]),
    ),
    write=write_rounds,
    key=("code",),
    shape=Shape.LINE,
    references=(MEMBER, Reference("grid_code", "grid", "网格")),
    check=check_rounds,
)
VISITS = Kind(
    name="visits",
    columns=(
        needed("household_code", "户编码", "户号", read=code),
        needed("member_code", "成员编码", "成员编号", read=code),
        needed("at", "时间", "走访时间", read=moment),
    ),
    write=write_visits,
    key=("household_code", "member_code", "at"),
    references=(Reference("household_code", "household", "户"), MEMBER),
)
