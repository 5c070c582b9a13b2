"""The resident's word after closing, by the secret link: a mark, or "it is not done".

Before: the tracking page. After: `cases.evaluate`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.cases import evaluate
from gis.cases.models import Case
from gis.cases.states import State
from gis.database import transaction
from gis.errors import InputError
from gis.settings import settings
from webmap import inputs
from webmap.access import act
from webmap.field.given import LONGEST_WORDS, said
from webmap.guards import limiter

blueprint = Blueprint("judged", __name__)


def _limit() -> str:
    return settings().report_limit


@blueprint.post("/t/<token>/rate")
@limiter.limit(_limit)
@act("case.track")
def rate(token: str) -> Response:
    """Take a mark; a bad one opens the case again, the second time it goes before the commander."""
    try:
        with transaction() as session:
            case = evaluate.rate(session, inputs.token_of(token), said(), datetime.now(UTC))
    except InputError as fault:
        return _missing(token, fault)
    return _thanks(token, case)


@blueprint.post("/t/<token>/reopen")
@limiter.limit(_limit)
@act("case.track")
def reopen(token: str) -> Response:
    """Take the word that it is not done."""
    words = inputs.words_of(request.form.get("reason"), LONGEST_WORDS)
    try:
        with transaction() as session:
            case = evaluate.reopen(session, inputs.token_of(token), words, datetime.now(UTC))
    except InputError as fault:
        return _missing(token, fault)
    return _thanks(token, case)


def _missing(token: str, fault: InputError) -> Response:
    flash(fault.message, "fault")
    return redirect(f"/t/{inputs.token_of(token) or '-'}#judge", 303)


def _thanks(token: str, case: Case) -> Response:
    """Say what happens now."""
    if case.state != State.CLOSED:
        flash(_("谢谢您告诉我们，案件已重新办理。"))
    elif case.bad_mark_at is not None:
        flash(_("谢谢您告诉我们，已交给指挥员，会给您答复。"))
    else:
        flash(_("谢谢您的评价。"))
    return redirect(f"/t/{inputs.token_of(token) or '-'}", 303)
