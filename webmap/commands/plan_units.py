"""`wangge plan units`: cut the ground of a community into planning units that tile it exactly. No database.

Before: ground, roads and buildings from a map. After: a GeoPackage for `wangge plan propose`, the planner or QGIS.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError
from webmap.commands.locate import FILE

if TYPE_CHECKING:
    from gis.boundaries.units import UnitSet


@click.command()
@click.option("--ground", required=True, type=FILE, help="The community's polygons.")
@click.option("--ground-layer", help="Their layer.")
@click.option("--roads", required=True, type=FILE, help="Lines to cut along; a polygon's outline counts.")
@click.option("--roads-layer", help="Their layer.")
@click.option("--buildings", required=True, type=FILE, help="Footprints; none is cut.")
@click.option("--buildings-layer", help="Their layer.")
@click.option(
    "--water", "more", multiple=True, type=FILE,
    help="More lines to cut along: banks, walls, railways; several files may be given.",
)  # fmt: skip
@click.option(
    "--min-area-m2",
    type=click.FloatRange(0),
    default=2000,
    show_default=True,
    help="Smaller blocks join a neighbour.",
)
@click.option(
    "--most-buildings", type=click.IntRange(0), default=12, show_default=True,
    help="A block with more buildings is split: each building gets the ground that is nearest to it.",
)  # fmt: skip
@click.option("-o", "--output", required=True, type=FILE, help="The .gpkg to write.")
def units(
    *, ground: Path, ground_layer: str | None, roads: Path, roads_layer: str | None, buildings: Path,
    buildings_layer: str | None, more: tuple[Path, ...], min_area_m2: float, most_buildings: int, output: Path,
) -> None:  # fmt: skip
    """Cut ground along roads and water into blocks, and blocks with many buildings between these."""
    import numpy as np
    import shapely

    from gis.boundaries.units import make_units

    if output.suffix.lower() != ".gpkg":
        raise InputError(f"{output.name} must end in .gpkg.")
    lines = [lines_of(roads, roads_layer), *(lines_of(path, None) for path in more)]
    whole = shapely.union_all(_areas(ground, ground_layer))
    houses = _areas(buildings, buildings_layer)
    made = make_units(
        whole, np.concatenate(lines), houses, min_area_m2=min_area_m2, most_buildings=most_buildings
    )
    _write(output, made)
    click.echo(
        f"{len(made.shapes)} units of {made.block.max() + 1} blocks, {(made.unit >= 0).sum()} buildings"
    )


def shapes_of(path: Path, layer: str | None) -> Any:
    """Read all shapes of a file, in degrees; empty ones are left out."""
    import numpy as np
    import shapely

    from gis.files.columns import GEOMETRY
    from gis.files.vectors import read_vectors

    shapes = np.asarray(read_vectors(path, layer)[GEOMETRY], dtype=object)
    return shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]


def _areas(path: Path, layer: str | None) -> Any:
    """Read polygons, mended where they cross themselves; points and lines are left out."""
    import shapely

    shapes = shapes_of(path, layer)
    shapes = shapes[shapely.get_dimensions(shapes) == 2]  # noqa: PLR2004 - areas
    if not len(shapes):
        raise InputError(f"{path.name} holds no polygons.")
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)


def lines_of(path: Path, layer: str | None) -> Any:
    """Read lines, and of polygons their outlines."""
    import shapely

    shapes = shapes_of(path, layer)
    dimension = shapely.get_dimensions(shapes)
    shapes[dimension == 2] = shapely.boundary(shapes[dimension == 2])  # noqa: PLR2004 - areas
    return shapes[dimension >= 1]


def _write(output: Path, made: UnitSet) -> None:
    """Write the units; the file appears whole or not at all."""
    import geopandas as gpd
    import numpy as np

    from gis.boundaries.counting import TOUR, WALKED_M_A_MIN
    from gis.geometry.measure import area_m2

    inside = made.unit[made.unit >= 0]
    many, size_m2 = np.bincount(inside, minlength=len(made.shapes)), area_m2(made.shapes)
    columns = {
        "code": [f"{number:05d}" for number in range(1, len(made.shapes) + 1)],
        "block": made.block + 1,
        "buildings": many,
        "area_m2": np.round(size_m2, 2),
        "walking_min": np.round(TOUR * np.sqrt(many * size_m2) / WALKED_M_A_MIN, 1),
    }
    frame = gpd.GeoDataFrame(columns, geometry=list(made.shapes), crs="EPSG:4490")
    beside = output.with_name(f"{output.stem}.part{output.suffix}")
    try:
        frame.to_file(beside, layer="units")
        beside.replace(output)
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError(f"{output} cannot be written: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)
