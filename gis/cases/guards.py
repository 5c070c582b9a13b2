"""What the table of moves cannot say: two approvals by two people, no open part, an answered bad mark, whose it is.

Before: `cases.states` allowed the move. After: `cases.moves` writes it, with what a guard adds to the log beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gis.cases import clocks
from gis.cases.actor import Actor
from gis.cases.causes import CAUSES
from gis.cases.models import Case, CaseLog
from gis.cases.reference import case_type_of, type_with
from gis.cases.stand import NOBODY, Owner, bad, owner_in
from gis.cases.states import Handling
from gis.errors import InputError, MoveRefusedError
from gis.staff.models import Member

LONGEST_NAME = 100
WITHDRAW_WITHIN = timedelta(minutes=1)
LONGEST_EXTENSION = timedelta(days=180)
RESOLVED = ("yes", "partly", "no")
OWN_ROLES = frozenset({"grid_member", "branch"})


@dataclass
class Facts:
    """What a guard may ask about: the case, who moves it, when, what is told beside it; the rest is read on demand."""

    session: Session
    case: Case
    actor: Actor
    now: datetime
    detail: dict[str, Any]

    @property
    def owner(self) -> Owner:
        """Say who has it."""
        return Owner(self.case.organisation_id, self.case.member_id, self.case.agency)

    @cached_property
    def logs(self) -> list[CaseLog]:
        """Give the history, oldest first."""
        # index: uq_case_log_case_id_seq
        query = select(CaseLog).where(CaseLog.case_id == self.case.id).order_by(CaseLog.seq)
        return list(self.session.scalars(query))

    @cached_property
    def open_parts(self) -> int:
        """Count the parts that others still have."""
        # index: ix_case_parent_id
        query = select(func.count()).where(Case.parent_id == self.case.id, Case.closed_at.is_(None))
        return self.session.scalar(query) or 0

    def last(self, *moves: str) -> CaseLog | None:
        """Give the last row of one of some moves."""
        return next((log for log in reversed(self.logs) if log.move in moves), None)

    def did(self, log: CaseLog | None) -> bool:
        """Say whether the person who moves made that move too, with this or another account of the same member."""
        if log is None:
            return False
        account, member = self.actor.account_id, self.actor.member_id
        same = account is not None and log.account_id == account
        return same or (member is not None and log.detail.get("member_id") == member)


Guard = Callable[[Facts], dict[str, Any]]


def guard(move_name: str, facts: Facts) -> dict[str, Any]:
    """Refuse a move that the rules forbid; give what the log tells beside it.

    Raises
    ------
    MoveRefusedError
        When it may not be, or not by this person.
    InputError
        When something is missing that the move must say.
    """
    told: dict[str, Any] = {}
    for one in GUARDS.get(move_name, ()):
        told |= one(facts)
    return told


def _refuse(sentence: str, move: str) -> MoveRefusedError:
    return MoveRefusedError(sentence, move=move)


def theirs(facts: Facts) -> dict[str, Any]:
    """Let an agency move only what was handed to it, and the grid's people only what was not."""
    role, by_agency = facts.actor.role, facts.owner.by_agency
    if (role == "agency" and not by_agency) or (role in OWN_ROLES and by_agency):
        raise _refuse(
            "这件案件现在由别的单位办理。 Somebody else has this case now.",
            "act",
        )
    return {}


def no_open_part(facts: Facts) -> dict[str, Any]:
    """Let nothing be ended while somebody still works on a part of it."""
    if facts.open_parts:
        raise _refuse(
            f"还有 {facts.open_parts} 件联办件没有办结，请等它们办结后再操作。"
            f" {facts.open_parts} part(s) of it are still open; wait until they are done.",
            "act",
        )
    return {}


def another_person(facts: Facts) -> dict[str, Any]:
    """Let nobody check what they did themselves: neither the account nor another account of the same member."""
    if facts.did(facts.last("act")):
        raise _refuse(
            "办理人不能核查自己的案件，请由另一位同志核查。 The one who acted cannot check it; ask another person.",
            "check",
        )
    return {}


def toward(facts: Facts) -> dict[str, Any]:
    """Ask whoever refuses to whom it should go; then nobody has it, and it stands in the queue."""
    words = str(facts.detail.get("toward", "")).strip()
    if not words or len(words) > LONGEST_NAME:
        raise InputError("请写明应当交给谁（不清楚也请写明）。 Say to whom it should go.", field="toward")
    return {"toward": words, "from_owner": facts.owner.told["owner"]} | NOBODY.told


