"""`wangge blocks`: cut an area along roads and rivers into blocks, coded as grids; needs no database.

Before: roads and an area from a map. After: a file that `wangge load boundaries` takes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError
from webmap.commands.locate import FILE

if TYPE_CHECKING:
    import pandas as pd

MOST_BLOCKS = 999
CORNERS = 4


@click.command()
@click.option(
    "--roads",
    "lines",
    required=True,
    multiple=True,
    type=FILE,
    help="Lines to cut along; several files may be given.",
)
@click.option("--layer", help="Their layer.")
@click.option(
    "--area", required=True, help="A file with the area's polygons, or west,south,east,north in degrees."
)
@click.option("--area-layer", help="Its layer.")
@click.option(
    "--only", help="Cut only along these values of a column, as highway=primary,secondary,residential."
)
@click.option(
    "--min-area-m2",
    type=click.FloatRange(0),
    default=5000,
    show_default=True,
    help="Smaller blocks join a neighbour.",
)
@click.option(
    "--prefix", default="990199001001", show_default=True, help="The community's code; blocks add 001, 002 …"
)
@click.option("--community", default="社区", show_default=True, help="The community's name.")
@click.option("-o", "--output", required=True, type=FILE, help="A .gpkg or .geojson file to write.")
def blocks(
    *,
    lines: tuple[Path, ...],
    layer: str | None,
    area: str,
    area_layer: str | None,
    only: str | None,
    min_area_m2: float,
    prefix: str,
    community: str,
    output: Path,
) -> None:
    """Cut an area along roads into blocks that tile it exactly, numbered from west to east and north to south."""
    import numpy as np
    import pandas as pd
    import shapely

    from gis.files.columns import GEOMETRY
    from gis.files.vectors import read_vectors
    from gis.geometry.blocks import cut, in_reading_order

    roads = pd.concat([_chosen(read_vectors(path, layer), only) for path in lines])
    ground = _area(area, area_layer)
    pieces = cut(ground, np.asarray(roads[GEOMETRY], dtype=object), min_area_m2=min_area_m2)
    if len(pieces) > MOST_BLOCKS:
        raise InputError(
            f"There are {len(pieces)} blocks, but a community has at most {MOST_BLOCKS}; raise --min-area-m2."
        )
    pieces = pieces[in_reading_order(pieces)]
    _write(output, prefix, community, [shapely.coverage_union_all(pieces), *pieces])
    click.echo(f"{len(pieces)} blocks written to {output}")


def _chosen(roads: pd.DataFrame, only: str | None) -> pd.DataFrame:
    """Keep the roads of the wanted classes, and of these what is a line."""
    from gis.files.columns import GEOMETRY

    is_line = roads[GEOMETRY].map(lambda item: item is not None and "LineString" in item.geom_type)
    roads = roads[is_line.astype(bool)]
    if only is None:
        return roads
    column, _, values = only.partition("=")
    if column not in roads or not values:
        raise InputError(
            f"--only {only}: the roads have no column {column!r}; write for example highway=primary."
        )
    return roads[roads[column].isin(values.split(","))]


def _area(given: str, layer: str | None) -> Any:
    import shapely

    from gis.files.columns import GEOMETRY
    from gis.files.vectors import read_vectors

    if len(given.split(",")) == CORNERS:
        try:
            west, south, east, north = (float(number) for number in given.split(","))
        except ValueError:
            raise InputError(f"--area {given} is not west,south,east,north in degrees.") from None
        return shapely.box(west, south, east, north)
    return shapely.union_all(list(read_vectors(Path(given), layer)[GEOMETRY]))


def _write(output: Path, prefix: str, community: str, shapes: list[Any]) -> None:
    """Write the community and its blocks; the file appears whole or not at all."""
    import geopandas as gpd

    many = len(shapes) - 1
    frame = gpd.GeoDataFrame(
        {
            "level": ["community"] + ["grid"] * many,
            "code": [prefix] + [f"{prefix}{number:03d}" for number in range(1, many + 1)],
            "name": [community] + [f"{community}第{number}网格" for number in range(1, many + 1)],
            "parent_code": [""] + [prefix] * many,
            "kind": [""] + ["comprehensive"] * many,
        },
        geometry=shapes,
        crs="EPSG:4490" if output.suffix == ".gpkg" else "EPSG:4326",
    )
    part = output.with_name(f"{output.stem}.part{output.suffix}")
    try:
        frame.to_file(part, layer="blocks")
        part.replace(output)
    except (OSError, RuntimeError, ValueError) as fault:
        raise InputError(f"{output} cannot be written: {fault}.") from fault
    finally:
        part.unlink(missing_ok=True)
