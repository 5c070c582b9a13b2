"""Writing a walk down: new cases with all their rows in one statement, or what the walk changed of an old one.

Before: `cases.draft`. After: the database. One statement is all or nothing by itself, costs one way there and
back, and for many cases hardly more than for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import clock_rows
from gis.cases.draft import COLUMNS, Draft
from gis.cases.models import Assignment, Case, CaseLog, Notice
from gis.direct import ask

_CASE = {
    "case_type_id": "bigint", "number": "text", "text": "text", "state": "text", "reported_at": "timestamptz",
    "moved_at": "timestamptz", "due_at": "timestamptz", "deadline": "jsonb", "closed_at": "timestamptz",
    "point": "geometry", "radius_m": "float8", "place_id": "bigint", "place_label": "text", "location": "jsonb",
    "grid_id": "bigint", "area_id": "bigint", "organisation_id": "bigint", "member_id": "bigint", "agency": "text",
    "handling": "text", "revision": "integer",
}  # fmt: skip
_REPORT = {
    "client_request_id": "text", "tracking_token": "text", "channel": "text", "text": "text", "pin": "jsonb",
    "contact_sealed": "bytea", "language": "text", "reported_at": "timestamptz", "forget_at": "timestamptz",
}  # fmt: skip
_LOG = {
    "seq": "integer", "at": "timestamptz", "move": "text", "from_state": "text", "to_state": "text", "role": "text",
    "account_id": "bigint", "reason": "text", "detail": "jsonb",
}  # fmt: skip
_ASSIGNMENT = {
    "at": "timestamptz", "grid_id": "bigint", "organisation_id": "bigint", "member_id": "bigint",
    "account_id": "bigint", "receipt": "jsonb",
}  # fmt: skip
_NOTICE = {
    "key": "text", "member_id": "bigint", "organisation_id": "bigint", "to_reporters": "boolean", "body": "text",
    "body_en": "text", "created_at": "timestamptz", "send_after": "timestamptz",
}  # fmt: skip
_TOLD: dict[str, Any] = {"to_reporters": False, "body_en": ""}
"""What a notice is when its step says nothing else."""


def _rows(table: str, columns: dict[str, str]) -> str:
    """Give the part that inserts the rows of one table from a JSON list, in its order, beside their cases."""
    types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return (
        f"INSERT INTO {table} (case_id, {', '.join(columns)}) "
        f"SELECT made.id, {', '.join(f'row.{name}' for name in columns)} "
        f"FROM ROWS FROM (jsonb_to_recordset(CAST(:{table} AS jsonb)) AS (case_number text, {types})) "
        "WITH ORDINALITY AS row JOIN made ON made.number = row.case_number ORDER BY row.ordinality"
    )


_NEW = text(f"""
    WITH made AS (
        INSERT INTO "case" ({", ".join(_CASE)}) SELECT {", ".join(_CASE)}
        FROM jsonb_to_recordset(CAST(:cases AS jsonb))
             AS row ({", ".join(f"{name} {kind}" for name, kind in _CASE.items())})
        RETURNING id, number
    ), reports AS ({_rows("report", _REPORT)}
    ), logs AS ({_rows("case_log", _LOG)}
    ), assignments AS ({_rows("assignment", _ASSIGNMENT)}
    ), notices AS ({_rows("notice", _NOTICE)}
    ), clocks AS ({_rows("case_clock", clock_rows.COLUMNS)}
    )
    SELECT number, id FROM made
""")


@dataclass(frozen=True)
class ReportRow:
    """The columns of a report beside its case."""

    client_request_id: str
    tracking_token: str
    channel: str
    text: str
    pin: dict[str, Any] | None
    contact_sealed: bytes | None
    language: str
    reported_at: datetime
    forget_at: datetime


def new(session: Session, pairs: Sequence[tuple[Draft, ReportRow]]) -> list[int]:
    """Write new cases with their reports, logs, clocks, assignments and notices in one statement.

    Returns
    -------
    list of int
        The cases' ids, in the order of `pairs`.
    """
    if not pairs:
        return []
    session.flush()
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in _TABLES}
    for draft, report in pairs:
        _add(rows, draft, report)
    ids = dict(ask(session, _NEW, {name: _dumps(some) for name, some in rows.items()}))
    return [int(ids[draft.number]) for draft, _ in pairs]


_TABLES = ("cases", "report", "case_log", "assignment", "notice", "case_clock")


def _add(rows: dict[str, list[dict[str, Any]]], draft: Draft, report: ReportRow) -> None:
    """Add what one case has to say to each table."""
    mark = {"case_number": draft.number}
    rows["cases"].append(
        {name: getattr(draft, name) for name in COLUMNS} | {"case_type_id": draft.case_type.id}
    )
    rows["report"].append(mark | vars(report))
    rows["case_log"] += [mark | vars(log) for log in draft.logs]
    rows["assignment"] += [mark | row for row in draft.assignments]
    rows["notice"] += [mark | _TOLD | row for row in draft.notices]
    rows["case_clock"] += [mark | clock_rows.row(clock) for clock in draft.book.worth_keeping]


def over(session: Session, case: Case, draft: Draft) -> None:
    """Write what a walk changed of a case that was there already; the caller holds its lock."""
    for name in COLUMNS:
        if name != "point" or draft.point is not None:
            setattr(case, name, getattr(draft, name))
    clock_rows.write(session, {case.id: draft.book.touched})
    session.add_all(CaseLog(case=case, **vars(log)) for log in draft.logs)
    session.add_all(Assignment(case=case, **row) for row in draft.assignments)
    session.add_all(Notice(case=case, **row) for row in draft.notices)


def _dumps(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows, default=_plain).decode()


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError(f"{type(value).__name__} cannot stand in a row")
