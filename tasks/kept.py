"""Trying something that may be poisoned: counted before it is touched, cleared when it worked, named when it failed.

Before: `gis.cases.poison`. After: the sweeper, the files of reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType

from celery.signals import task_failure
from celery.utils.log import get_task_logger
from sqlalchemy.exc import OperationalError

from gis.cases import poison
from gis.database import transaction
from gis.errors import WanggeError

log = get_task_logger(__name__)


class Tried(AbstractContextManager[None]):
    """Try one thing; a fault of its own is written down with it and stops nobody else.

    What concerns the database itself, or ends the worker, goes on outwards: that is no fault of the thing.
    """

    def __init__(self, kind: str, subject: str, *, counted_first: bool = True) -> None:
        """Take kind and number of the thing; `counted_first=False` spares two transactions where many are tried."""
        self.kind, self.subject, self.counted_first = kind, subject, counted_first

    def __enter__(self) -> None:
        if self.counted_first:
            with transaction() as session:
                poison.touch(session, self.kind, self.subject, datetime.now(UTC))

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if fault is not None and (not isinstance(fault, Exception) or isinstance(fault, OperationalError)):
            return False
        if fault is not None:
            self._keep(fault)
        elif self.counted_first:
            with transaction() as session:
                poison.clear(session, self.kind, self.subject)
        return True

    def _keep(self, fault: BaseException) -> None:
        log.error("%s %s failed: %s", self.kind, self.subject, error_of(fault))
        with transaction() as session:
            if not self.counted_first:
                poison.touch(session, self.kind, self.subject, datetime.now(UTC))
            poison.said(session, self.kind, self.subject, error_of(fault))


def error_of(fault: BaseException) -> str:
    """Say a fault without what the data said: its sentence when it is one of ours, else its kind and place."""
    if isinstance(fault, WanggeError):
        return fault.message
    places = list(_places(fault.__traceback__))
    return f"{type(fault).__name__} ({places[-1] if places else 'no place'})"


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        yield f"{trace.tb_frame.f_globals.get('__name__', '')}:{trace.tb_lineno}"
        trace = trace.tb_next


@task_failure.connect
def keep_failed_task(sender: object = None, exception: BaseException | None = None, **_more: object) -> None:
    """Write down a task whose retries are used up, or that broke by a defect; it stands on the page of failures."""
    name = str(getattr(sender, "name", sender))
    if exception is None or isinstance(exception, OperationalError):
        return  # without a database there is nowhere to write; the timetable calls the task again
    with transaction() as session:
        poison.record(session, "task", name, error_of(exception), datetime.now(UTC))
