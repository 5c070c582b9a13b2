"""The case page as it is sent: drawn once from what was read, and anew when one of its forms was refused.

Before: `field.page` reads, `field.again` keeps what was typed. After: the views of the buttons on that page.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import ParamSpec

from flask import Response, render_template, request
from werkzeug.wrappers import Response as Answer

from gis.cases import contacts
from gis.database import transaction
from webmap import access
from webmap.access import scope
from webmap.errors import wants_json
from webmap.field.again import REFUSALS, Again
from webmap.field.alike import likeness_of
from webmap.field.page import case_page

P = ParamSpec("P")
View = Callable[P, str | Answer]


def shown(case_id: int, numbers: dict[int, str] | None = None, again: Again | None = None) -> str:
    """Draw one case for the signed-in person.

    Parameters
    ----------
    numbers : dict, optional
        Telephones that were just asked for, by report.
    again : Again, optional
        The form that was refused.

    Raises
    ------
    NotFoundError
        When it does not exist, or not for this person.
    """
    now = datetime.now(UTC)
    with transaction() as session:
        mine = scope(session, "case.read")
        page = case_page(session, mine, access.account(), case_id, now)
        like = likeness_of(session, mine, access.account(), page.row, now)
    return render_template(
        "field/case.html",
        page=page,
        like=like,
        row=page.row,
        now=now,
        shown=numbers or {},
        purposes=contacts.PURPOSES,
        again=again,
    )


def comes_back(form: str) -> Callable[[View[P]], View[P]]:
    """Let a view's refusal come back on the page of its case, beside the form; a program is told as everywhere.

    Parameters
    ----------
    form : str
        Name of the form on the page; `{name}` stands for what the address says.
    """

    def around(view: View[P]) -> View[P]:
        @wraps(view)
        def tried(*args: P.args, **kwargs: P.kwargs) -> str | Answer:
            try:
                return view(*args, **kwargs)
            except REFUSALS as fault:
                if wants_json():
                    raise
                again = Again(form.format_map(kwargs), fault, request.form)
            return Response(shown(int(str(kwargs["case_id"])), again=again), again.status)

        return tried

    return around
