"""Files of texts are placed, one after another; old ones are deleted; the index of names follows the places.

Before: the timetable, `gis.long_work` (a job is taken in the database and says how far it is every few seconds). After:
`gis.staff.geocoding`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from celery.utils.log import get_task_logger

from gis import long_work
from gis.database import transaction
from gis.errors import InputError
from gis.places import candidates, indexing
from gis.places.geocoder import Geocoder
from gis.places.known import known
from gis.staff import geocode_jobs, geocoding
from gis.staff.geocode_jobs import GeocodeJob
from gis.staff.geocoding import StoppedError, Worked
from tasks.app import task

SAID_EVERY_S = 1.0

log = get_task_logger(__name__)


@task("tasks.geocoding.work")
def work() -> int:
    """Work through every file that waits; give their number."""
    worked = 0
    while (job := _claim()) is not None:
        _work_through(job)
        worked += 1
    return worked


def _claim() -> GeocodeJob | None:
    with transaction() as session:
        return long_work.claim(session, GeocodeJob, datetime.now(UTC))


def _work_through(job: GeocodeJob) -> None:
    counts: dict[str, int] = {}
    faults, error = 0, ""
    try:
        result = _answered(job)
        counts, faults = result.counts, len(result.faults)
    except StoppedError:
        log.warning("job %s is somebody else's now", job.id)
        return
    except InputError as fault:
        error = fault.message
    with transaction() as session:
        done = sum(counts.values())
        long_work.finish(
            session, job, datetime.now(UTC), error=error, counts=counts, faults=faults, done=done, rows=done
        )
    log.info("job %s: %s rows", job.id, done)


def _answered(job: GeocodeJob) -> Worked:
    rows = geocoding.count(job)
    last = monotonic() - SAID_EVERY_S

    def say(done: int) -> bool:
        nonlocal last
        if monotonic() - last < SAID_EVERY_S:
            return True
        last = monotonic()
        with transaction() as session:
            return long_work.heard(session, job, datetime.now(UTC), done=done, rows=rows)

    if rows <= geocoding.FEW_ROWS:
        with transaction() as session:
            return geocoding.work(candidates.geocoder(session), job, say)
    with transaction() as session:
        places = known(session)
    return geocoding.work(Geocoder(places), job, say)


@task("tasks.geocoding.tidy")
def tidy() -> int:
    """Delete the files and rows of jobs past their date; give their number."""
    now = datetime.now(UTC)
    with transaction() as session:
        expired = geocode_jobs.take_expired(session, now)
        for job in expired:
            geocoding.discard(job)
    geocoding.discard_lost((now - geocode_jobs.KEPT - timedelta(days=1)).timestamp())
    return len(expired)


@task("tasks.geocoding.catch_up")
def catch_up() -> bool:
    """Make the index of names anew when places have changed behind its back; tell whether that was needed."""
    with transaction() as session:
        return indexing.catch_up(session)