def given(facts: Facts) -> dict[str, Any]:
    """Tell the log to whom the case was given; what an agency had is done by the own people again."""
    if facts.case.handling != Handling.TRANSFER:
        return facts.owner.told
    own = Owner(facts.case.organisation_id, facts.case.member_id)
    return own.told | {"handling": Handling.OWN}


def just_given(facts: Facts) -> dict[str, Any]:
    """Let whoever gave a case to somebody take it back for a minute, while nobody has acted on it since.

    What stood before is told in that row of the log, so that owner, request for more time and clocks are as they were.
    """
    last = facts.logs[-1] if facts.logs else None
    if last is None or last.move != "reassign" or "before" not in last.detail:
        raise _refuse("派出后已有人处理，不能撤销。 Somebody has acted since; it stays.", "withdraw")
    if last.account_id is None or last.account_id != facts.actor.account_id:
        raise _refuse("只有派出的人能撤销。 Only who gave it out can take it back.", "withdraw")
    if facts.now - last.at > WITHDRAW_WITHIN:
        raise _refuse(
            "派出已超过一分钟，不能撤销；可以改派。 More than a minute ago; give it to somebody else.",
            "withdraw",
        )
    before: dict[str, Any] = last.detail["before"]
    return {"withdrawn_at": last.at.isoformat(), "withdrawn": last.detail["owner"]} | before


def somebody_looks(facts: Facts) -> dict[str, Any]:
    """Send somebody to look; the log tells whom."""
    if not facts.owner.somebody:
        raise InputError("请选择由谁去核实。 Choose who goes and looks.", field="whom")
    return facts.owner.told


def another_category(facts: Facts) -> dict[str, Any]:
    """Let a case be of another category of the table; the log tells from which to which.

    No clock follows: one that runs keeps its start and its limit, and those that begin later are reckoned by the new
    category. So nobody gains or loses time by calling a thing by another name.
    """
    code = str(facts.detail.get("category", "")).strip()
    if not code:
        raise InputError("请选择类别。 Choose the category.", field="category")
    before = type_with(facts.session, facts.case.case_type_id)
    wanted = case_type_of(facts.session, code, "", facts.now)
    if wanted.code == before.code:
        raise _refuse("已经是这个类别。 It has this category already.", "recategorise")
    return {
        "category": wanted.code,
        "from_category": before.code,
        "case_type_id": wanted.id,
        "names": [f"{before.name} → {wanted.name}", f"{before.name_en} → {wanted.name_en}"],
    }


def asks_in_time(facts: Facts) -> dict[str, Any]:
    """Let more time be asked for once at a time, by a limit or until an instant ahead."""
    if facts.case.extension_asked_at is not None:
        raise _refuse("已有一份延期申请在等批复。 More time has been asked for already.", "ask_extension")
    limit, until = facts.detail.get("limit"), facts.detail.get("until")
    if bool(limit) == bool(until):
        raise InputError("请写明延长多久，或延到何时。 Say by how much, or until when.", field="limit")
    if until:
        _ahead(until, facts.now, LONGEST_EXTENSION)
    return {}


def _ahead(until: Any, now: datetime, longest: timedelta) -> datetime:
    try:
        read = datetime.fromisoformat(str(until))
    except ValueError:
        read = now
    if read.tzinfo is None or not now < read <= now + longest:
        raise InputError(
            f"日期要在今后 {longest.days} 天以内。 The day must lie within the next {longest.days} days.",
            field="until",
        )
    return read


def asked(facts: Facts) -> dict[str, Any]:
    """Let only somebody else answer a request for more time, and only while there is one."""
    if facts.case.extension_asked_at is None:
        raise _refuse("没有等待批复的延期申请。 Nobody has asked for more time.", "extension")
    if facts.did(facts.last("ask_extension")):
        raise _refuse(
            "申请人不能批复自己的延期申请。 Whoever asks for more time cannot grant it.", "extension"
        )
    return {}


def not_yet_endorsed(facts: Facts) -> dict[str, Any]:
    """Let a request for more time be seconded once."""
    if _endorsement(facts) is not None:
        raise _refuse("这份申请已有人同意，等指挥员批准。 It has been seconded already.", "endorse_extension")
    return {}


