"""The pages of figures: for those who work, the rows behind a number, and published figures.

Before: `webmap.figures.page`. After: the browser; `papers` gives the same as files.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import InputError
from gis.scores import rows as down
from gis.scores import stated
from gis.scores.by import NOBODY, WORDS, By, Lines
from gis.scores.counting import names
from gis.scores.formulas import formula
from gis.staff.roles import Role, reach_of
from webmap import inputs
from webmap.access import account, act, scope
from webmap.figures.asking import OFFERED, asked, periods
from webmap.figures.page import show, words

blueprint = Blueprint("figures", __name__, url_prefix="/figures")

LONGEST = {"title": 80, "stated": 20, "unit": 10, "period": 40, "source": 120}
LINES = {Lines.THEN: ("当时的网格线", "the lines of then"), Lines.NOW: ("现在的网格线", "the lines of now")}


@blueprint.get("")
@act("figures.read")
def page() -> str:
    """Show the figures of a period, over one's own rows."""
    wanted = asked(request.args, datetime.now(UTC))
    with transaction() as session:
        shown = show(session, scope(session), wanted)
    return render_template(
        "figures/figures.html",
        shown=shown,
        asked=wanted,
        periods=periods(wanted.now),
        offered=[(by, WORDS[by]) for by in OFFERED[Role(account().role)]],
        by_word=WORDS[wanted.by],
        lines=LINES,
        words=words,
        nobody_key=down.NONE,
        can_state=reach_of(Role(account().role), "figures.state") is not None,
    )


@blueprint.get("/cases")
@act("figures.read")
def cases() -> str:
    """List exactly the rows that a part of a figure counted."""
    wanted = asked(request.args, datetime.now(UTC))
    number = min(inputs.optional_id(request.args.get("page"), "page") or 0, 100_000)
    unit = request.args.get("unit") or None
    part = down.Wanted(
        formula(request.args.get("figure", ""), wanted.period.first), request.args.get("part", ""), unit
    )
    with transaction() as session:
        mine = scope(session)
        total = down.how_many(session, mine, part, wanted)
        rows = down.counted(session, mine, part, wanted, offset=number * down.MOST)
        named = names(session, wanted.by, [unit if _is_key(wanted.by, unit) else None])
    name = next(iter(named.values()))
    return render_template(
        "figures/cases.html",
        rows=rows,
        total=total,
        part=part,
        asked=wanted,
        unit_name=None if unit is None or wanted.by is By.TOTAL else (name.name, name.name_en),
        nobody=NOBODY,
        page=number,
        most=down.MOST,
        readable=reach_of(Role(account().role), "case.read") is not None,
    )


def _is_key(by: By, unit: str | None) -> bool:
    return unit is not None and (by is By.AGENCY or inputs.is_id(unit))


@blueprint.get("/stated")
@act("figures.read")
def published() -> str:
    """Show published figures, each held against its own parts."""
    with transaction() as session:
        kept = stated.kept(session)
    return render_template(
        "figures/stated.html",
        kept=kept,
        can_state=reach_of(Role(account().role), "figures.state") is not None,
        given=request.args,
    )


@blueprint.post("/stated")
@act("figures.state")
def keep() -> Response:
    """Write a published figure down with its parts."""
    text = {name: inputs.words_of(request.form.get(name), longest) for name, longest in LONGEST.items()}
    if not text["title"]:
        raise InputError("请写明指标名称。 Say which figure it is.", field="title")
    rest = request.form.get("rest", "").strip()
    one = stated.Stated(
        title=text["title"],
        stated=f"{stated.number(text['stated'], 'stated')}",
        numerator=stated.number(request.form.get("numerator", ""), "numerator"),
        denominator=stated.number(request.form.get("denominator", ""), "denominator"),
        unit=text["unit"] or "件",
        denominator_unit=inputs.words_of(request.form.get("denominator_unit"), LONGEST["unit"]),
        rest=stated.number(rest, "rest") if rest else None,
        source=text["source"],
        period=text["period"],
    )
    with transaction() as session:
        stated.keep(session, one, account().id, datetime.now(UTC))
    verdict = stated.judge(one)
    flash(_("已记下：与分子分母相符。") if verdict.matches else _("已记下：与分子分母不符，见下表。"))
    return redirect("/figures/stated", 303)
