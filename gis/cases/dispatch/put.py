"""Making staged rows the live rules from an instant: the same goes on, what differs ends and begins anew.

Before: a file (`dispatch.load_rules`) or a draft (`dispatch.drafts`). After: `dispatch.kept` reads the new version. A
rule that has spoken is never deleted: it ends; only one that has not begun yet gives way to its correction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loading.kind import Counts

TYPES = {
    "code": "text", "category": "text", "area_id": "bigint", "grid_id": "bigint", "weekdays": "text",
    "from_min": "integer", "to_min": "integer", "level": "text", "organisation_id": "bigint", "agency": "text",
    "skill": "text", "handling": "text", "note": "text", "valid_from": "timestamptz", "valid_to": "timestamptz",
}  # fmt: skip
CONTENT = tuple(name for name in TYPES if name not in {"code", "valid_from", "valid_to"})
_SAME = "ROW({}) IS NOT DISTINCT FROM ROW({})".format(
    ", ".join(f"r.{name}" for name in CONTENT), ", ".join(f"s.{name}" for name in CONTENT)
)
_LIVE = "r.draft_id IS NULL"


def put(session: Session, rows: str, at: datetime, *, end_missing: bool, among: str = "TRUE") -> Counts:
    """Make staged rows live.

    Parameters
    ----------
    rows : str
        A temporary table with the columns of `TYPES`.
    at : datetime
        From when rows hold that say no beginning of their own; aware.
    end_missing : bool
        Live rules whose code the rows do not have end at `at`.
    among : str
        SQL of our own over the rule `r`: which live rules may end so.

    Raises
    ------
    sqlalchemy.exc.IntegrityError
        Two of the rules would contradict each other; checks of files and drafts say so before.
    """
    session.execute(text("LOCK TABLE dispatch_rule IN SHARE ROW EXCLUSIVE MODE"))
    _begin_where_it_runs(session, rows, at)
    changed = _end_otherwise(session, rows)
    ended = _close(session, f"s.code = r.code AND r.valid && tstzrange(s.valid_from, s.valid_to) AND NOT ({_KEPT})",
                   "s.valid_from", rows)  # fmt: skip
    if end_missing:
        ended += _close_missing(session, rows, at, among)
    new = session.scalars(
        text(f"""INSERT INTO dispatch_rule ({", ".join(("code", *CONTENT))}, valid)
                 SELECT {", ".join(f"s.{name}" for name in ("code", *CONTENT))}, tstzrange(s.valid_from, s.valid_to)
                 FROM {rows} s WHERE NOT EXISTS (SELECT FROM dispatch_rule r WHERE {_LIVE} AND {_KEPT})
                 RETURNING id""")
    ).all()
    total = session.scalar(text(f"SELECT count(*) FROM {rows}")) or 0
    return Counts(new=len(new), changed=changed, unchanged=total - len(new) - changed, ended=ended)


_KEPT = f"s.code = r.code AND lower(r.valid) = s.valid_from AND {_SAME}"


def _begin_where_it_runs(session: Session, rows: str, at: datetime) -> None:
    """Let a row without a beginning go on where the same rule runs already, or begin at the instant."""
    session.execute(
        text(f"""UPDATE {rows} s SET valid_from = coalesce(
                     (SELECT lower(r.valid) FROM dispatch_rule r WHERE {_LIVE} AND s.code = r.code AND {_SAME}
                          AND r.valid @> CAST(:at AS timestamptz)), :at)
                 WHERE s.valid_from IS NULL"""),
        {"at": at},
    )


def _end_otherwise(session: Session, rows: str) -> int:
    """Give the rules that stay the end that the rows say."""
    return len(
        session.scalars(
            text(f"""UPDATE dispatch_rule r SET valid = tstzrange(lower(r.valid), s.valid_to) FROM {rows} s
                     WHERE {_LIVE} AND {_KEPT} AND upper(r.valid) IS DISTINCT FROM s.valid_to RETURNING r.id""")
        ).all()
    )


def _close(session: Session, which: str, end: str, rows: str) -> int:
    """End the live rules that rows follow; those that had not begun by then go."""
    gone = session.scalars(
        text(f"""DELETE FROM dispatch_rule r USING {rows} s
                 WHERE {_LIVE} AND {which} AND lower(r.valid) >= {end} RETURNING r.id""")
    ).all()
    ended = session.scalars(
        text(f"""UPDATE dispatch_rule r SET valid = tstzrange(lower(r.valid), {end}) FROM {rows} s
                 WHERE {_LIVE} AND {which} AND lower(r.valid) < {end} RETURNING r.id""")
    ).all()
    return len(gone) + len(ended)


def _close_missing(session: Session, rows: str, at: datetime, among: str) -> int:
    """End the live rules that the rows leave out."""
    missing = f"{_LIVE} AND {among} AND NOT EXISTS (SELECT FROM {rows} s WHERE s.code = r.code)"
    gone = session.scalars(
        text(f"DELETE FROM dispatch_rule r WHERE {missing} AND lower(r.valid) >= :at RETURNING r.id"),
        {"at": at},
    ).all()
    ended = session.scalars(
        text(f"""UPDATE dispatch_rule r SET valid = tstzrange(lower(r.valid), :at)
                 WHERE {missing} AND r.valid @> CAST(:at AS timestamptz) RETURNING r.id"""),
        {"at": at},
    ).all()
    return len(gone) + len(ended)
