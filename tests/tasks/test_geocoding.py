"""Uploaded files are worked through once and whole, survive a dead worker, and are deleted on their day."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker

import gis.database
from gis import long_work
from gis.errors import InputError, NotFoundError, TooLargeError, TooManyError
from gis.places.indexing import catch_up
from gis.settings import Settings, settings
from gis.staff import geocode_jobs, geocoding
from gis.staff.geocode_jobs import GeocodeJob
from gis.staff.models import Account
from tests import make
from tests.places.city import add_places

TEXTS = "id,text\n1,和平路12号幸福小区3号楼2单元的灯坏了\n2,\n,锦绣花园门口\n4,没有这样的地方\n"


@pytest.fixture
def account(
    connection: Connection, session: Session, test_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Account:
    maker = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    monkeypatch.setattr(gis.database, "sessions", lambda: maker)
    add_places(
        session,
        [
            ("1", "compound", "幸福小区", "和平路12号", 116.3, 39.9),
            ("2", "building", "幸福小区3号楼", "和平路12号", 116.301, 39.9),
            ("3", "compound", "锦绣花园", "长江路3号", 116.31, 39.9),
        ],
    )
    catch_up(session)
    town = make.Town(session)
    return make.account(session, "commander", area_id=town.subdistrict.id)


def sent(
    session: Session, account: Account, body: bytes = TEXTS.encode(), name: str = "热线.csv"
) -> GeocodeJob:
    job = geocode_jobs.begin(session, account.id, name, geocoding.ending_of(name), make.NOW)
    geocoding.store(job, io.BytesIO(body))
    session.commit()
    return job


def work() -> int:
    from tasks import geocoding as task

    return task.work()


def fresh(session: Session, job: GeocodeJob) -> GeocodeJob:
    session.expire_all()
    return session.get_one(GeocodeJob, job.id)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_file_is_answered_with_its_faults(session: Session, account: Account) -> None:
    job = sent(session, account)
    assert work() == 1
    job = fresh(session, job)
    assert (job.state, job.rows, job.done, job.error) == ("done", 4, 4, "")
    answers = rows_of(geocoding.path_of(job, "out"))
    assert [row["id"] for row in answers] == ["1", "2", "4", "4"]
    assert (answers[0]["decision"], answers[0]["level"], answers[0]["lon"]) == ("auto", "building", "116.301")
    assert {row["decision"] for row in (answers[1], answers[3])} == {"none"}
    assert sum(job.counts.values()) == 4
    faults = rows_of(geocoding.path_of(job, "faults"))
    assert [(row["row"], row["field"], row["level"]) for row in faults] == [
        ("3", "text", "fault"),
        ("4", "id", "warning"),
    ]
    assert work() == 0


def test_excel_with_chinese_headings_gives_excel(session: Session, account: Account) -> None:
    book = Workbook()
    book.active.append(["工单编号", "诉求内容"])
    book.active.append(["Z-1", "幸福小区3号楼的灯坏了"])
    out = io.BytesIO()
    book.save(out)
    job = sent(session, account, out.getvalue(), "热线.XLSX")
    assert work() == 1
    sheet = load_workbook(geocoding.path_of(fresh(session, job), "out")).worksheets[0]
    [_, answer] = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert (answer[0], answer[2], answer[4]) == ("Z-1", "building", "auto")


def test_memory_and_database_answer_a_file_alike(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sent(session, account), sent(session, account)
    assert work() == 2
    by_database = geocoding.path_of(first, "out").read_text()
    again = sent(session, account)
    monkeypatch.setattr(geocoding, "FEW_ROWS", 0)
    assert work() == 1
    assert (
        geocoding.path_of(again, "out").read_text()
        == by_database
        == geocoding.path_of(second, "out").read_text()
    )


def test_a_dead_workers_job_is_begun_anew_and_given_up_in_the_end(session: Session, account: Account) -> None:
    job = sent(session, account)
    now = make.NOW
    for _ in range(long_work.MOST_ATTEMPTS):
        claimed = long_work.claim(session, GeocodeJob, now)
        assert claimed is not None
        assert claimed.id == job.id
        assert long_work.claim(session, GeocodeJob, now + timedelta(seconds=30)) is None
        now += GeocodeJob.SILENT + timedelta(seconds=1)
    assert long_work.claim(session, GeocodeJob, now) is None
    session.flush()
    assert fresh(session, job).state == "failed"
    assert fresh(session, job).error


def test_a_worker_that_lost_its_job_stops_and_changes_nothing(session: Session, account: Account) -> None:
    sent(session, account)
    slow = long_work.claim(session, GeocodeJob, make.NOW)
    assert slow is not None
    session.flush()
    session.expunge(slow)
    quick = long_work.claim(session, GeocodeJob, make.NOW + GeocodeJob.SILENT * 2)
    assert quick is not None
    session.flush()
    assert not long_work.heard(session, slow, make.NOW, done=1, rows=4)
    long_work.finish(session, slow, make.NOW, counts={"auto": 1}, faults=0)
    assert fresh(session, quick).state == "running"
    assert long_work.heard(session, quick, make.NOW, done=1, rows=4)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("a.csv", b""),
        ("a.csv", b"id,text\n"),
        ("a.csv", b"id,words\n1,x\n"),
        ("a.csv", b"\x00\x01\x02\xff\xfe"),
        ("a.xlsx", b"PK\x03\x04 no book"),
        ("a.xlsx", TEXTS.encode()),
    ],
)
def test_what_is_no_table_of_texts_is_refused_and_not_kept(
    session: Session, account: Account, name: str, body: bytes
) -> None:
    before = files()
    with pytest.raises(InputError):
        sent(session, account, body, name)
    assert files() == before


def files() -> set[Path]:
    return set((settings().upload_folder / "geocode").glob("*"))


def test_other_endings_and_too_large_files_are_refused(
    session: Session, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError):
        geocoding.ending_of("a.exe")
    monkeypatch.setattr(geocoding, "LARGEST_BYTES", 10)
    with pytest.raises(TooLargeError):
        sent(session, account)


def test_nobody_fills_the_queue_alone(session: Session, account: Account) -> None:
    for _ in range(long_work.MOST_WAITING):
        sent(session, account)
    with pytest.raises(TooManyError):
        sent(session, account)


def test_files_go_on_their_day(session: Session, account: Account) -> None:
    from tasks import geocoding as task

    job = sent(session, account)
    assert work() == 1
    assert task.tidy() == 0
    job = fresh(session, job)
    job.delete_at = make.LONG_AGO
    session.commit()
    kept = [geocoding.path_of(job, part) for part in ("in", "out", "faults")]
    assert all(path.is_file() for path in kept)
    assert task.tidy() == 1
    assert not any(path.exists() for path in kept)
    job_id, account_id = job.id, account.id
    session.expunge_all()
    with pytest.raises(NotFoundError):
        long_work.job_of(session, GeocodeJob, account_id, job_id)
