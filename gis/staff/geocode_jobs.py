"""Files of texts to be placed: one row a file, with how far it is and what came of it.

Before: `gis.long_work` (how any job is taken and kept), the page `/geocode`. After: `staff.geocoding` works through the
file, `tasks.geocoding` takes jobs one by one. A job is its maker's alone; file, answers and row are deleted after a few
days.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import Integer, select
from sqlalchemy.orm import Mapped, Session, mapped_column

import gis.staff.models  # noqa: F401 - a job points to its account
from gis import long_work
from gis.database import Base
from gis.long_work import MOST_WAITING, Job, Words, table_args

KEPT = timedelta(days=7)
LONGEST_NAME = 80


class GeocodeJob(Job, Base):
    """One uploaded file of texts, and how far it is."""

    __tablename__ = "geocode_job"
    __table_args__ = table_args(__tablename__)
    SILENT: ClassVar[timedelta] = timedelta(minutes=2)
    WORDS: ClassVar[Words] = Words(
        too_many=f"您已有 {MOST_WAITING} 个文件在排队，请等它们完成。 "
        f"{MOST_WAITING} of your files wait; let them finish.",
        unknown="没有这个文件，或已过期删除。 There is no such file, or it has been deleted.",
        given_up="处理这个文件时多次中断，已停止。 The work on this file broke off several times.",
    )

    name: Mapped[str]
    # the random name of its files, and their ending
    file: Mapped[str]
    ending: Mapped[str]
    created_at: Mapped[datetime]
    delete_at: Mapped[datetime]
    rows: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, server_default="0")
    counts: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    faults: Mapped[int] = mapped_column(Integer, server_default="0")

    def restart(self) -> None:
        """Set back how far it is."""
        self.done = 0


def begin(session: Session, account_id: int, name: str, ending: str, now: datetime) -> GeocodeJob:
    """Write down that a file has come; its content is stored under the job's random name.

    Raises
    ------
    TooManyError
        When too many of the account's files wait already.
    """
    job = GeocodeJob(
        account_id=account_id,
        name=name[-LONGEST_NAME:],
        file=uuid4().hex,
        ending=ending,
        created_at=now,
        delete_at=now + KEPT,
    )
    return long_work.begin(session, job, jobs_of(session, account_id))


# index: ix_geocode_job_account_id
def jobs_of(session: Session, account_id: int) -> Sequence[GeocodeJob]:
    """Give an account's jobs, the newest first."""
    query = select(GeocodeJob).where(GeocodeJob.account_id == account_id).order_by(GeocodeJob.id.desc())
    return session.scalars(query).all()


def take_expired(session: Session, now: datetime) -> list[GeocodeJob]:
    """Delete the rows of jobs past their date, and give them for their files to be deleted too."""
    query = select(GeocodeJob).where(GeocodeJob.delete_at <= now).with_for_update(skip_locked=True)
    expired = list(session.scalars(query))
    for job in expired:
        session.delete(job)
    return expired
