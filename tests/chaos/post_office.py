"""The receiver of SMS and robots: mostly well, at times slow, refusing, breaking off, speaking nonsense, or silent.

It does what a receiver should: a message whose key it has is not shown again.
"""

from __future__ import annotations

import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.receiver import Arrived, Behaviour, _listening, _read_http, answers, resets, speaks_garbage

TROUBLE: list[tuple[float, Behaviour, bool]] = [
    (0.02, answers(500), False),
    (0.01, answers(429, Retry_After="3"), False),
    (0.01, answers(200, b'{"errcode": -1, "code": -1}'), False),
    (0.01, answers(503, b"<html>"), False),
    # taken, but the sender does not learn it: it will come again
    (0.01, resets, True),
    (0.01, speaks_garbage, True),
    (0.01, answers(200, b"<html>fine</html>"), True),
]
"""How often, what, and whether the message was taken all the same."""


@dataclass
class PostOffice:
    """What came in, by key; what is shown of it, by reader."""

    chance: random.Random
    url: str = ""
    came: Counter[str] = field(default_factory=Counter)
    shown: Counter[tuple[str, str]] = field(default_factory=Counter)
    taken: set[str] = field(default_factory=set)
    calm: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self, line: socket.socket) -> None:
        request = _read_http(line)
        if request is None:
            return
        with self.lock:
            behaviour, takes = self._mood()
            self.came[request.headers["idempotency-key"]] += 1
            if takes:
                self._take(request)
        behaviour(line)

    def _mood(self) -> tuple[Behaviour, bool]:
        drawn = self.chance.random() if not self.calm else 1.0
        for share, behaviour, takes in TROUBLE:
            drawn -= share
            if drawn < 0:
                return behaviour, takes
        return answers(), True

    def _take(self, request: Arrived) -> None:
        key = request.headers["idempotency-key"]
        if key in self.taken:
            return
        self.taken.add(key)
        text = request.body.get("text")
        words = text["content"] if isinstance(text, dict) else str(text)
        reader = str(request.body.get("to") or request.path)
        self.shown[reader, words.partition("（编号")[0]] += 1


@contextmanager
def post_office(chance: random.Random) -> Iterator[PostOffice]:
    """Run the receiver on the loopback."""
    office = PostOffice(chance)
    with _listening(office.serve) as port:
        office.url = f"http://127.0.0.1:{port}/hook?key=chaos"
        with suppress(OSError):
            yield office
