"""Whom a move is told: who now has the case, and the resident who reported it - rows of the outbox, in both languages.

Before: `cases.moves` writes them with the move. After: `tasks.notices` sends them. The key makes a repeat harmless. The
words carry no personal data; those for residents are plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.causes import CAUSES
from gis.cases.excerpt import excerpt
from gis.cases.models import Case, Notice
from gis.cases.stand import Decided, Owner


@dataclass(frozen=True)
class Telling:
    """What is said of a move, in Chinese and English; `{number}`, `{text}`, `{reason}` and its detail stand in."""

    zh: str
    en: str


OWNER_TOLD = {
    "reassign": Telling("改派给您：{text}。理由：{reason}", "Given to you: {text}. Because: {reason}"),
    "ask_pre_check": Telling("请先核实：{text}。{reason}", "Please look at it first: {text}. {reason}"),
    "transfer": Telling("转交贵单位：{text}。{reason}", "Handed to you: {text}. {reason}"),
    "take_back": Telling("收回给您办理：{text}。{reason}", "Back with you: {text}. {reason}"),
    "check_fail": Telling(
        "核查未通过，请继续办理：{text}。{reason}", "Not done yet, please go on: {text}. {reason}"
    ),
    "approve_extension": Telling("延期已批准：{text}", "More time was granted: {text}"),
    "deny_extension": Telling("延期未获同意：{text}。{reason}", "More time was refused: {text}. {reason}"),
    "resume": Telling("挂账到期，恢复办理：{text}", "The hold has ended, it goes on: {text}"),
    "child_done": Telling("联办件 {part} 已了结：{text}", "Part {part} is done: {text}"),
    "reopen": Telling("居民要求重办：{text}。{reason}", "Opened again for the resident: {text}. {reason}"),
    "complain": Telling(
        "居民再次反映没有办好：{text}。{reason}", "The resident says again it is not done: {text}. {reason}"
    ),
    "merge": Telling("已并入案件 {into}，不用再办：{text}", "Merged into case {into}, no more to do: {text}"),
    "unmerge": Telling(
        "撤销并案，请继续办理：{text}。{reason}", "The merge was undone, it goes on: {text}. {reason}"
    ),
    "arrive_late": Telling(
        "另一位同志断网时也办了这件，记录已附上：{text}。{reason}",
        "Somebody else worked on it without a network; what they did is attached: {text}. {reason}",
    ),
    "uphold_appeal": Telling("申诉成立，免记逾期：{text}", "The appeal was upheld: {text}"),
    "reject_appeal": Telling("申诉不成立：{text}。{reason}", "The appeal was rejected: {text}. {reason}"),
}
"""What whoever has the case is told; `assign` tells by itself, with its receipt."""

RESIDENT_TOLD = {
    "check_pass": Telling(
        "您反映的问题（{number}）已办结。请在查询链接里告诉我们是否解决、是否满意。",
        "Your report ({number}) is done. Please tell us by your link whether it is solved.",
    ),
    "void": Telling(
        "您反映的问题（{number}）没有立案：{reason}", "Your report ({number}) was not taken on: {reason}"
    ),
    "deny": Telling(
        "您反映的问题（{number}）核实后没有立案：{reason}",
        "Your report ({number}) was not taken on: {reason}",
    ),
    "pause": Telling(
        "您反映的问题（{number}）因{cause}暂缓办理。", "Your report ({number}) has to wait: {cause_en}."
    ),
    "transfer": Telling(
        "您反映的问题（{number}）已转交{agency}。", "Your report ({number}) was handed to {agency}."
    ),
    "merge": Telling(
        "您反映的问题（{number}）与另一件相同的问题（{into}）一起办理，仍用原来的链接查进度。",
        "Your report ({number}) is handled together with another of the same matter ({into}); your link shows it.",
    ),
    "unmerge": Telling(
        "您反映的问题（{number}）改为单独办理，仍用原来的链接查进度。",
        "Your report ({number}) is handled by itself again; your link shows it.",
    ),
    "reopen": Telling("您反映的问题（{number}）已重新办理。", "Your report ({number}) was opened again."),
    "reply": Telling("对您评价的答复（{number}）：{reason}", "A reply to your mark ({number}): {reason}"),
}
"""What every reporter of the case is told who left a contact."""


def tell(session: Session, case: Case, decided: Decided) -> None:
    """Write the notices of a move into the outbox."""
    owner = Owner(case.organisation_id, case.member_id, case.agency)
    if decided.move in OWNER_TOLD and owner.somebody:
        to_owner = Notice(
            member_id=owner.member_id,
            organisation_id=None if owner.member_id is not None else owner.organisation_id,
            agency=owner.agency if owner.by_agency else "",
        )
        _write(session, case, decided, OWNER_TOLD[decided.move], to_owner)
    if decided.move in RESIDENT_TOLD and case.parent_id is None:
        _write(session, case, decided, RESIDENT_TOLD[decided.move], Notice(to_reporters=True))


def _write(session: Session, case: Case, decided: Decided, telling: Telling, notice: Notice) -> None:
    """Address a notice's words and put it into the outbox."""
    words = _words(case, decided)
    whom = "reporters" if notice.to_reporters else "owner"
    notice.key = f"{decided.move}:{case.number}:{decided.seq}:{whom}"
    notice.case_id = case.id
    notice.body, notice.body_en = telling.zh.format_map(words), telling.en.format_map(words)
    notice.created_at = notice.send_after = decided.at
    session.add(notice)


def _words(case: Case, decided: Decided) -> dict[str, Any]:
    text = excerpt(case.text)
    cause = CAUSES.get(str(decided.detail.get("cause", "")))
    named = {"cause": cause.zh if cause else "", "cause_en": cause.en if cause else ""}
    told = {
        "part": decided.detail.get("part", ""),
        "agency": case.agency,
        "into": decided.detail.get("into", ""),
    }
    return {"number": case.number, "text": text, "reason": decided.reason} | named | told
