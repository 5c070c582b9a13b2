"""`wangge plan impact|adopt|export|import`: plans in the database.

Before: drafts by the planner. After: `gis.boundaries`; files for people and QGIS.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gis.errors import InputError
from webmap.commands.locate import FILE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from gis.boundaries.impact import Impact
    from gis.boundaries.models import BoundaryPlan


@click.command()
@click.argument("plan", type=int)
@click.option("-o", "--output", type=FILE, help="Everything as .xlsx, or the letter for residents as .pdf.")
@click.option("--language", type=click.Choice(["zh", "en"]), help="The town's first language when left out.")
def impact(plan: int, output: Path | None, language: str | None) -> None:
    """Say what the plan number PLAN would change if it were in force now; nothing is changed."""
    from gis.boundaries.impact import impact as found
    from gis.boundaries.queries import plan_in
    from gis.database import sessions

    if output is not None and output.suffix.lower() not in {".xlsx", ".pdf"}:
        raise InputError(f"{output.name} must end in .xlsx or .pdf.")
    with sessions()() as session:  # never committed
        row = plan_in(session, None, plan)
        told = found(session, row, datetime.now(UTC))
        _echo(told)
        if output is not None:
            _write(session, row, told, output, language)


def _echo(told: Impact) -> None:
    click.echo(f"{told.sentence} {told.sentence_en}")
    for one in told.hands:
        click.echo(
            f"{one.giver or '—'} → {one.taker}: {one.households} households, {one.buildings} buildings,"
            f" {one.cases} open cases, {one.patrols} rounds, {one.visits} visits due"
        )
    for grid in told.grids:
        sides = [str(side["household"]) if side else "—" for side in (grid.before, grid.after)]
        click.echo(f"{grid.code} {grid.name}: {' → '.join(sides)} households")


def _write(session: Session, row: BoundaryPlan, told: Impact, output: Path, language: str | None) -> None:
    from gis.boundaries.impact import KINDS, details, moving
    from gis.settings import settings
    from webmap.app import create_app
    from webmap.planning.papers import letter, workbook

    chosen = language or settings().language
    with create_app().test_request_context(headers={"Accept-Language": chosen}):
        if output.suffix.lower() == ".pdf":
            body = letter(row, told)
        else:
            now = datetime.now(UTC)
            found = moving(session, row, now)
            body = workbook(
                row, told, {kind: details(session, row, kind, now, found=found) for kind in KINDS}
            )
    part = output.with_name(f"{output.name}.part")
    part.write_bytes(body)
    part.replace(output)
    click.echo(f"{output.name}: {len(body) // 1024} KB")


@click.command()
@click.argument("plan", type=int)
def adopt(plan: int) -> None:
    """Bring the approved plan number PLAN into force; its day must have come."""
    from gis.boundaries.adopt import adopt as make
    from gis.database import transaction

    with transaction() as session:
        done = make(session, plan, datetime.now(UTC))
    moved = ", ".join(f"{many} {kind}" for kind, many in sorted(done.moved.items())) or "nothing"
    click.echo(
        f"in force from {done.at.isoformat(timespec='seconds')}: {len(done.begun)} grids begin,"
        f" {len(done.ended)} end; moved: {moved}; {done.sheets} hand-over sheets"
    )


@click.command()
@click.argument("plan", type=int)
@click.argument("file", type=FILE)
def export(plan: int, file: Path) -> None:
    """Write the draft number PLAN to FILE (.gpkg or .geojson): a row a unit, its grid, what is counted in it."""
    from gis.boundaries.exchange import write_plan
    from gis.boundaries.queries import layout_of, plan_in, terrain_of
    from gis.database import sessions

    with sessions()() as session:
        row = plan_in(session, None, plan)
        terrain = terrain_of(session, row.unit_set_id)
        write_plan(file, terrain, layout_of(session, row))
    click.echo(f"{terrain.size} units written to {file}")


@click.command("import")
@click.argument("plan", type=int)
@click.argument("file", type=FILE)
@click.option("--layer", help="The layer of a GeoPackage; `units` when left out.")
def import_file(plan: int, file: Path, layer: str | None) -> None:
    """Take the grids of FILE, written by `export` and changed elsewhere, as an edit of the draft number PLAN."""
    from gis.boundaries import plans
    from gis.boundaries.exchange import read_plan
    from gis.boundaries.queries import plan_in, terrain_of
    from gis.database import transaction

    standard = "units" if file.suffix.lower() == ".gpkg" else None
    with transaction() as session:
        row = plan_in(session, None, plan, lock=True)
        told = read_plan(file, terrain_of(session, row.unit_set_id), layer or standard)
        plans.edit(session, row, "lay", vars(told), plans.By(None, datetime.now(UTC)))
        found = plans.checked(session, row)
    click.echo(f"{found.moved_units} units and {found.moved_households} households differ from today")
    for fault in found.faults:
        where = fault.part.code or fault.part.name if fault.part else ""
        hard = "hard" if fault.breach.hard else "soft"
        click.echo(f"{fault.breach.rule} ({hard}) {where} {fault.breach.what}: {fault.breach.size:.3g}")
