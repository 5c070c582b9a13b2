"""Figures as an Excel file: numbers as numbers with their units, the definitions, the months, and drawings of them.

Before: `webmap.figures.page`. After: the download, `wangge figures month`.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gis.scores.by import WORDS
from gis.scores.figures import Figure
from webmap.figures.page import Shown
from webmap.saying import pair

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
SHARE, WHOLE, FRACTION = "0.00%", "0", "0.00"
WIDEST = 48


def workbook(shown: Shown) -> bytes:
    """Make the file: the whole, by unit, the months with two drawings, the definitions."""
    book = Workbook()
    first = book.active
    if isinstance(first, Worksheet):
        book.remove(first)
    _totals(book, shown)
    if shown.table.rows:
        _by_unit(book, shown)
    _months(book, shown)
    _definitions(book, shown)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    sheet.append(list(headings))
    for row in rows:
        sheet.append([_safe(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.freeze_panes = "B2"
    for number, column in enumerate(sheet.iter_cols(), 1):
        longest = max(_width(str(cell.value or "")) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(WIDEST, longest + 2)
    return sheet


def _width(words: str) -> int:
    """Give the width of words in letters; a Chinese sign is as wide as two."""
    return len(words) + sum(unicodedata.east_asian_width(sign) in "WF" for sign in words)


def _safe(cell: Any) -> Any:
    """Keep words from being taken for a formula; numbers stay numbers."""
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral() else float(cell)
    if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS):
        return f"'{cell}"
    return cell


def _format(figure: Figure) -> str:
    return {"count": WHOLE, "score": FRACTION}.get(figure.formula.kind, SHARE)


def _value(figure: Figure) -> float | int | None:
    if figure.value is None:
        return None
    return int(figure.value) if figure.formula.kind == "count" else float(figure.value)


def _totals(book: Workbook, shown: Shown) -> None:
    figures = [shown.table.total.figures[one.id] for one in shown.table.formulas]
    sheet = _sheet(
        book,
        _("合计"),
        [_("编号"), _("指标"), _("数值"), _("分子"), _("分母"), _("单位"), _("定义版本")],
        [
            [one.formula.id, pair((one.formula.zh, one.formula.en)), _value(one), one.numerator, one.denominator,
             pair((one.formula.unit.zh, one.formula.unit.en)), one.formula.version]
            for one in figures
        ],
    )  # fmt: skip
    for number, one in enumerate(figures, 2):
        sheet.cell(number, 3).number_format = _format(one)


def _by_unit(book: Workbook, shown: Shown) -> None:
    told = [one for one in shown.table.formulas if one.kind != "score"]
    headings = [_("编码"), pair(WORDS[shown.table.asked.by])]
    for one in told:
        word, unit = pair((one.zh, one.en)), pair((one.unit.zh, one.unit.en))
        headings += (
            [f"{word} ({unit})"] if one.kind == "count" else [word, _("分子"), f"{_('分母')} ({unit})"]
        )
    rows = []
    for row in shown.table.rows:
        cells: list[Any] = [row.unit.code, pair((row.unit.name, row.unit.name_en))]
        for one in told:
            figure = row.figures[one.id]
            cells += [_value(figure)]
            cells += [] if one.kind == "count" else [figure.numerator, figure.denominator]
        rows.append(cells)
    sheet = _sheet(book, pair(WORDS[shown.table.asked.by]), headings, rows)
    column = 3
    for one in told:
        for number in range(2, len(rows) + 2):
            sheet.cell(number, column).number_format = WHOLE if one.kind == "count" else SHARE
        column += 1 if one.kind == "count" else 3


def _months(book: Workbook, shown: Shown) -> None:
    rows = [
        [one.period.name, one.reported, one.ended, one.should_close, one.closed_on_time,
         None if one.on_time is None else float(one.on_time)]
        for one in shown.months
    ]  # fmt: skip
    headings = [_("月份"), _("收到"), _("办结"), _("应结案"), _("按期结案"), _("按期结案率")]
    sheet = _sheet(book, _("图表"), headings, rows)
    last = len(rows) + 1
    for number in range(2, last + 1):
        sheet.cell(number, 6).number_format = SHARE
    drawn: list[tuple[Any, int, int, str, str]] = [
        (BarChart(), 2, 3, _("收到与办结（件）"), "H2"),
        (LineChart(), 6, 6, _("按期结案率"), "H20"),
    ]
    for chart, first, final, title, place in drawn:
        chart.title, chart.height, chart.width = title, 8, 18
        chart.add_data(
            Reference(sheet, min_col=first, max_col=final, min_row=1, max_row=last), titles_from_data=True
        )
        chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
        chart.x_axis.delete = chart.y_axis.delete = False
        sheet.add_chart(chart, place)


def _definitions(book: Workbook, shown: Shown) -> None:
    sheet = _sheet(
        book,
        _("定义"),
        [_("编号"), _("指标"), _("版本"), _("自"), _("单位"), _("分子"), _("分母"), _("含义")],
        [
            [one.id, pair((one.zh, one.en)), one.version, one.valid_from.isoformat(), pair((one.unit.zh, one.unit.en)),
             *(_part(one.parts, name) for name in ("numerator", "denominator")), pair((one.note_zh, one.note_en))]
            for one in shown.table.formulas
        ],
    )  # fmt: skip
    sheet.append([])
    asked = shown.table.asked
    sheet.append([_("期间"), f"{asked.period.first} – {asked.period.last}"])
    sheet.append([_("制表时间"), asked.now.astimezone(asked.period.zone).strftime("%Y-%m-%d %H:%M")])


def _part(parts: Any, name: str) -> str:
    return pair((parts[name].zh, parts[name].en)) if name in parts else ""
