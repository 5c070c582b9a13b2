"""Loading the tree of organisations, and which branch answers for which grid.

Before: boundaries. After: members. A branch's grid stands in the column `grid_code` (several parted by `;`) and
holds from the day of loading; a branch that takes a grid over ends the other's time there.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.cells import choice, code, office_phone, several
from gis.files.cells import text as line_of_text
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.stage import ids_of, stage
from gis.loading.versions import begin_versions

KINDS = {
    "committee": ("党委", "党工委", "committee"),
    "general_branch": ("党总支", "总支", "general branch"),
    "branch": ("网格党支部", "党支部", "支部", "联合党支部"),
    "group": ("楼栋党小组", "党小组", "小组"),
    "household_point": ("党员中心户", "中心户", "household point"),
}


def check_organisations(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check parents, and that grids exist and are given to one branch each."""
    del context
    faults = _parents(session, frame)
    pairs = _grids(frame)
    known = ids_of(session, "grid", pairs["grid_code"])
    first: dict[str, int] = {}
    for row, grid in pairs["grid_code"].items():
        number = int(str(row))
        if grid not in known:
            faults.add(
                number, "grid_code", grid, "没有此网格编码，请先加载", "no grid has this code; load it first"
            )
        elif frame.at[row, "kind"] != "branch":
            faults.add(number, "grid_code", grid, "只有党支部可以包网格", "only a branch answers for a grid")
        elif first.setdefault(grid, number) != number:
            faults.add(
                number, "grid_code", grid,
                f"第{first[grid]}行已包此网格", f"row {first[grid]} answers for this grid already",
            )  # fmt: skip
    return faults


def _parents(session: Session, frame: pd.DataFrame) -> Faults:
    """Check that parents are in the file or loaded, and that nobody stands above themselves."""
    faults = Faults()
    known = set(ids_of(session, "organisation", frame["parent_code"])) | set(frame["code"])
    parents = dict(zip(frame["code"], frame["parent_code"], strict=True))
    for row, own, parent in frame[["code", "parent_code"]].itertuples():
        if parent and parent not in known:
            faults.add(
                row, "parent_code", parent, "没有此上级组织", "no organisation has this code; load it first"
            )
        elif _circle(own, parents):
            faults.add(row, "parent_code", parent, "上级关系成环", "this organisation stands above itself")
    return faults


def _circle(own: str, parents: dict[str, str]) -> bool:
    seen, here = {own}, parents.get(own, "")
    while here and here not in seen:
        seen.add(here)
        here = parents.get(here, "")
    return here == own


def _grids(frame: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each branch and grid."""
    told = frame[frame["grid_code"] != ""]
    return told.assign(grid_code=told["grid_code"].str.split(";")).explode("grid_code")


def write_organisations(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write organisations by their codes, then who answers for which grid from `context.valid_from`."""
    types = {
        "code": "text", "name": "text", "kind": "text", "parent_code": "text", "area_id": "bigint",
        "office_phone": "text", "office_hours": "text",
    }  # fmt: skip
    rows = stage(session, frame, types, say=context.say)
    new = session.scalars(
        text(f"""INSERT INTO organisation (code, name, kind, area_id)
                 SELECT code, name, kind, area_id FROM {rows} ON CONFLICT (code) DO NOTHING RETURNING id""")
    ).all()
    moved = session.scalars(
        text(f"""
            UPDATE organisation o SET name = s.name, kind = s.kind, area_id = s.area_id, parent_id = p.id,
                                      ended_at = NULL, office_phone = {_told("office_phone")},
                                      office_hours = {_told("office_hours")}
            FROM {rows} s LEFT JOIN organisation p ON p.code = s.parent_code
            WHERE o.code = s.code
              AND ROW(o.name, o.kind, o.area_id, o.parent_id, o.ended_at, o.office_phone, o.office_hours)
                  IS DISTINCT FROM
                  ROW(s.name, s.kind, s.area_id, p.id, NULL, {_told("office_phone")}, {_told("office_hours")})
            RETURNING o.id""")
    ).all()
    changed = len(set(moved) - set(new))
    counts = Counts(new=len(new), changed=changed, unchanged=len(frame) - len(new) - changed)
    return counts + Counts(ended=_write_branches(session, frame, context).ended)


def _told(column: str) -> str:
    """Keep what is known where a file says nothing: older files have no such column."""
    return f"coalesce(nullif(s.{column}, ''), o.{column})"


def _write_branches(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    pairs = _grids(frame)
    if pairs.empty:
        return Counts()
    rows = stage(session, pairs, {"code": "text", "grid_code": "text"})
    ready = f"{rows}_ready"
    session.execute(
        text(f"""CREATE TEMPORARY TABLE {ready} ON COMMIT DROP AS
                 SELECT g.id AS grid_id, o.id AS organisation_id
                 FROM {rows} s JOIN grid g ON g.code = s.grid_code JOIN organisation o ON o.code = s.code""")
    )
    return begin_versions(
        session, ready, "grid_branch", key="grid_id", content=("organisation_id",), at=context.valid_from
    )


ORGANISATIONS = Kind(
    name="organisations",
    columns=(
        needed("code", "组织编码", "编码", "organisation_code", "org_code", read=code),
        needed("name", "组织名称", "名称"),
        needed(
            "kind",
            "组织类型",
            "类型",
            read=choice({name: kind for kind, others in KINDS.items() for name in (kind, *others)}),
        ),
        named("parent_code", "上级组织编码", "上级编码", "上级", "parent", read=code),
        named("area_code", "社区编码", "所属社区编码", "community_code", read=code),
        named("grid_code", "网格编码", "所包网格编码", read=several(code)),
        named("office_phone", "办公电话", "值班电话", "phone", read=office_phone),
        named("office_hours", "办公时间", "hours", read=line_of_text(60)),
    ),
    write=write_organisations,
    key=("code",),
    references=(Reference("area_code", "area", "社区"),),
    check=check_organisations,
)
