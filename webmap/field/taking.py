"""Taking one action of a tablet: known already, or done now; whatever comes of it is written down with its number.

Before: `field.sync`. After: `cases.late` for moves, `cases.journey` for reports, `places.footprint`,
`field.walked`, `field.handed`. One table from the kind of an action to what it does. Nothing is dropped: an action that
cannot be taken becomes a card.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from gis.cases import device_book, journey, late, photos, uploads
from gis.cases.actor import Actor
from gis.cases.device_book import Outcome, Sent
from gis.cases.device_models import DeviceRequest
from gis.cases.intake import NewReport, Pin, clean
from gis.cases.late import Made
from gis.cases.states import MOVES, Handling
from gis.cases.uploads import Named
from gis.database import transaction
from gis.errors import ForbiddenError, InputError, WanggeError
from gis.patrols.rounds.visits import visited
from gis.places import footprint
from gis.settings import settings
from gis.staff.models import Account
from gis.staff.roles import Role, reach_of
from gis.staff.scope import Scope, scope_of
from webmap.field import handed, walked
from webmap.field.handed import HandOverBody
from webmap.field.walked import Step

NEEDS = "needs"
FIELD_MOVES = ("accept", "confirm", "act", "note", "refuse", "ask_extension", "deny")
"""What a tablet can do to a case, in the order of its buttons."""
ACT = "field.send"

Body = TypeVar("Body", bound=BaseModel)
Words = Annotated[str, Field(max_length=2000)]
RowId = Annotated[int, Field(ge=1, lt=2**63)]
Degrees = Annotated[float, Field(allow_inf_nan=False)]


@dataclass(frozen=True)
class Action:
    """One action as it came up."""

    device: str
    seq: int
    request: str
    kind: str
    at: datetime
    sent_at: datetime
    body: dict[str, Any]
    photos: tuple[Named, ...]


@dataclass(frozen=True)
class _Turn:
    """What every kind of action needs: who, when it is, when it was done, over which rows."""

    session: Session
    account: Account
    action: Action
    now: datetime
    done_at: datetime

    @property
    def scope(self) -> Scope:
        """Give what the person can reach now."""
        return scope_of(self.session, self.account, ACT, self.now)

    @property
    def then(self) -> Scope:
        """Give what the person could reach when it was done."""
        return scope_of(self.session, self.account, ACT, self.done_at)

    def read(self, model: type[Body]) -> Body:
        """Read the action's body.

        Raises
        ------
        InputError
        """
        try:
            return model.model_validate(self.action.body)
        except ValidationError as fault:
            raise InputError("内容不全，没有做成。 Something is missing in it.") from fault


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MoveBody(_Strict):
    """A move on a case, as the device had seen it."""

    case: RowId
    revision: Annotated[int, Field(ge=0, lt=2**31)]
    move: str
    reason: Words = ""
    toward: Annotated[str, Field(max_length=100)] = ""
    explained: bool = False
    days: Annotated[int, Field(ge=1, le=180)] | None = None


class ReportBody(_Strict):
    """Something that was seen on the way."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    where: Annotated[str, Field(max_length=200)] = ""
    category: Annotated[str, Field(max_length=20)] = ""
    lon: Degrees | None = None
    lat: Degrees | None = None


class LookBody(_Strict):
    """Doors that were looked up without a network: one that was due, or what a search found."""

    household: RowId | None = None
    households: Annotated[list[RowId], Field(max_length=100)] = []
    purpose: str

    @property
    def doors(self) -> list[int]:
        """Give all of them."""
        return [*self.households, *([] if self.household is None else [self.household])]


class VisitBody(_Strict):
    """A visit, with the few words of its form."""

    household: RowId
    template: Literal["visit", "safety", "paper"] = "visit"
    answer: Annotated[str, Field(max_length=20)] = ""
    words: Annotated[str, Field(max_length=300)] = ""


class SeenBody(_Strict):
    """Cards that were read."""

    requests: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=200)]


def take(action: Action, account: Account, now: datetime) -> dict[str, Any]:
    """Take one action in a transaction of its own; the same number gets the same answer.

    Returns
    -------
    dict
        `request`, `outcome`; `photos` with the bytes that have come where some are missing.
    """
    with transaction() as session:
        device_book.one_at_a_time(session, account.id)
        known = device_book.known(session, account.id, action.request)
        if known is not None:
            return answer(known)
        missing = uploads.missing(session, account.id, list(action.photos))
        if missing:
            return {"request": action.request, "outcome": NEEDS, "photos": missing}
        kept, taken = _taken(session, action, account, now)
    for path in taken:
        path.unlink(missing_ok=True)
    return answer(kept)


def _taken(
    session: Session, action: Action, account: Account, now: datetime
) -> tuple[DeviceRequest, list[Path]]:
    done_at = late.done_at(action.at, action.sent_at, now)
    came = _come_of(_Turn(session, account, action, now, done_at))
    sent = Sent(action.device, action.seq, action.request, action.kind, done_at)
    row = device_book.keep(session, account.id, sent, came, now)
    return row, uploads.drop(session, account.id, [photo.request for photo in action.photos])


