"""Hand-over sheets on screen: giver and taker sign, the commander sees what is not signed, new cards are ticked off.

Before: an adoption (`gis.boundaries.handover`, `card_due`). After: both have signed and the new cards hang. A sheet is
seen by its two sides and by those who read the plan's communities; only the two sides sign.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.boundaries import card_due, handover
from gis.boundaries.handover import Sheet, lines_of, sheet_of, sheet_over, sheets_of, sheets_over
from gis.boundaries.impact import KINDS
from gis.boundaries.plans import By
from gis.database import transaction
from gis.staff.models import Account
from gis.staff.roles import Role
from webmap.access import account, act, scope
from webmap.inputs import optional_id
from webmap.planning.papers import titles_of

blueprint = Blueprint("handovers", __name__, url_prefix="/handovers")

A_PAGE = 200
WATCHING = {Role.COMMANDER}
"""Who sees the sheets of others, of their area, and signs none."""


@blueprint.get("")
@act("handover.sign")
def page() -> str:
    """List the sheets that wait for one's signature, those that are done, and the new cards."""
    now = datetime.now(UTC)
    who = account()
    watches = Role(who.role) in WATCHING
    plan_id = optional_id(request.args.get("plan"), "plan")
    with transaction() as session:
        mine = scope(session)
        sheets = _sheets(session, who)
        sheets = [one for one in sheets if plan_id in {None, one.handover.plan_id}]
        return render_template(
            "planning/handovers.html",
            waiting=[one for one in sheets if (not one.done if watches else waits_for(one, who))],
            rest=[one for one in sheets if (one.done if watches else not waits_for(one, who))],
            cards=card_due.due_cards(session, mine.grid_ids, now),
            watches=watches,
            plan_id=plan_id,
        )


def _sheets(session: Session, who: Account) -> list[Sheet]:
    if Role(who.role) in WATCHING:
        return sheets_over(session, scope(session).area_ids)
    return sheets_of(session, member_id=who.member_id, organisation_id=who.organisation_id)


def waits_for(sheet: Sheet, who: Account) -> bool:
    """Say whether a sheet waits for this person's signature."""
    return bool(handover.open_sides(sheet.handover, who.member_id, who.organisation_id))


@blueprint.get("/<int:number>")
@act("handover.sign")
def one(number: int) -> str:
    """Show a sheet with everything on it."""
    who = account()
    given = request.args.get("page", "")
    turned = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 0  # noqa: PLR2004
    with transaction() as session:
        sheet = _sheet(session, who, number)
        kinds = dict(zip(KINDS, titles_of(), strict=True))
        kind = request.args.get("kind", "")
        kind = kind if kind in sheet.handover.counts else next(iter(_held(sheet)), KINDS[0])
        return render_template(
            "planning/handover.html",
            sheet=sheet,
            kinds={name: kinds[name] for name in _held(sheet)},
            kind=kind,
            lines=lines_of(session, number, kind, most=A_PAGE, skip=turned * A_PAGE),
            page=turned,
            pages=-(-int(sheet.handover.counts.get(kind, 0)) // A_PAGE),
            sides=handover.open_sides(sheet.handover, who.member_id, who.organisation_id),
        )


def _held(sheet: Sheet) -> list[str]:
    return [name for name in KINDS if sheet.handover.counts.get(name)]


def _sheet(session: Session, who: Account, number: int) -> Sheet:
    if Role(who.role) in WATCHING:
        return sheet_over(session, number, scope(session).area_ids)
    return sheet_of(session, number, member_id=who.member_id, organisation_id=who.organisation_id)


@blueprint.post("/<int:number>/sign")
@act("handover.sign")
def sign(number: int) -> Answer:
    """Sign a sheet for the side that one is on."""
    who = account()
    with transaction() as session:
        handover.sign(
            session,
            number,
            who.id,
            member_id=who.member_id,
            organisation_id=who.organisation_id,
            now=datetime.now(UTC),
        )
    flash(_("已签字。"))
    return redirect(f"/handovers/{number}", 303)


@blueprint.post("/cards/<int:plan_id>/<int:grid_id>")
@act("handover.sign")
def put_up(plan_id: int, grid_id: int) -> Any:
    """Write down that a grid's new card hangs."""
    with transaction() as session:
        by = By(account().id, datetime.now(UTC))
        card_due.put_up(session, plan_id, grid_id, by, grid_ids=scope(session).grid_ids)
    flash(_("已记下：新公示牌张贴好了。"))
    return redirect("/handovers#cards", 303)
