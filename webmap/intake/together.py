"""Things that several threads bring at the same moment, done at once by whichever of them has the turn.

Before: `intake.gate`. After: what does them. While one thread is on its way to the database, others come in; they would
each go the same way. Instead they leave what they bring, and the next one who has the turn takes all of it along. A
thread that comes alone goes at once: nobody ever waits for company.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Generic, TypeVar

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from gis.errors import WanggeError

Given = TypeVar("Given")
Got = TypeVar("Got")

MOST = 16
"""So many go together at most: one that fails sends the others back to go alone."""
EXPECTED = (WanggeError, psycopg.Error, SQLAlchemyError)
"""Faults that one of several may have; anything else is a defect and shows itself in the thread that had the turn."""


class Together(Generic[Given, Got]):
    """A way for many, with one turn at a time.

    Parameters
    ----------
    work : callable
        Takes a list and gives one answer each, in order. It must leave nothing behind when it raises.
    """

    def __init__(self, work: Callable[[Sequence[Given]], Sequence[Got]]) -> None:
        self.work = work
        self.turn = threading.Lock()
        self.waiting: deque[tuple[Given, Future[Got]]] = deque()

    def do(self, given: Given) -> Got:
        """Have one thing done; raises what `work` raises for it alone."""
        mine: Future[Got] = Future()
        self.waiting.append((given, mine))
        while not mine.done():
            with self.turn:
                if not mine.done():
                    self._take()
        return self.work([given])[0] if mine.cancelled() else mine.result()

    def _take(self) -> None:
        """Do what waits; where one thing fails, all of them are left to go alone."""
        some = [self.waiting.popleft() for _ in range(min(MOST, len(self.waiting)))]
        try:
            with suppress(*EXPECTED):
                for got, (_, future) in zip(self.work([given for given, _ in some]), some, strict=True):
                    future.set_result(got)
        finally:
            for _, future in some:
                future.cancel()
