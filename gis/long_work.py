"""Long work, one row a job: how a worker takes it, says how far it is, loses it, and writes down what came of it.

Before: `database`. After: `staff.geocode_jobs` and `boundaries.jobs` add fields and words of their own;
`tasks.geocoding` and `tasks.planning` do the work. When a worker dies, the next one begins its job anew; one that was
only slow finds that the job is no longer its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import uuid4

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, Integer, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.schema import SchemaItem

from gis.database import Id
from gis.errors import NotFoundError, TooManyError

MOST_ATTEMPTS = 3
MOST_WAITING = 5


class JobState(StrEnum):
    """排队中, 进行中, 已完成, 未完成."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Words:
    """What is said of one kind of job: too many wait, there is no such one, it broke off too often."""

    too_many: str
    unknown: str
    given_up: str


class Job:
    """What every table of jobs has; `SILENT` is how long a running job says nothing until its worker counts as lost."""

    SILENT: ClassVar[timedelta]
    WORDS: ClassVar[Words]

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(server_default="waiting")
    # who works on it now; a worker that was thought dead finds another name here and stops
    claim: Mapped[str] = mapped_column(server_default="")
    heard_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str] = mapped_column(server_default="")
    finished_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Say whether it is still to be done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)

    def restart(self) -> None:
        """Set back how far it is: whoever takes it begins anew."""
        raise NotImplementedError


J = TypeVar("J", bound=Job)


def table_args(table: str) -> tuple[SchemaItem, ...]:
    """Give the constraint and the indexes of a table of jobs."""
    return (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        # jobs_of(account): the page of whoever wants them
        Index(f"ix_{table}_account_id", "account_id"),
        # claim(now): what is still to do
        Index(f"ix_{table}_open", "id", postgresql_where=text("state IN ('waiting', 'running')")),
    )


def begin(session: Session, job: J, mine: Iterable[J]) -> J:
    """Write down that something long is wanted.

    Parameters
    ----------
    mine : iterable of Job
        The account's jobs until now.

    Raises
    ------
    TooManyError
        When too many of them wait already.
    """
    if sum(one.open for one in mine) >= MOST_WAITING:
        raise TooManyError(job.WORDS.too_many)
    job.state = JobState.WAITING
    session.add(job)
    session.flush()
    return job


# indexes: pk_plan_job, pk_geocode_job
def job_of(session: Session, model: type[J], account_id: int, job_id: int) -> J:
    """Give one of an account's jobs.

    Raises
    ------
    NotFoundError
        When there is none, or it is somebody else's.
    """
    job = session.get(model, job_id)
    if job is None or job.account_id != account_id:
        raise NotFoundError(model.WORDS.unknown, job=job_id)
    return job


# indexes: ix_plan_job_open, ix_geocode_job_open
def claim(session: Session, model: type[J], now: datetime, *, job_id: int | None = None) -> J | None:
    """Take the next job that waits, or whose worker fell silent; None when there is none.

    One that failed its worker three times is given up: the work itself may be what kills them.
    """
    silent = (model.state == JobState.RUNNING) & (model.heard_at < now - model.SILENT)
    query = select(model).where((model.state == JobState.WAITING) | silent)
    if job_id is not None:
        query = query.where(model.id == job_id)
    job = session.scalars(query.order_by(model.id).limit(1).with_for_update(skip_locked=True)).first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at, job.error = JobState.FAILED, now, model.WORDS.given_up
        return None
    job.state, job.claim, job.heard_at = JobState.RUNNING, uuid4().hex, now
    job.attempts += 1
    job.restart()
    session.flush()
    return job


def heard(session: Session, job: Job, now: datetime, **how_far: Any) -> bool:
    """Write down how far a job is, in its own fields; False when it is no longer this worker's."""
    model = type(job)
    written = update(model).where(_mine(job)).values(heard_at=now, **how_far).returning(model.id)
    return session.scalar(written) is not None


def finish(session: Session, job: Job, now: datetime, *, error: str = "", **came: Any) -> None:
    """Write down what came of a job, in its own fields, when it still is this worker's; failed when it has an error."""
    state = JobState.FAILED if error else JobState.DONE
    values = {"state": state, "error": error, "finished_at": now, **came}
    session.execute(update(type(job)).where(_mine(job)).values(values))


def _mine(job: Job) -> ColumnElement[bool]:
    model = type(job)
    return (model.id == job.id) & (model.claim == job.claim) & (model.state == JobState.RUNNING)
