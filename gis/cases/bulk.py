"""Files of reports: kept row by row the moment they are taken in, walked afterwards by workers in small chunks.

Before: `cases.bulk_read`. After: `tasks.files` takes rows, `cases.bulk_answers` says what became of them. Each has a
client request number of
its own, so that a row that is tried twice, or a file that is sent twice, makes no second case. The words are sealed
until they are a case, and erased then.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from gis.cases import journey, reference
from gis.cases.intake import NewReport, Pin
from gis.cases.poison import waits
from gis.database import Base, Id
from gis.errors import InputError
from gis.places.privacy import seal, unseal

KIND = "report_row"
"""What a row is called among the things that failed."""


class ReportFile(Base):
    """One file of reports that was taken in."""

    __tablename__ = "report_file"
    __table_args__ = (
        # the same file twice is one file
        UniqueConstraint("digest"),
        # files_of(account)
        Index("ix_report_file_account_id", "account_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str]
    digest: Mapped[str]
    rows: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]


class ReportRow(Base):
    """One row of a file: its words until they are a case, then the case."""

    __tablename__ = "report_row"
    __table_args__ = (
        # rows_of(file)
        UniqueConstraint("file_id", "row"),
        # take_rows(): what is still to be walked
        Index("ix_report_row_waiting", "id", postgresql_where=text("done_at IS NULL")),
    )

    id: Mapped[Id]
    file_id: Mapped[int] = mapped_column(ForeignKey("report_file.id"))
    row: Mapped[int] = mapped_column(Integer)
    client_request_id: Mapped[str]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    done_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    error: Mapped[str] = mapped_column(server_default="")


@dataclass(frozen=True)
class Taken:
    """A file is in: its row, and whether we had it already."""

    file: ReportFile
    repeated: bool


def check_categories(session: Session, reports: Collection[tuple[int, NewReport]], now: datetime) -> None:
    """Refuse codes of categories that are not in force.

    Raises
    ------
    InputError
        Names the first row with one.
    """
    known = {row.code for row in reference.case_types(session, now)}
    for number, new in reports:
        if new.category is not None and new.category not in known:
            raise InputError(
                f"row {number}: 没有类别 {new.category[:20]}。 There is no category {new.category[:20]}.",
                row=number,
            )


# index: uq_report_file_digest
def take_in(
    session: Session,
    name: str,
    reports: Sequence[tuple[int, NewReport]],
    now: datetime,
    account_id: int | None = None,
) -> Taken:
    """Keep every row of a file, to be walked afterwards; the same reports again are not kept twice."""
    check_categories(session, reports, now)
    numbers = "\n".join(new.client_request_id for _, new in reports)
    digest = hashlib.sha256(numbers.encode()).hexdigest()
    values = {"account_id": account_id, "name": name[:80], "rows": len(reports), "created_at": now}
    made = (
        insert(ReportFile).values(digest=digest, **values).on_conflict_do_nothing(index_elements=["digest"])
    )
    file = session.scalars(made.returning(ReportFile)).first()
    if file is None:
        return Taken(
            session.scalars(select(ReportFile).where(ReportFile.digest == digest)).one(), repeated=True
        )
    session.execute(insert(ReportRow), [_row(file.id, number, new) for number, new in reports])
    return Taken(file, repeated=False)


def _row(file_id: int, number: int, new: NewReport) -> dict[str, Any]:
    words = json.dumps(asdict(new), ensure_ascii=False)
    return {
        "file_id": file_id,
        "row": number,
        "client_request_id": new.client_request_id,
        "sealed": seal(words),
    }


# indexes: ix_report_row_waiting, uq_poison_kind_subject
def waiting(session: Session, now: datetime, limit: int) -> list[int]:
    """Give the ids of the oldest rows that are to be walked now; what another worker holds or what failed waits."""
    query = (
        select(ReportRow.id)
        .where(ReportRow.done_at.is_(None), ~waits(KIND, ReportRow.id, now))
        .order_by(ReportRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


# index: pk_report_row
def walk(session: Session, row_id: int, now: datetime) -> None:
    """Make one row's case, or say why it cannot be one; nothing happens to a row that is done or held."""
    row = session.scalars(
        select(ReportRow)
        .where(ReportRow.id == row_id, ReportRow.done_at.is_(None))
        .with_for_update(skip_locked=True)
    ).first()
    if row is None or row.sealed is None:
        return
    try:
        row.case_id = journey.report(session, _new(row.sealed), now).row.case.id
    except InputError as fault:  # what was good when it was taken in, and is no longer: a category that ended
        row.error = fault.message
    row.done_at, row.sealed = now, None


def _new(sealed: bytes) -> NewReport:
    said = json.loads(unseal(sealed))
    pin = said.pop("pin")
    return NewReport(pin=Pin(**pin) if pin else None, **said)
