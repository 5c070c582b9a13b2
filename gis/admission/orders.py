"""Work orders: an admitted item (or a consent) on an area becomes one case a grid, each with its clocks and owner.

Before: `admission.items`. After: the members' lists; `admission.ledger` sums up what was asked. Everything is read,
decided and written set by set: the same few ways to the database for one grid or two hundred. The database refuses an
order that is not admitted, whoever makes it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.admission.models import WorkConsent, WorkItem
from gis.cases import assign, grid, moves, notify, write
from gis.cases.draft import Draft
from gis.cases.intake import CLIENT_REQUEST_ID
from gis.cases.loads import LOAD
from gis.cases.reference import case_type_of, rules_of, versions_of
from gis.cases.write import ReportRow
from gis.errors import ForbiddenError, InputError
from gis.settings import settings
from gis.staff.queries import Responsibility, responsible_at_all

CHANNEL = "agency"
MOST_GRIDS = 2000
TOGETHER = 200


class NotAdmittedError(ForbiddenError):
    """Work that stands neither on the public list nor on a consent."""

    code = "not-admitted"


@dataclass(frozen=True)
class Order:
    """What an agency asks: an item or a consent, on an area or a grid; `request` makes a repeat harmless."""

    item_id: int | None
    consent_id: int | None
    request: str
    area_id: int | None = None
    grid_id: int | None = None


@dataclass(frozen=True)
class Made:
    """What came of it: how many grids, households and minutes were asked."""

    orders: int
    households: int
    minutes: int


# indexes: ix_grid_version_community_id, ex_grid_version_valid, ix_household_grid_id
_GRIDS = text("""
    WITH RECURSIVE below AS (
        SELECT CAST(:area AS bigint) AS area_id
        UNION
        SELECT v.area_id FROM area_version v JOIN below ON v.parent_id = below.area_id
        WHERE v.valid @> CAST(:at AS timestamptz))
    SELECT v.grid_id, ST_X(spot.point), ST_Y(spot.point),
           (SELECT count(*) FROM household h WHERE h.grid_id = v.grid_id), nextval('case_number')
    FROM grid_version v, LATERAL (SELECT ST_PointOnSurface(v.geom) AS point) spot
    WHERE v.valid @> CAST(:at AS timestamptz) AND v.kind <> 'micro'
      AND (v.grid_id = :grid OR v.community_id IN (SELECT area_id FROM below))
      AND NOT EXISTS (SELECT FROM report r WHERE r.client_request_id = :request || ':' || v.grid_id)
    ORDER BY v.grid_id LIMIT :most
""")
_ORDERS = text("""
    INSERT INTO work_order (case_id, item_id, consent_id, agency, grid_id, per, minutes_each, households,
                            account_id, at)
    SELECT row.case_id, :item, :consent, :agency, row.grid_id, :per, :minutes, row.households, :account, :at
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row (case_id bigint, grid_id bigint, households integer)
    RETURNING households, minutes
