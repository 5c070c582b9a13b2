"""A move that was made on a tablet and comes later: made if it still can be, else kept with its words and pictures.

Before: `cases.moves`, `cases.old_line`, `cases.uploads`. After: `webmap.field.taking` writes the outcome down. What
others did meanwhile decides: notes and reminders change nothing; whoever took the case, moved it on or closed it comes
first, and what was done here stands in the history as `arrive_late`. Ground that changed hands is no obstacle: by the
rules of `old_line` the work is taken and labelled. Nothing that somebody wrote or photographed is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gis.cases import moves, photos, uploads
from gis.cases.actor import Actor
from gis.cases.device_book import Outcome
from gis.cases.kept import kept_id
from gis.cases.models import Case, CaseLog
from gis.cases.old_line import LATE, handed_over
from gis.cases.queries import visible
from gis.cases.stand import owner_in
from gis.cases.uploads import Named
from gis.errors import ConflictError, InputError, NotFoundError, WanggeError
from gis.staff.models import Account
from gis.staff.scope import Scope

OLDEST = timedelta(days=30)
"""Further back than this nobody's clock is believed."""
QUIET = frozenset({"note", "escalate", "arrive_late", "endorse_extension", "ask_extension", "child_done"})
"""Moves of others that are no reason not to make one's own."""


@dataclass(frozen=True)
class Made:
    """One move as it was made on a device.

    `revision` is how far the device had seen the case; `then` what the person could reach when it was done, `scope`
    what they can reach now.
    """

    case_id: int
    revision: int
    move: str
    reason: str
    detail: dict[str, Any]
    device: str
    done_at: datetime
    scope: Scope
    then: Scope
    photos: tuple[Named, ...] = ()
    photo_words: str = ""


@dataclass(frozen=True)
class _Look:
    """What a late move meets: the case, locked, what happened since, whether it was taken with its ground."""

    case: Case
    since: list[CaseLog]
    handed: CaseLog | None
    reached: bool

    @property
    def in_the_way(self) -> list[CaseLog]:
        """Give what others did since that comes before one's own move."""
        return [log for log in self.since if log is not self.handed and _moved(log)]


def _moved(log: CaseLog) -> bool:
    return log.move not in QUIET and (log.from_state != log.to_state or owner_in(log.detail) is not None)


def take(session: Session, actor: Actor, made: Made, now: datetime) -> Outcome:
    """Make the move, or keep it; the caller holds the account's lock and commits.

    Raises
    ------
    NotFoundError
        When there is no such case, or it never was this person's to work on.
    """
    look = _look(session, actor, made, now)
    if look.reached and (made.move == "note" or not look.in_the_way):
        try:
            with session.begin_nested():
                _make(session, look.case, actor, made, now)
        except (InputError, ConflictError, NotFoundError) as fault:
            return _keep(session, look, actor, made, now, why=fault.message)
        return _done(session, look, made)
    return _keep(session, look, actor, made, now)


def _make(session: Session, case: Case, actor: Actor, made: Made, now: datetime) -> None:
    _keep_photos(session, case.id, actor, made, now)
    reason = made.reason or (made.photo_words if made.photos and made.move == "note" else "")
    moves.make(session, case, made.move, actor, now, reason=reason, detail=made.detail | _mark(made))


def _mark(made: Made) -> dict[str, Any]:
    """Give what the log says of a move from a device: which one, and when it was done there."""
    return {"device": made.device, "done_at": made.done_at.isoformat()}


def _keep_photos(session: Session, case_id: int, actor: Actor, made: Made, now: datetime) -> None:
    for one in made.photos:
        with uploads.whole(session, actor.account_id or 0, one.request).open("rb") as file:
            photos.keep(session, case_id, file, one.kind, now, account_id=actor.account_id)


def _done(session: Session, look: _Look, made: Made) -> Outcome:
    """Say that it was made; on ground that is another's by now, with a card that says whose."""
    own = made.scope.member_id is not None and look.case.member_id == made.scope.member_id
    if look.handed is None or own:
        return Outcome("done", case_id=look.case.id)
    told = _told(session, look, made, attached=True)
    return Outcome("handed", told | {"plan": look.handed.detail.get("plan_name", "")}, look.case.id)


