"""Loading postings (包格): who works in which grid, in which role, from when to when.

Before: members, grids. After: `staff.queries` (who is responsible). A posting that is loaded again with an end is
ended; one that begins while an older one of the same member, grid and role runs ends that one.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.files.cells import choice, code, moment
from gis.files.columns import named, needed
from gis.files.faults import Faults
from gis.loading.kind import Context, Counts, Kind, Reference
from gis.loading.versions import stage_spans

ROLES = {
    "grid_leader": "grid_leader", "网格长": "grid_leader", "grid_member": "grid_member", "网格员": "grid_member",
    "专职网格员": "grid_member", "volunteer": "volunteer", "志愿者": "volunteer", "兼职网格员": "volunteer",
}  # fmt: skip
TYPES = {
    "member_id": "bigint",
    "grid_id": "bigint",
    "role": "text",
    "valid_from": "timestamptz",
    "valid_to": "timestamptz",
}
WHO = ["member_id", "grid_id", "role"]
SAME = "p.member_id = s.member_id AND p.grid_id = s.grid_id AND p.role = s.role"


def check_postings(session: Session, frame: pd.DataFrame, context: Context) -> Faults:
    """Check that a posting ends after it begins, and runs beside no other of its member, grid and role."""
    faults = _spans(frame, context)
    rows = _staged(session, frame[~frame.index.isin(list(faults.rows))], context)
    clashing = session.execute(
        text(f"""SELECT s."row", lower(p.valid) FROM {rows} s JOIN posting p
                 ON {SAME} AND lower(p.valid) > s.valid_from AND p.valid && tstzrange(s.valid_from, s.valid_to)""")
    )
    for row, starts in clashing:
        faults.add(
            row, "valid_from", starts.date(),
            "与已加载的、更晚开始的同一包格重叠", "it runs into the same posting, loaded with a later beginning",
        )  # fmt: skip
    return faults


def _spans(frame: pd.DataFrame, context: Context) -> Faults:
    faults = Faults()
    last: dict[tuple[object, ...], tuple[int, Any]] = {}
    begins = frame["valid_from"].map(lambda start: start or context.valid_from)
    order = begins.sort_values(kind="stable").index
    for row in order:
        start, end = begins[row], frame.at[row, "valid_to"]
        key = tuple(frame.loc[row, WHO])
        if end is not None and end <= start:
            faults.add(row, "valid_to", end, "结束不晚于开始", "it ends before it begins")
        elif key in last and (last[key][1] is None or last[key][1] > start):
            faults.add(
                row, "valid_from", start,
                f"与第{last[key][0]}行重叠", f"it overlaps row {last[key][0]}, the same member, grid and role",
            )  # fmt: skip
        else:
            last[key] = (row, end)
    return faults


def _staged(session: Session, frame: pd.DataFrame, context: Context) -> str:
    return stage_spans(session, frame, TYPES, standing="posting p", same=SAME, at=context.valid_from)


def write_postings(session: Session, frame: pd.DataFrame, context: Context) -> Counts:
    """Write postings; see the module for what ends what."""
    rows = _staged(session, frame, context)
    changed = session.scalars(
        text(f"""UPDATE posting p SET valid = tstzrange(s.valid_from, s.valid_to) FROM {rows} s
                 WHERE {SAME} AND lower(p.valid) = s.valid_from AND upper(p.valid) IS DISTINCT FROM s.valid_to
                 RETURNING s.valid_to IS NOT NULL""")
    ).all()
    followed = session.scalars(
        text(f"""UPDATE posting p SET valid = tstzrange(lower(p.valid), s.valid_from) FROM {rows} s
                 WHERE {SAME} AND lower(p.valid) < s.valid_from AND p.valid @> s.valid_from RETURNING p.id""")
    ).all()
    new = session.scalars(
        text(f"""INSERT INTO posting (member_id, grid_id, role, valid)
                 SELECT member_id, grid_id, role, tstzrange(valid_from, valid_to) FROM {rows} s
                 WHERE NOT EXISTS (SELECT FROM posting p WHERE {SAME} AND lower(p.valid) = s.valid_from)
                 RETURNING id""")
    ).all()
    return Counts(
        new=len(new),
        changed=len(changed),
        unchanged=len(frame) - len(new) - len(changed),
        ended=sum(changed) + len(followed),
    )


POSTINGS = Kind(
    name="postings",
    columns=(
        needed("member_code", "成员编码", "成员编号", read=code),
        needed("grid_code", "网格编码", "所包网格编码", read=code),
        needed("role", "角色", "岗位", read=choice(ROLES)),
        named("valid_from", "起始日期", "开始日期", "包格起始", "from", read=moment, empty=None),
        named("valid_to", "终止日期", "结束日期", "包格终止", "to", read=moment, empty=None),
    ),
    write=write_postings,
    references=(Reference("member_code", "member", "成员"), Reference("grid_code", "grid", "网格")),
    check=check_postings,
)
