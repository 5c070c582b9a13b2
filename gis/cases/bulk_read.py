"""Tables of reports read: every row becomes a report with a request number of its own, or its fault is named.

Before: `gis.files` reads the table. After: `cases.bulk` keeps the rows, or `cases.journey` walks them at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from pathlib import Path

from gis.cases import intake
from gis.cases.intake import NewReport, Pin
from gis.errors import InputError
from gis.files.tables import read_table

COLUMNS = ("text", "lon", "lat", "crs", "category", "contact", "client_request_id")
MOST_ROWS = 20_000
MOST_FAULTS = 20


def read_file(path: Path) -> list[tuple[int, NewReport]]:
    """Read every row of a CSV or Excel file as `read` does.

    Raises
    ------
    InputError
        When it is no such table, or any row is faulty: nothing is kept of a file that has one.
    """
    table = read_table(path)
    rows = [
        (int(number), {str(name): str(cell) for name, cell in row.items()})
        for number, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
    return read(rows, [str(name) for name in table.columns])


def read(
    rows: Collection[tuple[int, dict[str, str]]], headings: Collection[str]
) -> list[tuple[int, NewReport]]:
    """Turn the cells of a table into reports, each with a request number of its own.

    Two rows alike are two reports; the same file again gives the same numbers again.

    Raises
    ------
    InputError
        When there is no column `text`, or too many rows, or one of them is faulty: all faults are named, with their
        rows, up to twenty.
    """
    if "text" not in headings:
        raise InputError(
            f"表里没有 text 一列。 There is no column text; the columns are {', '.join(COLUMNS)}."
        )
    if len(rows) > MOST_ROWS:
        raise InputError(
            f"一次最多 {MOST_ROWS} 行，请分开。 At most {MOST_ROWS} rows at once; split the file."
        )
    reports: list[tuple[int, NewReport]] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        words = json.dumps([cells.get(name, "") for name in COLUMNS], ensure_ascii=False)
        seen[words] = seen.get(words, 0) + 1
        try:
            reports.append((number, _report(cells, words, seen[words])))
        except InputError as fault:
            faults.append(f"{number}: {fault.message}")
    if faults:
        raise InputError(
            f"有 {len(faults)} 行不能用，一行也没有收下。 {len(faults)} rows cannot be used, nothing was taken in: "
            + "; ".join(faults[:MOST_FAULTS]),
            faults=faults[:MOST_FAULTS],
        )
    return reports


def _report(cells: dict[str, str], words: str, nth: int) -> NewReport:
    place = (cells.get("lon", ""), cells.get("lat", ""))
    new = NewReport(
        text=cells["text"],
        channel="file",
        client_request_id=cells.get("client_request_id") or _fingerprint(words, nth),
        pin=_pin(place, cells.get("crs") or "wgs84") if any(place) else None,
        category=cells.get("category") or None,
        contact=cells.get("contact", ""),
    )
    intake.check(new)
    if new.pin is not None:
        intake.pinned(new.pin)
    return new


def _pin(place: tuple[str, str], system: str) -> Pin:
    try:
        return Pin(float(place[0]), float(place[1]), system)
    except ValueError as fault:
        raise InputError(
            "lon 和 lat 应当是数字，并且都要有。 lon and lat must be numbers, and go together.", field="lon"
        ) from fault


def _fingerprint(words: str, nth: int) -> str:
    """Give a row without a number one of its own words and of how many rows before it say the same."""
    again = f"-{nth}" if nth > 1 else ""
    return f"file-{hashlib.sha256(words.encode()).hexdigest()[:40]}{again}"
