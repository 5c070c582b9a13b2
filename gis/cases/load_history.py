"""Loading cases that were handled before: the case, its report, its log, and who had it with the receipt.

Before: categories, calendar, places, staff. After: the board, figures, the planner's picture of the load. Each
case is given to whom the rules of assignment would have given it at that time; `past` tells its journey.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from gis.cases import clock_rows
from gis.cases.intake import CHANNELS, LONGEST_TEXT
from gis.cases.past import walk
from gis.cases.past_desk import Desk
from gis.cases.past_rows import rows_of
from gis.errors import MoveRefusedError
from gis.files.cells import choice, code, decimal, json_list, moment, text
from gis.files.columns import GEOMETRY, named, needed
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.kind import Context, Counts, Kind
from gis.loading.stage import stage

CASE = {
    "number": "text", "case_type_id": "bigint", "text": "text", "state": "text", "reported_at": "timestamptz",
    "moved_at": "timestamptz", "due_at": "timestamptz", "deadline": "jsonb", "closed_at": "timestamptz",
    GEOMETRY: "geometry", "radius_m": "float8", "place_id": "bigint", "place_label": "text", "location": "jsonb",
    "grid_id": "bigint", "area_id": "bigint", "organisation_id": "bigint", "member_id": "bigint",
    "agency": "text", "revision": "integer",
}  # fmt: skip
REPORT = {
    "client_request_id": "text", "tracking_token": "text", "channel": "text", "text": "text",
    "reported_at": "timestamptz", "forget_at": "timestamptz",
}  # fmt: skip
LOG = {
    "seq": "integer", "at": "timestamptz", "move": "text", "from_state": "text", "to_state": "text",
    "role": "text", "reason": "text", "detail": "jsonb",
}  # fmt: skip
ASSIGNMENT = {
    "at": "timestamptz", "grid_id": "bigint", "organisation_id": "bigint", "member_id": "bigint",
    "receipt": "jsonb",
}  # fmt: skip
NOTICE = {
    "key": "text", "member_id": "bigint", "organisation_id": "bigint", "body": "text", "created_at": "timestamptz",
    "send_after": "timestamptz", "sent_at": "timestamptz",
}  # fmt: skip


def check_history(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that categories are loaded and that every journey is one the table of moves allows."""
    del context
    known = set(session.scalars(sql("SELECT code FROM case_type")))
    faults = Faults()
    for row in frame.itertuples():
        number: Any = row.Index
        if row.category not in known:
            faults.add(
                number, "category", row.category, "没有此类别，请先加载", "no such category; load it first"
            )
        problem = _journey_problem(row)
        if problem:
            faults.add(number, "moves", "", "流转记录不符合规则或时间无法识别", problem)
    return faults


def _journey_problem(row: Any) -> str:
    try:
        walk(row.moves, row.reported_at, placed=True, from_member=False)
    except MoveRefusedError as fault:
        return fault.message.rpartition("。 ")[2]
    except (KeyError, ValueError, TypeError):
        return "a move needs its name and its time with an offset"
    return ""


def write_history(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write the cases that are not there yet, with everything that belongs to them."""
    desk = Desk.open(session, frame)
    marks = pd.Series(desk.marks, index=frame.index)
    fresh = frame[~marks.isin(list(desk.known)) & ~marks.duplicated()]
    if fresh.empty:
        return Counts(unchanged=len(frame))
    cases, reports, logs, clocks, assignments, notices = [], [], [], [], [], []
    for done, row in enumerate(fresh.itertuples()):
        rows = rows_of(session, desk, row, context)
        cases.append(rows.case)
        reports.append(rows.report)
        logs += rows.logs
        clocks += rows.clocks
        assignments += rows.assignments
        notices += [
            notice | {"key": f"{rows.report['client_request_id']}:assigned"} for notice in rows.notices
        ]
        if done % 50 == 0:
            context.say("cases", done, len(fresh))
    ids = _write_cases(session, cases, context)
    for table, made, types in (
        ("report", reports, REPORT),
        ("case_log", logs, LOG),
        ("case_clock", clocks, clock_rows.COLUMNS),
        ("assignment", assignments, ASSIGNMENT),
        ("notice", notices, NOTICE),
    ):
        _write(session, table, made, types, ids)
    return Counts(new=len(fresh), unchanged=len(frame) - len(fresh))


def _write_cases(session: Session, cases: list[dict[str, Any]], context: Context) -> str:
    """Write the cases and give a table that leads from a file's row to the case's id."""
    made = pd.DataFrame(cases, dtype=object).set_index("row")
    made["number"] = None
    rows = stage(session, made, CASE, say=context.say)
    session.execute(
        sql(f"""UPDATE {rows} SET number = to_char(reported_at AT TIME ZONE :zone, 'YYYYMMDD')
                                         || lpad(nextval('case_number')::text, 6, '0')"""),
        {"zone": str(context.zone)},
    )
    columns = [name for name in CASE if name != GEOMETRY]
    names = ", ".join(columns)
    session.execute(
        sql(f'INSERT INTO "case" ({names}, point) SELECT {names}, geometry FROM {rows} ORDER BY reported_at')
    )
    ids = f"{rows}_ids"
    session.execute(
        sql(f"""CREATE TEMPORARY TABLE {ids} ON COMMIT DROP AS
                SELECT s."row", c.id AS case_id FROM {rows} s JOIN "case" c ON c.number = s.number""")
    )
    return ids


def _write(session: Session, table: str, made: list[dict[str, Any]], types: dict[str, str], ids: str) -> None:
    if not made:
        return
    rows = stage(session, pd.DataFrame(made, dtype=object).set_index("row"), types)
    names = ", ".join(types)
    session.execute(
        sql(f"""INSERT INTO {table} (case_id, {names})
                SELECT i.case_id, {", ".join(f"s.{name}" for name in types)}
                FROM {rows} s JOIN {ids} i ON i."row" = s."row" ORDER BY s."row", s.ctid""")
    )


CASES = Kind(
    name="cases",
    columns=(
        needed("reported_at", "上报时间", "时间", read=moment),
        needed("text", "内容", "诉求内容", "描述", read=text(LONGEST_TEXT)),
        needed("category", "类别编码", "类别", read=code),
        named("true_grid_code", "grid_code", "网格编码", read=code),
        named("true_place", "place_code", "地点编码", read=code),
        named("lon", "经度", read=decimal, empty=None),
        named("lat", "纬度", read=decimal, empty=None),
        named("channel", "渠道", read=choice({name: name for name in CHANNELS}), empty="file"),
        named("state", "状态", read=text(40)),
        named("moves", "流转记录", read=json_list, empty=[]),
        named("rating", "评价", read=text(40)),
    ),
    write=write_history,
    shape=Shape.POINT,
    shape_optional=True,
    check=check_history,
)
