"""`wangge load`: a file of a real place into the database, every row checked first.

Before: a migrated database. After: the map, the geocoder, assignment. One file is one transaction: all of it, its
good rows when asked, or nothing.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis.errors import InputError
from webmap.commands.locate import FILE, SYSTEMS

if TYPE_CHECKING:
    import pandas as pd

    from gis.files.mapping import FileMapping
    from gis.loading.kind import Context, Outcome, Say


@click.command()
@click.argument("kind")
@click.argument("file", type=FILE)
@click.option("--layer", help="The layer, or the sheet, of the file.")
@click.option("--crs", "system", type=SYSTEMS, help="Its coordinates; wgs84, or what the mapping says.")
@click.option(
    "--mapping", type=FILE, help="A .toml file that says how the file's columns, times and words read."
)
@click.option(
    "--map", "headings", multiple=True, metavar="FIELD=COLUMN", help="Where a field stands in the file."
)
@click.option(
    "--set", "fixed", multiple=True, metavar="FIELD=VALUE", help="One value of a field for all rows."
)
@click.option(
    "--valid-from",
    type=click.DateTime(["%Y-%m-%d"]),
    help="From when lines, postings and limits hold; today.",
)
@click.option("--accept-good-rows", is_flag=True, help="Load the good rows although there are faulty ones.")
@click.option("--end-missing", is_flag=True, help="Grids the file leaves out in its communities end.")
@click.option("--anywhere", is_flag=True, help="The place need not lie in China.")
@click.option("--faults", "table", type=FILE, help="Save the table of faults, as .csv or .xlsx.")
@click.option("--source", help="Where the rows come from; the file's name.")
@click.option("--dry-run", is_flag=True, help="Only check.")
def load(
    *,
    kind: str,
    file: Path,
    layer: str | None,
    system: str | None,
    mapping: Path | None,
    headings: tuple[str, ...],
    fixed: tuple[str, ...],
    valid_from: datetime | None,
    accept_good_rows: bool,
    end_missing: bool,
    anywhere: bool,
    table: Path | None,
    source: str | None,
    dry_run: bool,
) -> None:
    """Load FILE as KIND: categories, calendar, boundaries, compounds, buildings, entrances, households, roads,
    ground, places, addresses, organisations, members, postings, shifts, dispatch_rules,
    dispatch_weights, fields, admitted, seasons, rhythms, duties, errands, outreach,
    outreach_counts, rounds, visits, cases, history; or `osm` for an
    .osm.pbf extract (its buildings, roads, ground, places and addresses).

    Ends with 1 when there were faults, with 2 when the file cannot be used at all.
    """  # noqa: D205 - click shows the paragraph as it stands
    from webmap.commands.outcome import save, show
    from webmap.commands.progress import progress

    with progress(kind) as say:
        says = _mapping(mapping)
        told = _context(
            source or says.source or file.name,
            valid_from,
            say,
            end_missing=end_missing,
            anywhere=anywhere or says.anywhere,
        )
        say("read", 0, 0)
        parts = {name: _said(part, says) for name, part in _read(kind, file, layer).items()}
        outcomes = _load_all(
            parts,
            told,
            system=system or says.crs,
            headings=_pairs("--map", headings),
            fixed=_pairs("--set", fixed),
            accept_good_rows=accept_good_rows,
            dry_run=dry_run,
        )
    faulty = False
    for name, outcome in outcomes.items():
        show(name, outcome, dry_run=dry_run)
        faulty = faulty or bool(outcome.faults.fatal)
    if table:
        save(table, outcomes)
    sys.exit(1 if faulty else 0)


def _mapping(path: Path | None) -> FileMapping:
    from gis.files.mapping import FileMapping, read_mapping

    return read_mapping(path) if path else FileMapping({})


def _said(part: pd.DataFrame, says: FileMapping) -> pd.DataFrame:
    from gis.files.mapping import apply

    return apply(part, says) if says.columns else part


def _pairs(option: str, given: tuple[str, ...]) -> dict[str, str]:
    """Read FIELD=SOMETHING options."""
    pairs = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign or not name or not value:
            raise InputError(f"{option} {pair} is not FIELD=… ; write for example {option} code=楼栋号.")
        pairs[name.strip()] = value.strip()
    return pairs


def _context(
    source: str, valid_from: datetime | None, say: Say, *, end_missing: bool, anywhere: bool
) -> Context:
    from gis.loading.kind import Context
    from gis.settings import settings

    zone = settings().time_zone
    now = datetime.now(UTC)
    day: date = valid_from.date() if valid_from else now.astimezone(zone).date()
    return Context(
        now=now,
        valid_from=datetime.combine(day, time(0), zone),
        zone=zone,
        source=source,
        anywhere=anywhere,
        end_missing=end_missing,
        say=say,
    )


def _read(kind: str, file: Path, layer: str | None) -> dict[str, pd.DataFrame]:
    """Read the file into one table a kind."""
    from gis.files.tables import TABLE_ENDINGS, read_table
    from gis.files.vectors import read_vectors
    from gis.loaders import kind_named

    if kind == "osm":
        from gis.files.osm import read_osm

        return read_osm(file)
    kind_named(kind)
    if file.suffix.lower() in TABLE_ENDINGS:
        return {kind: read_table(file, layer)}
    return {kind: read_vectors(file, layer)}


def _load_all(
    parts: dict[str, pd.DataFrame],
    told: Context,
    *,
    system: str,
    headings: dict[str, str],
    fixed: dict[str, str],
    accept_good_rows: bool,
    dry_run: bool,
) -> dict[str, Outcome]:
    """Load every part in one transaction; when one may not be written, none is."""
    from gis.database import sessions
    from gis.loaders import kind_named, settle
    from gis.loading.load import load as load_rows

    outcomes: dict[str, Outcome] = {}
    with sessions()() as session:
        for name, given in parts.items():
            outcomes[name] = load_rows(
                session, kind_named(name), given, told, system=system, headings=headings, fixed=fixed,
                accept_good_rows=accept_good_rows, dry_run=dry_run,
            )  # fmt: skip
        if dry_run or not all(outcome.written for outcome in outcomes.values()):
            session.rollback()
            return {name: _unwritten(outcome) for name, outcome in outcomes.items()}
        if any(kind_named(name).settles for name in parts):
            settle(session, told.now, told.say)
        session.commit()
    return outcomes


def _unwritten(outcome: Outcome) -> Outcome:
    from dataclasses import replace

    from gis.loading.kind import Counts

    return replace(outcome, counts=Counts(), written=False)
