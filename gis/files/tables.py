"""Reading tables from CSV and Excel: every cell becomes text, rows keep the numbers the user sees.

Before: a file. After: `columns` finds the columns. CSV may be UTF-8 (with or without mark), UTF-16 or GBK;
Excel files are measured unpacked before they are opened, so that a small file cannot fill the memory.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pandas as pd

from gis.errors import InputError, TooLargeError

LARGEST_FILE = 512 * 1024 * 1024
LARGEST_UNPACKED = 1024 * 1024 * 1024
FIRST_ROW = 2
"""The first row below the heading, as a spreadsheet counts."""
DELIMITERS = ",\t;|"
BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
TEXT_ENDINGS = {".csv", ".tsv", ".txt"}
TABLE_ENDINGS = {*TEXT_ENDINGS, ".xlsx", ".xlsm", ".xls", ".ods", ".gz"}


def read_table(path: Path, sheet: str | None = None) -> pd.DataFrame:
    """Read a table file.

    Parameters
    ----------
    path : Path
        CSV (also with tabs or semicolons, also packed as .csv.gz) or Excel.
    sheet : str, optional
        The sheet of an Excel file; by default the first.

    Returns
    -------
    DataFrame
        Text cells under the file's headings; the index is the row's number in the file. Empty rows are gone.

    Raises
    ------
    InputError
        The file is absent, empty, or not what its ending says.
    TooLargeError
        The file, or what an Excel file unpacks to, is too large.
    """
    check_file(path)
    text = path.suffix.lower() in {*TEXT_ENDINGS, ".gz"}
    frame = _read_csv(path) if text else _read_excel(path, sheet)
    filled = (frame != "").any(axis=1)
    frame = frame[filled]
    if frame.empty:
        raise InputError(f"{path.name} holds no rows below its heading.")
    return frame


def check_file(path: Path, largest: int = LARGEST_FILE) -> None:
    """Refuse what is no file, or too large a one."""
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    if path.stat().st_size > largest:
        raise TooLargeError(f"{path.name} is larger than {largest // 1024**2} MB; split it.", limit=largest)
    if path.stat().st_size == 0:
        raise InputError(f"{path.name} is empty.")


def _read_csv(path: Path) -> pd.DataFrame:
    raw = _unpacked(path) if path.suffix.lower() == ".gz" else path.read_bytes()
    encoding = encoding_of(raw)
    try:
        words = raw.decode(encoding)
    except UnicodeDecodeError as fault:
        raise InputError(
            f"{path.name} is neither UTF-8 nor GBK text (byte {fault.start}); save it as CSV UTF-8."
        ) from fault
    heading = words[: words.find("\n")] if "\n" in words else words
    delimiter = max(DELIMITERS, key=heading.count)
    return _parse_csv(path, words, delimiter)


def _unpacked(path: Path, largest: int = LARGEST_UNPACKED) -> bytes:
    """Unpack a .gz in pieces, and refuse it when it grows too large."""
    pieces, total = [], 0
    try:
        with gzip.open(path) as packed:
            while piece := packed.read(1 << 20):
                total += len(piece)
                if total > largest:
                    raise TooLargeError(
                        f"{path.name} unpacks to more than {largest // 1024**2} MB; split it.", limit=largest
                    )
                pieces.append(piece)
    except (gzip.BadGzipFile, EOFError, zlib.error) as fault:
        raise InputError(f"{path.name} is a broken .gz file: {fault}.") from fault
    return b"".join(pieces)


def _parse_csv(path: Path, words: str, delimiter: str) -> pd.DataFrame:
    try:
        frame = pd.read_csv(
            io.StringIO(words),
            sep=delimiter,
            dtype=str,
            header=0,
            index_col=False,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            skipinitialspace=True,
            quoting=csv.QUOTE_MINIMAL,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
        raise InputError(f"{path.name} cannot be read as CSV: {str(fault).strip()}.") from fault
    frame.index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(frame))
    return frame


def encoding_of(raw: bytes) -> str:
    """Name the encoding of a text file: by its mark, else UTF-8 where it fits, else GBK's superset."""
    for mark, name in BOMS.items():
        if raw.startswith(mark):
            return name
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _read_excel(path: Path, sheet: str | None) -> pd.DataFrame:
    from python_calamine import CalamineError, CalamineWorkbook

    check_unpacked(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if sheet is not None and sheet not in names:
            raise InputError(f"{path.name} has no sheet {sheet!r}; it has {', '.join(names)}.")
        rows = book.get_sheet_by_name(sheet or names[0]).to_python(skip_empty_area=False)
    except CalamineError as fault:
        raise InputError(f"{path.name} cannot be read as an Excel file: {fault}.") from fault
    if not rows:
        raise InputError(f"{path.name} is empty.")
    headings = [_cell(cell).strip() or f"column {number}" for number, cell in enumerate(rows[0], 1)]
    body = [[_cell(cell) for cell in row] for row in rows[1:]]
    frame = pd.DataFrame(body, columns=headings, dtype=object)
    frame.index = pd.RangeIndex(FIRST_ROW, FIRST_ROW + len(frame))
    return frame.loc[:, ~frame.columns.duplicated()]


def check_unpacked(path: Path, largest: int = LARGEST_UNPACKED) -> None:
    """Unpack a zipped file into nothing and refuse it when it grows too large, whatever it says of itself."""
    if not zipfile.is_zipfile(path):
        return  # an old .xls is no zip; it cannot grow
    total = 0
    try:
        with zipfile.ZipFile(path) as packed:
            for member in packed.infolist():
                with packed.open(member) as part:
                    while piece := part.read(1 << 20):
                        total += len(piece)
                        if total > largest:
                            raise TooLargeError(
                                f"{path.name} unpacks to more than {largest // 1024**2} MB; split it.",
                                limit=largest,
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        raise InputError(f"{path.name} is a broken Excel file: {fault}.") from fault


def _cell(cell: Any) -> str:
    """Give an Excel cell as the text a person sees: 3.0 is 3, a date is 2026-01-31."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def as_text(frame: pd.DataFrame, first_row: int = 1) -> pd.DataFrame:
    """Turn a frame made by a program into what a reader would give: text cells, rows numbered.

    Parameters
    ----------
    frame : DataFrame
        Any cells; a `geometry` column stays as it is.
    first_row : int
        The number of its first row.
    """
    made = {
        str(name): frame[name].to_numpy() if name == "geometry" else [_any_text(cell) for cell in frame[name]]
        for name in frame.columns
    }
    return pd.DataFrame(made, index=pd.RangeIndex(first_row, first_row + len(frame)))


def _any_text(cell: Any) -> str:
    return "" if cell is None or cell is pd.NaT or cell != cell else _cell(cell)  # noqa: PLR0124 - NaN
