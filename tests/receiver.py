"""A receiver outside that misbehaves in all the usual ways: webhooks over HTTP, and mail over SMTP.

Each keeps what really arrived, so that a test can tell what the sender believes from what the receiver has.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

OK = b'{"errcode": 0, "errmsg": "ok", "code": 0, "id": "R1"}'


@dataclass
class Arrived:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Behaviour = Callable[[socket.socket], None]


def answers(status: int = 200, body: bytes = OK, **headers: str) -> Behaviour:
    """Answer in the ordinary way."""

    def act(line: socket.socket) -> None:
        more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
        line.sendall(head.encode() + body)

    return act


def resets(line: socket.socket) -> None:
    """Take the request and break the connection hard."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def hangs(line: socket.socket) -> None:
    """Say nothing until the sender gives up."""
    with suppress(OSError):
        line.recv(1)


def drips(line: socket.socket) -> None:
    """Send an answer that never ends, a byte now and then: each within any socket's own limit."""
    with suppress(OSError):
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            line.sendall(b"X")
            time.sleep(0.05)


def speaks_garbage(line: socket.socket) -> None:
    line.sendall(b"\x16\x03\x01 this is no HTTP \x00\xff")


def slow(line: socket.socket) -> None:
    time.sleep(0.3)
    answers()(line)


@dataclass
class Webhook:
    """Where it listens, what arrived, and how it behaves next; after the list is used up it behaves well."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    behaviours: list[Behaviour] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        return [one.headers["idempotency-key"] for one in self.arrived]


@contextmanager
def webhook(*behaviours: Behaviour) -> Iterator[Webhook]:
    """Run a receiver of webhooks on the loopback."""
    state = Webhook(behaviours=list(behaviours))
    with _listening(lambda line: _serve_http(line, state)) as port:
        state.url = f"http://127.0.0.1:{port}/hook?key=sample"
        yield state


def _serve_http(line: socket.socket, state: Webhook) -> None:
    request = _read_http(line)
    if request is None:
        return
    state.arrived.append(request)
    (state.behaviours.pop(0) if state.behaviours else answers())(line)


def _read_http(line: socket.socket) -> Arrived | None:
    got = b""
    while b"\r\n\r\n" not in got:
        block = line.recv(65536)
        if not block:
            return None
        got += block
    head, _, body = got.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65536)
    return Arrived(first.split()[1], headers, json.loads(body))


@dataclass
class Mailbox:
    """Where it listens, the messages that arrived, and the reply that it gives at a step instead of the good one.

    `break_at` is the step after which the line is cut: `data` cuts after the whole message was taken.
    """

    url: str = ""
    messages: list[str] = field(default_factory=list)
    replies: dict[str, bytes] = field(default_factory=dict)
    break_at: str = ""


GOOD = {
    "greet": b"220 mail.example.test\r\n",
    "EHLO": b"250 mail.example.test\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    "data": b"250 taken\r\n",
    "QUIT": b"221 bye\r\n",
    "RSET": b"250 ok\r\n",
}


@contextmanager
def mailbox(*, break_at: str = "", **replies: bytes) -> Iterator[Mailbox]:
    """Run a mail server on the loopback."""
    state = Mailbox(replies=GOOD | replies, break_at=break_at)
    with _listening(lambda line: _serve_mail(line, state)) as port:
        state.url = f"smtp://127.0.0.1:{port}"
        yield state


def _serve_mail(line: socket.socket, state: Mailbox) -> None:
    line.sendall(state.replies["greet"])
    with line.makefile("rb") as words:
        for said in words:
            step = said[:4].decode().upper()
            line.sendall(state.replies.get(step, b"500 what\r\n"))
            if step == "DATA" and state.replies["DATA"].startswith(b"354"):
                state.messages.append(_message(words))
                if state.break_at == "data":
                    return
                line.sendall(state.replies["data"])
            if step == "QUIT":
                return


def _message(words: Any) -> str:
    lines = []
    for said in words:
        if said == b".\r\n":
            break
        lines.append(said.decode())
    return "".join(lines)


@contextmanager
def _listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Listen on a free port of the loopback, a thread a connection; all lines are cut at the end."""
    lines: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        threads = [threading.Thread(target=_accept, args=(server, serve, lines), daemon=True)]
        threads[0].start()
        yield int(server.getsockname()[1])
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


def _accept(
    server: socket.socket, serve: Callable[[socket.socket], None], lines: list[socket.socket]
) -> None:
    while True:
        try:
            line, _ = server.accept()
        except OSError:
            return
        lines.append(line)
        threading.Thread(target=_one, args=(line, serve), daemon=True).start()


def _one(line: socket.socket, serve: Callable[[socket.socket], None]) -> None:
    with line, suppress(OSError):
        serve(line)
