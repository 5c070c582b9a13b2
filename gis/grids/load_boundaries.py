"""Loading boundaries: cities to communities as areas, grids and micro-grids, each with versions.

Before: `grids.models`, `loading`. After: places, which fall into these lines; `grids.check_boundaries` looks
at the rows against each other and against what is loaded.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.cells import choice, code
from gis.files.columns import GEOMETRY, named, needed
from gis.files.shapes import Shape
from gis.grids.check_boundaries import GRID_LEVELS, check_boundaries
from gis.loading.kind import Context, Counts, Kind
from gis.loading.stage import ids_of, stage
from gis.loading.versions import begin_versions

LEVELS = {
    "city": ("市", "地级市"),
    "district": ("区", "县", "区县", "county"),
    "subdistrict": ("街道", "镇", "乡", "乡镇", "街镇", "town", "township"),
    "community": ("社区", "村", "居委会", "村委会", "village"),
    "grid": ("网格", "综合网格", "基础网格"),
    "microgrid": ("微网格", "micro", "micro-grid", "micro_grid"),
}
KINDS = {
    "comprehensive": ("综合", "综合网格", "general"),
    "exclusive": ("专属", "专属网格", "special"),
    "micro": ("微", "微网格"),
}


def spellings(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Turn a table of words and their other spellings round."""
    return {name: word for word, others in table.items() for name in (word, *others)}


COLUMNS = (
    needed("level", "级别", "层级", "类型", read=choice(spellings(LEVELS))),
    needed("code", "编码", "代码", "网格编码", "区划代码", "grid_code", "adcode", read=code),
    needed("name", "名称", "网格名称"),
    named("parent_code", "上级编码", "上级", "所属社区编码", "parent", "community_code", read=code),
    named("kind", "网格类型", "种类", read=choice(spellings(KINDS))),
)


def write_boundaries(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write areas, then grids, then micro-grids, as versions from `context.valid_from`."""
    levels = frame["level"]
    counts = _write_areas(session, frame[~levels.isin(GRID_LEVELS)], context)
    counts += _write_grids(session, frame[levels == "grid"], context)
    counts += _write_grids(session, frame[levels == "microgrid"], context)
    return counts + (_end_missing(session, frame, context) if context.end_missing else Counts())


def _write_areas(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    if frame.empty:
        return Counts()
    types = {"level": "text", "code": "text", "name": "text", "parent_code": "text", GEOMETRY: "geometry"}
    rows = stage(session, frame, types, say=context.say)
    session.execute(
        text(f"INSERT INTO area (level, code) SELECT level, code FROM {rows} ON CONFLICT (code) DO NOTHING")
    )
    ready = f"{rows}_ready"
    session.execute(
        text(f"""CREATE TEMPORARY TABLE {ready} ON COMMIT DROP AS
                 SELECT a.id AS area_id, p.id AS parent_id, s.name, s.geometry AS geom
                 FROM {rows} s JOIN area a ON a.code = s.code LEFT JOIN area p ON p.code = s.parent_code""")
    )
    return begin_versions(
        session,
        ready,
        "area_version",
        key="area_id",
        content=("parent_id", "name", "geom"),
        at=context.valid_from,
        source=context.source,
    )


def _write_grids(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write grids of communities, or micro-grids of grids (whose community is their grid's)."""
    if frame.empty:
        return Counts()
    kind = frame["kind"].where(frame["level"] == "grid", "micro").replace("", "comprehensive")
    types = {"code": "text", "name": "text", "parent_code": "text", "kind": "text", GEOMETRY: "geometry"}
    rows = stage(session, frame.assign(kind=kind), types, say=context.say)
    session.execute(text(f"INSERT INTO grid (code) SELECT code FROM {rows} ON CONFLICT (code) DO NOTHING"))
    ready = f"{rows}_ready"
    session.execute(
        text(f"""CREATE TEMPORARY TABLE {ready} ON COMMIT DROP AS
                 SELECT g.id AS grid_id, coalesce(a.id, pv.community_id) AS community_id,
                        p.id AS parent_grid_id, s.kind, s.name, s.geometry AS geom
                 FROM {rows} s JOIN grid g ON g.code = s.code
                 LEFT JOIN area a ON a.code = s.parent_code AND s.kind <> 'micro'
                 LEFT JOIN grid p ON p.code = s.parent_code AND s.kind = 'micro'
                 LEFT JOIN grid_version pv
                   ON pv.grid_id = p.id AND pv.valid @> CAST(:at AS timestamptz)"""),
        {"at": context.valid_from},
    )
    return begin_versions(
        session,
        ready,
        "grid_version",
        key="grid_id",
        content=("community_id", "parent_grid_id", "kind", "name", "geom"),
        at=context.valid_from,
        source=context.source,
    )


def _end_missing(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """End the grids that stand in a community of the file and are no longer in it; their codes stay used."""
    grids = frame[frame["level"] == "grid"]
    communities = list(ids_of(session, "area", grids["parent_code"]).values())
    ended = session.execute(
        text("""UPDATE grid_version v SET valid = tstzrange(lower(v.valid), :at)
                FROM grid g WHERE g.id = v.grid_id AND v.kind <> 'micro' AND v.community_id = ANY(:communities)
                  AND v.valid @> CAST(:at AS timestamptz) AND lower(v.valid) < :at AND NOT g.code = ANY(:codes)
                RETURNING v.id"""),
        {"at": context.valid_from, "communities": communities, "codes": list(grids["code"])},
    ).all()
    return Counts(ended=len(ended))


BOUNDARIES = Kind(
    name="boundaries",
    columns=COLUMNS,
    write=write_boundaries,
    key=("code",),
    shape=Shape.POLYGON,
    shape_optional=True,
    check=check_boundaries,
    settles=True,
)
