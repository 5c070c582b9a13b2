"""A table of texts written as CSV or Excel, by the file's ending.

Before: nothing. After: faults of a file, dispatch rules, the ledger. Spreadsheets read the Chinese of either;
cells that look like a formula are the caller's to make harmless.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from gis.errors import InputError

Lines = Iterable[Sequence[object]]


def save_table(path: Path, headings: Iterable[object], lines: Lines, *, what: str = "table") -> None:
    """Write a table to a file.

    Parameters
    ----------
    headings : iterable
        The first line.
    lines : iterable of sequences
        Cells, each written as its text; None is empty.
    what : str
        What it is called in a fault.

    Raises
    ------
    InputError
        Another ending than .csv or .xlsx, or the file cannot be written.
    """
    writers = {".csv": _csv, ".xlsx": _xlsx}
    if path.suffix.lower() not in writers:
        raise InputError(f"The {what} cannot be written to {path.name}; end its name in .csv or .xlsx.")
    try:
        writers[path.suffix.lower()](path, headings, lines)
    except OSError as fault:
        raise InputError(f"The {what} cannot be written to {path}: {fault.strerror}.") from fault


def _csv(path: Path, headings: Iterable[object], lines: Lines) -> None:
    # the mark at the beginning lets spreadsheets on Windows read the Chinese
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(lines)


def _xlsx(path: Path, headings: Iterable[object], lines: Lines) -> None:
    from openpyxl import Workbook
    from openpyxl.utils.escape import escape

    book = Workbook(write_only=True)
    sheet = book.create_sheet("wangge")
    sheet.append([str(heading) for heading in headings])
    for line in lines:
        sheet.append(["" if cell is None else escape(str(cell)) for cell in line])
    book.save(path)
