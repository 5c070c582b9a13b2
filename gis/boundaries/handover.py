"""Hand-over sheets: what one member gives and another takes by an adoption; both sign on their own screens.

Before: `moved`, in the adoption's transaction. After: `/handovers`. Who has no member gives or takes through the
branch or committee.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from gis.boundaries.models import BoundaryPlan, Handover, StoredUnits
from gis.boundaries.moved import Moved, Side, counts
from gis.cases.models import Notice
from gis.errors import ConflictError, ForbiddenError, NotFoundError
from gis.staff.models import Member, Organisation

# indexes: pk_household, pk_building, pk_case, pk_patrol
_LINES = text("""
    SELECT l.kind, l.subject_id, coalesce(h.code, b.code, c.number, p.code, ''),
           coalesce(nullif(b.name, ''), c.place_label, ''), coalesce(f.code, ''), coalesce(t.code, '')
    FROM handover_line l
    LEFT JOIN household h ON l.kind = 'household' AND h.id = l.subject_id
    LEFT JOIN building b ON l.kind = 'building' AND b.id = l.subject_id
    LEFT JOIN "case" c ON l.kind = 'case' AND c.id = l.subject_id
    LEFT JOIN patrol p ON l.kind = 'patrol' AND p.id = l.subject_id
    LEFT JOIN grid f ON f.id = l.from_grid_id LEFT JOIN grid t ON t.id = l.to_grid_id
    WHERE l.handover_id = :id AND (CAST(:kind AS text) IS NULL OR l.kind = :kind)
    ORDER BY l.kind, 3 LIMIT :most OFFSET :skip
