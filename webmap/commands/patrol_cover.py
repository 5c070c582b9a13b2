"""`wangge patrol cover`: walks that see every section of a street network, equally long for all. No database.

Before: a file of streets. After: a GeoJSON file of walks and sections, proven by walking it, and its figures.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError
from gis.geometry.lonlat import on_earth
from webmap.commands.locate import FILE

if TYPE_CHECKING:
    from gis.patrols.cover.checking import Walked
    from gis.patrols.cover.plan import Plan, Ready

MOST_MEMBERS = 100
LEAST_SHARING_S = 2.0
LISTED = 20


@click.command()
@click.option(
    "--roads", required=True, type=FILE, help="Streets: .graphml, .osm.pbf, or lines that GDAL reads."
)
@click.option(
    "--layer", help="Their layer; by default the one named roads or edges, or the only one with lines."
)
@click.option("--start", required=True, help="LON,LAT in degrees, where every walk starts and ends.")
@click.option(
    "--members", type=click.IntRange(1, MOST_MEMBERS), default=1, show_default=True, help="How many walk."
)
@click.option("--hours", type=click.FloatRange(0, min_open=True), help="The longest a walk may take.")
@click.option(
    "--speed-kmh",
    type=click.FloatRange(0, min_open=True),
    default=4.5,
    show_default=True,
    help="How fast they go.",
)
@click.option(
    "--worth",
    help="A column: what seeing a metre is worth. With --hours, what is worth least is left out first.",
)
@click.option("--without", help="Leave ways out, as highway=motorway,motorway_link.")
@click.option(
    "--gap-m", type=click.FloatRange(0), default=3.0, show_default=True,
    help="Ends this near another way are joined to it (not in a .graphml, which has its own junctions).",
)  # fmt: skip
@click.option(
    "--across-m", type=click.FloatRange(0), default=200.0, show_default=True,
    help="The widest open ground to cross to streets that no way leads to.",
)  # fmt: skip
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=30.0,
    show_default=True,
    help="About how long to take in all.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the search.")
@click.option("-o", "--output", required=True, type=FILE, help="The .geojson to write.")
def cover(
    *, roads: Path, layer: str | None, start: str, members: int, hours: float | None, speed_kmh: float,
    worth: str | None, without: str | None, gap_m: float, across_m: float, seconds: float, seed: int, output: Path,
) -> None:  # fmt: skip
    """Plan walks that see every section of a street network; for one member the shortest there is.

    One-way streets do not bind who walks. The two directions of a street are one section. The plan is walked again,
    corner by corner, before it is written.
    """
    began = time.perf_counter()
    from gis.patrols.cover.checking import check
    from gis.patrols.cover.plan import made_ready, plan
    from gis.patrols.cover.writing import features, write
    from gis.patrols.network.build import build
    from gis.patrols.network.reading import read_ways

    if output.suffix.lower() not in {".geojson", ".json"}:
        raise InputError(f"{output.name} must end in .geojson.")
    lon, lat = _place(start)
    network = build(read_ways(roads, layer=layer, without=without, worth=worth), gap_m=gap_m)
    ready = made_ready(network, lon, lat, across_m=across_m)
    for remark in [*network.remarks, *ready.remarks]:
        click.echo(remark, err=True)
    if ready.off_m > 1:
        click.echo(
            f"The walks start on the nearest street, {ready.off_m:.0f} m from the place given.", err=True
        )
    left_s = max(LEAST_SHARING_S, 0.6 * seconds - (time.perf_counter() - began))
    limit_m = float("inf") if hours is None else hours * speed_kmh * 1000
    found = plan(ready, members=members, seconds=left_s, limit_m=limit_m, seed=seed, tell=_teller())
    walked = check(ready.network, ready.start, found)
    told = figures(ready, found, walked)
    write(output, features(ready.network, found, walked, speed_kmh=speed_kmh), told)
    _say(told, ready, found)
    click.echo(f"{time.perf_counter() - began:.1f} s; written to {output}", err=True)


def _place(start: str) -> tuple[float, float]:
    try:
        lon, lat = (float(number) for number in start.split(","))
    except ValueError:
        raise InputError(f"--start {start} must be LON,LAT in degrees, as 114.05,22.53.") from None
    if not on_earth(lon, lat):
        raise InputError(f"--start {start} is no place on the earth; give longitude first, then latitude.")
    return lon, lat


def _teller() -> Any:
    last = [0.0]

    def say(words: str) -> None:
        now = time.perf_counter()
        if now - last[0] >= 1.0:
            last[0] = now
            click.echo(words, err=True)

    return say


def figures(ready: Ready, found: Plan, walked: list[Walked]) -> dict[str, Any]:
    """Give a plan's figures, all from walking it."""
    network = ready.network
    lengths = [walk.length_m for walk in walked]
    seen = {section for walk in walked for section in walk.seen_at_m}
    seen_m = float(network.length_m[sorted(seen)].sum())
    wanted_m = float(network.length_m[network.wanted].sum())
    mean = sum(lengths) / len(lengths)
    return {
        "sections": int(network.wanted.sum()),
        "sections_m": round(wanted_m, 1),
        "seen_share": round(seen_m / wanted_m, 6) if wanted_m else 1.0,
        "least_m": round(found.least_m, 1),
        "length_m": round(sum(lengths), 1),
        "over_least": round(sum(lengths) / found.least_m, 6) if found.least_m else 1.0,
        "walks_m": [round(length, 1) for length in lengths],
        "longest_over_mean": round(max(lengths) / mean, 6) if mean else 1.0,
        "walked_again_m": round(sum(lengths) - seen_m, 1),
        "left_out": int(network.wanted.sum()) - len(seen),
    }


def _say(told: dict[str, Any], ready: Ready, found: Plan) -> None:
    network = ready.network
    click.echo(f"sections {told['sections']}, {told['sections_m']:.0f} m; seen {told['seen_share']:.2%}")
    click.echo(f"lower bound (one walk, Chinese postman) {told['least_m']:.0f} m")
    for number, length in enumerate(told["walks_m"], 1):
        click.echo(f"walk {number}: {length:.0f} m")
    if told["left_out"]:
        missing = [int(at) for at in (network.wanted & ~found.seen).nonzero()[0] if not found.seen[at]]
        listed = ", ".join(network.names[at] or network.codes[at] or str(at + 1) for at in missing[:LISTED])
        click.echo(
            f"{told['left_out']} sections do not fit into the hours and are left out (in the file: seen is false): "
            f"{listed}{' …' if len(missing) > LISTED else ''}"
        )
    click.echo(f"walked without seeing anything new {told['walked_again_m']:.0f} m")
    click.echo(f"longest walk over the mean {told['longest_over_mean']:.4f}")
    click.echo(f"length {told['length_m']:.0f} m, {told['over_least']:.4f} of the lower bound")
