"""What fails again and again: in a place where a person sees it with its error, and no longer in anybody's way.

Before: the sweeper and other tasks mark what they are about to touch, in a transaction of its own, so that a thing that
ends its worker is counted as well. After: the page of things that failed, where a person has them tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Exists,
    Integer,
    String,
    UniqueConstraint,
    cast,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from gis.database import Base, Id
from gis.errors import NotFoundError
from gis.retrying import given_up, wait

BROKEN_OFF = "中途断开，没有留下原因。 It broke off without a reason."
LONGEST_ERROR = 500


class Poison(Base):
    """One thing that failed: what it is, which, how often, since when, with which error."""

    __tablename__ = "poison"
    __table_args__ = (
        # touch(kind, subject); and what the sweeper passes over
        UniqueConstraint("kind", "subject"),
    )

    id: Mapped[Id]
    kind: Mapped[str]
    subject: Mapped[str]
    error: Mapped[str] = mapped_column(server_default="")
    attempts: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]
    last_at: Mapped[datetime]
    next_at: Mapped[datetime]
    given_up_at: Mapped[datetime | None]


# index: uq_poison_kind_subject
def waits(kind: str, number: ColumnElement[int] | InstrumentedAttribute[int], now: datetime) -> Exists:
    """Give the condition that a thing failed and is to be left alone: until its next attempt, or for a person."""
    later = or_(Poison.next_at > now, Poison.given_up_at.is_not(None))
    return exists().where(Poison.kind == kind, Poison.subject == cast(number, String), later)


# index: uq_poison_kind_subject
def failed(kind: str, number: ColumnElement[int] | InstrumentedAttribute[int]) -> Exists:
    """Give the condition that a thing failed before."""
    return exists().where(Poison.kind == kind, Poison.subject == cast(number, String))


# index: uq_poison_kind_subject
def touch(session: Session, kind: str, subject: str, now: datetime) -> None:
    """Write down that something is about to be tried; `clear` takes it back when it worked."""
    first = insert(Poison).values(
        kind=kind,
        subject=subject,
        error=BROKEN_OFF,
        attempts=1,
        since=now,
        last_at=now,
        next_at=now + wait(1),
    )
    row = session.scalars(
        first.on_conflict_do_update(
            index_elements=["kind", "subject"],
            set_={"attempts": Poison.attempts + 1, "last_at": now},
        ).returning(Poison),
        execution_options={"populate_existing": True},
    ).one()
    row.next_at = now + wait(row.attempts)
    row.given_up_at = now if given_up(row.attempts) else None


# index: uq_poison_kind_subject
def clear(session: Session, kind: str, subject: str) -> None:
    """Write down that it worked."""
    session.execute(delete(Poison).where(Poison.kind == kind, Poison.subject == subject))


# index: uq_poison_kind_subject
def said(session: Session, kind: str, subject: str, error: str) -> None:
    """Write down why it failed."""
    session.execute(
        update(Poison)
        .where(Poison.kind == kind, Poison.subject == subject)
        .values(error=error[:LONGEST_ERROR])
    )


def record(session: Session, kind: str, subject: str, error: str, now: datetime) -> None:
    """Write down something that is given up already: a task whose retries are used up."""
    touch(session, kind, subject, now)
    session.execute(
        update(Poison)
        .where(Poison.kind == kind, Poison.subject == subject)
        .values(error=error[:LONGEST_ERROR], given_up_at=now)
    )


def listed(session: Session, limit: int = 200) -> Sequence[Poison]:
    """Give what failed, that which is given up first; healthy towns have none or few."""
    query = select(Poison).order_by(Poison.given_up_at.is_(None), Poison.last_at.desc()).limit(limit)
    return session.scalars(query).all()


# index: pk_poison
def try_again(session: Session, poison_id: int, now: datetime) -> Poison:
    """Let something be tried again at once, from the first attempt on.

    Raises
    ------
    NotFoundError
        When it has worked meanwhile.
    """
    row = session.get(Poison, poison_id, with_for_update=True)
    if row is None:
        raise NotFoundError("已经处理好了，不在名单里。 It has worked meanwhile and is no longer listed.")
    row.attempts, row.next_at, row.given_up_at = 0, now, None
    return row


# index: pk_poison
def drop(session: Session, poison_id: int) -> None:
    """Take something off the list that a person has looked at: a task that the timetable calls again anyway."""
    session.execute(delete(Poison).where(Poison.id == poison_id))
