"""Letting pictures go public: a list of those that wait, one to look at and cover, withdrawing.

Before: `webmap.access`. After: `cases.pictures`. Rectangles are drawn with a finger, moved with the keyboard or typed
as numbers (`static/js/public/cover.js`); without a script the numbers alone do, and a look shows what they cover.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from itertools import zip_longest

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from gis.cases import pictures
from gis.cases.covering import MOST, Rectangle, painted, rectangle
from gis.cases.photos import path_of
from gis.database import transaction
from gis.errors import InputError, NotFoundError
from webmap import access, inputs
from webmap.access import act, scope
from webmap.answers import private

blueprint = Blueprint("pictures", __name__, url_prefix="/pictures")

FIELDS = ("left", "top", "width", "height")
LONGEST_REASON = 500
LONGEST_PARTS = 4000


@blueprint.get("")
@act("picture.approve")
def listed() -> str:
    """List the pictures that wait, and those that are public."""
    with transaction() as session:
        mine = scope(session)
        waiting, shown = pictures.waiting(session, mine), pictures.shown(session, mine)
    return render_template("public/pictures.html", waiting=waiting, shown=shown)


@blueprint.get("/<int:photo_id>")
@act("picture.approve")
def one(photo_id: int) -> str:
    """Show one picture to look at and to cover."""
    return _shown(photo_id, _read(request.args))


def _shown(photo_id: int, parts: list[Rectangle], fault: InputError | None = None) -> str:
    with transaction() as session:
        found = pictures.picture_of(session, scope(session), photo_id)
        decided = pictures.decisions(session, photo_id)
    return render_template(
        "public/picture.html",
        one=found,
        parts=parts,
        decided=decided,
        fault=fault,
        given=request.form,
        most=MOST,
    )


@blueprint.get("/<int:photo_id>.jpg")
@act("picture.approve")
def original(photo_id: int) -> Response:
    """Give the picture to those who decide about it, painted where `parts=left,top,width,height;…` says."""
    with transaction() as session:
        path = path_of(pictures.picture_of(session, scope(session), photo_id).photo)
    if not path.exists():
        raise NotFoundError("这张照片的文件不在了。 The file of this picture is gone.")
    parts = _of_address(request.args.get("parts", ""))
    body = painted(path.read_bytes(), parts)[0] if parts else path.read_bytes()
    response = send_file(io.BytesIO(body), mimetype="image/jpeg")
    return private(response)


def _of_address(words: str) -> list[Rectangle]:
    if len(words) > LONGEST_PARTS:
        raise InputError("遮盖的地方太多。 Too many parts are covered.", field="covered")
    return [_rectangle(row.split(",")) for row in words.split(";") if row][:MOST]


@blueprint.post("/<int:photo_id>/approve")
@act("picture.approve")
def approve(photo_id: int) -> str | tuple[str, int] | Answer:
    """Make the painted copy and let everybody see it, once the person says that they looked."""
    parts: list[Rectangle] = []
    try:
        parts = _read(request.form)
        if request.form.get("do") == "look":
            return _shown(photo_id, parts)
        _looked()
        with transaction() as session:
            mine, account_id = scope(session), access.account().id
            pictures.approve(session, mine, photo_id, parts, account_id=account_id, now=datetime.now(UTC))
    except InputError as fault:
        return _shown(photo_id, parts, fault), 422
    flash(_("照片已公开。随时可以撤回。"))
    return _next()


def _looked() -> None:
    if request.form.get("looked") != "yes":
        raise InputError(
            "请先看过整张照片，再勾选那一句。 Look at the whole picture first, then tick the sentence.",
            field="looked",
        )


@blueprint.post("/<int:photo_id>/keep-back")
@act("picture.approve")
def keep_back(photo_id: int) -> Answer:
    """Decide that the picture is not for everybody."""
    with transaction() as session:
        mine, account_id = scope(session), access.account().id
        pictures.keep_back(session, mine, photo_id, _reason(), account_id=account_id, now=datetime.now(UTC))
    flash(_("这张照片不公开。"))
    return _next()


@blueprint.post("/<int:photo_id>/withdraw")
@act("picture.approve")
def withdraw(photo_id: int) -> Answer:
    """Take a public picture back; its file is erased once that is written down."""
    with transaction() as session:
        mine, account_id = scope(session), access.account().id
        gone = pictures.withdraw(
            session, mine, photo_id, _reason(), account_id=account_id, now=datetime.now(UTC)
        )
    gone.unlink(missing_ok=True)
    flash(_("已撤回，公开的那一份已删除。"))
    return redirect("/pictures", 303)


def _next() -> Answer:
    """Go on to the next picture that waits."""
    with transaction() as session:
        rest = pictures.waiting(session, scope(session), limit=1)
    return redirect(f"/pictures/{rest[0].photo.id}" if rest else "/pictures", 303)


def _reason() -> str:
    return inputs.words_of(request.form.get("reason"), LONGEST_REASON)


def _read(given) -> list[Rectangle]:  # type: ignore[no-untyped-def]
    """Read the rows of numbers of a form; a row that is wholly empty is no rectangle."""
    rows = zip_longest(*(given.getlist(name)[: MOST + 1] for name in FIELDS), fillvalue="")
    return [_rectangle(list(row)) for row in rows if any(cell.strip() for cell in row)]


def _rectangle(cells: list[str]) -> Rectangle:
    read = [inputs.number(cell, "covered") for cell in cells]
    numbers = [number for number in read if number is not None]
    if len(numbers) != len(FIELDS):
        raise InputError(
            "每一处要写全四个数：左、上、宽、高。 Each part needs four numbers: left, top, width, height.",
            field="covered",
        )
    return rectangle(*numbers)
