"""Checks of boundaries against each other and against what is loaded: parents, levels, codes, coverage.

Before: `loading.check` (each row by itself). After: `load_boundaries` writes what is left.
"""

from __future__ import annotations

import re

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.columns import GEOMETRY
from gis.files.faults import Fault, Faults
from gis.grids.check_coverage import check_coverage
from gis.loading.kind import Context

GRID_LEVELS = ("grid", "microgrid")
PARENT_LEVEL = {
    "district": "city",
    "subdistrict": "district",
    "community": "subdistrict",
    "grid": "community",
    "microgrid": "grid",
}
IN_CHINESE = {
    "city": "市", "district": "区县", "subdistrict": "街道", "community": "社区", "grid": "网格", "microgrid": "微网格",
}  # fmt: skip
# Designed after GB/T 2260, 10114 and 30428.1; other schemes are used, so another form is only a warning.
CODE_FORMS = {
    "city": r"\d{4}(00(0{6})?)?",
    "district": r"\d{6}(0{6})?",
    "subdistrict": r"\d{9}(000)?",
    "community": r"\d{12}",
    "grid": r"\d{15}",
    "microgrid": r"\d{15,18}",
}


def check_boundaries(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check rows that are right one by one; see the functions below for what is looked at."""
    loaded = loaded_levels(session, frame)
    faults = Faults()
    faults.extend(_levels(frame, loaded))
    faults.extend(_code_forms(frame))
    faults.extend(_ended_codes(session, frame, context))
    faults.extend(_bare_grids(frame))
    faults.extend(orphans(frame, faults.rows, loaded))
    sound = frame[~frame.index.isin(list(faults.rows))]
    faults.extend(check_coverage(session, sound, context))
    faults.extend(fault for fault in orphans(frame, faults.rows, loaded) if fault.row not in faults.rows)
    return faults


def loaded_levels(session: Session, frame: pd.DataFrame) -> dict[str, str]:
    """Find the level of every code of the file, its own and its parents', that is loaded already."""
    codes = list({*frame["code"], *frame["parent_code"]} - {""})
    found = session.execute(
        text("""SELECT code, level FROM area WHERE code = ANY(:codes)
                UNION ALL
                SELECT g.code, CASE WHEN bool_or(v.kind = 'micro') THEN 'microgrid' ELSE 'grid' END
                FROM grid g JOIN grid_version v ON v.grid_id = g.id WHERE g.code = ANY(:codes) GROUP BY g.code"""),
        {"codes": codes},
    )
    return {str(code): str(level) for code, level in found}


def _levels(frame: pd.DataFrame, loaded: dict[str, str]) -> Faults:
    """Refuse another level for a known code: it keeps its level for ever."""
    faults = Faults()
    for row, code, level in frame[["code", "level"]].itertuples():
        before = loaded.get(code, level)
        if before != level:
            faults.add(
                row, "level", level,
                f"该编码已作为{IN_CHINESE[before]}加载，不能改为{IN_CHINESE[level]}",
                f"this code is loaded as a {before}; it cannot become a {level}",
            )  # fmt: skip
    return faults


def _code_forms(frame: pd.DataFrame) -> Faults:
    faults = Faults()
    for row, code, level in frame[["code", "level"]].itertuples():
        if not re.fullmatch(CODE_FORMS[level], code):
            faults.add(
                row, "code", code,
                f"与常用的{IN_CHINESE[level]}编码形式不同",
                f"this is not the usual form of a {level} code",
                warning=True,
            )  # fmt: skip
    return faults


def _ended_codes(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Refuse the codes of grids that have ended: they are never used again."""
    grids = frame[frame["level"].isin(GRID_LEVELS)]
    found = session.execute(
        text("""SELECT g.code FROM grid g JOIN grid_version v ON v.grid_id = g.id WHERE g.code = ANY(:codes)
                GROUP BY g.code HAVING max(upper(v.valid)) <= :at AND NOT bool_or(upper_inf(v.valid))"""),
        {"codes": list(grids["code"]), "at": context.valid_from},
    )
    ended = {code for (code,) in found}
    faults = Faults()
    for row, code in grids.loc[grids["code"].isin(list(ended)), "code"].items():
        faults.add(
            row, "code", code,
            "该网格已终止，编码不得再用", "this grid has ended; its code is never used again",
        )  # fmt: skip
    return faults


def _bare_grids(frame: pd.DataFrame) -> Faults:
    faults = Faults()
    bare = frame["level"].isin(GRID_LEVELS) & frame[GEOMETRY].isna()
    for row in frame.index[bare]:
        faults.add(int(row), GEOMETRY, "", "网格没有图形", "a grid must have a shape")
    return faults


def orphans(frame: pd.DataFrame, bad: set[int], loaded: dict[str, str]) -> list[Fault]:
    """Find rows whose parent is neither a good row of the file nor loaded; from the top of the tree down."""
    faults = Faults()
    levels = dict(loaded)
    for level in IN_CHINESE:
        for row, code, parent in frame.loc[frame["level"] == level, ["code", "parent_code"]].itertuples():
            if row in bad:
                continue
            problem = _parent_problem(level, parent, levels.get(parent))
            if problem:
                faults.add(row, "parent_code", parent, *problem)
            else:
                levels[code] = level
    return list(faults)


def _parent_problem(level: str, parent: str, found: str | None) -> tuple[str, str] | None:
    wanted = PARENT_LEVEL.get(level)
    if parent == "":
        if level in GRID_LEVELS:
            return f"{IN_CHINESE[level]}必须有上级编码", f"a {level} needs the code of its {wanted}"
        return None
    if found is None:
        return "没有此上级编码，请先加载上级", "no such parent is in the file or loaded; load it first"
    if found != wanted:
        return (
            f"上级应为{IN_CHINESE.get(wanted or '', '空')}，实为{IN_CHINESE[found]}",
            f"the parent of a {level} is a {wanted or 'nobody'}, not a {found}",
        )
    return None
