"""`wangge locate`: give each point of a table the code of the polygon it lies in.

Before: a boundary file and a CSV of points. After: a CSV of id, code and note. Needs no database.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gis.files.points import PointTable
    from gis.geometry.locate import Located

SYSTEMS = click.Choice(["wgs84", "cgcs2000", "gcj02", "bd09"], case_sensitive=False)
FILE = click.Path(path_type=Path)


@click.command()
@click.option(
    "--boundaries", required=True, type=FILE, help="GeoJSON, GeoPackage, Shapefile or TopoJSON of polygons."
)
@click.option(
    "--code-field", help="The field of the codes; by default code, adcode, id, gid, name … is looked for."
)
@click.option("--layer", help="The layer of the boundary file; by default its first.")
@click.option(
    "--crs", "system", type=SYSTEMS, default="wgs84", show_default=True, help="The system of the points."
)
@click.option(
    "--boundaries-crs", type=SYSTEMS, default="wgs84", show_default=True,
    help="The system the boundaries were drawn in, if it was a shifted one.",
)  # fmt: skip
@click.option("-o", "--output", required=True, type=FILE, help="The CSV to write: id, code, note.")
@click.argument("points", type=FILE)
def locate(
    *,
    boundaries: Path,
    code_field: str | None,
    layer: str | None,
    system: str,
    boundaries_crs: str,
    output: Path,
    points: Path,
) -> None:
    """Give each of POINTS (a CSV with id, lon, lat) the code of its one polygon, or none.

    A point on a shared line belongs to the smaller code, compared as text; the note says which line. Points
    are moved to the system of the boundaries, never the other way round.
    """
    from gis.files.areas import read_areas
    from gis.files.points import read_points
    from gis.geometry.crs import convert
    from gis.geometry.locate import Locator

    areas = read_areas(boundaries, code_field=code_field, layer=layer)
    for remark in areas.remarks:
        click.echo(remark, err=True)
    table = read_points(points)
    warn_of_swapped(table)
    lon, lat = convert(table.lon, table.lat, source=system, target=boundaries_crs)
    located = Locator(areas.shapes, areas.codes).locate(lon, lat)
    _write(output, table, located)
    _sum_up(table, located)


def warn_of_swapped(table: PointTable) -> None:
    """Say so when longitude and latitude look exchanged; nothing is exchanged on our own."""
    if table.id_name is None:
        click.echo("the points have no id column; rows are numbered from 1", err=True)
    if table.looks_swapped:
        click.echo(
            f"warning: most points would lie in China if {table.lon_name!r} and {table.lat_name!r} were exchanged; "
            "check which is the longitude",
            err=True,
        )


def _write(output: Path, table: PointTable, located: Located) -> None:
    from gis.files.arrow import numbers, texts
    from gis.files.writing import write_csv

    codes = texts([*located.codes, ""]).take(numbers(located.number % (len(located.codes) + 1)))
    notes = located.notes | table.faults
    words = dict.fromkeys(notes.values())
    places = {word: place for place, word in enumerate(words, start=1)}
    write_csv(output, {"id": table.ids, "code": codes, "note": _sparse(table.table.num_rows, notes, places)})


def _sparse(count: int, notes: dict[int, str], places: dict[str, int]) -> object:
    """Spread the few notes over all rows."""
    import numpy as np

    from gis.files.arrow import numbers, texts

    place = np.zeros(count, np.int32)
    place[list(notes)] = [places[word] for word in notes.values()]
    return texts(["", *places]).take(numbers(place))


def _sum_up(table: PointTable, located: Located) -> None:
    rows, found = len(located.number), int((located.number >= 0).sum())
    click.echo(
        f"{rows} points: {found} in a polygon, {rows - found - len(table.faults)} in none, "
        f"{len(located.notes)} with a note, {len(table.faults)} without a usable place",
        err=True,
    )
