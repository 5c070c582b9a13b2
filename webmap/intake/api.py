"""What programs ask about reports: where one stands, and which categories there are. JSON out, no cookie, no page.

Before: `cases.queries`. After: the program's own screen. Reports themselves come in by `intake.gate`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response
from flask_babel import force_locale

from gis.cases import queries, reference
from gis.database import transaction
from webmap.access import act
from webmap.guards import csrf
from webmap.inputs import token_of
from webmap.intake import answers

blueprint = Blueprint("api", __name__, url_prefix="/api")
csrf.exempt(blueprint)  # no cookie counts here, so there is nothing to forge


@blueprint.get("/reports/<token>")
@act("case.track")
def track(token: str) -> Response:
    """Say where a report stands, to whoever holds its secret link."""
    with transaction() as session:
        tracked = queries.tracked(session, token_of(token), datetime.now(UTC))
    with force_locale(tracked.report.language):
        steps = [
            {"at": step.at.isoformat(), "sentence": step.sentence, "words": step.words}
            for step in answers.steps(tracked)
        ]
        return _answer(answers.as_json(tracked.row, token) | {"steps": steps})


@blueprint.get("/categories")
@act("case.report")
def categories() -> Response:
    """List the categories in force with their limits."""
    with transaction() as session:
        rows = reference.case_types(session, datetime.now(UTC))
    listed = [
        {
            "code": row.code,
            "kind": row.kind,
            "name": row.name,
            "name_en": row.name_en,
            "field": row.field,
            "limit": row.limit_value,
            "limit_unit": row.limit_unit,
        }
        for row in rows
    ]
    return _answer({"categories": listed})


def _answer(body: dict[str, Any], status: int = 200) -> Response:
    response = Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
