"""The page of files: a table of texts goes in, a table of places comes out; each sees their own files only.

Before: `webmap.access`. After: `tasks.geocoding` works through the files that wait here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, send_file
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from gis import long_work
from gis.database import transaction
from gis.errors import InputError, NotFoundError, TooManyError
from gis.long_work import JobState
from gis.staff import geocode_jobs, geocoding
from gis.staff.geocode_jobs import GeocodeJob
from webmap.access import account, act
from webmap.answers import TYPES, private
from webmap.saying import pair

blueprint = Blueprint("geocoding", __name__)

PARTS = {"result": "out", "faults": "faults"}
STATES = {
    JobState.WAITING: ("排队中", "waiting"),
    JobState.RUNNING: ("进行中", "running"),
    JobState.DONE: ("已完成", "done"),
    JobState.FAILED: ("未完成", "failed"),
}


@blueprint.get("/geocode")
@act("geocode.bulk")
def page() -> str:
    """Show one's files, how far they are, and the form for another."""
    return _page()


@blueprint.post("/geocode")
@act("geocode.bulk")
def send() -> str | tuple[str, int] | Answer:
    """Take a file in; nothing is kept of one that cannot be used."""
    try:
        _take(request.files.get("file"))
    except (InputError, TooManyError) as fault:
        return _page(fault), 422
    flash(_("文件已收到，正在排队。可以离开这个页面，回来再取结果。"))
    return redirect("/geocode", 303)


def _take(given: FileStorage | None) -> None:
    if given is None or not given.filename:
        raise InputError("请选择一个文件。 Choose a file.", field="file")
    with transaction() as session:
        ending = geocoding.ending_of(given.filename)
        job = geocode_jobs.begin(session, account().id, given.filename, ending, datetime.now(UTC))
        geocoding.store(job, given.stream)


def _page(fault: InputError | TooManyError | None = None) -> str:
    with transaction() as session:
        jobs = geocode_jobs.jobs_of(session, account().id)
    return render_template(
        "geocoding.html",
        jobs=jobs,
        fault=fault,
        word=state_word,
        headings=geocoding.TEXT_HEADINGS,
        keep_days=geocode_jobs.KEPT.days,
    )


def state_word(job: GeocodeJob) -> str:
    """Say how a job stands."""
    return pair(STATES[JobState(job.state)])


@blueprint.get("/geocode/jobs.json")
@act("geocode.bulk")
def progress() -> Response:
    """Say how far one's files are, for the page that is looked at."""
    with transaction() as session:
        found = [_as_json(job) for job in geocode_jobs.jobs_of(session, account().id)]
    return private(jsonify(found))


def _as_json(job: GeocodeJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "state": job.state,
        "word": state_word(job),
        "open": job.open,
        "rows": job.rows,
        "done": job.done,
    }


@blueprint.get("/geocode/<int:job_id>/<part>")
@act("geocode.bulk")
def download(job_id: int, part: str) -> Response:
    """Give the answers of a file, or what could not be used of it."""
    if part not in PARTS:
        abort(404)
    with transaction() as session:
        job = long_work.job_of(session, GeocodeJob, account().id, job_id)
    path = geocoding.path_of(job, PARTS[part])
    if job.state != JobState.DONE or not path.is_file():
        raise NotFoundError("结果还没有好，或已过期删除。 The result is not there yet, or has been deleted.")
    response = send_file(
        path,
        mimetype=TYPES[job.ending[1:]],
        as_attachment=True,
        download_name=f"{part}-{job.id}{job.ending}",
        max_age=0,
    )
    return private(response)