""")


def admitted(session: Session, order: Order, agency: str, now: datetime) -> WorkItem | WorkConsent:
    """Find what an order stands on.

    Raises
    ------
    NotAdmittedError
        When it stands on nothing that is this agency's and holds now.
    """
    found: WorkItem | WorkConsent | None = None
    if agency and order.item_id is not None:
        query = select(WorkItem).where(WorkItem.id == order.item_id, WorkItem.agency == agency)
        found = session.scalars(query.where(WorkItem.valid.contains(now))).first()
    elif agency and order.consent_id is not None:
        given = select(WorkConsent).where(WorkConsent.id == order.consent_id, WorkConsent.agency == agency)
        found = session.scalars(given.where(WorkConsent.valid.contains(now))).first()
    if found is None:
        raise NotAdmittedError(
            "不在准入清单上，也没有有效的同意，不能派给网格。"
            " It is not on the list of admitted work and nobody has consented; it cannot go to grids."
        )
    return found


def place_order(session: Session, agency: str, account_id: int | None, order: Order, now: datetime) -> Made:
    """Make the cases of an order, one a grid; those that an earlier try made are left as they are.

    Raises
    ------
    NotAdmittedError
        When the agency may not ask for this, or not there.
    InputError
        When the place holds no grids, or too many at once.
    """
    ground = admitted(session, order, agency, now)
    if not CLIENT_REQUEST_ID.fullmatch(order.request):
        raise InputError("请刷新页面后再提交。 Reload the page and send it again.", field="request")
    given = {"area": order.area_id, "grid": order.grid_id, "at": now, "request": order.request}
    rows = session.execute(_GRIDS, given | {"most": MOST_GRIDS + 1}).all()
    if not rows or len(rows) > MOST_GRIDS:
        raise InputError(
            "这个地方没有网格，已经派过，或网格太多，请分开派。"
            " That place has no grids, was asked already, or has too many at once.",
            field="place",
        )
    placing = Placing(ground, order, account_id, now)
    made = []
    for start in range(0, len(rows), TOGETHER):
        made += _cases(session, placing, rows[start : start + TOGETHER])
    return _orders(session, placing, made)


@dataclass(frozen=True)
class Placing:
    """An order that is being made: what it stands on, what is asked, by which account, when."""

    ground: WorkItem | WorkConsent
    order: Order
    account_id: int | None
    now: datetime


def _cases(
    session: Session, placing: Placing, rows: Sequence[tuple[int, float, float, int, int]]
) -> list[dict[str, int]]:
    """Decide and write the cases of some grids: two ways to the database for all of them."""
    now, versions = placing.now, versions_of(session)
    case_type = case_type_of(session, placing.ground.category, "", now, versions)
    answers = responsible_at_all(session, [(lon, lat) for _id, lon, lat, _many, _number in rows], now, LOAD)
    pairs = []
    for row, answer in zip(rows, answers, strict=True):
        if answer is None or answer.grid_id != row[0]:
            raise InputError(
                "网格的界线有误，请先检查边界。 A grid's line is broken; check the boundaries first."
            )
        rules = rules_of(session, case_type, versions)
        draft = _draft(placing, Draft(case_type, rules, "", now, versions=versions), row)
        _walk(session, draft, answer, now)
        pairs.append((draft, _report(draft, f"{placing.order.request}:{row[0]}", now)))
    ids = write.new(session, pairs)
    return [
        {"case_id": case_id, "grid_id": row[0], "households": row[3]}
        for case_id, row in zip(ids, rows, strict=True)
    ]


def _draft(placing: Placing, draft: Draft, row: tuple[int, float, float, int, int]) -> Draft:
    """Fill in what an order says of one grid, and file it."""
    _grid_id, lon, lat, _many, number = row
    local = placing.now.astimezone(settings().time_zone)
    draft.text = f"{placing.ground.name}：{placing.ground.what}"
    draft.number = f"{local:%Y%m%d}{number:06d}"
    draft.lon, draft.lat = lon, lat
    draft.location = {
        "decision": "grid", "level": "grid", "confidence": 1.0, "lon": lon, "lat": lat,
        "reason": "任务单，位置为网格的中间点。 A work order: the middle of the grid.",
    }  # fmt: skip
    told = {"channel": CHANNEL, "case_type_id": draft.case_type.id}
    draft.move("file", placing.now, actor=moves.Actor(CHANNEL, placing.account_id), detail=told)
    return draft


def _walk(session: Session, draft: Draft, answer: Responsibility, now: datetime) -> None:
    """Give the case to the grid's branch and member, with its receipt, and tell them."""
    draft.answer = answer
    found = grid.step(session, draft, now)
    if found is not None:
        notify.step(draft, assign.step(session, draft, found, now), now)


def _report(draft: Draft, request: str, now: datetime) -> ReportRow:
    return ReportRow(
        client_request_id=request,
        tracking_token=secrets.token_urlsafe(16),
        channel=CHANNEL,
        text=draft.text,
        pin=None,
        contact_sealed=None,
        language="zh",
        reported_at=now,
        forget_at=now + timedelta(days=settings().report_keep_days),
    )


def _orders(session: Session, placing: Placing, made: list[dict[str, int]]) -> Made:
    ground, order = placing.ground, placing.order
    values = {
        "item": order.item_id, "consent": order.consent_id if order.item_id is None else None,
        "agency": ground.agency, "per": ground.per, "minutes": ground.minutes, "account": placing.account_id,
        "at": placing.now, "rows": json.dumps(made),
    }  # fmt: skip
    try:
        written = session.execute(_ORDERS, values).all()
    except IntegrityError as fault:
        if "not admitted" not in str(fault.orig):
            raise
        raise NotAdmittedError(
            "这个地方不在准入或同意的范围内，不能派。 That place lies outside what is admitted; it cannot go there."
        ) from fault
    return Made(len(written), sum(row.households for row in written), sum(row.minutes for row in written))
