"""A picture's way to the public: a person looks at it, covers faces and plates by hand, and lets it go - or not.

Before: `cases.photos` keeps the original, which never leaves the staff's pages. After: the public case page shows the
painted copy under a name that nobody can guess. Every decision is written down; an approval can be withdrawn, and
then the copy is erased.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from gis.cases.covering import MOST, Rectangle, painted
from gis.cases.models import Case, CaseType, Photo
from gis.cases.photos import path_of
from gis.cases.picture_models import PictureDecision, PublicPicture
from gis.cases.publicly import UNSHOWN
from gis.cases.queries import visible
from gis.errors import ConflictError, InputError, NotFoundError
from gis.settings import settings
from gis.staff.scope import Scope

FOLDER = "public"
SHOWN_KINDS = ("component", "event")
"""Matters of livelihood are about a person: their pictures are not even offered."""


@dataclass(frozen=True)
class Picture:
    """A photo with the case it belongs to, as the page of pictures shows it."""

    photo: Photo
    case: Case
    category: str
    category_en: str
    public: PublicPicture | None = None


# indexes: ix_picture_decision_photo_id, pk_case
def waiting(session: Session, scope: Scope, limit: int = 100) -> list[Picture]:
    """List the pictures of a scope about which nobody has decided, the oldest first."""
    undecided = ~exists().where(PictureDecision.photo_id == Photo.id)
    query = _pictures(scope).where(undecided, Case.state.not_in(UNSHOWN)).order_by(Photo.id).limit(limit)
    return [Picture(*row) for row in session.execute(query)]


# index: pk_public_picture
def shown(session: Session, scope: Scope, limit: int = 100) -> list[Picture]:
    """List the pictures of a scope that are public, the newest first."""
    query = _pictures(scope).where(PublicPicture.photo_id.is_not(None))
    return [Picture(*row) for row in session.execute(query.order_by(PublicPicture.at.desc()).limit(limit))]


def _pictures(scope: Scope):  # type: ignore[no-untyped-def]
    return (
        select(Photo, Case, CaseType.name, CaseType.name_en, PublicPicture)
        .join(Case, Case.id == Photo.case_id)
        .join(CaseType, CaseType.id == Case.case_type_id)
        .outerjoin(PublicPicture, PublicPicture.photo_id == Photo.id)
        .where(visible(scope), CaseType.kind.in_(SHOWN_KINDS), Case.grid_id.is_not(None))
    )


# index: pk_photo
def picture_of(session: Session, scope: Scope, photo_id: int, *, lock: bool = False) -> Picture:
    """Give one picture of a scope; with `lock`, held until the transaction ends, so that two people decide in turn.

    Raises
    ------
    NotFoundError
        When it does not exist, not for this person, or is about a person.
    """
    query = _pictures(scope).where(Photo.id == photo_id)
    row = session.execute(query.with_for_update(of=Photo) if lock else query).first()
    if row is None:
        raise NotFoundError("没有这张照片，或不在您的范围内。 There is no such picture in your area.")
    return Picture(*row)


# index: ix_picture_decision_photo_id
def decisions(session: Session, photo_id: int) -> Sequence[PictureDecision]:
    """Give what was decided about a picture, the newest first."""
    query = select(PictureDecision).where(PictureDecision.photo_id == photo_id)
    return session.scalars(query.order_by(PictureDecision.id.desc())).all()


def approve(
    session: Session,
    scope: Scope,
    photo_id: int,
    parts: Sequence[Rectangle],
    *,
    account_id: int,
    now: datetime,
) -> PublicPicture:
    """Paint the parts over in a copy and let anybody see the copy.

    Raises
    ------
    NotFoundError
        As `picture_of`, or when the original's file is gone.
    ConflictError
        When it is public already: withdraw it first.
    InputError
        When there are too many parts.
    """
    if len(parts) > MOST:
        raise InputError(f"最多遮盖 {MOST} 处。 Cover at most {MOST} parts.", field="covered")
    found = picture_of(session, scope, photo_id, lock=True)
    # asked again behind the lock: the row above may have been read before another person's decision
    if session.get(PublicPicture, photo_id, populate_existing=True) is not None:
        raise ConflictError(
            "这张照片已经公开；要改，请先撤回。 This picture is public already; withdraw it first."
        )
    if not path_of(found.photo).exists():
        raise NotFoundError("这张照片的文件不在了。 The file of this picture is gone.")
    public = _copy(found.photo, parts, now)
    session.add_all(
        [public, _decision(photo_id, "approve", account_id, now, covered=[one.as_row() for one in parts])]
    )
    return public


def _copy(photo: Photo, parts: Sequence[Rectangle], now: datetime) -> PublicPicture:
    body, width_px, height_px = painted(path_of(photo).read_bytes(), parts)
    digest = hashlib.sha256(body).hexdigest()
    row = PublicPicture(
        photo_id=photo.id, token=secrets.token_urlsafe(16), sha256=digest,
        width_px=width_px, height_px=height_px, at=now,
    )  # fmt: skip
    _store(file_of(row), body)
    return row


def _store(path: Path, body: bytes) -> None:
    """Write to a side file first: a picture is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    side = path.with_suffix(".part")
    side.write_bytes(body)
    side.rename(path)


