"""What takes long at the planner's table, one row a job: cutting ground for a new plan, searching for proposals.

Before: `gis.long_work` (how any job is taken and kept); the planner's pages begin one. After: `tasks.planning`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

import gis.boundaries.models  # noqa: F401 - a job points to its plan
from gis import long_work
from gis.database import Base
from gis.long_work import MOST_WAITING, Job, Words, table_args

SHOWN = timedelta(days=1)
"""So long a job that failed stays on its maker's page."""


class Kind(StrEnum):
    """切分基本单元, 自动方案."""

    GROUND = "ground"
    PROPOSE = "propose"


class PlanJob(Job, Base):
    """One piece of long work for a planner, what is wanted, how far it is and what came of it."""

    __tablename__ = "plan_job"
    __table_args__ = (
        *table_args(__tablename__),
        CheckConstraint("kind IN ('ground', 'propose')", name="kind"),
        # proposal_of(plan)
        Index("ix_plan_job_plan_id", "plan_id"),
    )
    SILENT: ClassVar[timedelta] = timedelta(minutes=3)
    WORDS: ClassVar[Words] = Words(
        too_many=f"您已有 {MOST_WAITING} 项在排队，请等它们完成。 {MOST_WAITING} of your jobs wait; let them finish.",
        unknown="没有这项工作。 There is no such job.",
        given_up="多次中断，已停止。 It broke off several times and was given up.",
    )

    kind: Mapped[str]
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("boundary_plan.id"))
    wanted: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    made_at: Mapped[datetime]
    share: Mapped[float] = mapped_column(Float, server_default="0")
    answer: Mapped[dict[str, Any]] = mapped_column(server_default="{}")

    def restart(self) -> None:
        """Set back how far it is."""
        self.share = 0.0


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
    job = PlanJob(account_id=account_id, kind=kind, plan_id=plan_id, wanted=dict(wanted), made_at=now)
    return long_work.begin(session, job, jobs_of(session, account_id, now))


# index: ix_plan_job_account_id
def jobs_of(session: Session, account_id: int, now: datetime) -> Sequence[PlanJob]:
    """Give an account's jobs that are open or ended within a day, the newest first."""
    query = select(PlanJob).where(PlanJob.account_id == account_id, PlanJob.made_at > now - SHOWN)
    return session.scalars(query.order_by(PlanJob.id.desc())).all()


# index: ix_plan_job_plan_id
def proposal_of(session: Session, plan_id: int) -> PlanJob | None:
    """Give the newest search for proposals of a plan, if there was any."""
    query = select(PlanJob).where(PlanJob.plan_id == plan_id, PlanJob.kind == Kind.PROPOSE)
    return session.scalars(query.order_by(PlanJob.id.desc()).limit(1)).first()
