"""Writing a walk down: a new case with all its rows in one statement, or what the walk changed of an old one.

Before: `cases.draft`. After: the database. One statement is all or nothing by itself, and costs one way there and back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import clock_rows
from gis.cases.draft import COLUMNS, Draft
from gis.cases.models import Assignment, Case, CaseLog, Notice
from gis.direct import ask, ask_together

_JSON = frozenset({"deadline", "location"})
_CASE = ("case_type_id", *COLUMNS)
_REPORT = (
    "client_request_id",
    "tracking_token",
    "channel",
    "text",
    "pin",
    "contact_sealed",
    "language",
    "reported_at",
    "forget_at",
)
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


def _value(name: str) -> str:
    """Give the place of one column in the statement, with the type that a bare parameter would not tell."""
    if name in _JSON | {"pin"}:
        return f"CAST(:{name} AS jsonb)"
    return f"CAST(:{name} AS geometry)" if name == "point" else f":{name}"


def _rows(table: str, columns: dict[str, str]) -> str:
    """Give the part that inserts the rows of one table from a JSON list."""
    names, types = ", ".join(columns), ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return (
        f"INSERT INTO {table} (case_id, {names}) SELECT made.id, {', '.join(f'row.{name}' for name in columns)} "
        f"FROM made, jsonb_to_recordset(CAST(:{table}_rows AS jsonb)) AS row ({types})"
    )


_NEW = text(f"""
    WITH made AS (
        INSERT INTO "case" ({", ".join(_CASE)}) VALUES ({", ".join(_value(name) for name in _CASE)}) RETURNING id
    ), report AS (
        INSERT INTO report (case_id, {", ".join(_REPORT)})
        SELECT made.id, {", ".join(_value(f"report_{n}" if n in ("text", "reported_at") else n) for n in _REPORT)}
        FROM made
    ), logs AS ({_rows("case_log", _LOG)}
    ), assignments AS ({_rows("assignment", _ASSIGNMENT)}
    ), notices AS ({_rows("notice", _NOTICE)}
    ), clocks AS ({_rows("case_clock", clock_rows.COLUMNS)}
    )
    SELECT id FROM made
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


def new(session: Session, draft: Draft, report: ReportRow) -> int:
    """Write a new case, its report, log, clocks, assignments and notices in one statement; give its id."""
    [(case_id,)] = ask(session, _NEW, _values(draft, report))
    return int(case_id)


def new_all(session: Session, pairs: Sequence[tuple[Draft, ReportRow]]) -> list[int]:
    """Write many new cases in one way there and back, each as `new` does; give their ids in the same order."""
    session.flush()
    answers = ask_together(session, [(_NEW, _values(draft, report)) for draft, report in pairs])
    return [int(rows[0][0]) for rows in answers]


def _values(draft: Draft, report: ReportRow) -> dict[str, Any]:
    said = vars(report)
    values = {name: getattr(draft, name) for name in COLUMNS} | said
    values |= {name: _dumps(values[name]) for name in _JSON}
    values |= {
        "case_type_id": draft.case_type.id,
        "pin": _dumps(report.pin) if report.pin else None,
        "text": draft.text,
        "reported_at": draft.reported_at,
        "report_text": report.text,
        "report_reported_at": report.reported_at,
        "case_log_rows": _dumps([vars(log) for log in draft.logs]),
        "assignment_rows": _dumps(draft.assignments),
        "notice_rows": _dumps([_TOLD | row for row in draft.notices]),
        "case_clock_rows": _dumps([clock_rows.row(clock) for clock in draft.book.worth_keeping]),
    }
    return values


def over(session: Session, case: Case, draft: Draft) -> None:
    """Write what a walk changed of a case that was there already; the caller holds its lock."""
    for name in COLUMNS:
        if name != "point" or draft.point is not None:
            setattr(case, name, getattr(draft, name))
    clock_rows.write(session, {case.id: draft.book.touched})
    session.add_all(CaseLog(case=case, **vars(log)) for log in draft.logs)
    session.add_all(Assignment(case=case, **row) for row in draft.assignments)
    session.add_all(Notice(case=case, **row) for row in draft.notices)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=_instant)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a row")
