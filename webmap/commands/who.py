"""`wangge who`: who is responsible at a point, on any date."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import click

from gis.errors import InputError


@click.command()
@click.argument("lon", type=float)
@click.argument("lat", type=float)
@click.option("--crs", "system", default="wgs84", show_default=True, help="wgs84, cgcs2000, gcj02 or bd09")
@click.option(
    "--at", "words", help="A date or time, such as 2026-07-01 or 2026-07-01T09:30; now when left out."
)
def who(lon: float, lat: float, system: str, words: str | None) -> None:
    """Say who answers for the point LON LAT."""
    from gis.database import transaction
    from gis.geometry.crs import to_wgs84
    from gis.settings import settings
    from gis.staff.queries import responsible_at

    at = _instant(words, settings().time_zone)
    x, y = to_wgs84(lon, lat, system)
    with transaction() as session:
        answer = responsible_at(session, float(x), float(y), at)
    click.echo(
        answer.sentence if answer else "这一点在所有社区之外。 This point lies outside every community."
    )


def _instant(words: str | None, zone: tzinfo) -> datetime:
    """Read an instant; without a zone of its own it is the town's local time."""
    if words is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(words)
    except ValueError as fault:
        raise InputError(f"{words!r} is no date; write it as 2026-07-01 or 2026-07-01T09:30.") from fault
    return at if at.tzinfo else at.replace(tzinfo=zone)
