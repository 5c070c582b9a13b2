"""Admitted work: the public list and who keeps it, consents, an agency's orders, the ledger of minutes.

Before: `gis.admission` within the person's scope. After: the members' lists. An agency has no other door.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

import pandas as pd
from flask import Blueprint, flash, g, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.admission import items, orders
from gis.admission.items import NewConsent
from gis.admission.load_items import ADMITTED
from gis.cases.reference import case_types
from gis.database import transaction
from gis.errors import ConflictError, ForbiddenError, InputError, WanggeError
from gis.grids.models import Area
from gis.loading.kind import Context
from gis.loading.load import load
from gis.settings import settings
from gis.staff.roles import Role, reach_of
from webmap import inputs
from webmap.access import account, act, scope

blueprint = Blueprint("admission", __name__)

BESIDE = (InputError, ConflictError, ForbiddenError)
FIELDS = tuple(column.name for column in ADMITTED.columns)
LONGEST = 400
PER_WORDS = {"grid": ("每网格", "a grid"), "household": ("每户", "a household")}


@blueprint.get("/admitted")
@act("page.open")
def admitted() -> str:
    """Show the public list of what agencies may ask of grids."""
    return _list({})


def _list(given: dict[str, str], fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    role = Role(g.account.role) if g.account else Role.RESIDENT
    with transaction() as session:
        entries = items.listed(session, now)
        keeps = reach_of(role, "work.admit") is not None
        mine = scope(session, "work.admit").area_ids if keeps else frozenset()
        types = case_types(session, now) if keeps else []
    return render_template(
        "admission/admitted.html",
        entries=entries, given=given, fault=fault, keeps=keeps, mine=mine, types=types, per=PER_WORDS, now=now,
    )  # fmt: skip


@blueprint.post("/admitted")
@act("work.admit")
def admit() -> str | tuple[str, int] | Response:
    """Publish an entry for one's own area, from a day on."""
    now = datetime.now(UTC)
    given = {name: request.form.get(name, "").strip()[:LONGEST] for name in FIELDS}
    try:
        with transaction() as session:
            own = session.get(Area, account().area_id) if account().area_id is not None else None
            if own is None:
                raise ForbiddenError("您的账号没有辖区。 Your account has no area.")
            row = pd.DataFrame([given | {"area_code": own.code}], index=pd.RangeIndex(1, 2), dtype=object)
            context = Context(now=now, valid_from=now, zone=settings().time_zone, source="page")
            faults = [one for one in load(session, ADMITTED, row, context).faults if not one.warning]
        if faults:
            raise InputError(f"{faults[0].zh}。 {faults[0].en.capitalize()}.", field=faults[0].field)
    except BESIDE as fault:
        return _list(given, fault), 422
    flash(_("已公布到准入清单。"))
    return redirect("/admitted", 303)


@blueprint.post("/admitted/<int:item_id>/end")
@act("work.admit")
def end(item_id: int) -> Response:
    """Take an entry off the list."""
    with transaction() as session:
        items.end_item(session, scope(session), item_id, datetime.now(UTC))
    flash(_("已从清单上撤下；已派的任务单照旧。"))
    return redirect("/admitted", 303)


@blueprint.get("/consents")
@act("work.consent")
def consents() -> str:
    """Show the consents on one's ground, and the form for another."""
    return _consents({})


def _consents(given: dict[str, str], fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        shown: dict[str, Any] = {
            "rows": items.consents(session, mine),
            "places": items.places(session, now, mine),
            "types": case_types(session, now),
        }
    return render_template(
        "admission/consents.html", **shown, given=given, fault=fault, per=PER_WORDS, now=now
    )


@blueprint.post("/consents")
@act("work.consent")
def consent() -> str | tuple[str, int] | Response:
    """Record a consent with its end."""
    now = datetime.now(UTC)
    given = {name: value.strip()[:LONGEST] for name, value in request.form.items()}
    try:
        with transaction() as session:
            items.consent(session, scope(session), _new_consent(given), now)
    except BESIDE as fault:
        return _consents(given, fault), 422
    flash(_("同意已记下，到期自动失效。"))
    return redirect("/consents", 303)


def _new_consent(given: dict[str, str]) -> NewConsent:
    minutes = inputs.number(given.get("minutes"), "minutes")
    if minutes is None or minutes != int(minutes):
        raise InputError("分钟数应为整数。 Give whole minutes.", field="minutes")
    place = items.place_of(given.get("place", ""))
    return NewConsent(
        agency=given.get("agency", ""),
        name=given.get("name", ""),
        what=given.get("what", ""),
        category=given.get("category", ""),
        per=given.get("per", ""),
        minutes=int(minutes),
        consented_by=given.get("consented_by", ""),
        ends=_day(given.get("ends", "")),
        area_id=place.get("area_id"),
        grid_id=place.get("grid_id"),
    )


def _day(value: str) -> datetime:
    day = inputs.day(value, "ends", "请选终止日期。 Choose the day it ends.")
    return datetime.combine(day, time(0), settings().time_zone)


@blueprint.post("/consents/<int:consent_id>/end")
@act("work.consent")
def withdraw(consent_id: int) -> Response:
    """End a consent from now on."""
    with transaction() as session:
        items.withdraw(session, scope(session), consent_id, datetime.now(UTC))
    flash(_("同意已撤回；已派的任务单照旧。"))
    return redirect("/consents", 303)


@blueprint.get("/work")
@act("work.order")
def work() -> str:
    """Show what one's agency may ask of grids, and the form that asks."""
    return _work()


def _work(fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        shown: dict[str, Any] = {
            "entries": items.listed(session, now, agency=mine.agency, now_only=True) if mine.agency else [],
            "consents": [row for row in items.consents(session, mine) if now in row.valid]
            if mine.agency
            else [],
            "places": items.places(session, now),
        }
    return render_template(
        "admission/work.html", **shown, fault=fault, per=PER_WORDS, request_id=uuid4().hex, given=request.form
    )


@blueprint.post("/work")
@act("work.order")
def ask() -> str | tuple[str, int] | Response:
    """Ask grids for admitted work: one case a grid, all of them or none."""
    try:
        with transaction() as session:
            made = _placed(session)
    except BESIDE as fault:
        return _work(fault), 422
    flash(_("已派给 %(count)s 个网格，共 %(minutes)s 分钟。", count=made.orders, minutes=made.minutes))
    return redirect("/work", 303)


def _placed(session: Session) -> orders.Made:
    kind, _mark, number = request.form.get("ground", "").partition(":")
    chosen = inputs.row_id(number, "ground")
    order = orders.Order(
        item_id=chosen if kind == "item" else None,
        consent_id=chosen if kind == "consent" else None,
        request=request.form.get("request", ""),
        **items.place_of(request.form.get("place", "")),
    )
    return orders.place_order(session, scope(session).agency, account().id, order, datetime.now(UTC))
