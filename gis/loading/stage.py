"""Rows into a temporary table by COPY, and from there into a table in one statement.

Before: checked rows. After: each room's `write`. Names of tables and columns come from our own code only.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.database import SRID
from gis.files.columns import GEOMETRY
from gis.files.shapes import Shape
from gis.loading.kind import Counts, Say, silent

COPIED_AT_ONCE = 20_000
_numbers = count(1)


def stage(
    session: Session, frame: pd.DataFrame, types: Mapping[str, str], *, say: Say = silent, what: str = "copy"
) -> str:
    """Copy columns of a frame into a temporary table.

    Parameters
    ----------
    session : Session
        In its transaction; the table is dropped at the end of it.
    frame : DataFrame
        Rows; None, NaN and NaT become NULL.
    types : mapping
        Column to its SQL type. A geometry comes in as `geometry` with shapely objects, longitude and latitude.
    say, what
        Told how many rows are copied.

    Returns
    -------
    str
        The table's name; its first column is `row`, the number in the file.
    """
    name = f"stage_{next(_numbers)}"
    columns = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
    session.execute(text(f'CREATE TEMPORARY TABLE {name} ("row" bigint, {columns}) ON COMMIT DROP'))
    cursor = session.connection().connection.cursor()
    with cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
        for start in range(0, len(frame), COPIED_AT_ONCE):
            piece = frame.iloc[start : start + COPIED_AT_ONCE]
            copy.write(_as_csv(piece, list(types)))
            say(what, min(start + COPIED_AT_ONCE, len(frame)), len(frame))
    cursor.close()
    session.execute(text(f"ANALYZE {name}"))
    return name


def _as_csv(piece: pd.DataFrame, columns: list[str]) -> bytes:
    """Write rows so that NULL and empty text stay apart: every value is quoted, NULL is nothing."""
    import pyarrow as pa
    from pyarrow import csv

    arrays = [pa.array(piece.index.astype(str))]
    arrays += [pa.array(_texts(piece[column]), pa.string()) for column in columns]
    out = io.BytesIO()
    options = csv.WriteOptions(include_header=False, quoting_style="all_valid")
    csv.write_csv(pa.table(arrays, names=["row", *columns]), out, options)
    return out.getvalue()


def _texts(values: pd.Series[Any]) -> list[str | None]:
    if values.name == GEOMETRY:
        return _wkb(values)
    return [_text(value) for value in values.tolist()]


def _wkb(values: pd.Series[Any]) -> list[str | None]:
    shapes = shapely.set_srid(np.asarray(values, dtype=object), SRID)
    return [
        None if item is None else str(item) for item in shapely.to_wkb(shapes, hex=True, include_srid=True)
    ]


def _text(value: Any) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return str(value)


def merge(
    session: Session,
    staged: str,
    table: str,
    *,
    key: tuple[str, ...],
    columns: Mapping[str, str],
    kept: tuple[str, ...] = (),
) -> Counts:
    """Put staged rows into a table: new ones are added, changed ones changed, equal ones left alone.

    Parameters
    ----------
    session : Session
        In its transaction.
    staged, table : str
        From where, into which table.
    key : tuple of str
        The columns of the table's unique constraint.
    columns : mapping
        Column of the table to an SQL expression over the staged row `s`.
    kept : tuple of str
        Columns whose difference alone changes nothing (where a row came from, since when).

    Returns
    -------
    Counts
        New, changed, unchanged.
    """
    names = ", ".join(f'"{name}"' for name in columns)
    changing = [name for name in columns if name not in key]
    compared = [name for name in changing if name not in kept]
    update = "NOTHING"
    if compared:
        assignments = ", ".join(f'"{name}" = excluded."{name}"' for name in changing)
        here = ", ".join(f'"{table}"."{name}"' for name in compared)
        there = ", ".join(f'excluded."{name}"' for name in compared)
        update = f"UPDATE SET {assignments} WHERE ROW({here}) IS DISTINCT FROM ROW({there})"
    sql = f"""
        WITH merged AS (
            INSERT INTO "{table}" ({names})
            SELECT {", ".join(columns.values())} FROM {staged} s ORDER BY s."row"
            ON CONFLICT ({", ".join(key)}) DO {update}
            RETURNING xmax = 0 AS is_new)
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
               (SELECT count(*) FROM {staged}) - count(*)
        FROM merged"""
    new, changed, unchanged = session.execute(text(sql)).one()
    return Counts(new=new, changed=changed, unchanged=unchanged)


def source_literal(source: str) -> str:
    """Give the name of a source as an SQL literal for `merge`."""
    return "'" + source.replace("'", "''").replace(":", "\\:") + "'"


def ids_of(session: Session, table: str, codes: pd.Series[Any]) -> dict[str, int]:
    """Find the ids of the rows of a table that have one of these codes."""
    wanted = [str(code) for code in codes.unique() if code]
    found = session.execute(
        text(f'SELECT code, id FROM "{table}" WHERE code = ANY(:codes)'), {"codes": wanted}
    )
    return {str(code): int(number) for code, number in found}


def prepared(frame: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Bring shapes to the kind that is stored, in one form: equal ground, equal bytes."""
    shapes = np.asarray(frame[GEOMETRY], dtype=object)
    if shape is Shape.POLYGON:
        shapes = np.asarray([_multi(item) for item in shapely.normalize(shapes)], dtype=object)
    if shape is Shape.POINT:
        shapes = np.asarray([_one_point(item) for item in shapes], dtype=object)
    return frame.assign(**{GEOMETRY: pd.Series(shapes, index=frame.index, dtype=object)})


def _multi(item: Any) -> Any:
    if item is None or item.is_empty:
        return None
    return shapely.MultiPolygon([item]) if item.geom_type == "Polygon" else item


def _one_point(item: Any) -> Any:
    """Of several points take the one nearest their middle: an address with pieces is still one place."""
    if item is None or item.geom_type == "Point":
        return item
    middle = item.centroid
    return min(item.geoms, key=lambda point: (point.distance(middle), point.x, point.y))
