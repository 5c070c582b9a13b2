"""`wangge crs`: turn a table of points from one coordinate system into another.

Before: a CSV in the system of some map maker. After: the same CSV in another. Needs no database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from webmap.commands.locate import FILE, SYSTEMS, warn_of_swapped

if TYPE_CHECKING:
    from gis.files.points import PointTable

# 1e-12 degrees are a tenth of a micrometre: nothing is lost on the way there and back.
DECIMALS = 12
FEW = 5


@click.command()
@click.option("--from", "source", type=SYSTEMS, required=True, help="The system of the points given.")
@click.option("--to", "target", type=SYSTEMS, required=True, help="The system wanted.")
@click.option("-o", "--output", required=True, type=FILE, help="The CSV to write.")
@click.argument("points", type=FILE)
def crs(source: str, target: str, output: Path, points: Path) -> None:
    """Convert POINTS (a CSV with id, lon, lat); all other columns stay as they are.

    Rows without a usable place stay too, with an empty one. Outside China nothing is shifted.
    """
    from gis.files.points import read_points
    from gis.files.writing import as_text, write_csv
    from gis.geometry.crs import convert

    table = read_points(points)
    warn_of_swapped(table)
    lon, lat = convert(table.lon, table.lat, source=source, target=target)
    moved: dict[str, Any] = {table.lon_name: as_text(lon, DECIMALS), table.lat_name: as_text(lat, DECIMALS)}
    write_csv(output, {name: moved.get(name, table.table[name]) for name in table.table.column_names})
    _sum_up(table)


def _sum_up(table: PointTable) -> None:
    click.echo(f"{len(table.lon) - len(table.faults)} of {len(table.lon)} points converted", err=True)
    ids = table.ids
    for row, fault in list(table.faults.items())[:FEW]:
        click.echo(f"row {row + 1} ({ids[row].as_py()}): {fault}", err=True)
    if len(table.faults) > FEW:
        click.echo(f"and {len(table.faults) - FEW} more", err=True)
