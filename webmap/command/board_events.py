"""The line that says "something moved" to every open board, as server-sent events.

Before: the log of moves, whose end one thread of each process watches while anybody listens (`cases.tail`): one
question on the primary key every quarter of a second for the whole process, none while nobody listens. After:
`static/js/board`, which then asks what of it concerns it, in its own scope. So the line itself says nothing about
anybody, several web processes need no word between them, and no writer waits for a listener.

A listener holds one thread of its process. `WANGGE_LIVE_SCREENS` says how many a process may hold; one too many is sent
away with 503, and its screen asks every few seconds instead. Behind nginx a process of its own serves `/board/events`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import Blueprint, Response
from sqlalchemy.exc import OperationalError

from gis.cases.tail import Tail
from gis.database import transaction
from gis.errors import BusyError
from gis.settings import settings
from webmap.access import act, by_itself

blueprint = Blueprint("board_events", __name__)

LOOK_S = 0.25
WAKE_S = 1.0
"""How long to leave the database alone when it does not answer."""
LINE_S = 8.0
"""A line ends by itself after this and is opened anew: it asks anew who listens, and a process that is told to end
waits no longer for it. What happened in between is asked for when it opens."""


class Hub:
    """One watcher for all listeners of a process."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.ticks = 0
        self.listeners = 0
        self.watching = False

    def join(self, most: int) -> None:
        """Count one more listener, and begin to watch with the first.

        Raises
        ------
        BusyError
            When the process holds as many as it may.
        """
        with self.changed:
            if self.listeners >= most:
                raise BusyError(
                    "实时连接已满，页面会每几秒查一次。 All live lines are taken; the page asks instead."
                )
            self.listeners += 1
            if not self.watching:
                self.watching = True
                threading.Thread(target=self._watch, name="board-events", daemon=True).start()

    def leave(self) -> None:
        """Count one listener less."""
        with self.changed:
            self.listeners -= 1

    def wait(self, seen: int, seconds: float) -> int:
        """Wait until something moved, for so long at most; give the new count."""
        with self.changed:
            self.changed.wait_for(lambda: self.ticks != seen, seconds)
            return self.ticks

    def _watch(self) -> None:
        tail: Tail | None = None
        while self._goes_on():
            try:
                with transaction() as session:
                    if tail is None:
                        tail = Tail.at_end(session)
                    elif tail.moved(session, datetime.now(UTC)):
                        self._tick()
            except OperationalError:
                tail = None
                self._tick()  # what was missed meanwhile is asked for
                time.sleep(WAKE_S)
            time.sleep(LOOK_S)

    def _goes_on(self) -> bool:
        with self.changed:
            self.watching = self.listeners > 0
            return self.watching

    def _tick(self) -> None:
        with self.changed:
            self.ticks += 1
            self.changed.notify_all()


hub = Hub()


@blueprint.get("/board/events")
@act("case.assign")
@by_itself
def events() -> Response:
    """Hold a line open and say when something moved."""
    hub.join(settings().live_screens)
    response = Response(line(hub), mimetype="text/event-stream")
    response.call_on_close(hub.leave)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def line(hub: Hub, seconds: float = LINE_S) -> Iterator[str]:
    """Give the words of one line until its time is over."""
    seen, until = hub.ticks, time.monotonic() + seconds
    yield "retry: 100\n\n"
    while (left := until - time.monotonic()) > 0:
        now = hub.wait(seen, left)
        if now != seen:
            seen = now
            yield f"event: moved\ndata: {seen}\n\n"