def endorsed_by_another(facts: Facts) -> dict[str, Any]:
    """Let the last word on more time be another person's than the one who seconded it; the log tells how much."""
    endorsement = _endorsement(facts)
    if endorsement is None:
        raise _refuse(
            "要先有一位同志同意，再由指挥员批准。 Somebody must second it first.", "approve_extension"
        )
    if facts.did(endorsement):
        raise _refuse(
            "两次批复不能是同一个人。 The two approvals must be by two people.", "approve_extension"
        )
    request = facts.last("ask_extension")
    detail = request.detail if request is not None else {}
    return {name: detail[name] for name in ("limit", "until") if detail.get(name)}


def _endorsement(facts: Facts) -> CaseLog | None:
    last = facts.last("ask_extension", "endorse_extension")
    return last if last is not None and last.move == "endorse_extension" else None


def named_cause(facts: Facts) -> dict[str, Any]:
    """Let a case be held only for a cause of the table, until a day ahead that the cause bears."""
    cause = CAUSES.get(str(facts.detail.get("cause", "")))
    if cause is None:
        raise InputError("请选择挂账的原因。 Choose the cause of the hold.", field="cause")
    until = _ahead(facts.detail.get("until"), facts.now, cause.longest)
    return {"until": until.isoformat()}


def to_agency(facts: Facts) -> dict[str, Any]:
    """Hand a case to a named agency: from now on it has it, and nobody else."""
    agency = str(facts.detail.get("agency", "")).strip()
    if not agency or len(agency) > LONGEST_NAME:
        raise InputError("请选择转交的责任单位。 Choose the agency.", field="agency")
    if facts.owner.by_agency and facts.owner.agency == agency:
        raise _refuse("已经在这个单位了。 This agency has it already.", "transfer")
    return {"agency": agency, "handling": Handling.TRANSFER, "from_owner": facts.owner.told["owner"]} | Owner(
        agency=agency
    ).told


def from_agency(facts: Facts) -> dict[str, Any]:
    """Take a case back from an agency: to whoever of the own people had it last, else into the queue."""
    if not facts.owner.by_agency:
        raise _refuse("这件案件不在责任单位。 No agency has this case.", "take_back")
    told = [owner for log in facts.logs if (owner := owner_in(log.detail)) is not None]
    own = next((owner for owner in reversed(told) if owner.organisation_id is not None), NOBODY)
    return {"handling": Handling.OWN} | own.told


def no_part(facts: Facts) -> dict[str, Any]:
    """Leave the resident's word to the whole case: a part has no reporter of its own."""
    if facts.case.parent_id is not None:
        raise _refuse("联办件随主件评价、重办。 A part is judged with its whole.", "reopen")
    return {}


def answered(facts: Facts) -> dict[str, Any]:
    """Keep only answers of the table; who was not reached has said nothing."""
    resolved, satisfaction = facts.detail.get("resolved"), facts.detail.get("satisfaction")
    if not facts.detail.get("reached", True):
        return {"reached": False, "resolved": None, "satisfaction": None}
    if resolved not in RESOLVED or satisfaction not in range(1, 6):
        raise InputError(
            "请选择是否解决、是否满意。 Say whether it is solved and how satisfied.", field="resolved"
        )
    return {"reached": True}


def first_time(facts: Facts) -> dict[str, Any]:
    """Open a case again once, for whoever had it last."""
    if facts.case.reopened:
        raise _refuse(
            "这件案件已经重办过一次；再次反映会直接交给指挥员。"
            " It has been opened again once; a further word goes to the commander.",
            "reopen",
        )
    owner = facts.owner
    member = facts.session.get(Member, owner.member_id) if owner.member_id is not None else None
    gone = member is not None and member.left_at is not None and member.left_at <= facts.now
    return (replace(owner, member_id=None) if gone else owner).told


def opened_before(facts: Facts) -> dict[str, Any]:
    """Take a complaint where a case cannot be opened again any more."""
    if not facts.case.reopened:
        raise _refuse("这件案件可以直接重办。 It can still be opened again.", "complain")
    return {}


def bad_mark(facts: Facts) -> dict[str, Any]:
    """Let a mark be answered only where there is a bad one."""
    if facts.case.bad_mark_at is None:
        raise _refuse("这件案件没有待处理的差评。 There is no bad mark to answer.", "settle")
    return {}


