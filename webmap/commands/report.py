"""`wangge report`: a report from the command line, or many from a CSV or Excel file.

Before: `cases.journey`. After: the same cases as those of the web form. A file is taken in whole or not at all; a row
with a `client_request_id` (or the same file again) never makes a second case.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import click

from gis.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gis.cases.intake import Pin
    from gis.cases.journey import Received

COLUMNS = "text, lon, lat, crs, category, contact, client_request_id"


@click.command()
@click.argument("text", required=False)
@click.option("--pin", metavar="LON,LAT", help="Where it is, in degrees.")
@click.option("--crs", default="wgs84", show_default=True, help="wgs84, cgcs2000, gcj02 or bd09.")
@click.option("--category", help="Code of the kind of case; found from the words when left out.")
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"CSV or Excel with the columns {COLUMNS}; only text is needed.",
)
@click.option("--later", is_flag=True, help="Keep the rows of the file now; the workers make them cases.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one line a report.")
def report(
    text: str | None,
    pin: str | None,
    crs: str,
    category: str | None,
    path: Path | None,
    *,
    later: bool,
    as_json: bool,
) -> None:
    """Report TEXT, or every row of a file, and say who has it."""
    from gis.database import transaction

    if (text is None) == (path is None):
        raise InputError("Give either the words of a report or --file.")
    if path is not None and later:
        _later(path)
        return
    now = datetime.now(UTC)
    with transaction() as session:
        if path is not None:
            received = _from_file(session, path, now)
        else:
            received = [_one(session, text or "", _pin(pin, crs), category, now)]
    for one in received:
        click.echo(_line(one, as_json=as_json))


def _one(session: Session, text: str, pin: Pin | None, category: str | None, now: datetime) -> Received:
    from gis.cases.intake import NewReport
    from gis.cases.journey import report as take

    new = NewReport(text=text, channel="phone", client_request_id=uuid4().hex, pin=pin, category=category)
    return take(session, new, now)


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


def _from_file(session: Session, path: Path, now: datetime) -> list[Received]:
    """Take in every row at once."""
    from gis.cases.bulk import check_categories
    from gis.cases.bulk_read import read_file
    from gis.cases.journey import report as take

    reports = read_file(path)
    try:
        check_categories(session, reports, now)
    except InputError as fault:
        raise InputError(f"{path.name}, {fault.message}", **fault.details) from fault
    return [take(session, new, now) for _, new in reports]


def _later(path: Path) -> None:
    """Keep every row and leave the walking to the workers."""
    from gis.cases.bulk import take_in
    from gis.cases.bulk_read import read_file
    from gis.database import transaction

    with transaction() as session:
        taken = take_in(session, path.name, read_file(path), datetime.now(UTC))
    said = "were in already" if taken.repeated else "are in"
    click.echo(f"{path.name}: {taken.file.rows} rows {said}; the workers make them cases")


def _line(received: Received, *, as_json: bool) -> str:
    from webmap.intake.answers import as_json as standing

    told = standing(received.row, received.tracking_token)
    return json.dumps(told, ensure_ascii=False) if as_json else f"{told['case']}  {told['sentence']}"
