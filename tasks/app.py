"""Queues, retries and timetable on one page.

Before: `gis.settings`. After: a worker (`celery -A tasks.app worker`) and the timetable (`celery -A tasks.app beat`).
The database is the truth: a task takes ids, asks the database what is still to do, and may run any number of times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from celery import Celery
from kombu import Queue
from sqlalchemy.exc import OperationalError

from gis.retrying import FIRST_S, LONGEST_S, MOST_ATTEMPTS
from gis.settings import settings

P = ParamSpec("P")
R = TypeVar("R")

LONGEST_TASK_S = 1800

QUEUES = {
    "tasks.notices.*": "notices",
    "tasks.journey.*": "journey",
    "tasks.clocks.*": "journey",
    "tasks.pauses.*": "journey",
    "tasks.privacy.*": "journey",
    "tasks.planning.work": "files",
    "tasks.planning.*": "journey",
    "tasks.weeks.*": "files",
    "tasks.tracks.*": "files",
    "tasks.geocoding.*": "files",
    "tasks.files.*": "files",
}
"""Which queue carries what; a worker serves them all unless it is told otherwise."""

CARRIED = ("email", "sms", "wecom", "dingtalk")
"""The channels of `tasks.channels`, named here so that the timetable loads none of them."""


def _every(seconds: float, name: str, *arguments: str, piles: bool = False) -> dict[str, Any]:
    """Call a task again and again; unless they may pile up, calls that nobody took until the next one are dropped."""
    call: dict[str, Any] = {"task": name, "schedule": seconds, "args": arguments}
    return call if piles else call | {"options": {"expires": seconds}}


A_DAY_S = 24 * 3600.0
TIMETABLE: dict[str, Any] = {
    "hand out notices": _every(5.0, "tasks.notices.send_due"),
    **{f"carry what is due by {one}": _every(5.0, "tasks.notices.carry", one) for one in CARRIED},
    "walk on what stands still": _every(60.0, "tasks.journey.sweep", piles=True),
    "walk the rows of files": _every(5.0, "tasks.files.walk"),
    "remind and escalate": _every(60.0, "tasks.clocks.watch"),
    "let deadlines follow the calendar": _every(300.0, "tasks.clocks.follow_calendar"),
    "let cases go on whose hold has ended": _every(300.0, "tasks.pauses.resume", piles=True),
    "adopt plans on their day": _every(60.0, "tasks.planning.adopt_due"),
    "cut ground and search for plans": _every(2.0, "tasks.planning.work"),
    "settle lines loaded for a day": _every(A_DAY_S, "tasks.planning.settle", piles=True),
    # who has been planned today is passed over: after midnight the first calls do the work
    "plan the weeks of rounds": _every(300.0, "tasks.weeks.plan_due"),
    "count the tracks of finished rounds": _every(300.0, "tasks.tracks.count"),
    "forget telephones past their date": _every(A_DAY_S, "tasks.privacy.forget", piles=True),
    "place the texts of uploaded files": _every(5.0, "tasks.geocoding.work"),
    "follow changed places": _every(60.0, "tasks.geocoding.catch_up"),
    "delete uploaded files past their date": _every(3600.0, "tasks.geocoding.tidy", piles=True),
}

RETRY: dict[str, Any] = {
    "autoretry_for": (OSError, OperationalError),
    "retry_backoff": FIRST_S,
    "retry_backoff_max": LONGEST_S,
    "retry_jitter": True,
    "max_retries": MOST_ATTEMPTS,
}
"""The one retry policy (`gis.retrying`): what network, database or disk failed is tried again, ever more slowly."""

app = Celery(
    "wangge",
    broker=settings().queue_url,
    include=[
        "tasks.clocks",
        "tasks.files",
        "tasks.geocoding",
        "tasks.journey",
        "tasks.notices",
        "tasks.pauses",
        "tasks.planning",
        "tasks.privacy",
        "tasks.tracks",
        "tasks.weeks",
    ],
)
app.conf.update(
    task_routes={pattern: {"queue": queue} for pattern, queue in QUEUES.items()},
    task_default_queue="journey",
    task_queues=[Queue(name) for name in sorted(set(QUEUES.values()))],
    beat_schedule=TIMETABLE,
    timezone="UTC",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_time_limit=LONGEST_TASK_S,
    broker_connection_retry_on_startup=True,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    broker_transport_options={
        # longer than the longest task, so that none is handed out twice while it runs
        "visibility_timeout": 2 * LONGEST_TASK_S,
        # look often for what a dead worker left (from kombu 5.7 on)
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    },
)


def task(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function a task under the one retry policy; it stays callable as it is."""
    return cast("Callable[[Callable[P, R]], Callable[P, R]]", app.task(name=name, **RETRY))