def made_good(facts: Facts) -> dict[str, Any]:
    """Close nothing over a bad mark that was not both put right and replied to."""
    if facts.case.bad_mark_at is None:
        return {}
    since = _since_bad_mark(facts.logs)
    if not since & {"correct", "act"}:
        raise _refuse("差评还没有整改。 Nothing has been put right after the bad mark.", "settle")
    if "reply" not in since:
        raise _refuse(
            "差评还没有答复居民，请先写答复。 The resident has not been replied to after the bad mark.",
            "settle",
        )
    return {}


def _since_bad_mark(logs: list[CaseLog]) -> set[str]:
    """Give the moves made since the last bad mark, or the last complaint."""
    since: set[str] = set()
    for log in reversed(logs):
        if log.move == "complain" or (log.move in {"rate", "call_back"} and bad(log.detail)):
            break
        since.add(log.move)
    return since


def late(facts: Facts) -> dict[str, Any]:
    """Let a lateness mark be appealed only where there is one, one at a time; the log tells which clock was missed."""
    case = facts.case
    if case.appealed_at is not None:
        raise _refuse("已有一份申诉在等裁定。 An appeal is waiting already.", "appeal")
    missed = clocks.marks(facts.session, case.id, facts.now)
    if not missed:
        raise _refuse("这件案件没有逾期，不用申诉。 The case is not late.", "appeal")
    return {"clock_id": missed[0].id, "clock": missed[0].stage}


def judged_by_another(facts: Facts) -> dict[str, Any]:
    """Let an appeal be judged by neither who appealed nor who was late; the log tells which clock it is about."""
    if facts.case.appealed_at is None:
        raise _refuse("没有等待裁定的申诉。 There is no appeal to judge.", "uphold_appeal")
    appeal = facts.last("appeal")
    member = facts.actor.member_id
    if facts.did(appeal) or facts.did(facts.last("act")) or (member and member == facts.case.member_id):
        raise _refuse(
            "申诉人、办理人不能裁定自己的申诉。 Neither who appeals nor who was late may judge it.",
            "uphold_appeal",
        )
    clock = appeal.detail.get("clock_id") if appeal is not None else None
    return {"clock_id": clock} if clock else {}


def into_another(facts: Facts) -> dict[str, Any]:
    """Merge into another case, which is named."""
    into = facts.detail.get("into_id")
    if not isinstance(into, int) or into == facts.case.id:
        raise InputError("请写明并入哪一件。 Name the case it is merged into.", field="into")
    return {}


def whole_is_open(facts: Facts) -> dict[str, Any]:
    """Let a part come back to life only while its whole is still worked on."""
    whole = facts.session.get(Case, facts.case.parent_id) if facts.case.parent_id is not None else None
    if whole is not None and (whole.closed_at is not None or whole.state == "acted"):
        raise _refuse("主件已经办结，联办件不能再恢复。 Its whole is done already.", "unmerge")
    return {}


GUARDS: dict[str, tuple[Guard, ...]] = {
    "assign": (given,),
    "reassign": (given,),
    "withdraw": (just_given,),
    "ask_pre_check": (somebody_looks,),
    "confirm": (theirs,),
    "deny": (theirs, no_open_part),
    "accept": (theirs,),
    "refuse": (theirs, toward),
    "recategorise": (theirs, another_category),
    "act": (theirs, no_open_part),
    "ask_extension": (theirs, asks_in_time),
    "endorse_extension": (asked, not_yet_endorsed),
    "approve_extension": (asked, endorsed_by_another),
    "deny_extension": (asked,),
    "pause": (named_cause,),
    "transfer": (to_agency,),
    "take_back": (from_agency,),
    "check_pass": (another_person, no_open_part, made_good),
    "check_fail": (another_person,),
    "call_back": (no_part, answered),
    "rate": (no_part, answered),
    "reopen": (no_part, first_time),
    "complain": (no_part, opened_before),
    "correct": (bad_mark,),
    "reply": (bad_mark,),
    "settle": (bad_mark, made_good),
    "appeal": (late,),
    "uphold_appeal": (judged_by_another,),
    "reject_appeal": (judged_by_another,),
    "merge": (no_open_part, into_another),
    "unmerge": (whole_is_open,),
    "void": (no_open_part,),
}
"""The guards of each move, in the order in which they are asked."""
