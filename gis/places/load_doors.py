"""Loading entrances (单元) and households (户): where the doors are, not who lives behind them.

Before: buildings. After: visits, and the figures of a grid. A household without coordinates stands at its
entrance, else at its building.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.files.cells import code, decimal, text
from gis.files.columns import GEOMETRY, named, needed
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.put import put
from gis.loading.stage import merge, source_literal, stage
from gis.places.check_ground import outside_communities

LON = named("lon", "经度", "lng", "longitude", "x", read=decimal, empty=None)
LAT = named("lat", "纬度", "latitude", "y", read=decimal, empty=None)
IN_BUILDING = Reference("building_code", "building", "楼栋")
BUILDING_ALIASES = ("楼栋号", "楼栋编码", "楼栋编号", "所属楼栋编码")
BUILDING = named("building_code", *BUILDING_ALIASES, read=code)


def write_entrances(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write entrances by building and name."""
    types = {"building_id": "bigint", "name": "text"}
    return put(session, frame, context, "entrance", types, key=("building_id", "name"), shape="point")


def write_households(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write households by their codes; their grid is found afterwards by `places.homes`."""
    types = {
        "code": "text", "building_id": "bigint", "entrance": "text", "floor": "text", "room": "text",
        GEOMETRY: "geometry",
    }  # fmt: skip
    rows = stage(session, frame, types, say=context.say)
    session.execute(sql(f"ALTER TABLE {rows} ADD COLUMN entrance_id bigint"))
    session.execute(
        sql(f"""UPDATE {rows} s SET entrance_id = e.id FROM entrance e
                WHERE e.building_id = s.building_id AND e.name = s.entrance""")
    )
    session.execute(
        sql(f"""UPDATE {rows} s
                SET geometry = coalesce((SELECT e.point FROM entrance e WHERE e.id = s.entrance_id),
                                        (SELECT ST_PointOnSurface(b.geom) FROM building b WHERE b.id = s.building_id))
                WHERE s.geometry IS NULL""")
    )
    columns = {name: f's."{name}"' for name in ("code", "building_id", "entrance_id", "floor", "room")}
    columns |= {"point": "s.geometry", "source": source_literal(context.source)}
    return merge(session, rows, "household", key=("code",), kept=("source",), columns=columns)


def check_households(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Refuse households with neither coordinates nor a building; warn of entrances nobody loaded."""
    faults = Faults()
    for row in frame.index[frame[GEOMETRY].isna() & frame["building_id"].isna()]:
        faults.add(
            int(row), "building_code", "",
            "既无坐标也无楼栋编码，无法定位", "with neither coordinates nor a building it has no place",
        )  # fmt: skip
    faults.extend(_unknown_entrances(session, frame))
    placed = frame[frame[GEOMETRY].notna()]
    faults.extend(outside_communities(session, placed, context) if len(placed) else ())
    return faults


def _unknown_entrances(session: Session, frame: pd.DataFrame) -> Faults:
    """Warn of entrances that are not loaded; a household may be loaded before its entrance."""
    faults = Faults()
    named_rows = frame[frame["entrance"].ne("") & frame["building_id"].notna()]
    pairs = named_rows[["building_id", "entrance"]].drop_duplicates()
    found = session.execute(
        sql("SELECT building_id, name FROM entrance WHERE building_id = ANY(:ids)"),
        {"ids": [int(number) for number in pairs["building_id"].unique()]},
    )
    known = pd.MultiIndex.from_tuples([tuple(pair) for pair in found], names=["building_id", "entrance"])
    asked = pd.MultiIndex.from_frame(named_rows[["building_id", "entrance"]].astype({"building_id": "int64"}))
    for row in named_rows.index[~asked.isin(known)]:
        faults.add(
            int(row), "entrance", named_rows.at[row, "entrance"],
            "该楼栋没有此单元", "the building has no such entrance",
            warning=True,
        )  # fmt: skip
    return faults


ENTRANCES = Kind(
    name="entrances",
    columns=(
        needed("building_code", *BUILDING_ALIASES, read=code),
        needed("name", "单元", "单元名称", "单元号", "entrance", read=text(60)),
        LON,
        LAT,
    ),
    write=write_entrances,
    key=("building_code", "name"),
    shape=Shape.POINT,
    references=(IN_BUILDING,),
    check=outside_communities,
)
HOUSEHOLDS = Kind(
    name="households",
    columns=(
        needed("code", "户编码", "户号", "房屋编码", "household_code", read=code),
        BUILDING,
        named("entrance", "单元", "单元号", read=text(60)),
        named("floor", "楼层", "层", read=text(20)),
        named("room", "房号", "室", "门牌", "房间号", read=text(40)),
        LON,
        LAT,
    ),
    write=write_households,
    key=("code",),
    shape=Shape.POINT,
    shape_optional=True,
    references=(IN_BUILDING,),
    check=check_households,
    settles=True,
)
