"""Versions with `[valid_from, valid_to)`: what is the same goes on, what differs ends and begins anew.

Before: `stage`. After: grids, areas, branches of grids. Loading the same rows twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.loading.kind import Counts
from gis.loading.stage import stage


def stage_spans(
    session: Session, frame: pd.DataFrame, types: Mapping[str, str], *, standing: str, same: str, at: datetime
) -> str:
    """Copy rows with their spans; one without a beginning goes on where the same stands, or begins at `at`.

    Parameters
    ----------
    standing : str
        The table of versions and the name it has in `same`, as `posting p`.
    same : str
        SQL over that name and the staged row `s`: when both are the same.

    Returns
    -------
    str
        The staged table's name.
    """
    rows = stage(session, frame, types)
    name = standing.rpartition(" ")[2]
    session.execute(
        text(f"""UPDATE {rows} s SET valid_from = coalesce(
                     (SELECT lower({name}.valid) FROM {standing}
                      WHERE {same} AND {name}.valid @> CAST(:at AS timestamptz)), :at)
                 WHERE s.valid_from IS NULL"""),
        {"at": at},
    )
    return rows


def begin_versions(
    session: Session,
    staged: str,
    table: str,
    *,
    key: str,
    content: Sequence[str],
    at: datetime,
    source: str | None = None,
) -> Counts:
    """Make staged rows the truth from one instant on.

    Parameters
    ----------
    session : Session
        In its transaction.
    staged : str
        A table with the columns of `key` (an id) and `content`.
    table : str
        The table of versions; has these columns and `valid`.
    key : str
        Whose versions they are.
    content : sequence of str
        What makes two versions differ.
    at : datetime
        The instant, aware. A version that begins exactly then is corrected in place; one that began before
        ends then; where a later one exists, the new version ends as it begins.
    source : str, optional
        Kept in the table's column `source`.

    Returns
    -------
    Counts
        `changed` counts corrected and followed versions, `ended` those that ended at `at`.
    """
    due = f"{staged}_due"
    _compare(session, staged, due, table, key=key, content=content, at=at)
    counts = session.execute(
        text(f"""SELECT count(*) FILTER (WHERE old_id IS NULL),
                        count(*) FILTER (WHERE old_id IS NOT NULL AND NOT same),
                        count(*) FILTER (WHERE same),
                        count(*) FILTER (WHERE old_id IS NOT NULL AND NOT same AND NOT begins_now) FROM {due}""")
    ).one()
    _correct(session, due, table, content, source)
    session.execute(
        text(f"""UPDATE "{table}" v SET valid = tstzrange(lower(v.valid), :at) FROM {due} d
                 WHERE d.old_id = v.id AND NOT d.same AND NOT d.begins_now"""),
        {"at": at},
    )
    _begin(session, due, table, key=key, content=content, at=at, source=source)
    new, changed, unchanged, ended = counts
    return Counts(new=new, changed=changed, unchanged=unchanged, ended=ended)


def _compare(
    session: Session, staged: str, due: str, table: str, *, key: str, content: Sequence[str], at: datetime
) -> None:
    """Put each staged row beside the version that is true at the instant."""
    here = ", ".join(f's."{name}"' for name in content)
    there = ", ".join(f'v."{name}"' for name in content)
    session.execute(
        text(f"""
            CREATE TEMPORARY TABLE {due} ON COMMIT DROP AS
            SELECT s."{key}", {here}, v.id AS old_id, upper(v.valid) AS old_end,
                   coalesce(lower(v.valid) = :at, false) AS begins_now,
                   v.id IS NOT NULL AND ROW({here}) IS NOT DISTINCT FROM ROW({there}) AS same
            FROM {staged} s
            LEFT JOIN "{table}" v ON v."{key}" = s."{key}" AND v.valid @> CAST(:at AS timestamptz)"""),
        {"at": at},
    )


def _correct(session: Session, due: str, table: str, content: Sequence[str], source: str | None) -> None:
    assignments = ", ".join(f'"{name}" = d."{name}"' for name in content)
    if source is not None:
        assignments += ", source = :source"
    session.execute(
        text(f"""UPDATE "{table}" v SET {assignments} FROM {due} d
                 WHERE d.old_id = v.id AND NOT d.same AND d.begins_now"""),
        {} if source is None else {"source": source},
    )


def _begin(
    session: Session,
    due: str,
    table: str,
    *,
    key: str,
    content: Sequence[str],
    at: datetime,
    source: str | None,
) -> None:
    """Add versions from the instant to the end of the one they follow, or to the next later one."""
    names = ", ".join(f'"{name}"' for name in (key, *content))
    values = ", ".join(f'd."{name}"' for name in (key, *content))
    session.execute(
        text(f"""
            INSERT INTO "{table}" ({names}, valid{", source" if source is not None else ""})
            SELECT {values}, tstzrange(:at, coalesce(d.old_end,
                       (SELECT min(lower(later.valid)) FROM "{table}" later
                        WHERE d.old_id IS NULL AND later."{key}" = d."{key}" AND lower(later.valid) > :at)))
                   {", :source" if source is not None else ""}
            FROM {due} d WHERE d.old_id IS NULL OR NOT (d.same OR d.begins_now)"""),
        {"at": at} | ({} if source is None else {"source": source}),
    )
