"""Telling what a load did: the first faults as a table, the reasons summed up, one closing line.

Before: `load` has an outcome. After: the terminal, and a file of faults.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gis.files.faults import Faults
    from gis.loading.kind import Outcome

SHOWN = 20
REASONS_SHOWN = 10


def show(name: str, outcome: Outcome, *, dry_run: bool) -> None:
    """Print the first faults as a table, and what was done as the last line."""
    if len(outcome.faults):
        _print_table(outcome.faults)
    counts = outcome.counts
    done = (
        f"{counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged, {counts.ended} ended"
        if outcome.written
        else "only checked" if dry_run else "nothing loaded"
    )  # fmt: skip
    click.echo(
        f"{name}: {outcome.rows} rows: {done}, "
        f"{len(outcome.faults.rows)} faulty, {outcome.faults.warnings} warnings"
    )
    if outcome.faults.fatal and not outcome.written and not dry_run:
        click.echo("文件有问题，未加载任何行；加 --accept-good-rows 可只加载无误的行。", err=True)


def _print_table(faults: Faults) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from gis.files.faults import HEADINGS

    shown = Table(*HEADINGS, show_lines=False)
    for number, line in enumerate(faults.lines()):
        if number == SHOWN:
            break
        shown.add_row(*(escape(cell) for cell in line))
    console = Console(stderr=True)
    console.print(shown)
    if len(faults) > SHOWN:
        for number, fault in faults.reasons()[:REASONS_SHOWN]:
            level = "warning" if fault.warning else "fault"
            console.print(escape(f"{number} × {level}, {fault.field}: {fault.en} {fault.zh}"))
        console.print(f"{len(faults)} in all; save them with --faults FILE.xlsx")


def save(table: Path, outcomes: dict[str, Outcome]) -> None:
    """Save the faults of all parts as one table."""
    from gis.files.faults import Faults

    every = Faults(fault for outcome in outcomes.values() for fault in outcome.faults)
    every.save(table)
    click.echo(f"{len(every)} faults and warnings saved to {table}")
