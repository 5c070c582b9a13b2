"""The checks every kind of file goes through, row by row, before anything is written.

Before: `files` (text cells, shapes), `kind`. After: `load`. Pure but for the codes it is given.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from gis.errors import InputError
from gis.files.columns import GEOMETRY, read_cells, take
from gis.files.faults import Faults
from gis.files.shapes import check_shapes, from_lon_lat
from gis.geometry import crs
from gis.loading.kind import Context, Kind, Known


def read_rows(
    given: pd.DataFrame,
    kind: Kind,
    context: Context,
    *,
    system: str = "wgs84",
    headings: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, Faults]:
    """Find the columns, read the cells, place the shapes and check what needs no other table.

    Parameters
    ----------
    given : DataFrame
        Text cells under the file's headings, perhaps `geometry` in degrees of `system`.
    kind : Kind
        What is being loaded.
    context : Context
        Zone and place.
    system : str
        The coordinate system the file is in; shapes come out in CGCS2000.
    headings, fixed : mapping, optional
        As for `files.columns.take`.

    Returns
    -------
    DataFrame
        Every row (the faulty too) with values of the right types.
    Faults
        What is wrong with which row.

    Raises
    ------
    InputError
        A column is missing.
    """
    frame, faults = read_cells(
        take(given, kind.columns, given=headings, fixed=fixed), kind.columns, context.zone
    )
    if kind.shape is None:
        frame = frame.drop(columns=GEOMETRY, errors="ignore")
    else:
        frame = _placed(frame, kind, system)
        bad = check_shapes(frame, kind.shape, optional=kind.shape_optional, anywhere=context.anywhere)
        faults.extend(fault for fault in bad if fault.row not in faults.rows)
    faults.extend(_doubles(frame, kind))
    return frame, faults


def _placed(frame: pd.DataFrame, kind: Kind, system: str) -> pd.DataFrame:
    """Give every row its geometry, in CGCS2000."""
    if GEOMETRY not in frame:
        if "lon" not in frame:
            if not kind.shape_optional:
                raise InputError(
                    f"The file has no geometry; {kind.name} need a file of shapes (GeoJSON, GeoPackage, Shapefile)."
                )
            return frame.assign(**{GEOMETRY: np.full(len(frame), None, dtype=object)})
        frame = from_lon_lat(frame)
    shapes = np.asarray(frame[GEOMETRY], dtype=object)
    moved = crs.convert_shapes(shapes, system, crs.System.CGCS2000)
    return frame.assign(**{GEOMETRY: moved})


def _doubles(frame: pd.DataFrame, kind: Kind) -> Faults:
    """Find rows whose key an earlier row has."""
    faults = Faults()
    if not kind.key:
        return faults
    keys = list(kind.key)
    told = frame[(frame[keys] != "").all(axis=1)]
    rows = pd.Series(told.index, index=told.index)
    earlier = rows.groupby([told[key] for key in keys], sort=False).transform("first")
    for row in earlier.index[earlier.to_numpy() != earlier.index.to_numpy()]:
        value = " ".join(str(cell) for cell in frame.loc[row, keys])
        faults.add(
            int(row),
            keys[0],
            value,
            f"与第{earlier[row]}行重复",
            f"row {earlier[row]} has the same {' and '.join(keys)}",
        )
    return faults


def find_references(frame: pd.DataFrame, kind: Kind, known: Known) -> tuple[pd.DataFrame, Faults]:
    """Turn codes of things loaded before into their ids; a code nobody knows is a fault."""
    faults = Faults()
    for reference in kind.references:
        codes = frame[reference.column]
        ids = codes.map(dict(known[reference.table])).astype("Int64")
        for row in frame.index[ids.isna() & codes.ne("")]:
            faults.add(
                int(row),
                reference.column,
                codes[row],
                f"没有编码为此的{reference.zh}，请先加载",
                f"no {reference.table} has this code; load it first",
            )
        frame = frame.assign(**{reference.id_column: ids})
    return frame, faults
