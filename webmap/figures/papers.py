"""Figures to take along: an Excel file, and a report on A4 for the noticeboard and the files.

Before: `webmap.figures.page`. After: the browser, `wangge figures month`. The paper is made of the same parts as
the pages and printed by WeasyPrint; where the machine lacks its libraries, that is said in a sentence, and nothing else
fails.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request

from gis.database import transaction
from gis.errors import PrintingError
from gis.scores.by import WORDS
from webmap.access import act, scope
from webmap.answers import file_answer
from webmap.figures import excel as sheets
from webmap.figures.asking import asked
from webmap.figures.page import Shown, show

blueprint = Blueprint("papers", __name__, url_prefix="/figures")

STATIC = Path(__file__).resolve().parent.parent / "static"


@blueprint.get("/month.xlsx")
@act("figures.read")
def excel() -> Response:
    """Give the figures of a period as an Excel file."""
    shown = _shown()
    return file_answer(sheets.workbook(shown), f"figures-{shown.table.asked.period.name}.xlsx")


@blueprint.get("/month.pdf")
@act("figures.read")
def pdf() -> Response:
    """Give the figures of a period as a report on A4."""
    shown = _shown()
    return file_answer(printed(shown), f"figures-{shown.table.asked.period.name}.pdf")


def _shown() -> Shown:
    wanted = asked(request.args, datetime.now(UTC))
    with transaction() as session:
        return show(session, scope(session), wanted)


def printed(shown: Shown) -> bytes:
    """Print a report; needs an app's context, for its language.

    Raises
    ------
    PrintingError
        The machine has not the libraries that lay out a page.
    """
    wanted = shown.table.asked
    page = render_template(
        "figures/paper.html", shown=shown, asked=wanted, ink=ink(), by_word=WORDS[wanted.by]
    )
    return laid_out(page)


def laid_out(page: str) -> bytes:
    """Lay a page out on A4 in the style of our papers; see `printed`."""
    library = _library()
    style = library.CSS(filename=str(STATIC / "css" / "paper.css"))
    body: bytes = library.HTML(string=page, url_fetcher=_nothing).write_pdf(stylesheets=[style])
    return body


def _library() -> Any:
    try:
        import weasyprint
    except OSError as fault:  # a library that cffi cannot open
        raise PrintingError(
            "这台机器还没有排版库（Pango、HarfBuzz），不能打印成 PDF；请用 Excel，或让管理员安装 libpango-1.0-0、"
            "libpangoft2-1.0-0、libharfbuzz-subset0。 This machine lacks the libraries that lay out a page"
            " (libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0); take the Excel file, or have them installed."
        ) from fault
    return weasyprint


def _nothing(url: str, *more: Any, **others: Any) -> Any:
    """Fetch nothing: a paper holds all it needs."""
    del more, others
    raise ValueError(f"a report asks for nothing from outside: {url[:80]}")


@lru_cache(maxsize=1)
def ink() -> dict[str, str]:
    """Give the colours of the light theme, out of the tokens of the pages."""
    tokens = (STATIC / "css" / "tokens.css").read_text("utf-8")
    start = tokens.index(':root[data-theme="light"] {')
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", tokens[start : tokens.index("}", start)]))
