"""Rows of a file into one table by their key, as most kinds are written: copied, then merged column by column.

Before: `loading.stage`. After: each room's `write`. What needs more between copying and merging calls these two itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from sqlalchemy.orm import Session

from gis.files.columns import GEOMETRY
from gis.loading.kind import Context, Counts
from gis.loading.stage import merge, source_literal, stage


def put(
    session: Session,
    frame: pd.DataFrame,
    context: Context,
    table: str,
    types: Mapping[str, str],
    *,
    key: tuple[str, ...] = ("code",),
    columns: Mapping[str, str] | None = None,
    shape: str = "",
    kept: tuple[str, ...] = (),
) -> Counts:
    """Put rows into a table: new ones are added, changed ones changed, equal ones left alone.

    Parameters
    ----------
    types : mapping
        Column of the frame to its SQL type; each goes to the column of the same name.
    key : tuple of str
        The columns of the table's unique constraint.
    columns : mapping, optional
        Column of the table to an SQL expression over the staged row `s`, where it is not the frame's own.
    shape : str
        The table's column for the shape, degrees in EPSG:4490; NULL in a file without shapes. Empty: it has none.
    kept : tuple of str
        Columns whose difference alone changes nothing (where a row came from, since when).
    """
    if shape:
        types = {**types, GEOMETRY: "geometry"}
        frame = frame if GEOMETRY in frame else frame.assign(**{GEOMETRY: None})
    rows = stage(session, frame, types, say=context.say)
    own = {name: f's."{name}"' for name in types if name != GEOMETRY}
    placed = {shape: f"s.{GEOMETRY}"} if shape else {}
    return merge(session, rows, table, key=key, columns=own | placed | dict(columns or {}), kept=kept)


def parts(name: str) -> str:
    """Give the SQL of a column of texts that a file joins with semicolons."""
    return f"coalesce(string_to_array(nullif(s.{name}, ''), ';'), '{{}}')"


def from_source(context: Context) -> dict[str, str]:
    """Give the column that keeps where a row came from."""
    return {"source": source_literal(context.source)}


def begun(frame: pd.DataFrame, column: str, context: Context) -> pd.DataFrame:
    """Fill in when a row begins where the file does not say."""
    begins = [at or context.valid_from for at in frame[column]]
    return frame.assign(**{column: pd.Series(begins, index=frame.index, dtype=object)})
