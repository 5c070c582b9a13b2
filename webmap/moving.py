"""What all buttons on a case share: who presses, which state the page showed, where to go afterwards.

Before: `webmap.access`. After: the views of members (`webmap.field`) and of commanders (`webmap.command`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.cases import moves, photos, queries
from gis.cases.models import Case
from gis.cases.moves import Actor
from gis.errors import InputError
from webmap import access
from webmap.look import local_path

REVISION = "revision"


def actor() -> Actor:
    """Give the signed-in person as the log names them."""
    account = access.account()
    return Actor(account.role, account.id, account.member_id)


def locked(session: Session, case_id: int) -> Case:
    """Take a case of the person's scope for a move, when it still is as the page showed it.

    Raises
    ------
    NotFoundError
        Outside the scope.
    ConflictError
        When somebody else moved it meanwhile.
    InputError
        When the form does not say which state it was made from.
    """
    given = request.form.get(REVISION, "")
    if not (given.isascii() and given.isdigit()):
        raise InputError("请刷新页面后再操作。 Reload the page and try again.", field=REVISION)
    return queries.lock(session, access.scope(session), case_id, min(int(given[:12]), 2**31 - 1))


def move(session: Session, case: Case, name: str, reason: str = "") -> None:
    """Make one move in the person's name; who acts is kept beside it, so that they cannot check it themselves."""
    who = actor()
    detail = {"member_id": who.member_id} if who.member_id is not None else None
    moves.make(session, case, name, who, datetime.now(UTC), reason=reason, detail=detail)


def keep_photo(session: Session, case: Case, kind: str) -> bool:
    """Keep the picture of the form, if there is one."""
    photo = request.files.get("photo")
    if photo is None or not photo.filename:
        return False
    photos.keep(session, case.id, photo.stream, kind, datetime.now(UTC), account_id=access.account().id)
    return True


def done(sentence: str, case_id: int) -> Response:
    """Say what was done and go back to where the button stood."""
    flash(sentence)
    return redirect(local_path(request.form.get("back"), f"/cases/{case_id}"), 303)


def done_with(name: str, case_id: int) -> Response:
    """Say that a move was made."""
    words = {
        "accept": _("已接单。"),
        "refuse": _("已退回，等待重新安排。"),
        "note": _("已记下。"),
        "act": _("已办结，等另一位同志核查。"),
        "check_pass": _("核查通过，案件已结。"),
        "check_fail": _("已退给办理人继续办理。"),
        "void": _("已作废。"),
    }
    return done(words[name], case_id)
