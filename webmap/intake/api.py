"""Reports from programs: JSON in, JSON out, no cookie, no page.

Before: `webmap.inputs`. After: `cases.journey`, written in one statement: the answer already names grid, branch, member
and deadline. The same `client_request_id` gives the same case again, with 200 instead of 201.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import force_locale

from gis.cases import journey, queries, reference
from gis.database import single_statements, transaction
from gis.errors import TooLargeError
from gis.settings import settings
from webmap.access import act
from webmap.guards import csrf, limiter
from webmap.inputs import ReportInput, read_json, token_of
from webmap.intake import answers

blueprint = Blueprint("api", __name__, url_prefix="/api")
csrf.exempt(blueprint)  # no cookie counts here, so there is nothing to forge

LARGEST_BODY_BYTES = 64 * 1024


def _report_limit() -> str:
    return settings().report_limit


@blueprint.post("/reports")
@limiter.limit(_report_limit)
@act("case.report")
def create() -> Response:
    """Take a report in and answer who has it."""
    if (request.content_length or 0) > LARGEST_BODY_BYTES:
        raise TooLargeError(
            "内容太大，文字请控制在 2000 字以内。 Too large; keep the text under 2,000 characters."
        )
    given = read_json(ReportInput, request.get_data(cache=False))
    with single_statements() as session:
        received = journey.report(session, given.as_report(), datetime.now(UTC))
    with force_locale(given.language):
        body = answers.as_json(received.row, received.tracking_token)
    return _answer(body, 200 if received.repeated else 201)


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
