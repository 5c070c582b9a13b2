"""Files of reports: kept row by row the moment they are taken in, walked afterwards by workers in small chunks.

Before: `wangge report --file`, the page of files. After: `tasks.files` takes rows; each has a client request number of
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
    String,
    UniqueConstraint,
    cast,
    exists,
    func,
    insert,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from gis.cases import intake, journey, reference
from gis.cases.intake import NewReport, Pin
from gis.cases.models import Case
from gis.cases.poison import Poison
from gis.database import Base, Id
from gis.errors import InputError
from gis.places.privacy import seal, unseal

COLUMNS = ("text", "lon", "lat", "crs", "category", "contact", "client_request_id")
MOST_ROWS = 20_000
MOST_FAULTS = 20
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


def read(
    rows: Collection[tuple[int, dict[str, str]]], headings: Collection[str]
) -> list[tuple[int, NewReport]]:
    """Turn the cells of a table into reports, each with a request number of its own.

    Two rows alike are two reports; the same file again gives the same numbers again.

    Raises
    ------
    InputError
        When there is no column `text`, or too many rows, or one of them is faulty: all faults are named, with their
        rows, up to twenty.
    """
    if "text" not in headings:
        raise InputError(
            f"表里没有 text 一列。 There is no column text; the columns are {', '.join(COLUMNS)}."
        )
    if len(rows) > MOST_ROWS:
        raise InputError(
            f"一次最多 {MOST_ROWS} 行，请分开。 At most {MOST_ROWS} rows at once; split the file."
        )
    reports: list[tuple[int, NewReport]] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for number, cells in rows:
        words = json.dumps([cells.get(name, "") for name in COLUMNS], ensure_ascii=False)
        seen[words] = seen.get(words, 0) + 1
        try:
            reports.append((number, _report(cells, words, seen[words])))
        except InputError as fault:
            faults.append(f"{number}: {fault.message}")
    if faults:
        raise InputError(
            f"有 {len(faults)} 行不能用，一行也没有收下。 {len(faults)} rows cannot be used, nothing was taken in: "
            + "; ".join(faults[:MOST_FAULTS]),
            faults=faults[:MOST_FAULTS],
        )
    return reports


def _report(cells: dict[str, str], words: str, nth: int) -> NewReport:
    place = (cells.get("lon", ""), cells.get("lat", ""))
    new = NewReport(
        text=cells["text"],
        channel="file",
        client_request_id=cells.get("client_request_id") or _fingerprint(words, nth),
        pin=_pin(place, cells.get("crs") or "wgs84") if any(place) else None,
        category=cells.get("category") or None,
        contact=cells.get("contact", ""),
    )
    intake.check(new)
    if new.pin is not None:
        intake.pinned(new.pin)
    return new


def _pin(place: tuple[str, str], system: str) -> Pin:
    try:
        return Pin(float(place[0]), float(place[1]), system)
    except ValueError as fault:
        raise InputError(
            "lon 和 lat 应当是数字，并且都要有。 lon and lat must be numbers, and go together.", field="lon"
        ) from fault


def _fingerprint(words: str, nth: int) -> str:
    """Give a row without a number one of its own words and of how many rows before it say the same."""
    again = f"-{nth}" if nth > 1 else ""
    return f"file-{hashlib.sha256(words.encode()).hexdigest()[:40]}{again}"


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
    known = session.scalars(select(ReportFile).where(ReportFile.digest == digest)).first()
    if known is not None:
        return Taken(known, repeated=True)
    file = ReportFile(account_id=account_id, name=name[:80], digest=digest, rows=len(reports), created_at=now)
    session.add(file)
    session.flush()
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
    later = or_(Poison.next_at > now, Poison.given_up_at.is_not(None))
    held = exists().where(Poison.kind == KIND, Poison.subject == cast(ReportRow.id, String), later)
    query = (
        select(ReportRow.id)
        .where(ReportRow.done_at.is_(None), ~held)
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


# indexes: ix_report_file_account_id, uq_report_row_file_id_row
def files_of(session: Session, account_id: int, limit: int = 20) -> Sequence[tuple[ReportFile, int, int]]:
    """Give a person's newest files, each with how many rows are done and how many of these could not be used."""
    done = func.count(ReportRow.done_at)
    faulty = func.count().filter(ReportRow.error != "")
    query = (
        select(ReportFile, done, faulty)
        .join(ReportRow, ReportRow.file_id == ReportFile.id)
        .where(ReportFile.account_id == account_id)
        .group_by(ReportFile.id)
        .order_by(ReportFile.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


# index: uq_report_row_file_id_row
def answers(session: Session, account_id: int, file_id: int) -> Sequence[tuple[int, str | None, str]]:
    """Give row, case number and fault of every row of one of a person's own files."""
    query = (
        select(ReportRow.row, Case.number, ReportRow.error)
        .join(ReportFile, ReportFile.id == ReportRow.file_id)
        .outerjoin(Case, Case.id == ReportRow.case_id)
        .where(ReportRow.file_id == file_id, ReportFile.account_id == account_id)
        .order_by(ReportRow.row)
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]
