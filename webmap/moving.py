"""What all buttons on a case share: who presses, which state the page showed, where to go afterwards.

Before: `webmap.access`. After: the views of members (`webmap.field`) and of commanders (`webmap.command`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from gis.cases import moves, photos, queries
from gis.cases.models import Case
from gis.cases.moves import Actor
from gis.errors import InputError
from webmap import access
from webmap.collisions import told_who
from webmap.field.forms import FORMS
from webmap.look import local_path
from webmap.saying import pair

REVISION = "revision"


def actor() -> Actor:
    """Give the signed-in person as the log names them."""
    account = access.account()
    return Actor(account.role, account.id, account.member_id)


def locked(session: Session, case_id: int, act: str | None = None) -> Case:
    """Take a case of the person's scope for a move, when it still is as the page showed it.

    `act` is the move's own, where it is not the view's.

    Raises
    ------
    NotFoundError
        Outside the scope.
    ConflictError
        When somebody else moved it meanwhile.
    InputError
        When the form does not say which state it was made from.
    ForbiddenError
        When the act is not the person's.
    """
    allowed = access.scope(session, act)
    given = request.form.get(REVISION, "")
    if not (given.isascii() and given.isdigit()):
        raise InputError("请刷新页面后再操作。 Reload the page and try again.", field=REVISION)
    with told_who(session, case_id):
        return queries.lock(session, allowed, case_id, min(int(given[:12]), 2**31 - 1))


def move(
    session: Session, case: Case, name: str, reason: str = "", detail: dict[str, Any] | None = None
) -> None:
    """Make one move in the person's name."""
    moves.make(session, case, name, actor(), datetime.now(UTC), reason=reason, detail=detail)


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
    return done(pair(FORMS[name].done), case_id)
