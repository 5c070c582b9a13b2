"""`wangge figures`: figures by their formulas, the rows behind them, and published figures held against their parts.

Before: `gis.scores`. After: a terminal, a file. Whoever runs it works on the server itself and sees the whole town, but
not the figures of single members: those are for themselves and their branch.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError
from webmap.commands.locate import FILE

if TYPE_CHECKING:
    from gis.scores.counting import Asked
    from gis.scores.figures import Row, Table
    from gis.scores.formulas import Formula
    from gis.scores.period import Period

BY = click.Choice(["total", "grid", "community", "branch", "agency", "category"])
LINES = click.Choice(["then", "now"])


@click.group()
def figures() -> None:
    """Figures of a period, each with its parts, unit and the version of its definition."""


@figures.command()
@click.argument("period")
@click.option("--by", "parted", type=BY, default="total", show_default=True)
@click.option(
    "--lines", type=LINES, default="then", show_default=True, help="On the grids of then or of now."
)
@click.option("--only", help="Only this figure, such as F05.")
def show(period: str, parted: str, lines: str, only: str | None) -> None:
    """Print the figures of PERIOD (2026-10, 2026-Q3, 2026 or 2026-01-01..2026-03-15)."""
    from gis.database import transaction
    from gis.scores.figures import figures as reckon

    asked = _asked(period, parted, lines)
    with transaction() as session:
        table = reckon(session, _everything(), asked)
    chosen = [one for one in table.formulas if only is None or one.id == only.upper()]
    if not chosen:
        raise InputError(f"There is no figure {only}; there are {', '.join(o.id for o in table.formulas)}.")
    _print(table, table.total, chosen)
    for row in table.rows:
        _print(table, row, chosen)


def _print(table: Table, row: Row, chosen: list[Formula]) -> None:
    if row is table.total:
        click.echo(f"{table.asked.period.words[0]}  {table.asked.period.words[1]}")
    else:
        click.echo(f"\n{row.unit.code}  {row.unit.name}")
    for one in chosen:
        figure = row.figures[one.id]
        parts = f" ({figure.parts} {one.unit.zh})" if figure.parts else f" {one.unit.zh}"
        click.echo(f"  {one.id} v{one.version}  {one.zh}  {one.en}: {figure.shown}{parts}")


@figures.command()
@click.argument("figure")
@click.argument("period")
@click.option(
    "--part", type=click.Choice(["numerator", "denominator"]), default="denominator", show_default=True
)
@click.option("-o", "--output", type=FILE, required=True, help="The table, as .csv.")
def rows(figure: str, period: str, part: str, output: Path) -> None:
    """Save exactly the cases that a part of FIGURE counted in PERIOD."""
    from gis.database import transaction
    from gis.scores.formulas import formula
    from gis.scores.rows import Wanted, counted

    asked = _asked(period, "total", "then")
    wanted = Wanted(formula(figure, asked.period.first), part)
    with transaction() as session:
        found = counted(session, _everything(), wanted, asked, limit=None)
    _write_csv(output, [_as_cells(row, asked) for row in found])
    click.echo(f"{len(found)} rows in {output.name}")


def _as_cells(row: Any, asked: Asked) -> dict[str, Any]:
    zone = asked.period.zone
    times = {
        name: at.astimezone(zone).isoformat() if (at := getattr(row, name)) else ""
        for name in ("reported_at", "due_at", "closed_at")
    }
    return {"number": row.number, "category": row.category, "grid": row.grid or "", "state": row.state,
            **times, "in_numerator": "yes" if row.counts else "no"}  # fmt: skip


def _write_csv(path: Path, cells: list[dict[str, Any]]) -> None:
    import pandas as pd

    part = path.with_name(f"{path.name}.part")
    pd.DataFrame(cells).to_csv(part, index=False, encoding="utf-8-sig")
    part.replace(path)


@figures.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Reckon published figures of FILE again from their parts; ends with 1 when one does not match.

    Columns: title (指标), stated (公布值), numerator (分子), denominator (分母), and perhaps unit (单位),
    denominator_unit (分母单位), rest (未结), period (期间), source (来源).
    """
    from gis.files.tables import read_table
    from gis.scores.stated import judge
    from gis.scores.stated_files import read_stated

    wrong = 0
    for row, one in read_stated(read_table(file)):
        verdict = judge(one)
        wrong += not verdict.matches
        reckoned = "—" if verdict.reckoned is None else f"{verdict.reckoned:.4f} %"
        said = "; ".join(f"{zh} ({en})" for zh, en in verdict.faults) or "相符 matches"
        click.echo(
            f"row {row}  {one.title}: {one.numerator}/{one.denominator} {one.unit} = {reckoned}  {said}"
        )
    sys.exit(1 if wrong else 0)


@figures.command()
@click.argument("period")
@click.option("-o", "--output", type=FILE, required=True, help="A report as .pdf, or a workbook as .xlsx.")
@click.option("--by", "parted", type=BY, default="community", show_default=True)
@click.option(
    "--lines", type=LINES, default="then", show_default=True, help="On the grids of then or of now."
)
@click.option("--language", type=click.Choice(["zh", "en"]), help="The town's first language when left out.")
def month(period: str, output: Path, parted: str, lines: str, language: str | None) -> None:
    """Print the figures of PERIOD to a file: a report on A4, or an Excel workbook."""
    from gis.database import transaction
    from gis.settings import settings
    from webmap.app import create_app
    from webmap.figures.excel import workbook
    from webmap.figures.page import show as put_together
    from webmap.figures.papers import printed

    makers = {".pdf": printed, ".xlsx": workbook}
    if output.suffix.lower() not in makers:
        raise InputError(f"{output.name} must end in .pdf or .xlsx.")
    chosen = language or settings().language
    with create_app().test_request_context(headers={"Accept-Language": chosen}):
        with transaction() as session:
            shown = put_together(session, _everything(), _asked(period, parted, lines))
        body = makers[output.suffix.lower()](shown)
    part = output.with_name(f"{output.name}.part")
    part.write_bytes(body)
    part.replace(output)
    click.echo(f"{output.name}: {len(body) // 1024} KB")


def _asked(words: str, parted: str, lines: str) -> Asked:
    from gis.scores.by import By, Lines
    from gis.scores.counting import Asked

    return Asked(_period(words), datetime.now(UTC), By(parted), Lines(lines))


def _period(words: str) -> Period:
    from gis.scores.period import read_period
    from gis.settings import settings

    return read_period(words, settings().time_zone)


def _everything() -> Any:
    from gis.staff.roles import Reach
    from gis.staff.scope import Scope

    return Scope(Reach.ALL)
