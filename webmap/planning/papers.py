"""A plan's papers: the impact as an Excel file, and the letter that tells residents who answers from which day on.

Before: `gis.boundaries.impact`. After: `wangge plan impact`, `planning.impact`. Both need an app's context, for their
language. The letter names grids and the people who work there, no resident.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from gis.boundaries.impact import KINDS, Detail, Impact
from gis.boundaries.models import BoundaryPlan
from webmap.figures.papers import laid_out

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
WIDTH = 18


def workbook(plan: BoundaryPlan, impact: Impact, details: dict[str, list[Detail]]) -> bytes:
    """Make the Excel file: from whom to whom, grid by grid, the roster, and everything that changes hands.

    Parameters
    ----------
    details : dict
        By kind, some of `KINDS`.
    """
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    titles = dict(zip(KINDS, titles_of(), strict=True))
    _sheet(
        book,
        _("移交"),
        [_("移交人"), _("接收人"), *titles.values()],
        [
            (one.giver, one.taker, one.households, one.buildings, one.cases, one.patrols, one.visits)
            for one in impact.hands
        ],
    )
    _sheet(
        book,
        _("网格"),
        [_("编码"), _("名称"), _("户（前）"), _("户（后）"), _("在办案件（前）"), _("在办案件（后）")],
        [
            (
                one.code,
                one.name,
                *_both(one.before, one.after, "household"),
                *_both(one.before, one.after, "case"),
            )
            for one in impact.grids
        ],
    )
    _sheet(
        book,
        _("值班"),
        [_("成员"), _("种类"), _("开始"), _("结束")],
        [
            (one.member, one.kind, one.begins.isoformat(" ", "minutes"), one.ends.isoformat(" ", "minutes"))
            for one in impact.roster
        ],
    )
    for kind, rows in details.items():
        _sheet(
            book,
            titles[kind],
            [_("编码"), _("名称"), _("移交人"), _("接收人"), _("原网格"), _("新网格")],
            [(one.code, one.label, one.giver, one.taker, one.from_code, one.to_code) for one in rows],
        )
    book.properties.title = plan.name
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def titles_of() -> list[str]:
    """Name what changes hands, in the order of `KINDS`."""
    return [_("户"), _("楼栋"), _("在办案件"), _("巡查"), _("待走访")]


def _both(before: dict[str, int] | None, after: dict[str, int] | None, name: str) -> tuple[Any, Any]:
    return (before[name] if before else None, after[name] if after else None)


def _sheet(book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.create_sheet(title)
    sheet.append(list(headings))
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    for number, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    sheet.freeze_panes = "A2"


def _safe(cell: Any) -> Any:
    """Keep words words: a cell that begins like a formula gets a quote before it."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def letter(plan: BoundaryPlan, impact: Impact) -> bytes:
    """Print the letter for residents on A4.

    Raises
    ------
    PrintingError
        The machine has not the libraries that lay out a page.
    """
    return laid_out(render_template("planning/letter.html", plan=plan, impact=impact, screen=False))
