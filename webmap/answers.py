"""Answers that are for one person: kept out of every cache, and files to take along.

Before: the routes. After: the browser.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from flask import Response
from werkzeug.wrappers import Response as Answer

from gis.errors import NotFoundError
from gis.files.saving import save_table

TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "gpx": "application/gpx+xml",
}
TABLES = ("csv", "xlsx")

R = TypeVar("R", bound=Answer)


def private(response: R) -> R:
    """Keep an answer out of every cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def revalidated(response: R) -> R:
    """Let the person's own browser keep an answer, but ask each time whether it still holds."""
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def file_answer(body: bytes | str, name: str) -> Response:
    """Give a file to take along; the ending of its name says what it is."""
    response = Response(body, mimetype=TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


def csv_answer(rows: Iterable[Sequence[object]], name: str) -> Response:
    """Give rows, the heading among them, as a CSV file that spreadsheets on Windows read as well."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return file_answer(out.getvalue().encode("utf-8-sig"), name)


def table_answer(
    headings: Iterable[object], lines: Iterable[Sequence[object]], stem: str, ending: str
) -> Response:
    """Give a table as CSV or Excel.

    Raises
    ------
    NotFoundError
        When it is asked for with another ending.
    """
    if ending not in TABLES:
        raise NotFoundError("没有这种文件。 There is no such file.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.{ending}"
        save_table(path, headings, lines)
        return file_answer(path.read_bytes(), path.name)