def keep_back(
    session: Session, scope: Scope, photo_id: int, reason: str, *, account_id: int, now: datetime
) -> None:
    """Decide that a picture is not for everybody; it leaves the list.

    Raises
    ------
    NotFoundError, ConflictError
        As `approve`.
    """
    picture_of(session, scope, photo_id, lock=True)
    if session.get(PublicPicture, photo_id, populate_existing=True) is not None:
        raise ConflictError(
            "这张照片已经公开；要改，请先撤回。 This picture is public already; withdraw it first."
        )
    session.add(_decision(photo_id, "keep_back", account_id, now, reason=reason))


def withdraw(
    session: Session, scope: Scope, photo_id: int, reason: str, *, account_id: int, now: datetime
) -> Path:
    """Take a public copy back; the caller erases the file that is given when the transaction has ended.

    Raises
    ------
    NotFoundError
        As `picture_of`, or when it is not public.
    """
    picture_of(session, scope, photo_id, lock=True)
    public = session.get(PublicPicture, photo_id, populate_existing=True)
    if public is None:
        raise NotFoundError("这张照片没有公开。 This picture is not public.")
    session.delete(public)
    session.add(_decision(photo_id, "withdraw", account_id, now, reason=reason))
    return file_of(public)


def _decision(
    photo_id: int,
    decision: str,
    account_id: int,
    now: datetime,
    *,
    covered: list[dict[str, float]] | None = None,
    reason: str = "",
) -> PictureDecision:
    return PictureDecision(
        photo_id=photo_id, decision=decision, account_id=account_id, at=now, covered=covered or [], reason=reason
    )  # fmt: skip


# index: uq_public_picture_token
def by_token(session: Session, token: str, shown_case: ColumnElement[bool]) -> Path:
    """Give the file of a public picture; the case it belongs to must be public itself (`publicly.is_public`).

    Raises
    ------
    NotFoundError
        When no approved picture has this name, or no longer.
    """
    query = (
        select(PublicPicture)
        .join(Photo, Photo.id == PublicPicture.photo_id)
        .join(Case, Case.id == Photo.case_id)
        .join(CaseType, CaseType.id == Case.case_type_id)
        .where(PublicPicture.token == token, shown_case)
    )
    found = session.scalars(query).first()
    if found is None or not file_of(found).exists():
        raise NotFoundError("没有公开这张照片。 No such picture is public.")
    return file_of(found)


def file_of(public: PublicPicture) -> Path:
    """Give the file of a painted copy; its name is the secret one, so two copies never share a file."""
    return settings().upload_folder / FOLDER / f"{public.token}.jpg"
