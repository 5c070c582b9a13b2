"""`wangge dispatch`: dispatch rules tried on past cases, written to a file, and the order in which they speak.

Before: `wangge load dispatch_rules`. After: `gis.cases.dispatch`.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webmap.commands.locate import FILE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gis.cases.dispatch.rules import Rule
    from gis.cases.dispatch.trial import Trial

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def dispatch() -> None:
    """Rules by which cases find their level, branch, agency and skill."""


@dispatch.command("export")
@click.argument("file", type=FILE)
def export_rules(file: Path) -> None:
    """Write the rules that hold now or later to FILE (.csv or .xlsx), to be edited and loaded again."""
    from gis.cases.dispatch import export
    from gis.database import transaction
    from gis.files.saving import save_table

    with transaction() as session:
        rules = export.table(session, datetime.now(UTC))
    save_table(file, rules.columns, rules.itertuples(index=False))
    click.echo(f"{len(rules)} rules written to {file}")


@dispatch.command()
def order() -> None:
    """Print the order in which rules speak, and how ties among members are broken."""
    from gis.cases.dispatch.choosing import TIES
    from gis.cases.dispatch.rules import PRECEDENCE

    for number, step in enumerate(PRECEDENCE, 1):
        click.echo(f"{number}. {step.zh}  {step.en}")
    for number, (zh, en) in enumerate(TIES, 1):
        click.echo(f"   {number}) {zh}  {en}")


@dispatch.command("try")
@click.argument("file", type=FILE)
@click.option("--since", type=DAY, help="Cases reported from this day on; a year back when left out.")
@click.option("--until", type=DAY, help="Cases reported before this day; now when left out.")
@click.option(
    "--moved", type=FILE, help="Save the list of cases that would have gone elsewhere (.csv or .xlsx)."
)
def try_file(file: Path, since: datetime | None, until: datetime | None, moved: Path | None) -> None:
    """Try the rules of FILE, as the whole set, on past cases; nothing is changed."""
    import time

    from gis.cases.dispatch import trial
    from gis.database import sessions
    from gis.settings import settings

    zone, now = settings().time_zone, datetime.now(UTC)
    first = since.replace(tzinfo=zone) if since else now - timedelta(days=365)
    last = until.replace(tzinfo=zone) if until else now
    with sessions()() as session:  # never committed: what the file would make live is read back and forgotten
        rules = _rules_of(session, file, now)
        session.rollback()
    with sessions()() as session:
        began = time.perf_counter()
        found = trial.try_rules(session, rules, first, last)
        took = time.perf_counter() - began
        _show(session, found)
        if moved:
            _save(session, found, moved)
    click.echo(f"{found.cases} cases tried with {len(rules)} rules in {took:.1f} s")
    click.echo(f"{len(found.moved)} would have gone elsewhere")


def _rules_of(session: Session, file: Path, now: datetime) -> list[Rule]:
    """Load the file as it would be, read the rules back, and leave it to the caller to undo it."""
    from gis.cases.dispatch import load_rules
    from gis.files.tables import read_table
    from gis.loading.kind import Context
    from gis.loading.load import load
    from gis.settings import settings
    from webmap.commands.outcome import show

    context = Context(now, now, settings().time_zone, end_missing=True)
    outcome = load(session, load_rules.DISPATCH_RULES, read_table(file), context)
    if not outcome.written:
        show("dispatch_rules", outcome, dry_run=True)
        sys.exit(1)
    newest = {rule.code: rule for rule in load_rules.live(session) if rule.ends is None or rule.ends > now}
    return list(newest.values())


def _show(session: Session, found: Trial) -> None:
    from gis.cases.dispatch.trial import shifts

    words = {"organisation_id": "branch", "member_id": "member", "agency": "agency"}
    for what, count in sorted(found.changes.items()):
        click.echo(f"{words.get(what, what)} differs: {count}")
    for rule, count in sorted(found.rules.items()):
        click.echo(f"rule {rule or '(none)'} speaks: {count}")
    for one in shifts(session, found):
        click.echo(f"{words[one.kind]} {one.name}: {one.before} before, {one.after} after")


def _save(session: Session, found: Trial, path: Path) -> None:
    from gis.cases.dispatch.trial import lines
    from gis.files.saving import save_table

    rows = [
        (one.number, one.category, one.at.isoformat(), one.before, one.after, one.rule)
        for one in lines(session, found, None)
    ]
    save_table(path, ("number", "category", "at", "before", "after", "rule"), rows)
    click.echo(f"{len(rows)} cases saved to {path}")
