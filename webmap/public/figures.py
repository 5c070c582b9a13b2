"""The town's figures for everybody: whole months that are over, the whole town and its communities, nothing small.

Before: `scores.figures`, `scores.publishing`. After: `public/figures.html`. Only whole months that have ended are
public: spans that overlap, or the month that still grows, would tell small counts by subtraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, render_template, request

from gis.database import transaction
from gis.errors import InputError
from gis.scores.by import By
from gis.scores.counting import Asked
from gis.scores.figures import Figure, Table, figures
from gis.scores.period import Period, month, read_period
from gis.scores.publishing import Cell, withheld
from gis.settings import settings
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from webmap.access import act
from webmap.figures.page import words

blueprint = Blueprint("public_figures", __name__)

MONTHS_BACK = 24
BY_COMMUNITY = ("N01", "N02", "F06")
"""Counts, which communities add up to the whole; rates are for the whole only, or there would be a race."""


@dataclass(frozen=True)
class Shown:
    """A month's table with what of it is not told."""

    table: Table
    hidden: frozenset[Cell]

    def told(self, figure: Figure) -> bool:
        """Say whether a figure of the whole may be said."""
        one = figure.formula
        return not any((name, "") in self.hidden for name in (one.numerator, one.denominator))

    def told_of(self, name: str, unit: str) -> bool:
        """Say whether a community's count may be said."""
        formula = self.table.total.figures[name].formula
        return (formula.numerator, unit) not in self.hidden


@blueprint.get("/figures/public")
@act("figures.public")
def page() -> str:
    """Show everybody a month's figures; what is small, or would tell something small, is withheld."""
    now = datetime.now(UTC)
    offered = months(now)
    wanted = asked(request.args, offered)
    with transaction() as session:
        table = figures(session, Scope(Reach.ALL), Asked(wanted, now, By.COMMUNITY))
    return render_template(
        "public/figures.html",
        shown=Shown(table, withheld(counts(table))),
        period=wanted,
        months=offered,
        words=words,
        by_community=BY_COMMUNITY,
    )


def months(now: datetime) -> list[Period]:
    """Give the months that are over, the newest first."""
    zone = settings().time_zone
    local = now.astimezone(zone)
    return [month(local.year, local.month - back, zone) for back in range(1, MONTHS_BACK + 1)]


def asked(arguments: Mapping[str, str], offered: list[Period]) -> Period:
    """Read which month is asked for; without a word, the last one.

    Raises
    ------
    InputError
        When it is no whole month that is over, or figures are asked for smaller units.
    """
    if arguments.get("by", "total") != "total":
        raise InputError(
            "公开的只有合计和各社区的件数。 Only the totals and the communities' counts are public."
        )
    name = arguments.get("period") or offered[0].name
    if not {"from", "to"} & set(arguments):
        wanted = read_period(name, settings().time_zone)
        if (
            len(wanted.name) == len(offered[0].name)
            and "-Q" not in wanted.name
            and wanted.first <= offered[0].first
        ):
            return wanted
    raise InputError("公开的是已经过完的整月。 Only whole months that are over are public.", field="period")


def counts(table: Table) -> dict[Cell, int]:
    """Give every count that the page would show, by its set and its unit."""
    found: dict[Cell, int] = {}
    for figure in table.total.figures.values():
        one = figure.formula
        if one.kind in {"count", "rate"} and figure.numerator is not None:
            found[one.numerator, ""] = int(figure.numerator)
        if one.kind in {"rate", "weighted"} and figure.denominator is not None:
            found[one.denominator, ""] = int(figure.denominator)
    for row in table.rows:
        for name in BY_COMMUNITY:
            figure = row.figures[name]
            found[figure.formula.numerator, row.unit.key or "-"] = int(figure.numerator or 0)
    return found
