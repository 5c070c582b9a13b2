"""The straight way to the driver, for the few hottest questions: prepared, in binary, past the session's rows.

Before: a session of `database`. After: tiles (`grids.drawing`), and the statements of a report (`cases.intake`,
`staff.queries`, `cases.assign`, `cases.write`). Each takes a fraction of a millisecond; the detour over the session's
rows would take as long again. The statement runs in the session's own transaction and must not rely on rows that the
session has not flushed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import psycopg
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Session


def ask(session: Session, statement: TextClause, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Run a statement with its bound values and give its rows as plain tuples."""
    return _driver(session).execute(_plain(statement), values, prepare=True, binary=True).fetchall()


def _driver(session: Session) -> psycopg.Connection[Any]:
    # looked for once a session: the way to it is longer than a short statement
    driver = session.info.get(_driver)
    if driver is not None and session.in_transaction():
        return cast("psycopg.Connection[Any]", driver)
    driver = session.info[_driver] = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection), "the hot statements speak to psycopg"  # noqa: S101 - for the reader
    return driver


@cache
def _plain(statement: TextClause) -> bytes:
    dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
    return str(statement.compile(dialect=dialect)).encode()
