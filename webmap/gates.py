"""Gates before Flask: ways in that need no cookie, session, form or page, and have to keep up with a flood.

Before: the server. After: `intake.gate` (reports from programs), `layers.gate` (tiles). Flask takes half of such a
request's time for what it does not use. What everybody is owed stays: an act that is anyone's, the safety headers, and
a fault said in a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson

from gis.errors import SettingsError
from gis.staff.roles import Reach, Role, reach_of
from webmap import errors


@dataclass(frozen=True)
class Answer:
    """What is said to a request; its length and the headers that every answer has are added."""

    status: int
    body: bytes
    headers: Sequence[tuple[str, str]]


class Gate(Protocol):
    """One such way in."""

    act: str

    def takes(self, method: str, path: str) -> bool:
        """Say whether a request is for this gate."""
        ...

    def answer(self, environ: WSGIEnvironment) -> Answer:
        """Answer it, or raise a fault that has a sentence."""
        ...


class Gates:
    """A WSGI application that lets the gates answer what is theirs and hands everything else on."""

    def __init__(self, gates: Sequence[Gate], onward: WSGIApplication, headers: dict[str, str]) -> None:
        closed = [
            gate.act for gate in gates if any(reach_of(role, gate.act) is not Reach.ANYONE for role in Role)
        ]
        if closed:
            raise SettingsError(
                f"Gates ask nobody who they are, and these acts are not for anyone: {closed}."
            )
        self.gates = gates
        self.onward = onward
        self.headers = [*headers.items()]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        gate = next((gate for gate in self.gates if gate.takes(method, path)), None)
        if gate is None:
            return self.onward(environ, start_response)
        try:
            said = gate.answer(environ)
        except errors.TELLABLE as fault:
            said = _told(fault)
        start_response(f"{said.status} {HTTPStatus(said.status).phrase}", self._headers(environ, said))
        return [] if method == "HEAD" or said.status == HTTPStatus.NOT_MODIFIED else [said.body]

    def _headers(self, environ: WSGIEnvironment, said: Answer) -> list[tuple[str, str]]:
        secure = environ["wsgi.url_scheme"] == "https"
        return [
            *said.headers,
            *([] if said.status == HTTPStatus.NOT_MODIFIED else [("Content-Length", str(len(said.body)))]),
            *self.headers,
            *([("Strict-Transport-Security", errors.HSTS)] if secure else []),
        ]


def _told(fault: Exception) -> Answer:
    told = errors.told(fault)
    headers = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
    return Answer(told.status, orjson.dumps(told.problem), headers)
