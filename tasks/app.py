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

TIMETABLE: dict[str, Any] = {
    "hand out notices": {"task": "tasks.notices.send_due", "schedule": 5.0, "options": {"expires": 5.0}},
    **{
        f"carry what is due by {channel}": {
            "task": "tasks.notices.carry",
            "schedule": 5.0,
            "args": (channel,),
            # while a slow receiver is waited for, the calls of that time must not pile up
            "options": {"expires": 5.0},
        }
        for channel in CARRIED
    },
    "walk on what stands still": {"task": "tasks.journey.sweep", "schedule": 60.0},
    "walk the rows of files": {"task": "tasks.files.walk", "schedule": 5.0, "options": {"expires": 5.0}},
    "remind and escalate": {"task": "tasks.clocks.watch", "schedule": 60.0, "options": {"expires": 60.0}},
    "let deadlines follow the calendar": {
        "task": "tasks.clocks.follow_calendar",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "let cases go on whose hold has ended": {"task": "tasks.pauses.resume", "schedule": 300.0},
    "adopt plans on their day": {
        "task": "tasks.planning.adopt_due",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "cut ground and search for plans": {
        "task": "tasks.planning.work",
        "schedule": 2.0,
        # while a long search goes on, the calls of that time must not pile up
        "options": {"expires": 2.0},
    },
    "settle lines loaded for a day": {"task": "tasks.planning.settle", "schedule": 24 * 3600.0},
    "plan the weeks of rounds": {
        "task": "tasks.weeks.plan_due",
        # who has been planned today is passed over: after midnight the first calls do the work
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "count the tracks of finished rounds": {
        "task": "tasks.tracks.count",
        "schedule": 300.0,
        "options": {"expires": 300.0},
    },
    "forget telephones past their date": {"task": "tasks.privacy.forget", "schedule": 24 * 3600.0},
    "place the texts of uploaded files": {
        "task": "tasks.geocoding.work",
        "schedule": 5.0,
        # while a long file is worked through, the calls of that time must not pile up
        "options": {"expires": 5.0},
    },
    "follow changed places": {
        "task": "tasks.geocoding.catch_up",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "delete uploaded files past their date": {"task": "tasks.geocoding.tidy", "schedule": 3600.0},
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
