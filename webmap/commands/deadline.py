"""`wangge deadline`: when limits end, with the arithmetic; needs no database."""

from __future__ import annotations

import os
from itertools import cycle
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from gis.errors import InputError

FILE = click.Path(path_type=Path)


@click.command()
@click.option("--from", "starts", multiple=True, help="A start, such as 2026-09-30T17:30; may be repeated.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    help="A limit, such as 3工作日, 2紧急工作时, 4WH; one for all, or one each.",
)
@click.option("--file", "table", type=FILE, help="A table with the columns from and limit instead.")
@click.option("-o", "--output", type=FILE, help="The CSV to write for --file: due, provisional, arithmetic.")
@click.option("--calendar", "calendar_file", type=FILE, help="Another calendar: day, working, name.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def deadline(
    *,
    starts: tuple[str, ...],
    limits: tuple[str, ...],
    table: Path | None,
    output: Path | None,
    calendar_file: Path | None,
    language: str,
) -> None:
    """Say when limits are due, and how that is reckoned.

    Units: 紧急工作时 UH runs always, 工作时 WH runs 8-12 and 14-18 of workdays, 工作日 WD keeps the clock
    time on the Nth workday after the day of the start, 自然日 ND is 24 hours. Holidays and make-up workdays come from
    the calendar; beyond its last year a deadline is provisional.
    """
    import data
    from gis.cases.deadline_table import read_calendar, reckon, reckon_table, write_table

    zone = ZoneInfo(os.environ.get("WANGGE_TIME_ZONE", "Asia/Shanghai"))
    calendar = read_calendar(calendar_file or Path(data.__file__).parent / "codes" / "calendar.csv")
    if table is not None:
        if output is None or starts or limits:
            raise InputError(
                "--file 要和 -o 一起用，不与 --from 同用。 Use --file with -o, and without --from."
            )
        reckoned = reckon_table(table, calendar, zone)
        write_table(reckoned, output)
        click.echo(f"{len(reckoned)} 个时限已写入 {output}。 {len(reckoned)} deadlines written.")
        return
    for start, limit in _pairs(starts, limits):
        _say(start, limit, reckon(start, limit, calendar, zone), language)


def _pairs(starts: tuple[str, ...], limits: tuple[str, ...]) -> list[tuple[str, str]]:
    """Pair starts with limits: one of either goes with all of the other."""
    if not starts or not limits:
        raise InputError("请给出 --from 和 --limit，或 --file。 Give --from and --limit, or --file.")
    if len(starts) != len(limits) and 1 not in (len(starts), len(limits)):
        raise InputError(
            f"{len(starts)} 个 --from 对不上 {len(limits)} 个 --limit。"
            f" {len(starts)} starts do not go with {len(limits)} limits: give one for all, or one each."
        )
    if len(starts) >= len(limits):
        return list(zip(starts, cycle(limits), strict=False))
    return list(zip(cycle(starts), limits, strict=False))


def _say(start: str, limit: str, answer: object, language: str) -> None:
    from gis.cases import sums
    from gis.cases.deadline_table import Reckoned

    assert isinstance(answer, Reckoned)  # noqa: S101 - for the reader; imported late
    known = "" if not answer.deadline.provisional else ("  provisional" if language == "en" else "  暂定")
    click.echo(f"{start} + {limit} = {answer.due}{known}")
    for line in sums.lines(answer.deadline, language):
        click.echo(f"    {line}")
