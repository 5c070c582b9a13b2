"""The way in for reports from programs: JSON in, JSON out, and nothing else around it.

Before: `webmap.gates`. After: `cases.journey`, written in one statement: the answer already names grid, branch, member
and deadline. The same `client_request_id` gives the same case again, with 200 instead of 201.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from wsgiref.types import WSGIEnvironment

import orjson
from flask import Flask
from flask_babel import force_locale

from gis.cases import journey
from gis.cases.intake import NewReport
from gis.cases.journey import Received
from gis.database import single_statements
from gis.errors import InputError, TooLargeError, TooManyError
from gis.settings import settings
from webmap import errors
from webmap.gates import Answer
from webmap.guards import within
from webmap.inputs import ReportInput, read_json
from webmap.intake import answers
from webmap.intake.together import Together
from webmap.words import SOURCE_LANGUAGE

PATH = "/api/reports"
LARGEST_BODY_BYTES = 64 * 1024
HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))


class ReportGate:
    """Takes reports in; those of the same moment go to the database together."""

    act = "case.report"

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.counted_as = app.config["RATELIMIT_KEY_PREFIX"] + PATH
        self.pinned = Together(_taken)

    def takes(self, method: str, path: str) -> bool:
        """Say whether a request brings a report."""
        return path == PATH and method == "POST"

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """Take a report in and answer who has it."""
        if not within(settings().report_limit, environ.get("REMOTE_ADDR", ""), self.counted_as):
            raise TooManyError(errors.SENTENCES[429][1])
        given = read_json(ReportInput, body_of(environ))
        new = given.as_report()
        # one without a pin has its words read first, which is slow: nobody should wait for that
        received = _taken([new])[0] if new.pin is None else self.pinned.do(new)
        said = self._in_words(received, given.language)
        return Answer(200 if received.repeated else 201, orjson.dumps(said), HEADERS)

    def _in_words(self, received: Received, language: str) -> dict[str, Any]:
        """Say it in the reporter's language; the source language needs nothing looked up."""
        if language == SOURCE_LANGUAGE:
            return answers.as_json(received.row, received.tracking_token)
        with self.app.app_context(), force_locale(language):
            return answers.as_json(received.row, received.tracking_token)


def _taken(news: Sequence[NewReport]) -> list[Received]:
    with single_statements() as session:
        return journey.report_all(session, news, datetime.now(UTC))


def body_of(environ: WSGIEnvironment) -> bytes:
    """Read what was sent, as far as it may go.

    Raises
    ------
    InputError
        When its length is no number.
    TooLargeError
        When it is longer than a report can be.
    """
    words = environ.get("CONTENT_LENGTH") or ""
    read: Callable[[int], bytes] = environ["wsgi.input"].read
    if words and not (words.isascii() and words.isdigit()):
        raise InputError("Content-Length 应为数字。 Content-Length must be a number.", field="Content-Length")
    if not words and not environ.get("wsgi.input_terminated"):
        return b""
    length = int(words[:20]) if words else LARGEST_BODY_BYTES + 1  # one more tells that it is too long
    if length <= LARGEST_BODY_BYTES + 1:
        body = read(length)
        if len(body) <= LARGEST_BODY_BYTES:
            return body
    raise TooLargeError(
        "内容太大，文字请控制在 2000 字以内。 Too large; keep the text under 2,000 characters."
    )
