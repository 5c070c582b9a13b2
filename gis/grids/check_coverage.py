"""Coverage faults of a load: gaps, overlaps, a grid outside its community, with place and size.

Before: sound rows of a boundaries file. After: `check_boundaries`. The geometry is `gis.geometry.coverage`'s;
here the file's lines are laid over those that are loaded and go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.columns import GEOMETRY
from gis.files.faults import Fault, Faults
from gis.geometry.coverage import CoverageFault, Parents, faults
from gis.geometry.coverage import Kind as Wrong
from gis.loading.kind import Context

ABOVE = {"community": "subdistrict", "grid": "community", "microgrid": "grid"}
"""The levels that divide the level above them. Micro-grids need not cover their grid: no gaps are told."""

# index: ix_area_version_parent_id, ix_grid_version_community_id
_LOADED = text("""
    SELECT a.level, a.code, coalesce(p.code, ''), ST_AsBinary(v.geom)
    FROM area_version v JOIN area a ON a.id = v.area_id LEFT JOIN area p ON p.id = v.parent_id
    WHERE v.valid @> CAST(:at AS timestamptz) AND v.geom IS NOT NULL
      AND (a.code = ANY(:parents) OR p.code = ANY(:parents))
    UNION ALL
    SELECT CASE v.kind WHEN 'micro' THEN 'microgrid' ELSE 'grid' END, g.code,
           CASE v.kind WHEN 'micro' THEN pg.code ELSE c.code END, ST_AsBinary(v.geom)
    FROM grid_version v JOIN grid g ON g.id = v.grid_id JOIN area c ON c.id = v.community_id
    LEFT JOIN grid pg ON pg.id = v.parent_grid_id
    WHERE v.valid @> CAST(:at AS timestamptz)
      AND (g.code = ANY(:parents) OR pg.code = ANY(:parents) OR (v.kind <> 'micro' AND c.code = ANY(:parents)))
""")


@dataclass(frozen=True)
class Piece:
    """A polygon of one level as it is to be; `row` is its row in the file, 0 when it was loaded before."""

    code: str
    parent: str
    shape: Any
    row: int


def check_coverage(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that grids tile their communities, communities their subdistricts, and micro-grids stay inside."""
    found = Faults()
    levels = _pieces(session, frame, context)
    for level, above in ABOVE.items():
        touched = {piece.parent for piece in levels[level] if piece.row}
        touched |= {piece.code for piece in levels[above] if piece.row}
        children = [piece for piece in levels[level] if piece.parent in touched]
        parents = {piece.code: piece for piece in levels[above] if piece.code in touched}
        found.extend(_tell(_wrong(children, parents), children, parents, level))
    return found


def _pieces(session: Session, frame: pd.DataFrame, context: Context) -> dict[str, list[Piece]]:
    """Lay the file over what is loaded: the file's line counts, what it leaves alone stays."""
    told = frame[frame[GEOMETRY].notna()]
    parents = list({*frame["parent_code"], *frame["code"]} - {""})
    pieces: dict[str, list[Piece]] = {level: [] for level in (*ABOVE, "subdistrict", "district", "city")}
    for row, level, code, parent, shape in told[["level", "code", "parent_code", GEOMETRY]].itertuples():
        pieces[level].append(Piece(code, parent, shape, row))
    codes = set(frame["code"])
    for level, code, parent, wkb in session.execute(_LOADED, {"at": context.valid_from, "parents": parents}):
        ends = context.end_missing and level == "grid"
        if code not in codes and not ends:
            pieces[level].append(Piece(code, parent, shapely.from_wkb(bytes(wkb)), 0))
    return pieces


def _wrong(children: list[Piece], parents: dict[str, Piece]) -> Iterator[CoverageFault]:
    """Check children against each other and, where a parent has a line, against it."""
    inside = [piece for piece in children if piece.parent in parents]
    if inside:
        above = Parents(
            [parent.shape for parent in parents.values()], list(parents), [piece.parent for piece in inside]
        )
        yield from faults([piece.shape for piece in inside], [piece.code for piece in inside], parents=above)
    alone = [piece for piece in children if piece.parent not in parents]
    if alone:
        between = faults([piece.shape for piece in alone], [piece.code for piece in alone])
        yield from (fault for fault in between if fault.kind is Wrong.OVERLAP)


def _tell(
    wrong: Iterator[CoverageFault], children: list[Piece], parents: dict[str, Piece], level: str
) -> Iterator[Fault]:
    rows = {piece.code: piece.row for piece in [*parents.values(), *children]}
    for fault in wrong:
        if fault.kind is Wrong.GAP and level == "microgrid":
            continue
        row = max(rows[code] for code in fault.codes)
        if row:
            zh, en = _sentences(fault)
            place = f"{fault.lon:.6f}, {fault.lat:.6f}"
            yield Fault(row, GEOMETRY, place, zh, en, warning=fault.kind is Wrong.GAP)


def _sentences(fault: CoverageFault) -> tuple[str, str]:
    size = f"{fault.size_m2:,.0f}"
    first, *others = fault.codes
    if fault.kind is Wrong.OVERLAP:
        return (
            f"{first}与{others[0]}重叠{size}平方米",
            f"{first} and {others[0]} overlap by {size} m2 around this place",
        )
    if fault.kind is Wrong.OUTSIDE:
        return (
            f"{first}有{size}平方米在上级{others[0]}之外",
            f"{first} lies outside its parent {others[0]} with {size} m2 around this place",
        )
    if fault.kind is Wrong.GAP:
        return f"{first}内有{size}平方米无人负责", f"{size} m2 of {first} belong to nobody around this place"
    return f"{first}的图形无效：{fault.reason}", f"the shape of {first} is broken: {fault.reason}"
