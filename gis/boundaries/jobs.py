"""What takes long at the planner's table, one row a job: cutting ground for a new plan, searching for proposals.

Before: the planner's pages write a job down. After: `tasks.planning` takes jobs one by one and says how far it is; when
its worker dies, the next one begins it anew, and a worker that was only slow finds that it is no longer its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, Integer, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

import gis.boundaries.models  # noqa: F401 - a job points to its plan
from gis.database import Base, Id
from gis.errors import NotFoundError, TooManyError

SILENT = timedelta(minutes=3)
"""A running job that says nothing for so long has lost its worker."""
SHOWN = timedelta(days=1)
"""So long a job that failed stays on its maker's page."""
MOST_ATTEMPTS = 3
MOST_WAITING = 5


class Kind(StrEnum):
    """切分基本单元, 自动方案."""

    GROUND = "ground"
    PROPOSE = "propose"


class JobState(StrEnum):
    """排队中, 进行中, 已完成, 未完成."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class PlanJob(Base):
    """One piece of long work for a planner, what is wanted, how far it is and what came of it."""

    __tablename__ = "plan_job"
    __table_args__ = (
        CheckConstraint("kind IN ('ground', 'propose')", name="kind"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state"),
        # jobs_of(account): the list of plans
        Index("ix_plan_job_account_id", "account_id"),
        # proposal_of(plan)
        Index("ix_plan_job_plan_id", "plan_id"),
        # claim(now): what is still to do
        Index("ix_plan_job_open", "id", postgresql_where=text("state IN ('waiting', 'running')")),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_plan.id"))
    wanted: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    state: Mapped[str] = mapped_column(server_default="waiting")
    made_at: Mapped[datetime]
    # who works on it now; a worker that was thought dead finds another name here and stops
    claim: Mapped[str] = mapped_column(server_default="")
    heard_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    share: Mapped[float] = mapped_column(Float, server_default="0")
    answer: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    error: Mapped[str] = mapped_column(server_default="")
    finished_at: Mapped[datetime | None]

    @property
    def open(self) -> bool:
        """Say whether it is still to be done."""
        return self.state in (JobState.WAITING, JobState.RUNNING)


def begin(
    session: Session,
    kind: Kind,
    account_id: int,
    wanted: Mapping[str, Any],
    now: datetime,
    *,
    plan_id: int | None = None,
) -> PlanJob:
    """Write down that something long is wanted.

    Raises
    ------
    TooManyError
        When too many of the account's jobs wait already.
    """
    if sum(job.open for job in jobs_of(session, account_id, now)) >= MOST_WAITING:
        raise TooManyError(
            f"您已有 {MOST_WAITING} 项在排队，请等它们完成。 {MOST_WAITING} of your jobs wait; let them finish."
        )
    job = PlanJob(
        account_id=account_id,
        kind=kind,
        plan_id=plan_id,
        wanted=dict(wanted),
        state=JobState.WAITING,
        made_at=now,
    )
    session.add(job)
    session.flush()
    return job


# index: ix_plan_job_account_id
def jobs_of(session: Session, account_id: int, now: datetime) -> Sequence[PlanJob]:
    """Give an account's jobs that are open or ended within a day, the newest first."""
    query = select(PlanJob).where(PlanJob.account_id == account_id, PlanJob.made_at > now - SHOWN)
    return session.scalars(query.order_by(PlanJob.id.desc())).all()


# index: pk_plan_job
def job_of(session: Session, account_id: int, job_id: int) -> PlanJob:
    """Give one of an account's jobs.

    Raises
    ------
    NotFoundError
        When there is none, or it is somebody else's.
    """
    job = session.get(PlanJob, job_id)
    if job is None or job.account_id != account_id:
        raise NotFoundError("没有这项工作。 There is no such job.", job=job_id)
    return job


# index: ix_plan_job_plan_id
def proposal_of(session: Session, plan_id: int) -> PlanJob | None:
    """Give the newest search for proposals of a plan, if there was any."""
    query = select(PlanJob).where(PlanJob.plan_id == plan_id, PlanJob.kind == Kind.PROPOSE)
    return session.scalars(query.order_by(PlanJob.id.desc()).limit(1)).first()


# index: ix_plan_job_open
def claim(session: Session, now: datetime, *, job_id: int | None = None) -> PlanJob | None:
    """Take the next job that waits, or whose worker fell silent; None when there is none.

    One that failed its worker three times is given up: the work itself may be what kills them.
    """
    silent = (PlanJob.state == JobState.RUNNING) & (PlanJob.heard_at < now - SILENT)
    query = select(PlanJob).where((PlanJob.state == JobState.WAITING) | silent)
    if job_id is not None:
        query = query.where(PlanJob.id == job_id)
    job = session.scalars(query.order_by(PlanJob.id).limit(1).with_for_update(skip_locked=True)).first()
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        job.state, job.finished_at = JobState.FAILED, now
        job.error = "多次中断，已停止。 It broke off several times and was given up."
        return None
    job.state, job.claim, job.heard_at = JobState.RUNNING, uuid4().hex, now
    job.attempts += 1
    job.share = 0.0
    session.flush()
    return job


def heard(session: Session, job: PlanJob, share: float, now: datetime) -> bool:
    """Write down how far a job is; False when it is no longer this worker's."""
    values = {"share": min(max(share, 0.0), 1.0), "heard_at": now}
    written = update(PlanJob).where(_mine(job)).values(values).returning(PlanJob.id)
    return session.scalar(written) is not None


def finish(session: Session, job: PlanJob, now: datetime, answer: Mapping[str, Any], error: str = "") -> None:
    """Write down what came of a job, when it still is this worker's."""
    state = JobState.FAILED if error else JobState.DONE
    values = {"state": state, "share": 1.0, "answer": dict(answer), "error": error, "finished_at": now}
    session.execute(update(PlanJob).where(_mine(job)).values(values))


def _mine(job: PlanJob) -> Any:
    return (PlanJob.id == job.id) & (PlanJob.claim == job.claim) & (PlanJob.state == JobState.RUNNING)
