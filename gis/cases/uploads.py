"""Pictures that come up in pieces over a bad line: each piece at its offset, the whole checked by its SHA-256.

Before: `cases.device_models`. After: `cases.late` hands a whole one to `cases.photos`. Pieces lie in a folder of their
own outside what is served. A piece that comes again changes nothing; one that is ahead is told where to go on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from gis.cases.device_models import Upload
from gis.cases.photos import LARGEST_BYTES
from gis.errors import InputError, TooLargeError, TooManyError
from gis.settings import settings

LARGEST_PIECE_BYTES = 1024 * 1024
MOST_OPEN = 200
STALE = timedelta(days=7)


@dataclass(frozen=True)
class Named:
    """A picture as an action names it: the number of its upload, its size and sum, what it shows."""

    request: str
    size_bytes: int
    sha256: str
    kind: str


def put(session: Session, account_id: int, wanted: Named, offset: int, piece: bytes, *, now: datetime) -> int:
    """Take one piece; give how many bytes are there now.

    Parameters
    ----------
    offset : int
        Where the piece begins, in bytes. A piece that does not begin where the upload stands is left aside.

    Raises
    ------
    TooLargeError
        A picture over 16 MB, or a piece over 1 MB.
    InputError
        When the bytes come to more than was said, or the whole has another sum; it then begins anew.
    TooManyError
        When too many pictures of one account are under way.
    """
    _check(wanted, piece)
    upload = _begun(session, account_id, wanted, now)
    path = path_of(upload)
    there = path.stat().st_size if path.exists() else 0
    if there < upload.received_bytes:  # the folder was lost: what is not there has not come
        upload.received_bytes = 0
    if offset != upload.received_bytes:
        return upload.received_bytes
    if offset + len(piece) > upload.size_bytes:
        raise InputError("照片比说好的大。 The picture is larger than was said.", field="photo")
    _write(path, offset, piece)
    upload.received_bytes, upload.moved_at = offset + len(piece), now
    if upload.received_bytes == upload.size_bytes and _sum(path) != upload.sha256:
        upload.received_bytes = 0
    return upload.received_bytes


def _check(wanted: Named, piece: bytes) -> None:
    if wanted.size_bytes > LARGEST_BYTES or len(piece) > LARGEST_PIECE_BYTES:
        raise TooLargeError(
            "照片超过 16 MB，请缩小后再传。 The picture is over 16 MB; make it smaller.", field="photo"
        )
    if wanted.size_bytes < 1 or not piece:
        raise InputError("照片是空的。 The picture is empty.", field="photo")


# index: uq_upload_account_id_request
def _begun(session: Session, account_id: int, wanted: Named, now: datetime) -> Upload:
    """Give the upload, locked; the first piece begins it."""
    query = select(Upload).where(Upload.account_id == account_id, Upload.request == wanted.request)
    found = session.scalars(query.with_for_update()).first()
    if found is not None and (found.size_bytes, found.sha256) == (wanted.size_bytes, wanted.sha256):
        return found
    if found is not None:  # the same number for other bytes: what there was is no use
        found.size_bytes, found.sha256, found.received_bytes = wanted.size_bytes, wanted.sha256, 0
        return found
    count = session.scalar(select(func.count()).where(Upload.account_id == account_id)) or 0
    if count >= MOST_OPEN:
        raise TooManyError("同时上传的照片太多，请稍等。 Too many pictures at once; wait a little.")
    values = {
        "account_id": account_id, "request": wanted.request, "size_bytes": wanted.size_bytes,
        "sha256": wanted.sha256, "received_bytes": 0, "moved_at": now,
    }  # fmt: skip
    session.execute(insert(Upload).values(**values).on_conflict_do_nothing())
    return session.scalars(query.with_for_update()).one()


def path_of(upload: Upload) -> Path:
    """Give the file of an upload; its name is a number of ours, nothing that was sent."""
    return settings().upload_folder / "pieces" / f"{upload.id}.part"


def _write(path: Path, offset: int, piece: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("r+b" if path.exists() else "w+b") as file:
        file.seek(offset)
        file.truncate()
        file.write(piece)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# index: uq_upload_account_id_request
def missing(session: Session, account_id: int, wanted: list[Named]) -> dict[str, int]:
    """Give which pictures are not there whole yet, and how many bytes of each have come."""
    names = [one.request for one in wanted]
    query = select(Upload).where(Upload.account_id == account_id, Upload.request.in_(names))
    there = {row.request: row for row in session.scalars(query)} if names else {}
    return {
        name: there[name].received_bytes if name in there else 0
        for name in names
        if not _whole(there.get(name))
    }


def _whole(upload: Upload | None) -> bool:
    return upload is not None and upload.received_bytes == upload.size_bytes and path_of(upload).exists()


def whole(session: Session, account_id: int, request: str) -> Path:
    """Give the file of a picture that is there whole; it stays until the sweeper takes it.

    Raises
    ------
    InputError
        When it is not.
    """
    query = select(Upload).where(Upload.account_id == account_id, Upload.request == request)
    found = session.scalars(query).first()
    if found is None or not _whole(found):
        raise InputError("照片还没有传完。 The picture is not there yet.", field="photo")
    return path_of(found)


# index: uq_upload_account_id_request
def drop(session: Session, account_id: int, requests: list[str]) -> list[Path]:
    """Forget uploads that were taken; give their files, to be deleted once that is committed."""
    query = select(Upload).where(Upload.account_id == account_id, Upload.request.in_(requests))
    rows = session.scalars(query).all() if requests else []
    for row in rows:
        session.delete(row)
    return [path_of(row) for row in rows]


# index: ix_upload_moved_at
def sweep(session: Session, now: datetime) -> list[Path]:
    """Forget uploads that stood still for a week; give their files."""
    old = session.scalars(select(Upload).where(Upload.moved_at < now - STALE)).all()
    session.execute(delete(Upload).where(Upload.id.in_([row.id for row in old])))
    return [path_of(row) for row in old]
