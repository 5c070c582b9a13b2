"""`wangge geocode`: place the texts of a table; `wangge geocode evaluate`: judge it on checked rows.

Before: a table of places and a table of texts. After: a table of answers. Needs no database.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from gis.places.geocoder import Geocoder
    from gis.places.geocoder.evaluate import Bin, Checked, Judged

SYSTEMS = click.Choice(["wgs84", "cgcs2000", "gcj02", "bd09"], case_sensitive=False)
FILE = click.Path(path_type=Path)
MOST_FAULTS_SHOWN = 5


class BareGroup(click.Group):
    """A group that also works as a bare command: what is no subcommand belongs to `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before arguments that do not begin with a subcommand."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=BareGroup, context_settings={"help_option_names": ["-h", "--help"]})
def geocode() -> None:
    """Place the texts of a table: wangge geocode --places PLACES [--crs SYSTEM] TEXTS -o ANSWERS.

    PLACES has id, name, address, lon, lat; TEXTS has id, text; ANSWERS gets id, place_id, level, confidence,
    decision, lon, lat (WGS-84), reason. All three may be CSV or Excel.
    """


@geocode.command(name="run")
@click.option(
    "--places", required=True, type=FILE, help="CSV or Excel of places: id, name, address, lon, lat."
)
@click.option(
    "--crs", "system", type=SYSTEMS, default="wgs84", show_default=True, help="The system of the places."
)
@click.option("--auto-from", type=click.FloatRange(0, 1), help="Place without asking from this confidence.")
@click.option("-o", "--output", required=True, type=FILE, help="The table to write, CSV or .xlsx.")
@click.argument("texts", type=FILE)
def run(*, places: Path, system: str, auto_from: float | None, output: Path, texts: Path) -> None:
    """Place each of TEXTS (a table with id, text)."""
    from gis.places.geocoder.bulk import geocode_file
    from gis.places.geocoder.tablefiles import count_rows

    geocoder = _geocoder(places, system, auto_from)
    total = count_rows(texts)
    if sys.stderr.isatty():
        with click.progressbar(length=total or 0, label="geocode", file=sys.stderr) as bar:
            counts = geocode_file(geocoder, texts, output, bar.update)
    else:
        counts = geocode_file(geocoder, texts, output)
    click.echo(
        f"{sum(counts.values())} texts: {counts['auto']} placed, {counts['ask']} to be asked, "
        f"{counts['none']} not found",
        err=True,
    )


@geocode.command(name="evaluate")
@click.option(
    "--places", required=True, type=FILE, help="CSV or Excel of places: id, name, address, lon, lat."
)
@click.option(
    "--crs", "system", type=SYSTEMS, default="wgs84", show_default=True, help="The system of the places."
)
@click.option(
    "--checked-crs",
    type=SYSTEMS,
    default="wgs84",
    show_default=True,
    help="The system of the checked positions.",
)
@click.option(
    "--within-m", type=click.FloatRange(min=0), default=500.0, show_default=True, help="How near is right."
)
@click.option("-o", "--output", type=FILE, help="Draw the precision-coverage curve into this .svg file.")
@click.argument("checked", type=FILE)
def evaluate(
    *, places: Path, system: str, checked_crs: str, within_m: float, output: Path | None, checked: Path
) -> None:
    """Judge the geocoder on CHECKED: a table with text and the true place_id, or lon and lat; none: a stranger."""
    from gis.places.geocoder.evaluate import curve, curve_svg, judge, reliability, threshold_for

    judged = judge(_geocoder(places, system, None), _checked(checked, checked_crs), within_m)
    points = curve(judged)
    _print_summary(judged)
    for precision in (0.95, 0.98, 0.985, 0.99, 0.995):
        point = threshold_for(points, precision)
        said = (
            f"{point.coverage:6.1%} of all rows, from confidence {point.threshold:.3f}" if point else "none"
        )
        click.echo(f"precision {precision:.1%}: {said}")
    _print_reliability(reliability(judged))
    if output is not None:
        output.write_text(curve_svg(points, f"{checked.name}: {len(judged)} rows"), encoding="utf-8")


def _geocoder(places: Path, system: str, auto_from: float | None) -> Geocoder:
    """Load places, tell what was left out, and build the index."""
    from gis.places.geocoder import Geocoder
    from gis.places.geocoder.bulk import read_places
    from gis.places.geocoder.confidence import AUTO_FROM

    gazetteer = read_places(places, system)
    for fault in gazetteer.faults[:MOST_FAULTS_SHOWN]:
        click.echo(f"{places.name}, row {fault.row}: left out, {fault.why}", err=True)
    if len(gazetteer.faults) > MOST_FAULTS_SHOWN:
        click.echo(f"{places.name}: {len(gazetteer.faults)} rows left out in all", err=True)
    return Geocoder(gazetteer.places, auto_from=AUTO_FROM if auto_from is None else auto_from)


def _checked(path: Path, system: str) -> list[Checked]:
    """Read checked rows; positions become WGS-84."""
    from gis.errors import InputError
    from gis.geometry.crs import convert
    from gis.places.geocoder.evaluate import Checked
    from gis.places.geocoder.tablefiles import read_rows

    rows = []
    for number, cells in read_rows(path, ("text",)):
        lon, lat = cells.get("lon", "").strip(), cells.get("lat", "").strip()
        try:
            spot = (
                convert(float(lon), float(lat), source=system, target="wgs84")
                if lon and lat
                else (None, None)
            )
        except ValueError:
            raise InputError(f"{path.name}, row {number}: lon and lat must be degrees.", row=number) from None
        x, y = (float(one) if one is not None else None for one in spot)
        rows.append(Checked(cells["text"], cells.get("place_id", "").strip(), x, y))
    if not rows:
        raise InputError(f"{path.name} holds no checked row.")
    return rows


def _print_summary(judged: list[Judged]) -> None:
    answerable = [one for one in judged if one.answerable]
    autos = [one for one in judged if one.decision == "auto"]
    first = sum(one.right for one in answerable) / max(1, len(answerable))
    reach = sum(one.right for one in autos) / max(1, len(answerable))
    precision = sum(one.right for one in autos) / max(1, len(autos))
    click.echo(f"{len(judged)} rows, {len(answerable)} of them answerable")
    click.echo(f"first answer right: {first:.1%} of the answerable")
    click.echo(
        f"automatic: {len(autos)} rows, {precision:.2%} right; automatic and right: {reach:.1%} of the answerable"
    )


def _print_reliability(table: list[Bin]) -> None:
    click.echo("confidence      rows    said   right")
    for one in table:
        click.echo(f"{one.low:.1f} to {one.high:.1f}  {one.rows:8d}  {one.said:6.1%}  {one.right:6.1%}")
