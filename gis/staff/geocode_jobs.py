"""Files of texts to be placed: one row a file, with how far it is and what came of it.

Before: `staff.models`, the page `/geocode`. After: `staff.geocoding` works through the file, `tasks.geocoding` takes
jobs one by one. A job is its maker's alone; file, answers and row are deleted after a few days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

import gis.staff.models  # noqa: F401 - a job points to its account
from gis.database import Base, Id
from gis.errors import NotFoundError, TooManyError

KEPT = timedelta(days=7)
SILENT = timedelta(minutes=2)
"""A running job that says nothing for so long has lost its worker; the next one begins it anew."""
MOST_ATTEMPTS = 3
MOST_WAITING = 5
LONGEST_NAME = 80


class JobState(StrEnum):
    """排队中, 进行中, 已完成, 未完成."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class GeocodeJob(Base):
    """One uploaded file of texts, and how far it is."""

    __tablename__ = "geocode_job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        # jobs_of(account): the page
        Index("ix_geocode_job_account_id", "account_id"),
        # claim(now): what is still to do
        Index("ix_geocode_job_open", "id", postgresql_where=text("state IN ('waiting', 'running')")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    # the random name of its files, and their ending
    file: Mapped[str]
    ending: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    created_at: Mapped[datetime]
    delete_at: Mapped[datetime]
    # who works on it now; a worker that was thought dead finds another name here and stops
    claim: Mapped[str] = mapped_column(server_default="")
    heard_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    rows: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, server_default="0")
    counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    faults: Mapped[int] = mapped_column(Integer, server_default="0")
    error: Mapped[str] = mapped_column(server_default="")
    finished_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Say whether it is still to be done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


# index: ix_geocode_job_account_id
def begin(session: Session, account_id: int, name: str, ending: str, now: datetime) -> GeocodeJob:
    """Write down that a file has come; its content is stored under the job's random name.

    Raises
    ------
    TooManyError
        When too many of the account's files wait already.
    """
    waiting = [job for job in jobs_of(session, account_id) if job.open]
    if len(waiting) >= MOST_WAITING:
        raise TooManyError(
            f"您已有 {MOST_WAITING} 个文件在排队，请等它们完成。 {MOST_WAITING} of your files wait; let them finish."
        )
    job = GeocodeJob(
        account_id=account_id,
        name=name[-LONGEST_NAME:],
        file=uuid4().hex,
        ending=ending,
        state=JobState.WAITING,
        created_at=now,
        delete_at=now + KEPT,
    )
    session.add(job)
    session.flush()
    return job


# index: ix_geocode_job_account_id
def jobs_of(session: Session, account_id: int) -> Sequence[GeocodeJob]:
    """Give an account's jobs, the newest first."""
    query = select(GeocodeJob).where(GeocodeJob.account_id == account_id).order_by(GeocodeJob.id.desc())
    return session.scalars(query).all()


# index: pk_geocode_job
def job_of(session: Session, account_id: int, job_id: int) -> GeocodeJob:
    """Give one of an account's jobs.

    Raises
    ------
    NotFoundError
        When there is none, or it is somebody else's.
    """
    job = session.get(GeocodeJob, job_id)
    if job is None or job.account_id != account_id:
        raise NotFoundError("没有这个文件，或已过期删除。 There is no such file, or it has been deleted.")
    return job


# index: ix_geocode_job_open
def claim(session: Session, now: datetime) -> GeocodeJob | None:
    """Take the next job that waits, or whose worker fell silent; None when there is none.

    One that failed its worker three times is given up: the file itself may be what kills them.
    """
    silent = (GeocodeJob.state == JobState.RUNNING) & (GeocodeJob.heard_at < now - SILENT)
    query = (
        select(GeocodeJob)
        .where((GeocodeJob.state == JobState.WAITING) | silent)
        .order_by(GeocodeJob.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalars(query).first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now
        job.error = "处理这个文件时多次中断，已停止。 The work on this file broke off several times."
        return None
    job.state, job.claim, job.heard_at = JobState.RUNNING, uuid4().hex, now
    job.attempts += 1
    job.done = 0
    return job


def heard(session: Session, job: GeocodeJob, done: int, rows: int | None, now: datetime) -> bool:
    """Write down how far a job is; False when it is no longer this worker's."""
    mine = (
        (GeocodeJob.id == job.id) & (GeocodeJob.claim == job.claim) & (GeocodeJob.state == JobState.RUNNING)
    )
    written = (
        update(GeocodeJob).where(mine).values(done=done, rows=rows, heard_at=now).returning(GeocodeJob.id)
    )
    return session.scalar(written) is not None


def finish(
    session: Session, job: GeocodeJob, now: datetime, *, counts: dict[str, int], faults: int, error: str = ""
) -> None:
    """Write down what came of a job, when it still is this worker's."""
    mine = (
        (GeocodeJob.id == job.id) & (GeocodeJob.claim == job.claim) & (GeocodeJob.state == JobState.RUNNING)
    )
    done = sum(counts.values())
    session.execute(
        update(GeocodeJob)
        .where(mine)
        .values(
            state=JobState.FAILED if error else JobState.DONE,
            counts=counts,
            faults=faults,
            error=error,
            done=done,
            rows=done,
            finished_at=now,
        )
    )


def take_expired(session: Session, now: datetime) -> list[GeocodeJob]:
    """Delete the rows of jobs past their date, and give them for their files to be deleted too."""
    query = select(GeocodeJob).where(GeocodeJob.delete_at <= now).with_for_update(skip_locked=True)
    expired = list(session.scalars(query))
    for job in expired:
        session.delete(job)
    return expired
