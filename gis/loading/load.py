"""One load from rows to the database: check all, then write the good ones, or nothing.

Before: `check`, `stage`, a room's `Kind`. After: `gis.loaders` names the kinds; the command and the worker
open the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from gis.files.columns import GEOMETRY
from gis.files.faults import Faults
from gis.files.shapes import Shape
from gis.loading.check import find_references, read_rows
from gis.loading.kind import Context, Counts, Kind, Outcome
from gis.loading.stage import ids_of, prepared


def load(
    session: Session,
    kind: Kind,
    given: pd.DataFrame,
    context: Context,
    *,
    system: str = "wgs84",
    headings: Mapping[str, str] | None = None,
    fixed: Mapping[str, str] | None = None,
    accept_good_rows: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Check every row and, when all are right, write them.

    Parameters
    ----------
    session : Session
        In the caller's transaction; nothing is committed here.
    kind, given, context, system, headings, fixed
        As for `loading.check.read_rows`.
    accept_good_rows : bool
        Write the good rows although there are faulty ones.
    dry_run : bool
        Only check.

    Returns
    -------
    Outcome
        `written` tells whether anything was written.

    Raises
    ------
    InputError
        The file as a whole cannot be used.
    """
    context.say("check", 0, len(given))
    frame, faults = read_rows(given, kind, context, system=system, headings=headings, fixed=fixed)
    if kind.shape is Shape.LINE:
        frame = _single_lines(frame)
    known = {
        reference.table: ids_of(session, reference.table, frame[reference.column])
        for reference in kind.references
    }
    frame, unknown = find_references(frame, kind, known)
    faults.extend(unknown)
    good = _good(frame, faults)
    if kind.shape is not None:
        good = prepared(good, kind.shape)
    if kind.check is not None and len(good):
        faults.extend(kind.check(session, good, context))
        good = _good(good, faults)
    context.say("check", len(given), len(given))
    if dry_run or (faults.fatal and not accept_good_rows):
        return Outcome(len(given), Counts(), faults, written=False)
    counts = kind.write(session, good, context) if len(good) else Counts()
    return Outcome(len(given), counts, faults, written=True)


def _good(frame: pd.DataFrame, faults: Faults) -> pd.DataFrame:
    return frame[~frame.index.isin(list(faults.rows))]


def _single_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Part lines of several pieces; the pieces after the first get the code with `-2`, `-3`."""
    pieces = [list(item.geoms) if getattr(item, "geoms", None) else [item] for item in frame[GEOMETRY]]
    counts = [len(parts) for parts in pieces]
    parted = frame.loc[frame.index.repeat(counts)].copy()
    parted[GEOMETRY] = pd.Series(
        [part for parts in pieces for part in parts], index=parted.index, dtype=object
    )
    number = np.concatenate([np.arange(1, many + 1) for many in counts]) if counts else np.array([], int)
    parted["code"] = [
        f"{code}-{part}" if part > 1 else code for code, part in zip(parted["code"], number, strict=True)
    ]
    return parted
