"""The way in for reports from programs: JSON in, JSON out, and nothing else around it.

Before: the server. After: `cases.journey`, written in one statement: the answer already names grid, branch, member and
deadline. The same `client_request_id` gives the same case again, with 200 instead of 201. This is the one path that
has to keep up with a flood, and it needs no cookie, session, form or page: it stands before Flask, which takes half of
a request's time for what is not used here. What everybody is owed stays: the act, the limit, the headers, the faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

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
from webmap.guards import within
from webmap.inputs import ReportInput, read_json
from webmap.intake import answers
from webmap.intake.together import Together
from webmap.words import SOURCE_LANGUAGE

PATH = "/api/reports"
ACT = "case.report"
"""Open to everybody: `webmap.access` refuses to start the app if the table of roles says otherwise."""
LARGEST_BODY_BYTES = 64 * 1024

Answer = tuple[int, str, dict[str, Any]]
"""Status, media type, and what is said."""


class Lane:
    """A WSGI application that takes reports in and hands everything else on."""

    def __init__(self, app: Flask, onward: WSGIApplication, headers: dict[str, str]) -> None:
        self.app = app
        self.onward = onward
        self.counted_as = app.config["RATELIMIT_KEY_PREFIX"] + PATH
        self.pinned = Together(_taken)
        self.headers = [*headers.items(), ("Cache-Control", "no-store")]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self.onward(environ, start_response)
        try:
            status, kind, said = self.take(environ)
        except errors.TELLABLE as fault:
            told = errors.told(fault)
            status, kind, said = told.status, "application/problem+json", told.problem
        body = orjson.dumps(said)
        secure = [("Strict-Transport-Security", errors.HSTS)] if environ["wsgi.url_scheme"] == "https" else []
        size = ("Content-Length", str(len(body)))
        start_response(
            f"{status} {HTTPStatus(status).phrase}", [("Content-Type", kind), size, *self.headers, *secure]
        )
        return [body]

    def take(self, environ: WSGIEnvironment) -> Answer:
        """Take a report in and answer who has it."""
        if not within(settings().report_limit, environ.get("REMOTE_ADDR", ""), self.counted_as):
            raise TooManyError(errors.SENTENCES[429][1])
        given = read_json(ReportInput, body_of(environ))
        new = given.as_report()
        # one without a pin has its words read first, which is slow: nobody should wait for that
        received = _taken([new])[0] if new.pin is None else self.pinned.do(new)
        said = self._in_words(received, given.language)
        return (200 if received.repeated else 201), "application/json", said

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
