"""请假: a member asks the branch for some days away; agreed, they are in the roster and a colleague stands in.

Before: `cases.hand_over` asks. After: the branch's page of leave. The request is the branch's notice itself; its key
tells who, which days and who stands in. Agreed, the colleague is posted in the member's grids for these days, so that
what falls due there is theirs to see; the posting ends with the leave.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.cases.models import Notice
from gis.errors import ConflictError, InputError, NotFoundError
from gis.staff.models import Member, Posting, PostingRole, Shift
from gis.staff.scope import Scope, posted_grids

KEY = "leave:"
LONGEST_DAYS = 60
AHEAD = timedelta(days=180)
"""How long a leave may be, and how far ahead it may begin."""


@dataclass(frozen=True)
class Leave:
    """Who will be away on which days, both counted, and who stands in."""

    member_id: int
    first: date
    last: date
    colleague_id: int

    @property
    def key(self) -> str:
        """Give it as the key of the branch's notice."""
        return f"{KEY}{self.member_id}:{self.first}:{self.last}:{self.colleague_id}"

    @classmethod
    def of(cls, key: str) -> Leave:
        """Read it from the key of a notice."""
        _word, member_id, first, last, colleague_id = key.split(":")
        return cls(int(member_id), date.fromisoformat(first), date.fromisoformat(last), int(colleague_id))

    def during(self, zone: ZoneInfo) -> Range[datetime]:
        """Give its days as instants, from midnight to midnight."""
        first, after = self.first, self.last + timedelta(days=1)
        return Range(datetime.combine(first, time(0), zone), datetime.combine(after, time(0), zone))

    @property
    def days(self) -> str:
        """Say its days."""
        return f"{self.first}" if self.first == self.last else f"{self.first} – {self.last}"


@dataclass(frozen=True)
class Ask:
    """A leave that was asked for; `granted` once the roster has it."""

    notice_id: int
    leave: Leave
    name: str
    colleague: str
    granted: bool


def check_days(first: date, last: date, today: date) -> None:
    """Refuse days that are no leave.

    Raises
    ------
    InputError
        In the past, the wrong way round, too far ahead or too long.
    """
    if first < today or first > today + AHEAD:
        raise InputError("请从今天起半年内的一天开始。 Begin within half a year from today.", field="first")
    if last < first:
        raise InputError("结束的一天不能早于开始。 It cannot end before it begins.", field="last")
    if (last - first).days >= LONGEST_DAYS:
        raise InputError(f"一次最多 {LONGEST_DAYS} 天。 At most {LONGEST_DAYS} days at once.", field="last")


def ask(
    session: Session, leave: Leave, organisation_ids: Sequence[int], now: datetime, *, zone: ZoneInfo
) -> bool:
    """Ask the branch for a leave, unless it was asked for the same days or the roster has them.

    Parameters
    ----------
    organisation_ids : sequence of int
        The branches of the member; the member's own is asked where it is among them.

    Raises
    ------
    InputError
        When it overlaps another that was asked for.
    """
    # one member's leaves are asked for one after another
    whose = session.get_one(Member, leave.member_id, with_for_update=True)
    own = [one for one in asks(session, organisation_ids, now, zone) if one.leave.member_id == whose.id]
    if any((one.leave.first, one.leave.last) == (leave.first, leave.last) for one in own):
        return False
    if any(one.leave.first <= leave.last and leave.first <= one.leave.last for one in own):
        raise InputError("和已经申请的请假重叠。 It overlaps a leave that was asked for.", field="first")
    if _granted(session, leave, zone):
        return False
    to = session.get_one(Member, leave.colleague_id).name
    asked_of = whose.organisation_id if whose.organisation_id in organisation_ids else organisation_ids[0]
    session.add(
        Notice(
            key=leave.key, organisation_id=asked_of, created_at=now, send_after=now,
            body=f"{whose.name}申请请假（{leave.days}），由{to}代管。请在“请假待批”页确认。",
            body_en=f"{whose.name} asks for leave ({leave.days}); {to} stands in. See “Leave asked for”.",
        )
    )  # fmt: skip
    return True


