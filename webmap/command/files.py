"""Files of reports on a page: a table goes in whole or not at all, its rows become cases, their outcome comes out.

Before: `webmap.access`. After: `cases.bulk` keeps the rows, `tasks.files` walks them; each sees their own files only.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from gis.cases import bulk, bulk_answers, bulk_read
from gis.cases.bulk import Taken
from gis.cases.bulk_answers import Outcome, Progress
from gis.cases.intake import NewReport
from gis.database import transaction
from gis.errors import InputError
from gis.staff.geocoding import ending_of
from webmap.access import account, act, scope
from webmap.answers import csv_answer, private
from webmap.saying import said, state

blueprint = Blueprint("files", __name__)

HEADINGS = ("row", "case", "state", "fault")


@blueprint.get("/report-files")
@act("case.file_reports")
def page() -> str:
    """Show one's files, how far they are, and the form for another."""
    return _page()


def _page(fault: InputError | None = None) -> str:
    with transaction() as session:
        files = bulk_answers.files_of(session, account().id)
    return render_template(
        "command/files.html",
        files=files,
        fault=fault,
        word=word,
        columns=bulk_read.COLUMNS,
        most=bulk_read.MOST_ROWS,
    )


@blueprint.post("/report-files")
@act("case.file_reports")
def send() -> str | tuple[str, int] | Answer:
    """Take a file in; nothing is kept of one with a faulty row, and nothing is kept twice."""
    try:
        taken = _take(request.files.get("file"))
    except InputError as fault:
        return _page(fault), 422
    if taken.repeated:
        flash(_("这个文件已经收过，没有重复上报。"))
    else:
        flash(_("已收下 %(count)s 行，正在逐行成案。可以离开这个页面，回来再看。", count=taken.file.rows))
    return redirect("/report-files", 303)


def _take(given: FileStorage | None) -> Taken:
    if given is None or not given.filename:
        raise InputError("请选择一个文件。 Choose a file.", field="file")
    reports = _read(given)
    with transaction() as session:
        return bulk.take_in(session, given.filename, reports, datetime.now(UTC), account().id)


def _read(given: FileStorage) -> list[tuple[int, NewReport]]:
    """Read it from a file that is gone afterwards: words and telephones stay only sealed."""
    ending = ending_of(given.filename or "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table{ending}"
        given.save(path)
        return bulk_read.read_file(path)


def word(one: Progress) -> str:
    """Say how a file stands."""
    return str(_("进行中") if one.open else _("已完成"))


@blueprint.get("/report-files/files.json")
@act("case.file_reports")
def progress() -> Response:
    """Say how far one's files are, for the page that is looked at."""
    with transaction() as session:
        files = bulk_answers.files_of(session, account().id)
    return private(
        jsonify(
            [
                {
                    "id": one.file.id,
                    "word": word(one),
                    "open": one.open,
                    "rows": one.file.rows,
                    "done": one.done,
                }
                for one in files
            ]
        )
    )


@blueprint.get("/report-files/<int:file_id>")
@act("case.file_reports")
def one(file_id: int) -> str:
    """Show what became of every row of one of one's own files."""
    file, rows = _outcomes(file_id)
    return render_template("command/file.html", one=file, rows=rows, word=word)


@blueprint.get("/report-files/<int:file_id>/outcomes.csv")
@act("case.file_reports")
def download(file_id: int) -> Response:
    """Give the same as a table."""
    _file, rows = _outcomes(file_id)
    lines = (
        (row.row, row.number or "", state(row.state) if row.state else "", said(row.error)) for row in rows
    )
    return csv_answer([HEADINGS, *lines], f"outcomes-{file_id}.csv")


def _outcomes(file_id: int) -> tuple[Progress, list[Outcome]]:
    with transaction() as session:
        file = bulk_answers.file_of(session, account().id, file_id)
        return file, list(bulk_answers.outcomes(session, scope(session, "case.read"), file_id))