""")


@dataclass(frozen=True)
class SheetLine:
    """One thing on a sheet: what it is, its code and label, the codes of the grids it goes between."""

    kind: str
    subject_id: int
    code: str
    label: str
    from_code: str
    to_code: str


@dataclass(frozen=True)
class Sheet:
    """A sheet with names; `giver`, `taker` are "" where nobody had the ground."""

    handover: Handover
    plan: str
    giver: str
    taker: str

    @property
    def done(self) -> bool:
        """Say whether both have signed, or the one there is."""
        given = self.handover.signed_from_at is not None or not self.giver
        return given and self.handover.signed_to_at is not None


def write_sheets(
    session: Session, plan: BoundaryPlan, moved: Moved, grids: Mapping[int, int], at: datetime
) -> int:
    """Write a sheet for each two people between whom something changes hands, its lines, and a notice to both.

    Parameters
    ----------
    grids : mapping
        Key to grid id.
    at : datetime
        When it changes hands, and they are told.

    Returns
    -------
    int
        How many sheets.
    """
    totals: dict[tuple[Side, Side], dict[str, int]] = {}
    pairs: dict[tuple[int | None, int], tuple[Side, Side]] = {}
    for kind, from_grid_id, key, many in counts(session, moved):
        hands = moved.hands(from_grid_id, key)
        if hands[0] != hands[1]:
            pairs[from_grid_id, key] = hands
            of = totals.setdefault(hands, {})
            of[kind] = of.get(kind, 0) + many
    sheets = {hands: _sheet(session, plan, hands, told, at) for hands, told in sorted(totals.items())}
    session.flush()
    _write_lines(session, moved, {pair: sheets[hands].id for pair, hands in pairs.items()}, grids)
    session.add_all(notice for sheet in sheets.values() for notice in _notices(plan, sheet, at))
    return len(sheets)


def _sheet(
    session: Session, plan: BoundaryPlan, hands: tuple[Side, Side], told: dict[str, int], at: datetime
) -> Handover:
    giver, taker = hands
    row = Handover(
        plan_id=plan.id,
        at=at,
        from_member_id=giver.member_id or None,
        from_organisation_id=giver.organisation_id or None,
        to_member_id=taker.member_id or None,
        to_organisation_id=taker.organisation_id or None,
        counts=told,
    )
    session.add(row)
    return row


def _write_lines(
    session: Session, moved: Moved, sheets: Mapping[tuple[int | None, int], int], grids: Mapping[int, int]
) -> None:
    rows = [
        {"from": from_grid_id, "key": key, "to": grids[key], "sheet": sheet}
        for (from_grid_id, key), sheet in sheets.items()
    ]
    session.execute(
        text(f"""
            INSERT INTO handover_line (handover_id, kind, subject_id, from_grid_id, to_grid_id)
            SELECT r.sheet, m.kind, m.id, m.from_grid_id, r."to"
            FROM {moved.moved} m
            JOIN unnest(CAST(:froms AS bigint[]), CAST(:keys AS int[]), CAST(:tos AS bigint[]),
                        CAST(:sheets AS bigint[])) AS r ("from", key, "to", sheet)
              ON r.key = m.key AND r."from" IS NOT DISTINCT FROM m.from_grid_id"""),
        {
            "froms": [row["from"] for row in rows],
            "keys": [row["key"] for row in rows],
            "tos": [row["to"] for row in rows],
            "sheets": [row["sheet"] for row in rows],
        },
    )


def said(counted: Mapping[str, Any]) -> tuple[str, str]:
    """Say in Chinese and English what a sheet holds."""
    households, cases = counted.get("household", 0), counted.get("case", 0)
    return f"{households} 户、{cases} 件在办案件", f"{households} households and {cases} open cases"


def _notices(plan: BoundaryPlan, sheet: Handover, at: datetime) -> list[Notice]:
    zh, en = said(sheet.counts)
    name = plan.name
    words = {
        "from": (
            f"网格调整“{name}”：{zh}移交出去，请签交接单。",
            f"“{name}”: {en} go to somebody else; please sign.",
        ),
        "to": (f"网格调整“{name}”：{zh}移交给您，请签交接单。", f"“{name}”: {en} come to you; please sign."),
    }
    found = []
    for side, (body, body_en) in words.items():
        member_id = getattr(sheet, f"{side}_member_id")
        organisation_id = getattr(sheet, f"{side}_organisation_id")
        if member_id is not None or organisation_id is not None:
            found.append(
                Notice(
                    key=f"handover:{sheet.id}:{side}",
                    member_id=member_id,
                    organisation_id=None if member_id is not None else organisation_id,
                    body=body,
                    body_en=body_en,
                    created_at=at,
                    send_after=at,
                )
            )
    return found


# indexes: ix_handover_from_member_id, ix_handover_to_member_id, ix_handover_from_organisation_id,
# ix_handover_to_organisation_id
def sheets_of(
    session: Session,
    *,
    member_id: int | None = None,
    organisation_id: int | None = None,
    plan_ids: Collection[int] | None = None,
    limit: int = 200,
) -> list[Sheet]:
    """List the sheets of a member, of an organisation, or of plans, the newest first."""
    mine = []
    if member_id is not None:
        mine += [Handover.from_member_id == member_id, Handover.to_member_id == member_id]
    if organisation_id is not None:
        mine += [
            Handover.from_organisation_id == organisation_id,
            Handover.to_organisation_id == organisation_id,
        ]
    if plan_ids is not None:
        mine.append(Handover.plan_id.in_(plan_ids))
    if not mine:
        return []
    query = select(Handover).where(or_(*mine)).order_by(Handover.id.desc()).limit(limit)
    return _named(session, session.scalars(query).all())


def _named(session: Session, rows: Sequence[Handover]) -> list[Sheet]:
    members = {row.from_member_id for row in rows} | {row.to_member_id for row in rows}
    units = {row.from_organisation_id for row in rows} | {row.to_organisation_id for row in rows}
    names: dict[tuple[str, int | None], str] = {}
    people = session.execute(select(Member.id, Member.name).where(Member.id.in_(members - {None})))
    names |= {("member", row[0]): row[1] for row in people}
    found = session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.id.in_(units - {None}))
    )
    names |= {("organisation", row[0]): row[1] for row in found}
    wanted = select(BoundaryPlan.id, BoundaryPlan.name).where(
        BoundaryPlan.id.in_({row.plan_id for row in rows})
    )
    plans = {row[0]: row[1] for row in session.execute(wanted)}

    def name(member_id: int | None, organisation_id: int | None) -> str:
        return names.get(("member", member_id)) or names.get(("organisation", organisation_id), "")

    return [
        Sheet(
            row,
            plans[row.plan_id],
            name(row.from_member_id, row.from_organisation_id),
            name(row.to_member_id, row.to_organisation_id),
        )
        for row in rows
    ]


# index: pk_handover
def sheet_of(
    session: Session, handover_id: int, *, member_id: int | None, organisation_id: int | None
) -> Sheet:
    """Give one sheet of a member or an organisation.

    Raises
    ------
    NotFoundError
        There is none, or it is somebody else's.
    """
    row = session.get(Handover, handover_id)
    if row is None or not (
        _gives(row, member_id, organisation_id) or _takes(row, member_id, organisation_id)
    ):
        raise NotFoundError("没有这份交接单。 There is no such hand-over sheet.", handover=handover_id)
    return _named(session, [row])[0]


# indexes: ix_handover_plan_id, ix_boundary_plan_unit_set_id
def sheets_over(session: Session, area_ids: Collection[int], limit: int = 500) -> list[Sheet]:
    """List the sheets of all plans over some communities, those that are not signed first, then the newest."""
    signed = Handover.signed_from_at.is_not(None) & Handover.signed_to_at.is_not(None)
    query = (
        select(Handover)
        .join(BoundaryPlan, BoundaryPlan.id == Handover.plan_id)
        .join(StoredUnits, StoredUnits.id == BoundaryPlan.unit_set_id)
        .where(StoredUnits.area_ids.contained_by(sorted(area_ids)))
    )
    return _named(session, session.scalars(query.order_by(signed, Handover.id.desc()).limit(limit)).all())


# index: pk_handover
def sheet_over(session: Session, handover_id: int, area_ids: Collection[int]) -> Sheet:
    """Give one sheet of a plan over some communities.

    Raises
    ------
    NotFoundError
        There is none, or it is of other communities.
    """
    row = session.get(Handover, handover_id)
    if row is not None:
        plan = session.get_one(BoundaryPlan, row.plan_id)
        if set(session.get_one(StoredUnits, plan.unit_set_id).area_ids) <= set(area_ids):
            return _named(session, [row])[0]
    raise NotFoundError("没有这份交接单。 There is no such hand-over sheet.", handover=handover_id)


# index: pk_handover_line
def lines_of(
    session: Session, handover_id: int, kind: str | None = None, *, most: int = 500, skip: int = 0
) -> list[SheetLine]:
    """Give what stands on a sheet, by kind and code."""
    rows = session.execute(_LINES, {"id": handover_id, "kind": kind, "most": most, "skip": skip})
    return [SheetLine(*row) for row in rows]


def _gives(row: Handover, member_id: int | None, organisation_id: int | None) -> bool:
    own = member_id is not None and row.from_member_id == member_id
    return own or (organisation_id is not None and row.from_organisation_id == organisation_id)


def _takes(row: Handover, member_id: int | None, organisation_id: int | None) -> bool:
    own = member_id is not None and row.to_member_id == member_id
    return own or (organisation_id is not None and row.to_organisation_id == organisation_id)


def open_sides(row: Handover, member_id: int | None, organisation_id: int | None) -> list[str]:
    """Name the sides (`from`, `to`) of a sheet that wait for somebody's signature."""
    gives = _gives(row, member_id, organisation_id) and row.signed_from_at is None
    takes = _takes(row, member_id, organisation_id) and row.signed_to_at is None
    return [*(["from"] if gives else []), *(["to"] if takes else [])]


def sign(
    session: Session,
    handover_id: int,
    account_id: int,
    *,
    member_id: int | None,
    organisation_id: int | None,
    now: datetime,
) -> Handover:
    """Sign a sheet for the side that one is on.

    Raises
    ------
    NotFoundError
        There is no such sheet.
    ForbiddenError
        It is somebody else's.
    ConflictError
        This side has signed already.
    """
    query = select(Handover).where(Handover.id == handover_id).with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFoundError("没有这份交接单。 There is no such hand-over sheet.", handover=handover_id)
    gives, takes = (_gives(row, member_id, organisation_id), _takes(row, member_id, organisation_id))
    if not gives and not takes:
        raise ForbiddenError("这份交接单不是您的。 This sheet is somebody else's.")
    if gives and row.signed_from_at is None:
        row.signed_from_by, row.signed_from_at = account_id, now
    elif takes and row.signed_to_at is None:
        row.signed_to_by, row.signed_to_at = account_id, now
    else:
        raise ConflictError("您已经签过。 You have signed already.")
    return row