# indexes: ix_notice_organisation_id, pk_member, ex_shift_during
def asks(session: Session, organisation_ids: Collection[int], now: datetime, zone: ZoneInfo) -> list[Ask]:
    """Give the leaves that some branches were asked for and that are not over, the first to begin first."""
    since = now - AHEAD - timedelta(days=LONGEST_DAYS)
    query = select(Notice.id, Notice.key).where(
        Notice.organisation_id.in_(organisation_ids), Notice.created_at > since, Notice.key.startswith(KEY)
    )
    today = now.astimezone(zone).date()
    found = [(number, Leave.of(key)) for number, key in session.execute(query)]
    found = [(number, leave) for number, leave in found if leave.last >= today]
    ids = {one for _number, leave in found for one in (leave.member_id, leave.colleague_id)}
    named = session.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    names = {row.id: row.name for row in named}
    shifts = session.scalars(select(Shift).where(Shift.member_id.in_(ids), Shift.kind == "leave")).all()
    return [
        Ask(number, leave, names[leave.member_id], names[leave.colleague_id], _in(shifts, leave, zone))
        for number, leave in sorted(found, key=lambda one: (one[1].first, one[0]))
    ]


def _in(shifts: Sequence[Shift], leave: Leave, zone: ZoneInfo) -> bool:
    during = leave.during(zone)
    return any(one.member_id == leave.member_id and one.during.contains(during) for one in shifts)


def _granted(session: Session, leave: Leave, zone: ZoneInfo) -> bool:
    query = select(Shift).where(Shift.member_id == leave.member_id, Shift.kind == "leave")
    return _in(session.scalars(query).all(), leave, zone)


def grant(session: Session, mine: Scope, notice_id: int, now: datetime, zone: ZoneInfo) -> Ask:
    """Agree to a leave: it enters the roster, and the colleague stands in for the grids of the branch.

    Raises
    ------
    NotFoundError
        When it was not asked of this branch, or is over.
    ConflictError
        When the roster has it already.
    """
    organisation_ids = [mine.organisation_id] if mine.organisation_id is not None else []
    ask = next(
        (one for one in asks(session, organisation_ids, now, zone) if one.notice_id == notice_id), None
    )
    if ask is None:
        raise NotFoundError("没有这份申请，或已经过期。 There is no such request, or it is over.")
    leave = ask.leave
    session.get_one(Member, leave.member_id, with_for_update=True)
    if _granted(session, leave, zone):
        raise ConflictError("这份请假已经同意过了。 This leave was agreed to already.")
    _write_leave(session, leave, zone)
    _stand_in(session, leave, mine, now, zone)
    session.get_one(Notice, notice_id).seen_at = now
    session.add(
        Notice(
            key=f"granted:{leave.key}", member_id=leave.member_id, created_at=now, send_after=now,
            body=f"请假已同意：{leave.days}，由{ask.colleague}代管。",
            body_en=f"Your leave is agreed to: {leave.days}; {ask.colleague} stands in.",
        )
    )  # fmt: skip
    return ask


# index: ex_shift_during
def _write_leave(session: Session, leave: Leave, zone: ZoneInfo) -> None:
    """Write the leave into the roster, one with what it overlaps there."""
    during = leave.during(zone)
    query = select(Shift).where(
        Shift.member_id == leave.member_id, Shift.kind == "leave", Shift.during.op("&&")(during)
    )
    for one in session.scalars(query).all():
        during = during.union(one.during)
        session.delete(one)
    session.flush()
    session.add(Shift(member_id=leave.member_id, kind="leave", during=during))


# index: ex_posting_valid
def _stand_in(session: Session, leave: Leave, mine: Scope, now: datetime, zone: ZoneInfo) -> None:
    """Post the colleague for these days where they are not posted; never back in time."""
    whole = leave.during(zone)
    during = Range(max(whole.lower or now, now), whole.upper)
    grid_ids = posted_grids(session, leave.member_id, now) & mine.grid_ids
    posted = select(Posting.grid_id).where(
        Posting.member_id == leave.colleague_id,
        Posting.grid_id.in_(grid_ids),
        or_(Posting.role == PostingRole.GRID_MEMBER, Posting.valid.contains(during)),
        Posting.valid.op("&&")(during),
    )
    for grid_id in sorted(grid_ids - set(session.scalars(posted))):
        row = Posting(member_id=leave.colleague_id, grid_id=grid_id, role="grid_member", valid=during)
        session.add(row)
