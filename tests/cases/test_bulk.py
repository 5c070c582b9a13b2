"""Files of reports: all rows or none are kept, rows alike are two reports, and no row becomes two cases."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from gis.cases import bulk, bulk_answers, bulk_read
from gis.cases.bulk import ReportRow
from gis.cases.models import Case, CaseType, Report
from gis.errors import InputError, NotFoundError
from gis.settings import Settings
from tests import make

HEADINGS = ["text", "lon", "lat", "category", "contact"]


@pytest.fixture
def town(session: Session, test_settings: Settings) -> make.Town:
    del test_settings
    return make.Town(session)


def rows(*cells: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(cells, start=2))


def lamp(town: make.Town, **more: str) -> dict[str, str]:
    lon, lat = town.inside("A")
    return {"text": "路灯坏了", "lon": str(lon), "lat": str(lat), "category": "C0118"} | more


def walk_all(session: Session) -> int:
    waiting = bulk.waiting(session, make.NOW, 50)
    for row_id in waiting:
        bulk.walk(session, row_id, make.NOW)
    session.flush()
    return len(waiting)


def test_every_fault_is_named_with_its_row_and_nothing_is_read(town: make.Town) -> None:
    cells = rows(lamp(town), lamp(town, text=" "), lamp(town, lat="north"), lamp(town, contact="abc"))
    with pytest.raises(InputError) as fault:
        bulk_read.read(cells, HEADINGS)
    assert [one.split(":")[0] for one in fault.value.details["faults"]] == ["3", "4", "5"]


def test_a_table_without_words_is_refused() -> None:
    with pytest.raises(InputError, match="text"):
        bulk_read.read([], ["lon"])


def test_an_unknown_category_keeps_nothing(session: Session, town: make.Town) -> None:
    with pytest.raises(InputError, match=r"row 3: .*X9"):
        bulk.take_in(
            session, "a.csv", bulk_read.read(rows(lamp(town), lamp(town, category="X9")), HEADINGS), make.NOW
        )
    assert session.scalar(select(func.count()).select_from(ReportRow)) == 0


def test_rows_become_cases_once_and_their_words_are_not_kept(session: Session, town: make.Town) -> None:
    reports = bulk_read.read(rows(lamp(town), lamp(town), lamp(town, text="又坏了")), HEADINGS)
    taken = bulk.take_in(session, "a.csv", reports, make.NOW)
    again = bulk.take_in(session, "b.csv", reports, make.NOW)
    assert (taken.repeated, again.repeated, again.file.id) == (False, True, taken.file.id)
    assert walk_all(session) == 3
    assert walk_all(session) == 0
    assert session.scalar(select(func.count()).select_from(Case)) == 3, "rows alike are two reports"
    kept = session.scalars(select(ReportRow)).all()
    assert all(row.sealed is None and row.case_id and not row.error for row in kept)


def test_a_row_that_died_after_its_case_was_made_makes_no_second(session: Session, town: make.Town) -> None:
    bulk.take_in(session, "a.csv", bulk_read.read(rows(lamp(town)), HEADINGS), make.NOW)
    sealed = session.scalars(select(ReportRow.sealed)).one()
    walk_all(session)
    session.execute(update(ReportRow).values(done_at=None, case_id=None, sealed=sealed))
    session.expire_all()
    walk_all(session)
    assert session.scalar(select(func.count()).select_from(Report)) == 1
    assert session.scalars(select(ReportRow.case_id)).one() is not None


def test_a_category_that_ended_meanwhile_is_said_with_the_row(session: Session, town: make.Town) -> None:
    bulk.take_in(session, "a.csv", bulk_read.read(rows(lamp(town)), HEADINGS), make.NOW)
    session.execute(update(CaseType).values(code="C9999"))
    session.expire_all()
    walk_all(session)
    row = session.scalars(select(ReportRow)).one()
    assert row.case_id is None
    assert row.error
    assert row.done_at == make.NOW


def test_what_became_of_each_row_is_told_to_who_sent_the_file(session: Session, town: make.Town) -> None:
    own, other = make.account(session, "commander"), make.account(session, "commander")
    reports = bulk_read.read(rows(lamp(town), lamp(town, text="又坏了")), HEADINGS)
    taken = bulk.take_in(session, "a.csv", reports, make.NOW, own.id)
    bulk.walk(session, bulk.waiting(session, make.NOW, 1)[0], make.NOW)
    session.flush()
    [progress] = bulk_answers.files_of(session, own.id)
    assert (progress.done, progress.faulty, progress.open) == (1, 0, True)
    first, second = bulk_answers.outcomes(session, make.EVERYTHING, taken.file.id)
    assert (first.row, first.done, first.state, first.in_sight) == (2, True, "assigned", True)
    assert (second.done, second.number, second.error) == (False, None, "")
    assert bulk_answers.files_of(session, other.id) == []
    with pytest.raises(NotFoundError):
        bulk_answers.file_of(session, other.id, taken.file.id)
