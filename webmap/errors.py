"""One table from a named fault to an HTTP status, and one way to say it: a page for people, problem+json for programs.

Before: `gis.errors`. After: `webmap.app` registers these handlers.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from http import HTTPStatus

import psycopg
from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from gis.errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    InputError,
    NotFoundError,
    PrintingError,
    SettingsError,
    SignInError,
    TooLargeError,
    TooManyError,
    WanggeError,
)

HSTS = "max-age=31536000"
_log = logging.getLogger(__name__)

STATUS: dict[type[WanggeError], HTTPStatus] = {
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    InputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ForbiddenError: HTTPStatus.FORBIDDEN,
    SignInError: HTTPStatus.UNAUTHORIZED,
    ConflictError: HTTPStatus.CONFLICT,
    TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
    BusyError: HTTPStatus.SERVICE_UNAVAILABLE,
    PrintingError: HTTPStatus.SERVICE_UNAVAILABLE,
    SettingsError: HTTPStatus.INTERNAL_SERVER_ERROR,
    WanggeError: HTTPStatus.INTERNAL_SERVER_ERROR,
}

SENTENCES: dict[int, tuple[str, str]] = {
    400: (
        "bad-request",
        "这个请求没有看懂，请返回上一页再试。 The request could not be understood; go back and try again.",
    ),
    404: ("not-found", "没有这个页面。 There is no such page."),
    405: ("not-allowed", "这个地址不接受这种请求。 This address does not take that kind of request."),
    413: ("too-large", "内容太大，请缩小后再提交。 That is too large; make it smaller and send it again."),
    415: ("bad-type", "请以 JSON 提交。 Send JSON."),
    429: ("too-many", "操作太快，请稍等一分钟再试。 Too many requests; wait a minute and try again."),
    503: (
        "try-again",
        "系统正在恢复，请稍等几秒再试；重复提交不会生成两个案件。"
        " The system is recovering; try again in a few seconds, nothing is made twice.",
    ),
    500: (
        "defect",
        "系统出错，已记录；您的内容没有丢失，请稍后再试。 Something failed here and was recorded; try again later.",
    ),
}


def status_of(fault: WanggeError) -> HTTPStatus:
    """Give the status of a fault: that of its nearest class in the table."""
    return next(STATUS[kind] for kind in type(fault).__mro__ if kind in STATUS)


def wants_json() -> bool:
    """Say whether a program asked: an API or map path, or JSON sent or preferred."""
    return (
        request.path.startswith(("/api/", "/layers/", "/tiles/", "/themes/"))
        or request.is_json
        or request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"
    )


def answer(status: int, code: str, sentence: str, details: dict[str, object] | None = None) -> Response:
    """Say a fault to a person (a page) or a program (RFC 9457 problem details)."""
    if wants_json():
        response = jsonify(Told(status, code, sentence, details or {}).problem)
        response.mimetype = "application/problem+json"
    else:
        response = Response(
            render_template("fault.html", status=status, code=code, sentence=sentence), mimetype="text/html"
        )
    response.status_code = status
    return response


@dataclass(frozen=True)
class Told:
    """A fault as it is said: its status, its stable code, its sentence, and what programs get beside them."""

    status: int
    code: str
    sentence: str
    details: dict[str, object]

    @property
    def problem(self) -> dict[str, object]:
        """Give it as RFC 9457 problem details."""
        said = {
            "type": f"urn:wangge:{self.code}",
            "title": self.sentence,
            "status": self.status,
            "code": self.code,
        }
        return said | self.details


TELLABLE = (WanggeError, OperationalError, psycopg.OperationalError, DataError, psycopg.DataError)
"""What has a sentence of its own; anything else is a defect."""


def told(fault: Exception) -> Told:
    """Find the words for a fault that is one of `TELLABLE`."""
    if isinstance(fault, WanggeError):
        return Told(status_of(fault), fault.code, fault.message, fault.details)
    if isinstance(fault, OperationalError | psycopg.OperationalError):
        _log.error("the database did not answer: %s", type(getattr(fault, "orig", fault)).__name__)
        return Told(HTTPStatus.SERVICE_UNAVAILABLE, *SENTENCES[HTTPStatus.SERVICE_UNAVAILABLE], {})
    return Told(HTTPStatus.UNPROCESSABLE_ENTITY, "bad-input", UNFIT, {})


UNFIT = "内容里有无法保存的字符或过大的数字，请检查后再提交。 It holds signs or numbers that cannot be kept."
"""Words or numbers that a database cannot hold: a zero byte, a number beyond its column."""


def register(app: Flask) -> None:
    """Teach an app to answer every fault in a sentence."""

    def tell(fault: Exception) -> Response:
        found = told(fault)
        return answer(found.status, found.code, found.sentence, found.details)

    for kind in TELLABLE:
        app.register_error_handler(kind, tell)

    @app.errorhandler(CSRFError)
    def forged(fault: CSRFError) -> Response:
        del fault
        return answer(
            HTTPStatus.BAD_REQUEST,
            "form-expired",
            "页面放得太久了，请刷新后再提交。 This page has been open too long; reload it and send again.",
        )

    @app.errorhandler(HTTPException)
    def known(fault: HTTPException) -> Response:
        status = fault.code or HTTPStatus.INTERNAL_SERVER_ERROR
        code, sentence = SENTENCES.get(status, ("error", fault.description or fault.name))
        return answer(status, code, sentence)

    @app.errorhandler(HTTPStatus.INTERNAL_SERVER_ERROR)
    def defect(fault: Exception) -> Response:
        del fault
        code, sentence = SENTENCES[500]
        return answer(HTTPStatus.INTERNAL_SERVER_ERROR, code, sentence)
