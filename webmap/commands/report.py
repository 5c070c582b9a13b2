"""`wangge report`: a report from the command line, or many from a CSV or Excel file.

Before: `cases.journey`. After: the same cases as those of the web form. A file is taken in whole or not at all; a row
with a `client_request_id` (or the same file again) never makes a second case.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from gis.errors import InputError

if TYPE_CHECKING:
    from gis.cases.intake import NewReport, Pin
    from gis.cases.journey import Received

COLUMNS = ("text", "lon", "lat", "crs", "category", "contact", "client_request_id")


@click.command()
@click.argument("text", required=False)
@click.option("--pin", metavar="LON,LAT", help="Where it is, in degrees.")
@click.option("--crs", default="wgs84", show_default=True, help="wgs84, cgcs2000, gcj02 or bd09.")
@click.option("--category", help="Code of the kind of case; found from the words when left out.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"CSV or Excel with the columns {', '.join(COLUMNS)}; only text is needed.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a report.")
def report(
    text: str | None, pin: str | None, crs: str, category: str | None, path: Path | None, *, as_json: bool
) -> None:
    """Report TEXT, or every row of a file, and say who has it."""
    from gis.database import transaction

    if (text is None) == (path is None):
        raise InputError("Give either the words of a report or --file.")
    now = datetime.now(UTC)
    with transaction() as session:
        if path is not None:
            received = _from_file(session, path, now)
        else:
            received = [_one(session, text or "", _pin(pin, crs), category, now)]
    for one in received:
        click.echo(_line(one, as_json=as_json))


def _one(session: object, text: str, pin: Pin | None, category: str | None, now: datetime) -> Received:
    from gis.cases.intake import NewReport
    from gis.cases.journey import report as take

    new = NewReport(text=text, channel="phone", client_request_id=uuid4().hex, pin=pin, category=category)
    return take(session, new, now)  # type: ignore[arg-type]


def _pin(words: str | None, crs: str) -> Pin | None:
    """Read `LON,LAT`."""
    from gis.cases.intake import Pin

    if words is None:
        return None
    parts = words.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError as fault:
        raise InputError(f"--pin {words!r} is not two numbers; give it as LON,LAT.") from fault
    return Pin(lon, lat, crs)


def _from_file(session: object, path: Path, now: datetime) -> list[Received]:
    """Take in every row; the first fault names its row and nothing is kept."""
    from gis.cases.journey import report as take
    from gis.files.tables import read_table

    table = read_table(path)
    if "text" not in table.columns:
        raise InputError(f"{path.name} has no column text; the columns are {', '.join(COLUMNS)}.")
    received = []
    for row_number, row in table.iterrows():
        try:
            new = _row({str(name): str(cell) for name, cell in row.items()})
            received.append(take(session, new, now))  # type: ignore[arg-type]
        except InputError as fault:
            raise InputError(
                f"{path.name}, row {row_number}: {fault.message}", row=row_number, **fault.details
            ) from fault
    return received


def _row(cells: dict[str, str]) -> NewReport:
    from gis.cases.intake import NewReport

    place = f"{cells.get('lon', '')},{cells.get('lat', '')}"
    return NewReport(
        text=cells["text"],
        channel="file",
        client_request_id=cells.get("client_request_id") or _fingerprint(cells),
        pin=_pin(place, cells.get("crs") or "wgs84") if place != "," else None,
        category=cells.get("category") or None,
        contact=cells.get("contact", ""),
    )


def _fingerprint(cells: dict[str, str]) -> str:
    """Give a row without a number one of its own words, so that the same file again makes no second case."""
    words = json.dumps([cells.get(name, "") for name in COLUMNS], ensure_ascii=False)
    return f"file-{hashlib.sha256(words.encode()).hexdigest()[:40]}"


def _line(received: Received, *, as_json: bool) -> str:
    from webmap.intake.answers import as_json as standing

    told = standing(received.row, received.tracking_token)
    return json.dumps(told, ensure_ascii=False) if as_json else f"{told['case']}  {told['sentence']}"
