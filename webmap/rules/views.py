"""The rules pages of commanders and planners: live rules, a draft, its trial, the day it goes live, the weights.

Before: `cases.dispatch.drafts` within the person's area. After: the next report follows the rules that are live.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from gis.cases.dispatch import choosing, drafts, export, kept, trial, weights
from gis.cases.dispatch.models import DispatchDraft
from gis.cases.dispatch.rules import PRECEDENCE, Rule
from gis.cases.dispatch.trial import Trial
from gis.cases.reference import every_type
from gis.database import transaction
from gis.errors import ConflictError, InputError, WanggeError
from gis.staff.scope import Scope
from webmap.access import account, act, scope
from webmap.answers import table_answer
from webmap.rules import inputs, words

blueprint = Blueprint("rules", __name__, url_prefix="/rules")

BESIDE = (InputError, ConflictError)
LONGEST_NAME = 60
PERIODS = (30, 90, 365, 3650)


@blueprint.get("")
@act("rules.edit")
def page() -> str:
    """Show what is live here, what holds from above, the drafts, the order, and the weights."""
    return _page()


def _page(fault: WanggeError | None = None) -> str:
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session)
        shown: dict[str, Any] = {
            "here": drafts.live_here(session, mine, now),
            "above": drafts.live_above(session, mine, now),
            "drafts": drafts.drafts_of(session, mine),
            "weights": kept.book(session).weights.at(now),
            "whole": weights.is_whole_town(session, mine, now),
            "names": _names(session),
        }
    return render_template("rules/rules.html", **shown, **_common(), fault=fault, factors=_factors())


def _factors() -> list[tuple[str, tuple[str, str], tuple[str, str]]]:
    return [(name, choosing.FACTOR_WORDS[name], choosing.FACTOR_MEANS[name]) for name in choosing.FACTORS]


def _common() -> dict[str, Any]:
    return {
        "what": words.what, "when": words.when, "says": words.says, "kinds": words.KIND_WORDS,
        "order": [(step.zh, step.en) for step in PRECEDENCE], "ties": choosing.TIES,
    }  # fmt: skip


def _names(session: Session) -> dict[str, tuple[str, str]]:
    return {row.code: (row.name, row.name_en) for row in every_type(session)}


@blueprint.post("/drafts")
@act("rules.edit")
def begin() -> str | tuple[str, int] | Answer:
    """Begin a draft with a copy of what is live here."""
    try:
        with transaction() as session:
            name = request.form.get("name", "")[:LONGEST_NAME]
            who = account()
            if who.area_id is None:
                raise InputError("您的账号没有辖区。 Your account has no area.", field="name")
            draft = drafts.begin(
                session, scope(session), name, datetime.now(UTC), area_id=who.area_id, account_id=who.id
            )
            draft_id = draft.id
    except BESIDE as fault:
        return _page(fault), 422
    return redirect(f"/rules/drafts/{draft_id}", 303)


@blueprint.get("/drafts/<int:draft_id>")
@act("rules.edit")
def draft(draft_id: int) -> str:
    """Show a draft with its rules."""
    with transaction() as session:
        return _draft_page(session, scope(session), draft_id)


def _draft_page(
    session: Session, mine: Scope, draft_id: int, *, found: Trial | None = None, **more: Any
) -> str:
    now = datetime.now(UTC)
    one = drafts.draft_of(session, mine, draft_id)
    rules = drafts.rules_of(session, draft_id)
    code = request.args.get("code", "")
    table = export.table(session, None, draft_id)
    chosen = table[table["code"] == code]
    shown: dict[str, Any] = {
        "draft": one,
        "rules": rules,
        "live": {rule.code: rule for rule in drafts.live_here(session, mine, now)},
        "names": _names(session),
        "given": chosen.iloc[0].to_dict() if len(chosen) else {},
        "choices": drafts.choices(session, mine, now),
        "today": _day(now),
        "periods": PERIODS,
    }
    if found is not None:
        shown |= {
            "trial": found,
            "shifts": trial.shifts(session, found),
            "lines": trial.lines(session, found),
        }
    return render_template("rules/draft.html", **shown | _common() | more)


def _day(at: datetime) -> str:
    from gis.settings import settings

    return at.astimezone(settings().time_zone).date().isoformat()


@blueprint.post("/drafts/<int:draft_id>/rule")
@act("rules.edit")
def put(draft_id: int) -> str | tuple[str, int] | Answer:
    """Add a rule to a draft, or change the one with its code."""
    given = inputs.row_of(request.form)
    return _taken(draft_id, given, {"given": given.iloc[0].to_dict()})


@blueprint.post("/drafts/<int:draft_id>/file")
@act("rules.edit")
def take(draft_id: int) -> str | tuple[str, int] | Answer:
    """Take the rules of a file into a draft: all of them, or none."""
    try:
        given = inputs.table_of(request.files.get("file"))
    except InputError as fault:
        return _refused(draft_id, {"file_fault": fault})
    return _taken(draft_id, given, {"file": True})


def _taken(draft_id: int, given: Any, back: dict[str, Any]) -> str | tuple[str, int] | Answer:
    try:
        with transaction() as session:
            _draft, outcome = drafts.take(
                session, scope(session), draft_id, given, inputs.context(datetime.now(UTC))
            )
    except BESIDE as fault:
        return _refused(draft_id, back | {"file_fault" if "file" in back else "fault": fault})
    if not outcome.written:
        faults = [fault for fault in outcome.faults if not fault.warning]
        if "file" in back:
            return _refused(draft_id, back | {"file_fault": InputError(inputs.said(faults), field="file")})
        sentence = f"{faults[0].zh}。 {faults[0].en.capitalize()}."
        return _refused(draft_id, back | {"fault": InputError(sentence, field=faults[0].field)})
    flash(_("已记入草稿。"))
    return redirect(f"/rules/drafts/{draft_id}", 303)


def _refused(draft_id: int, more: dict[str, Any]) -> tuple[str, int]:
    with transaction() as session:
        return _draft_page(session, scope(session), draft_id, **more), 422


@blueprint.post("/drafts/<int:draft_id>/drop")
@act("rules.edit")
def drop(draft_id: int) -> Answer:
    """Take a rule out of a draft."""
    with transaction() as session:
        drafts.drop(session, scope(session), draft_id, request.form.get("code", ""))
    flash(_("已从草稿里去掉；现行规则没有变。"))
    return redirect(f"/rules/drafts/{draft_id}", 303)


@blueprint.post("/drafts/<int:draft_id>/try")
@act("rules.edit")
def attempt(draft_id: int) -> str:
    """Try a draft on past cases and show what would have gone elsewhere."""
    days = request.form.get("days", "")
    period = int(days) if days.isdigit() and int(days) in PERIODS else drafts.TRIED_DAYS
    with transaction() as session:
        mine = scope(session)
        _draft, found = drafts.try_draft(session, mine, draft_id, datetime.now(UTC), period)
        session.flush()
        return _draft_page(session, mine, draft_id, found=found, period=period)


@blueprint.post("/drafts/<int:draft_id>/live")
@act("rules.edit")
def live(draft_id: int) -> str | tuple[str, int] | Answer:
    """Let a draft go live from a day."""
    now = datetime.now(UTC)
    try:
        with transaction() as session:
            starts = inputs.start_of(request.form.get("from"), now)
            drafts.go_live(session, scope(session), draft_id, now, account_id=account().id, starts=starts)
    except BESIDE as fault:
        return _refused(draft_id, {"live_fault": fault})
    flash(_("规则已定好生效时间。"))
    return redirect("/rules", 303)


@blueprint.get("/rules.<ending>")
@act("rules.edit")
def download(ending: str) -> Response:
    """Give the live rules of one's ground, or those of a draft, as a file that can be loaded again."""
    wanted = request.args.get("draft", "")
    with transaction() as session:
        mine = scope(session)
        one = drafts.draft_of(session, mine, int(wanted[:12])) if wanted.isdigit() else None
        table = _table(session, mine, one)
    return table_answer(table.columns, table.itertuples(index=False), "rules", ending)


def _table(session: Session, mine: Scope, one: DispatchDraft | None) -> Any:
    if one is not None:
        return export.table(session, None, one.id)
    now = datetime.now(UTC)
    here: set[str] = {rule.code for rule in _all_live(session, mine, now)}
    table = export.table(session, now)
    return table[table["code"].isin(here)]


def _all_live(session: Session, mine: Scope, now: datetime) -> list[Rule]:
    return [*drafts.live_here(session, mine, now), *drafts.live_above(session, mine, now)]


@blueprint.post("/weights")
@act("rules.edit")
def weigh() -> str | tuple[str, int] | Answer:
    """Set the weights of the choice among members from a day on."""
    now = datetime.now(UTC)
    try:
        with transaction() as session:
            starts = inputs.start_of(request.form.get("from"), now)
            weights.set_weights(session, scope(session), request.form, starts, now)
    except BESIDE as fault:
        return _page(fault), 422
    flash(_("分值已记下，从那天起按新的算。"))
    return redirect("/rules", 303)
