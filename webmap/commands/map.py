"""`wangge map`: one file for a meeting without network, with the town's grids, open cases and rounds.

Before: a loaded town. After: a browser that opens the file, with or without a network.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from webmap.maps.reading import Town
    from webmap.maps.sheet import Chosen

FILE = click.Path(dir_okay=False, path_type=Path)
THEME = click.Choice(["load", "age", "visits", "cases"])
HOUR_DAYS = 90


@click.command("map")
@click.option("-o", "--output", type=FILE, required=True, help="The file, as .html.")
@click.option(
    "--theme", type=THEME, help="Colour the grids: load, age of cases, days since visit, cases received."
)
@click.option("--months", type=click.IntRange(2, 36), help="A slider over so many months, this one included.")
@click.option("--hours", is_flag=True, help="Where cases are reported at each hour of the day, last 90 days.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="The town's first language when left out.")
def map_(output: Path, theme: str | None, months: int | None, hours: bool, language: str | None) -> None:
    """Write the town as one HTML file that needs no network."""
    from gis.database import transaction
    from gis.settings import settings
    from webmap.app import create_app
    from webmap.maps.reading import read_town
    from webmap.maps.sheet import sheet

    _check(output, theme, months, hours=hours)
    now = datetime.now(settings().time_zone)
    speaking = create_app().test_request_context(headers={"Accept-Language": language or settings().language})
    with speaking, transaction() as session:
        town = read_town(session, now)
        body = sheet(town, _chosen(session, town, theme, months or 0, hours=hours))
    part = output.with_name(f"{output.name}.part")
    part.write_text(body, encoding="utf-8")
    part.replace(output)
    click.echo(
        f"{output.name}: {len(body.encode()) / 1e6:.2f} MB, {len(town.grids)} grids, "
        f"{sum(count for count, _ in town.open.values())} open cases, {len(town.rounds)} rounds, {len(town.gaps)} gaps"
    )


def _check(output: Path, theme: str | None, months: int | None, *, hours: bool) -> None:
    if output.suffix.lower() not in {".html", ".htm"}:
        raise InputError(f"{output.name} must end in .html.")
    if months and not theme:
        raise InputError("--months needs a --theme: load, age, visits or cases.")
    if hours and theme:
        raise InputError("--hours and --theme are two maps; write them to two files.")


def _chosen(session: Session, town: Town, theme: str | None, months: int, *, hours: bool) -> Chosen:
    from gis.settings import settings
    from webmap.maps.heat import heat
    from webmap.maps.sheet import Chosen
    from webmap.maps.steps import steps_of
    from webmap.maps.themes import themed

    found: dict[str, Any] = {"approval": settings().map_approval}
    if theme:
        found["theme"] = themed(session, theme, town.grid_ids, steps_of(town.at, months), town.at)
    if hours and town.sides:
        span = (town.at - timedelta(days=HOUR_DAYS), town.at)
        found["heat"] = heat(session, town.grid_ids, span, town.sides)
    return Chosen(**found)
