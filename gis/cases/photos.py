"""Pictures of a case: checked, turned upright, stripped of metadata, kept outside what is served.

Before: the pages' uploads. After: the case page asks for one by its id. A file is named by its SHA-256, so the same
picture is kept once; nothing of the uploaded name or its EXIF remains.
"""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import IO

from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases.models import Photo
from gis.errors import InputError, TooLargeError
from gis.settings import settings

LARGEST_BYTES = 16 * 1024 * 1024
LARGEST_PIXELS = 60_000_000
LONGEST_SIDE_PX = 2048
KINDS = ("report", "before", "after")
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85


def keep(
    session: Session,
    case_id: int,
    stream: IO[bytes],
    kind: str,
    now: datetime,
    *,
    account_id: int | None = None,
) -> Photo:
    """Take one uploaded picture in; the same picture twice is one.

    Raises
    ------
    TooLargeError
        Over 16 MB, or over 60 million pixels.
    InputError
        No picture of a known kind, or a broken one.
    """
    if kind not in KINDS:
        raise InputError("照片种类不对。 There is no such kind of picture.", field="kind")
    body, width_px, height_px = _normalised(_read(stream))
    digest = hashlib.sha256(body).hexdigest()
    known = session.scalars(select(Photo).where(Photo.case_id == case_id, Photo.sha256 == digest)).first()
    if known is not None:
        return known
    _store(digest, body)
    photo = Photo(
        case_id=case_id,
        kind=kind,
        sha256=digest,
        width_px=width_px,
        height_px=height_px,
        at=now,
        account_id=account_id,
    )
    session.add(photo)
    return photo


def path_of(photo: Photo) -> Path:
    """Give the file of a picture."""
    return _path(photo.sha256)


def _read(stream: IO[bytes]) -> bytes:
    body = stream.read(LARGEST_BYTES + 1)
    if len(body) > LARGEST_BYTES:
        raise TooLargeError(
            "照片超过 16 MB，请缩小后再传。 The picture is over 16 MB; make it smaller.", field="photo"
        )
    return body


def _normalised(body: bytes) -> tuple[bytes, int, int]:
    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
            if opened.width * opened.height > LARGEST_PIXELS:
                raise TooLargeError(
                    "照片像素太多，请缩小后再传。 The picture has too many pixels.", field="photo"
                )
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            upright.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
            clean = Image.new("RGB", upright.size)
            clean.paste(upright)
            out = io.BytesIO()
            clean.save(out, "JPEG", quality=QUALITY)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
        raise InputError(
            "这个文件不是能打开的照片，请用 JPEG、PNG 或 WebP。 This is no picture that can be opened.",
            field="photo",
        ) from fault
    return out.getvalue(), clean.width, clean.height


def _store(digest: str, body: bytes) -> None:
    """Write to a side file first: a picture is there whole or not at all."""
    path = _path(digest)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    side = path.with_suffix(".part")
    side.write_bytes(body)
    side.rename(path)


def _path(digest: str) -> Path:
    return settings().upload_folder / digest[:2] / f"{digest}.jpg"
