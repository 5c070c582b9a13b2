"""Working through an uploaded file of texts: answers into one table, what cannot be used into another.

Before: `staff.geocode_jobs`, the geocoder. After: `tasks.geocoding`, downloads. Files lie outside what is served, under
random names, readable by us only. Answers hold places of the gazetteer, and nothing of what people wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from gis.errors import InputError, TooLargeError
from gis.files.faults import Faults
from gis.files.tables import check_file, check_unpacked
from gis.places.geocoder import Geocoder
from gis.places.geocoder.bulk import ANSWER_COLUMNS, answer_cells
from gis.places.geocoder.tablefiles import Row, read_rows, written
from gis.settings import settings
from gis.staff.geocode_jobs import GeocodeJob

ENDINGS = (".csv", ".xlsx")
LARGEST_BYTES = 30 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
LONGEST_TEXT = 2000
MOST_FAULTS = 10_000
FEW_ROWS = 5_000
"""Up to so many rows the database is asked; for more it pays to take the gazetteer into memory. The answers are one."""
TEXT_HEADINGS = ("text", "地址", "文字", "内容", "诉求内容", "问题描述", "案发地址", "address")
ID_HEADINGS = ("id", "编号", "工单编号", "序号")
SAID_EVERY = 200


@dataclass
class Worked:
    """What came of a file."""

    counts: dict[str, int] = field(default_factory=lambda: {"auto": 0, "ask": 0, "none": 0})
    faults: Faults = field(default_factory=Faults)


class StoppedError(Exception):
    """Somebody else works on the job now."""


def path_of(job: GeocodeJob, part: str) -> Path:
    """Give the file of a job: `in`, `out`, or `faults`."""
    return settings().upload_folder / "geocode" / f"{job.file}.{part}{job.ending}"


def ending_of(name: str) -> str:
    """Give the ending of an uploaded file.

    Raises
    ------
    InputError
        When it is neither CSV nor XLSX.
    """
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise InputError("请上传 CSV 或 XLSX 文件。 Send a CSV or XLSX file.", field="file")
    return ending


def store(job: GeocodeJob, stream: IO[bytes]) -> None:
    """Keep an uploaded file under the job's random name, and check that it is the table it says it is.

    Raises
    ------
    InputError
        It is empty, no such table, or lacks a column of texts. Nothing is kept.
    TooLargeError
        It is larger than 30 MB, or unpacks to more than 512 MB.
    """
    path = path_of(job, "in")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    body = stream.read(LARGEST_BYTES + 1)
    if len(body) > LARGEST_BYTES:
        raise TooLargeError("文件超过 30 MB，请分成几个。 The file is over 30 MB; split it.", field="file")
    path.touch(mode=0o600)
    path.write_bytes(body)
    try:
        check(path)
    except InputError as fault:
        path.unlink()
        raise type(fault)(
            f"这个表不能用。 {fault.message.replace(path.name, 'The file')}", field="file"
        ) from fault


def check(path: Path) -> None:
    """Refuse what is no table with a column of texts and at least one row."""
    check_file(path)
    check_unpacked(path, LARGEST_UNPACKED)
    first = next(iter(read_rows(path, ())), None)
    if first is None:
        raise InputError("There is no row below the heading.")
    if _heading(first, TEXT_HEADINGS) is None:
        raise InputError(
            f"No column is named {' or '.join(TEXT_HEADINGS[:3])}; name the column of the texts so."
        )


def _heading(row: Row, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in row.cells), None)


def count(job: GeocodeJob) -> int:
    """Count the rows of a job's file."""
    return sum(1 for _ in read_rows(path_of(job, "in"), ()))


def work(geocoder: Geocoder, job: GeocodeJob, say: Callable[[int], bool]) -> Worked:
    """Answer a job's file; the tables appear when they are complete, so that a second run changes nothing.

    Parameters
    ----------
    geocoder : Geocoder
    job : GeocodeJob
        Its file lies under `in`.
    say : callable
        Told the number of rows done every two hundred; False stops the work.

    Returns
    -------
    Worked
        Rows by decision, and the rows that could not be used.

    Raises
    ------
    InputError
        The file breaks off or cannot be read.
    StoppedError
        `say` answered False.
    """
    worked = Worked()
    with written(path_of(job, "out")) as table:
        table.write(ANSWER_COLUMNS)
        for done, row in enumerate(read_rows(path_of(job, "in"), ())):
            if done % SAID_EVERY == 0 and not say(done):
                raise StoppedError
            key, words = _cells(row, worked.faults)
            answer = geocoder.locate(words)
            worked.counts[answer.decision] += 1
            table.write(answer_cells(key, answer))
    worked.faults.save(path_of(job, "faults"))
    return worked


def _cells(row: Row, faults: Faults) -> tuple[str, str]:
    """Read a row's number and text; what is missing or too long is noted."""
    named = _heading(row, ID_HEADINGS)
    key = row.cells[named].strip() if named else ""
    words = row.cells.get(_heading(row, TEXT_HEADINGS) or "", "").strip()
    if len(faults) < MOST_FAULTS:
        if not words:
            faults.add(row.number, "text", "", "没有文字，无法定位", "There is no text to place")
        if len(words) > LONGEST_TEXT:
            faults.add(
                row.number,
                "text",
                "",
                f"文字超过 {LONGEST_TEXT} 字，只读前面的部分",
                f"The text is longer than {LONGEST_TEXT} characters; only its beginning was read",
                warning=True,
            )
        if not key:
            faults.add(
                row.number,
                "id",
                "",
                "没有编号，以行号代替",
                "There is no id; the row's number stands for it",
                warning=True,
            )
    return key or str(row.number), words[:LONGEST_TEXT]


def discard_lost(before: float) -> None:
    """Delete files that no job knows of, by their age: `before` in seconds since 1970."""
    folder = settings().upload_folder / "geocode"
    for path in folder.glob("*") if folder.is_dir() else ():
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def discard(job: GeocodeJob) -> None:
    """Delete all files of a job."""
    for part in ("in", "out", "faults"):
        path_of(job, part).unlink(missing_ok=True)
