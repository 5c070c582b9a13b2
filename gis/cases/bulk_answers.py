"""What became of the files of reports that a person sent in: how far each is, and the case or the fault of every row.

Before: `cases.bulk`. After: the page of files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, String, and_, cast, func, select
from sqlalchemy.orm import Session

from gis.cases.bulk import KIND, ReportFile, ReportRow
from gis.cases.models import Case
from gis.cases.poison import Poison
from gis.cases.queries import visible
from gis.errors import NotFoundError
from gis.staff.scope import Scope


@dataclass(frozen=True)
class Progress:
    """One file: how many of its rows are done, and how many of these could not be used."""

    file: ReportFile
    done: int
    faulty: int

    @property
    def open(self) -> bool:
        """Say whether rows still wait."""
        return self.done < self.file.rows


@dataclass(frozen=True)
class Outcome:
    """One row: its case when it has become one, else why not; `in_sight` when the case lies in the person's scope."""

    row: int
    done: bool
    case_id: int | None
    number: str | None
    state: str | None
    in_sight: bool
    error: str


# indexes: ix_report_file_account_id, uq_report_row_file_id_row
def files_of(session: Session, account_id: int, limit: int = 20) -> list[Progress]:
    """Give a person's newest files."""
    query = _progress().where(ReportFile.account_id == account_id)
    rows = session.execute(query.order_by(ReportFile.id.desc()).limit(limit))
    return [Progress(row[0], row[1], row[2]) for row in rows]


# indexes: pk_report_file, uq_report_row_file_id_row
def file_of(session: Session, account_id: int, file_id: int) -> Progress:
    """Give one of a person's own files.

    Raises
    ------
    NotFoundError
        When it does not exist, or is somebody else's.
    """
    query = _progress().where(ReportFile.id == file_id, ReportFile.account_id == account_id)
    row = session.execute(query).first()
    if row is None:
        raise NotFoundError("没有这个文件。 There is no such file.", file=file_id)
    return Progress(row[0], row[1], row[2])


def _progress() -> Select[ReportFile, int, int]:
    return (
        select(ReportFile, func.count(ReportRow.done_at), func.count().filter(ReportRow.error != ""))
        .join(ReportRow, ReportRow.file_id == ReportFile.id)
        .group_by(ReportFile.id)
    )


# indexes: uq_report_row_file_id_row, uq_poison_kind_subject
def outcomes(session: Session, scope: Scope, file_id: int) -> Sequence[Outcome]:
    """Give what became of every row of a file, in its order; the caller has asked whose file it is."""
    failed = and_(Poison.kind == KIND, Poison.subject == cast(ReportRow.id, String))
    query = (
        select(
            ReportRow.row,
            ReportRow.done_at.is_not(None),
            Case.id,
            Case.number,
            Case.state,
            func.coalesce(visible(scope), False),
            func.coalesce(func.nullif(ReportRow.error, ""), Poison.error, ""),
        )
        .outerjoin(Case, Case.id == ReportRow.case_id)
        .outerjoin(Poison, failed)
        .where(ReportRow.file_id == file_id)
        .order_by(ReportRow.row)
    )
    return [Outcome(*row) for row in session.execute(query)]
