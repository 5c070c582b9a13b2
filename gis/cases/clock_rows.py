"""Books of clocks out of the database and back into it: one question, one statement, however many cases.

Before: `cases.clock_models`, `cases.clock_book`. After: `cases.clocks`, the sweeper. The caller holds the cases' locks.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.clock_book import Book, Clock, Pausing
from gis.cases.deadlines import Limit, Unit
from gis.direct import ask

COLUMNS = {
    "stage": "text", "level": "text", "round": "integer", "organisation_id": "bigint", "started_at": "timestamptz",
    "limit_value": "integer", "limit_unit": "text", "due_at": "timestamptz", "original_due_at": "timestamptz",
    "provisional": "boolean", "arithmetic": "jsonb", "extensions": "jsonb", "calendar_version": "bigint",
    "stopped_at": "timestamptz", "next_at": "timestamptz", "reminded_at": "timestamptz",
    "escalated_at": "timestamptz", "excused_at": "timestamptz", "excused_by": "bigint",
}  # fmt: skip
"""The columns of a clock beside its case, with the type that a bare JSON value would not tell."""

_FIXED = frozenset({"stage", "level", "round", "started_at", "limit_value", "limit_unit", "original_due_at"})
_NAMES = ", ".join(COLUMNS)
_TYPES = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())

# indexes: uq_case_clock_case_id_stage_level_round, ex_clock_pause_span
_READ = text(f"""
    SELECT c.case_id, c.id, {", ".join(f"c.{name}" for name in COLUMNS)},
        (SELECT jsonb_agg(jsonb_build_array(p.cause, p.from_at, p.until_at, p.ended_at) ORDER BY p.from_at)
         FROM clock_pause p WHERE p.clock_id = c.id)
    FROM case_clock c WHERE c.case_id = ANY(CAST(:ids AS bigint[])) ORDER BY c.id
""")

_WRITE = text(f"""
    WITH told AS (
        SELECT * FROM jsonb_to_recordset(CAST(:clocks AS jsonb))
                      AS row (case_id bigint, {_TYPES}, pauses jsonb, changes jsonb)
    ), written AS (
        INSERT INTO case_clock (case_id, {_NAMES}) SELECT case_id, {_NAMES} FROM told
        ON CONFLICT (case_id, stage, level, round) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in _FIXED)}
        RETURNING id, case_id, stage, level, round
    ), known AS (
        SELECT written.id, told.pauses, told.changes
        FROM written JOIN told USING (case_id, stage, level, round)
    ), pauses AS (
        INSERT INTO clock_pause (clock_id, cause, from_at, until_at, ended_at)
        SELECT known.id, p.cause, p.from_at, p.until_at, p.ended_at
        FROM known, jsonb_to_recordset(known.pauses)
                    AS p (cause text, from_at timestamptz, until_at timestamptz, ended_at timestamptz)
        ON CONFLICT (clock_id, from_at) DO UPDATE SET ended_at = excluded.ended_at
    )
    INSERT INTO clock_change (clock_id, at, cause, due_before, due_after, detail)
    SELECT known.id, c.at, c.cause, c.due_before, c.due_after, c.detail
    FROM known, jsonb_to_recordset(known.changes)
                AS c (at timestamptz, cause text, due_before timestamptz, due_after timestamptz, detail jsonb)
    RETURNING id
""")


def books(session: Session, case_ids: Collection[int]) -> dict[int, Book]:
    """Read the clocks of some cases; a case without any has an empty book."""
    found: dict[int, Book] = defaultdict(Book)
    for case_id, clock_id, *values in ask(session, _READ, {"ids": list(case_ids)}):
        found[case_id].clocks.append(_clock(clock_id, values))
    return found


def _clock(clock_id: int, values: list[Any]) -> Clock:
    *rest, pauses = values
    named = dict(zip(COLUMNS, rest, strict=True))
    limit = Limit(named.pop("limit_value"), Unit(named.pop("limit_unit")))
    spans = [Pausing(cause, *(_instant(at) for at in instants)) for cause, *instants in pauses or ()]  # type: ignore[arg-type]
    return Clock(id=clock_id, limit=limit, pauses=spans, **named)


def _instant(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def row(clock: Clock) -> dict[str, Any]:
    """Give a clock's columns."""
    own = {name: getattr(clock, name) for name in COLUMNS if not name.startswith("limit_")}
    return own | {"limit_value": clock.limit.value, "limit_unit": clock.limit.unit}


def write(session: Session, touched: Mapping[int, Iterable[Clock]]) -> None:
    """Write the clocks that were touched, with their pauses and changes; keys are cases."""
    rows = [
        row(clock)
        | {
            "case_id": case_id,
            "pauses": [vars(one) for one in clock.pauses],
            "changes": [vars(one) for one in clock.changes],
        }
        for case_id, clocks in touched.items()
        for clock in clocks
    ]
    if not rows:
        return
    session.flush()
    ask(session, _WRITE, {"clocks": json.dumps(rows, ensure_ascii=False, default=_plain)})
    for clocks in touched.values():
        for clock in clocks:
            clock.changes.clear()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot stand in a row")
