"""`wangge sample`: the made-up town, through the same loaders as a real one.

Before: a migrated database. After: the demo, and every test that wants a whole town.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from gis.errors import ConflictError

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy.orm import Session

    from gis.loading.kind import Say

ORDER = (
    "categories", "calendar", "boundaries", "compounds", "buildings", "entrances", "households", "roads", "ground",
    "places", "organisations", "members", "postings", "shifts", "seasons", "rhythms", "rounds", "visits", "cases",
    "duties", "errands", "outreach", "outreach_counts", "dispatch_rules", "fields", "admitted",
)  # fmt: skip
FROM_CODES = {"categories", "calendar", "seasons", "rhythms"}
"""Kinds whose rows are shipped for every town."""
CITY = "990100000000"
SINCE = (2020, 1, 1)
BEFORE_CASES = "visits"
"""After this kind homes and names are found: cases name places of the gazetteer."""


@click.group()
def sample() -> None:
    """Make and load the sample town 样例街道; nobody in it is real."""


@sample.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where a place is loaded already.")
@click.option(
    "--scale", type=click.IntRange(1, 100), default=1, show_default=True, help="How many times as large."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Another number, another town.")
def load(*, if_empty: bool, scale: int, seed: int) -> None:
    """Make the town and load it, in one transaction."""
    from gis.database import transaction
    from webmap.commands.progress import progress

    with progress() as say, transaction() as session:
        if _is_filled(session, if_empty=if_empty):
            return
        lines = load_town(session, scale=scale, seed=seed, say=say)
    for line in lines:
        click.echo(line)


def _is_filled(session: Session, *, if_empty: bool) -> bool:
    """Tell whether there is a place already; when it is a real one, that is a fault unless it was expected."""
    from sqlalchemy import text

    cities = set(session.scalars(text("SELECT code FROM area WHERE level IN ('city', 'community')")))
    if cities and CITY not in cities and not if_empty:
        raise ConflictError(
            "A place is loaded already; the sample town goes into an empty database only. Use --if-empty to pass."
        )
    if cities:
        click.echo("a place is loaded already; the sample town is not needed")
    return bool(cities)


def load_town(session: Session, *, scale: int, seed: int, say: Say) -> list[str]:
    """Make the sample town as of today and load every table of it.

    Returns
    -------
    list of str
        One line a kind: how many rows were loaded.

    Raises
    ------
    ConflictError
        The loaders refuse a row of it, which would be a defect of the generator.
    """
    from datetime import UTC

    from data.sample.duties import duty_tables
    from data.sample.town import make_town
    from gis.loaders import settle
    from gis.settings import settings

    zone = settings().time_zone
    now = datetime.now(UTC)
    say("town", 0, 0)
    today = now.astimezone(zone).date()
    town = make_town(seed, scale=scale, today=today)
    tables = town.tables() | duty_tables(town, today)
    lines = []
    for name in ORDER:
        lines.append(_load_one(session, name, tables, now, say))
        if name == BEFORE_CASES:
            settle(session, now, say)
    return lines


def _load_one(session: Session, name: str, tables: dict[str, pd.DataFrame], now: datetime, say: Say) -> str:
    from gis.files.tables import as_text
    from gis.loaders import kind_named
    from gis.loading.kind import Context
    from gis.loading.load import load as load_rows
    from gis.settings import settings

    def tell(what: str, done: int, total: int) -> None:
        say(f"{name}: {what}", done, total)

    zone = settings().time_zone
    context = Context(now=now, valid_from=datetime(*SINCE, tzinfo=zone), zone=zone, source="sample", say=tell)
    given = _code_table(name) if name in FROM_CODES else as_text(tables[name])
    outcome = load_rows(session, kind_named(name), given, context)
    if not outcome.written:
        first = next(fault for fault in outcome.faults if not fault.warning)
        raise ConflictError(
            f"The sample town's {name} are refused: row {first.row}, {first.field} {first.value}: {first.en}."
        )
    return f"{name}: {outcome.counts.new} new, {outcome.counts.unchanged} unchanged"


def _code_table(name: str) -> pd.DataFrame:
    from pathlib import Path

    import data
    from gis.files.tables import read_table

    return read_table(Path(data.__file__).parent / "codes" / f"{name}.csv")
