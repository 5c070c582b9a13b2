"""Loading dispatch rules from a file, into the live set from a date on, or into a draft.

Before: categories, boundaries, organisations. After: `dispatch.kept`. What is the same goes on, what differs ends
on the day and begins anew; loading what was exported changes nothing. Rows that contradict each other are both named.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.cases.dispatch import cells
from gis.cases.dispatch.contradictions import first_contradiction
from gis.cases.dispatch.kept import RULES as STORED
from gis.cases.dispatch.kept import read_rules
from gis.cases.dispatch.put import TYPES, put
from gis.cases.dispatch.rules import ANY_DAY, DAY_MIN, Rule
from gis.cases.load_types import LEVELS
from gis.files.cells import choice, code, moment, text
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.stage import stage

HANDLINGS = {"explain": "explain", "回复解释": "explain", "own": "own", "受理自办": "own", "transfer": "transfer",
             "转交办理": "transfer"}  # fmt: skip
COLUMNS = (
    needed("code", "规则编号", "编号", read=code),
    named("category", "类别编码", "类别", read=cells.category),
    named("place_code", "地方编码", "网格编码", "区划编码", read=code),
    named("weekdays", "星期", "日子", read=cells.weekdays, empty=ANY_DAY),
    named("from_time", "开始时刻", "从", "from", read=cells.minute, empty=0),
    named("to_time", "结束时刻", "到", "to", read=cells.minute, empty=DAY_MIN),
    named("level", "处置层级", "权限", read=choice(LEVELS)),
    named("organisation_code", "党组织编码", "支部编码", "branch_code", read=code),
    named("agency", "责任单位", read=text(60)),
    named("skill", "技能", read=text(20)),
    named("handling", "办理方式", read=choice(HANDLINGS)),
    named("note", "说明", read=text(200)),
    named("valid_from", "起始日期", read=moment, empty=None),
    named("valid_to", "终止日期", read=moment, empty=None),
)
_PLACES = sql("""
    SELECT code, id, NULL::bigint AS grid_id, level FROM area WHERE code = ANY(:codes)
    UNION ALL SELECT code, NULL, id, 'grid' FROM grid WHERE code = ANY(:codes)
""")


def placed(session: Session, frame: pd.DataFrame) -> tuple[pd.DataFrame, Faults]:
    """Find the area or grid that each row's code names."""
    faults = Faults()
    rows = session.execute(_PLACES, {"codes": [value for value in frame["place_code"].unique() if value]})
    found = {row.code: row for row in rows}
    for number, value in frame["place_code"].items():
        if value and value not in found:
            faults.add(
                _row(number), "place_code", value, "没有这个区划或网格", "no area and no grid has this code"
            )
    known = [found.get(value) for value in frame["place_code"]]
    return frame.assign(
        area_id=pd.Series([row.id if row else None for row in known], index=frame.index, dtype=object),
        grid_id=pd.Series([row.grid_id if row else None for row in known], index=frame.index, dtype=object),
        place_level=[row.level if row else "" for row in known],
    ), faults


def check_rules(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check what a rule needs to make sense, and that none contradicts another of the file or one that stays."""
    codes = set(frame["code"])
    others = [rule for rule in live(session) if rule.code not in codes]
    return checked(session, frame, context, others)


def checked(session: Session, frame: pd.DataFrame, context: Context, others: Iterable[Rule]) -> Faults:
    """Check rows against each other and against rules that stay beside them."""
    frame, faults = placed(session, frame)
    types = session.scalars(sql("SELECT DISTINCT code FROM case_type")).all()
    good: list[tuple[int, Rule]] = []
    for row in frame.itertuples():
        before = len(faults)
        _check_row(row, types, faults)
        if len(faults) == before:
            good.append((_row(row.Index), as_rule(row, context)))
    stays = [(0, rule) for rule in others]
    for number, rule in good:
        clash = first_contradiction(rule, [*stays, *((n, r) for n, r in good if n < number)])
        if clash:
            faults.add(
                number, "code", rule.code,
                f"与规则{clash.code}矛盾：类别、地方、时段都重叠",
                f"it contradicts rule {clash.code}: category, place and hours overlap; narrow one or end it",
            )  # fmt: skip
    return faults


def _check_row(row: Any, types: Iterable[str], faults: Faults) -> None:
    number = _row(row.Index)
    known = not row.category or cells.is_class(row.category)
    if not known and not any(code.startswith(row.category) for code in types):
        faults.add(number, "category", row.category, "没有以此开头的类别", "no category begins with this")
    if row.from_time in {row.to_time, DAY_MIN}:
        faults.add(
            number, "to_time", cells.clock(row.to_time), "开始和结束相同", "it ends the minute it begins"
        )
    if not any((row.level, row.organisation_code, row.agency, row.skill, row.handling)):
        faults.add(
            number, "level", "", "规则没有写明任何结果",
            "it decides nothing: give a level, branch, agency, skill or handling",
        )  # fmt: skip
    if row.valid_from and row.valid_to and row.valid_to <= row.valid_from:
        faults.add(number, "valid_to", row.valid_to, "结束不晚于开始", "it ends before it begins")


def as_rule(row: Any, context: Context) -> Rule:
    """Give a checked row as the rule it will be."""
    return Rule(
        code=row.code,
        category=row.category,
        place_level=row.place_level,
        place_id=row.grid_id or row.area_id,
        weekdays=row.weekdays,
        from_min=row.from_time,
        to_min=row.to_time,
        begins=row.valid_from or context.valid_from,
        ends=row.valid_to,
    )


def live(session: Session) -> list[Rule]:
    """Give the live rules, whatever their dates."""
    return read_rules(
        session.execute(sql(f"{STORED} WHERE r.draft_id IS NULL ORDER BY r.code, lower(r.valid)")).all()
    )


def staged(session: Session, frame: pd.DataFrame, context: Context) -> str:
    """Copy checked rows into a temporary table in the form that `dispatch.put` takes."""
    frame, _faults = placed(session, frame)
    ready = frame.rename(columns={"from_time": "from_min", "to_time": "to_min"})
    return stage(session, ready, TYPES, say=context.say)


def write_rules(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Make the rows the live rules from `context.valid_from`; with `end_missing` all others end then."""
    rows = staged(session, frame, context)
    return put(session, rows, context.valid_from, end_missing=context.end_missing)


def _row(number: Any) -> int:
    return int(number)


DISPATCH_RULES = Kind(
    name="dispatch_rules",
    columns=COLUMNS,
    write=write_rules,
    key=("code",),
    references=(Reference("organisation_code", "organisation", "党组织"),),
    check=check_rules,
)
