"""Loading shifts: when members are on duty or on leave.

Before: members. After: `staff.queries` (who is on duty). A roster loaded anew replaces the member's shifts of
that kind that it overlaps.
"""

from __future__ import annotations

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.cells import choice, code, moment
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.stage import stage

KINDS = {"duty": "duty", "值班": "duty", "在岗": "duty", "leave": "leave", "休假": "leave", "请假": "leave"}
HERE = "h.member_id = s.member_id AND h.kind = s.kind"


def check_shifts(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that a shift ends after it begins, and overlaps no other of the file."""
    del session, context
    faults = Faults()
    ordered = frame.sort_values(["member_id", "kind", "starts_at"], kind="stable")
    last: tuple[object, object] = (None, None)
    until, earlier = None, 0
    for row, member, kind, start, end in ordered[["member_id", "kind", "starts_at", "ends_at"]].itertuples():
        if end <= start:
            faults.add(row, "ends_at", end, "结束不晚于开始", "it ends before it begins")
        elif last == (member, kind) and until is not None and start < until:
            faults.add(row, "starts_at", start, f"与第{earlier}行重叠", f"it overlaps row {earlier}")
        else:
            last, until, earlier = (member, kind), end, row
    return faults


def write_shifts(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write shifts; those that are there already stay, those they overlap go."""
    types = {"member_id": "bigint", "kind": "text", "starts_at": "timestamptz", "ends_at": "timestamptz"}
    rows = stage(session, frame, types, say=context.say)
    there = f"""EXISTS (SELECT FROM {rows} s WHERE {HERE} AND h.during = tstzrange(s.starts_at, s.ends_at))"""
    replaced = session.scalars(
        text(f"""DELETE FROM shift h WHERE NOT {there} AND EXISTS (
                     SELECT FROM {rows} s WHERE {HERE} AND h.during && tstzrange(s.starts_at, s.ends_at))
                 RETURNING h.id""")
    ).all()
    new = session.scalars(
        text(f"""INSERT INTO shift (member_id, kind, during)
                 SELECT member_id, kind, tstzrange(starts_at, ends_at) FROM {rows} s
                 WHERE NOT EXISTS (SELECT FROM shift h
                                   WHERE {HERE} AND h.during = tstzrange(s.starts_at, s.ends_at))
                 RETURNING id""")
    ).all()
    return Counts(new=len(new), unchanged=len(frame) - len(new), ended=len(replaced))


SHIFTS = Kind(
    name="shifts",
    columns=(
        needed("member_code", "成员编码", "成员编号", read=code),
        needed("starts_at", "开始时间", "开始", "start", read=moment),
        needed("ends_at", "结束时间", "结束", "end", read=moment),
        named("kind", "类型", "班次", read=choice(KINDS), empty="duty"),
    ),
    write=write_shifts,
    references=(Reference("member_code", "member", "成员"),),
    check=check_shifts,
)