def _come_of(turn: _Turn) -> Outcome:
    """Do it; what cannot be done is kept as a card with all its words."""
    try:
        with turn.session.begin_nested():
            return KINDS.get(turn.action.kind, _unknown)(turn)
    except WanggeError as fault:
        return late.refused(fault, {"kind": turn.action.kind} | turn.action.body)


def answer(row: DeviceRequest) -> dict[str, Any]:
    """Give what a tablet is told of an action: only what came of it."""
    return {"request": row.request, "outcome": row.outcome}


def _unknown(turn: _Turn) -> Outcome:
    raise InputError(f"没有“{turn.action.kind}”这种操作。 There is no such action.")


def _move(turn: _Turn) -> Outcome:
    body = turn.read(MoveBody)
    move = MOVES.get(body.move)
    if (
        body.move not in FIELD_MOVES
        or move is None
        or reach_of(Role(turn.account.role), move.act or "") is None
    ):
        raise ForbiddenError("您的岗位不能做这一步。 Your role may not do this.")
    made = Made(
        body.case, body.revision, body.move, clean(body.reason), _detail(body), turn.action.device, turn.done_at,
        turn.scope, turn.then, turn.action.photos, _("添加了照片"),
    )  # fmt: skip
    actor = Actor(turn.account.role, turn.account.id, turn.account.member_id)
    return late.take(turn.session, actor, made, turn.now)


def _detail(body: MoveBody) -> dict[str, Any]:
    if body.move == "refuse":
        return {"toward": clean(body.toward)}
    if body.move == "act" and body.explained:
        return {"handling": Handling.EXPLAIN}
    if body.move == "ask_extension":
        return {"limit": f"{body.days or 1}工作日"}
    return {}


def _report(turn: _Turn) -> Outcome:
    """Take in what was seen; the number of the action is the number of the report."""
    body = turn.read(ReportBody)
    if turn.account.role == Role.AGENCY:
        raise ForbiddenError("单位请走准入清单。 An agency goes by the list of admitted work.")
    where, words = clean(body.where), clean(body.text)
    pin = Pin(body.lon, body.lat, "cgcs2000") if body.lon is not None and body.lat is not None else None
    if pin is None and not where:
        raise InputError("请写下地点，或在地图上标出来。 Write where it is, or mark it on the map.")
    new = NewReport(
        text=f"{where}：{words}" if where else words, channel="member",
        client_request_id=f"{turn.action.device[:16]}:{turn.action.request}"[:80], pin=pin,
        category=body.category or None, language=turn.account.language,
    )  # fmt: skip
    received = journey.report(turn.session, new, turn.now)
    case_id = received.row.case.id
    for one in turn.action.photos:
        with uploads.whole(turn.session, turn.account.id, one.request).open("rb") as file:
            photos.keep(turn.session, case_id, file, "report", turn.now, account_id=turn.account.id)
    return Outcome("done", {"number": received.row.case.number}, case_id)


def _look(turn: _Turn) -> Outcome:
    """Write down that doors were looked at; they were shown already, so nothing is refused here but a strange row."""
    body = turn.read(LookBody)
    footprint.check_purpose(body.purpose)
    footprint.looked(
        turn.session, turn.scope.grid_ids | turn.then.grid_ids, body.doors, account=turn.account.name,
        role=turn.account.role, purpose=body.purpose, at=turn.done_at,
    )  # fmt: skip
    return Outcome("done")


def _visit(turn: _Turn) -> Outcome:
    body = turn.read(VisitBody)
    if turn.account.member_id is None:
        raise ForbiddenError("您的账号没有对应的成员。 Your account stands for no member.")
    visited(
        turn.session, turn.scope.grid_ids | turn.then.grid_ids, body.household, turn.account.member_id,
        at=turn.done_at, zone=settings().time_zone, template=body.template,
        note={"answer": body.answer, "words": clean(body.words)},
    )  # fmt: skip
    return Outcome("done")


def _round(turn: _Turn) -> Outcome:
    """Take a step of a round; it may be on ground that was the person's when it was done."""
    step = turn.read(Step)
    if reach_of(Role(turn.account.role), walked.ACT) is None:
        raise ForbiddenError("您的岗位不巡查。 Your role walks no rounds.")
    walked.walk(turn.session, turn.then, step, turn.now, request=turn.action.request, at=turn.done_at)
    return Outcome("done")


def _hand_over(turn: _Turn) -> Outcome:
    handed.hand_over(turn.session, turn.scope, turn.account, turn.read(HandOverBody), turn.now)
    return Outcome("done")


def _seen(turn: _Turn) -> Outcome:
    device_book.see(turn.session, turn.account.id, turn.read(SeenBody).requests, turn.now)
    return Outcome("done")


KINDS: dict[str, Callable[[_Turn], Outcome]] = {
    "move": _move,
    "report": _report,
    "look": _look,
    "visit": _visit,
    "round": _round,
    "hand_over": _hand_over,
    "seen": _seen,
}
"""What each kind of action does."""