def _keep(
    session: Session, look: _Look, actor: Actor, made: Made, now: datetime, *, why: str = ""
) -> Outcome:
    """Write what was done into the history of the case, or of the one that answers for it; nothing is moved."""
    session.refresh(look.case)
    case = _answering(session, look.case)
    told = _told(session, look, made, attached=True) | {"why": why, "kept_in": case.number}
    detail = _mark(made) | {"made": made.move, "meanwhile": [log.move for log in look.in_the_way][-5:]}
    try:
        with session.begin_nested():
            _keep_photos(session, case.id, actor, made, now)
            moves.make(session, case, "arrive_late", actor, now, reason=_words(made), detail=detail)
    except InputError as fault:
        return Outcome("refused", told | {"attached": False, "why": why or fault.message}, look.case.id)
    return Outcome("kept", told, look.case.id)


def _words(made: Made) -> str:
    """Give what the history keeps: the person's own words, or else the name of what they did."""
    return made.reason or made.photo_words or made.move


def _answering(session: Session, case: Case) -> Case:
    if case.merged_into_id is None:
        return case
    query = select(Case).where(Case.id == kept_id(session, case.id)).with_for_update(of=Case)
    return session.scalars(query.execution_options(populate_existing=True)).one()


# index: pk_case
def _look(session: Session, actor: Actor, made: Made, now: datetime) -> _Look:
    """Lock the case and read what happened since the device saw it.

    Raises
    ------
    NotFoundError
        When it does not exist, or never was this person's.
    """
    query = select(Case).where(Case.id == made.case_id).with_for_update(of=Case)
    case = session.scalars(query.execution_options(populate_existing=True)).first()
    logs = _logs(session, made.case_id) if case is not None else []
    if case is not None:
        seen = _sees(session, case.id, made.scope)
        handed = handed_over(
            session, case.id, member_id=made.scope.member_id, organisation_id=made.scope.organisation_id
        )
        in_time = handed is not None and now - handed.at <= LATE
        since = [log for log in logs if log.seq > made.revision and log.detail.get("device") != made.device]
        if seen or in_time:
            return _Look(case, since, handed if in_time and handed in since else None, reached=True)
        if _was_theirs(session, case, logs, made):
            return _Look(case, since, None, reached=False)
    raise NotFoundError(
        "没有这个案件，或不在您的范围内。 There is no such case in your area.", case=made.case_id
    )


# index: uq_case_log_case_id_seq
def _logs(session: Session, case_id: int) -> Sequence[CaseLog]:
    return session.scalars(select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.seq)).all()


def _sees(session: Session, case_id: int, scope: Scope) -> bool:
    return session.scalar(select(Case.id).where(Case.id == case_id, visible(scope))) is not None


def _was_theirs(session: Session, case: Case, logs: Sequence[CaseLog], made: Made) -> bool:
    """Say whether the person had the case, or worked on its ground, when the move was made."""
    if _sees(session, case.id, made.then):
        return True
    grids = {log.detail.get("from_grid_id") for log in logs if log.move == "rehome"}
    if grids & made.then.grid_ids:
        return True
    mine = (made.scope.member_id, made.scope.organisation_id)
    owners = [log.detail.get(name) for log in logs for name in ("owner", "before", "from_owner")]
    return any(
        (mine[0] is not None and one.get("member_id") == mine[0])
        or (mine[1] is not None and one.get("organisation_id") == mine[1])
        for one in owners
        if one
    )


def _told(session: Session, look: _Look, made: Made, *, attached: bool) -> dict[str, Any]:
    """Give what the card says: what I did, and what happened meanwhile."""
    logs = [*([look.handed] if look.handed else []), *look.in_the_way][-5:]
    names = _names(session, [log.account_id for log in logs if log.account_id is not None])
    return {
        "number": look.case.number,
        "did": {"move": made.move, "reason": made.reason, "photos": len(made.photos)},
        "meanwhile": [
            {
                "at": log.at.isoformat(), "move": log.move, "role": log.role,
                "name": names.get(log.account_id or 0, ""),
                "whom": str(log.detail.get("member") or log.detail.get("organisation") or ""),
            }
            for log in logs
        ],
        "state": look.case.state,
        "attached": attached,
    }  # fmt: skip


# index: pk_account
def _names(session: Session, ids: list[int]) -> dict[int, str]:
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(ids)))
    return {row[0]: row[1] for row in rows} if ids else {}


def done_at(at: datetime, sent_at: datetime, now: datetime) -> datetime:
    """Put a device's time right by what its clock said when it sent, and believe nothing ahead or long ago."""
    return min(max(at + (now - sent_at), now - OLDEST), now)


def refused(fault: WanggeError, made: dict[str, Any]) -> Outcome:
    """Keep on a card what could not be taken at all."""
    return Outcome("refused", {"did": made, "why": fault.message, "meanwhile": [], "attached": False})
