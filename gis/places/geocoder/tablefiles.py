"""Tables of any length, one row at a time: CSV and Excel in, CSV and Excel out.

Before: a path. After: `bulk.py`. Only one row is in memory; an output file appears under its name when it is
complete, and not before.
"""

from __future__ import annotations

import csv
import io
import os
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from gis.errors import InputError

EXCEL = (".xlsx", ".xlsm")
_SNIFFED = 1 << 20
_LONGEST_CELL = 1 << 20


class Row(NamedTuple):
    """A row: its number as a spreadsheet counts, and its cells by heading."""

    number: int
    cells: dict[str, str]


def read_rows(path: Path, required: Sequence[str]) -> Iterator[Row]:
    """Read a table row by row.

    Parameters
    ----------
    path : Path
        CSV in UTF-8, UTF-16 or GB 18030 (comma, tab or semicolon), or Excel (first sheet).
    required : sequence of str
        Headings that must be there; capitals and blanks do not matter.

    Raises
    ------
    InputError
        The file is absent, not a table, or lacks a heading.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path}.", path=str(path))
    lines = _excel_lines(path) if path.suffix.lower() in EXCEL else _csv_lines(path)
    _, first = next(lines, (1, []))
    headings = [cell.strip().lower() for cell in first]
    absent = [name for name in required if name not in headings]
    if absent:
        raise InputError(
            f"{path.name} lacks the column{'s' if len(absent) > 1 else ''} {', '.join(absent)}; "
            f"it has: {', '.join(headings) or 'nothing'}.",
            path=str(path),
        )
    for number, cells in lines:
        if any(cells):
            yield Row(number, dict(zip(headings, cells, strict=False)))


def count_rows(path: Path) -> int | None:
    """Count the lines of a CSV file, for a progress bar; None for Excel."""
    if path.suffix.lower() in EXCEL or not path.is_file():
        return None
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(_SNIFFED), b""))


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    encoding = _encoding(head)
    heading = head.decode(encoding, "ignore").split("\n", 1)[0]
    delimiter = max(",\t;", key=heading.count)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as lines:
        rows = csv.reader(lines, delimiter=delimiter)
        try:
            for cells in rows:
                yield rows.line_num, cells
        except (UnicodeDecodeError, csv.Error) as fault:
            raise InputError(
                f"{path.name}, line {rows.line_num + 1}: not readable as a table ({fault})."
            ) from fault


def _encoding(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head[: len(head) - 3 if len(head) == _SNIFFED else None].decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        return "utf-8-sig" if len(head) == _SNIFFED and fault.start > len(head) - 8 else "gb18030"
    return "utf-8-sig"


def _excel_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError) as fault:
        raise InputError(f"{path.name} is not an Excel file.", path=str(path)) from fault
    try:
        rows = book.worksheets[0].iter_rows(values_only=True) if book.worksheets else iter(())
        for number, cells in enumerate(rows, 1):
            yield number, [_text(cell) for cell in cells]
    finally:
        book.close()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


class TableWriter:
    """Writes rows to CSV (UTF-8) or Excel, by the file's ending."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._excel: Any = None
        self._sheet: Any = None
        self._lines: io.TextIOWrapper | None = None
        self._rows: Any = None
        if path.suffix.lower() in EXCEL:
            from openpyxl import Workbook

            self._excel = Workbook(write_only=True)
            self._sheet = self._excel.create_sheet("wangge")
        else:
            self._lines = path.open("w", encoding="utf-8", newline="")
            self._rows = csv.writer(self._lines)

    def write(self, cells: Sequence[str | float]) -> None:
        """Write one row."""
        if self._sheet is None:
            self._rows.writerow([_harmless(cell) for cell in cells])
        else:
            self._sheet.append([self._cell(cell) for cell in cells])

    def _cell(self, value: str | float) -> Any:
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(self._sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"
        return cell

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._lines is not None:
            self._lines.close()
        elif kind is None:
            self._excel.save(self._path)


def _harmless(cell: str | float) -> str | float:
    """Keep a spreadsheet from running a cell as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "@", "\t", "\r") else cell


@contextmanager
def written(path: Path) -> Iterator[TableWriter]:
    """Give a writer whose file takes its name only when everything is written.

    Raises
    ------
    InputError
        The folder does not exist or may not be written to.
    """
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        with TableWriter(part) as writer:
            yield writer
        part.replace(path)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as fault:
        raise InputError(f"cannot write {path}: {fault.strerror}.", path=str(path)) from fault
    finally:
        part.unlink(missing_ok=True)
