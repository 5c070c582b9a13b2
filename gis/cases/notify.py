"""Fifth step: those who answer are told - by a row in the outbox, written with the case, sent afterwards.

Before: `cases.assign`. After: `tasks.notices` sends. The key makes a repeat harmless. The words carry no personal data.
Whose grid lies just over the line is told too, for information: the matter may turn out to be theirs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.draft import Draft
from gis.cases.excerpt import excerpt
from gis.cases.outbox import known_keys
from gis.settings import settings
from gis.staff.leaders import told_of

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def step(draft: Draft, receipt: dict[str, Any], now: datetime) -> None:
    """Tell the member (or the branch, when there is no member) that a case is theirs, why, and until when."""
    draft.notices.append(
        {
            "key": f"assigned:{draft.number}:{draft.revision}",
            "member_id": draft.member_id,
            "organisation_id": None if draft.member_id is not None else draft.organisation_id,
            "body": words(draft.text, draft.due_at, receipt["sentence"]),
            "body_en": words_en(draft.text, draft.due_at, receipt.get("sentence_en", "")),
            "created_at": now,
            "send_after": now,
        }
    )


def neighbours(session: Session, draft: Draft, now: datetime) -> None:
    """Tell the leaders of the grids that the place's uncertainty reaches into; each once a case."""
    near = {int(grid["grid_id"]): str(grid["name"]) for grid in draft.location.get("near", [])}
    if not near:
        return
    keys = {grid_id: f"near:{draft.number}:{grid_id}" for grid_id in near}
    known = known_keys(session, keys.values())
    for told in told_of(session, near, now):
        if keys[told.grid_id] in known or (told.member_id is not None and told.member_id == draft.member_id):
            continue
        draft.notices.append(
            {
                "key": keys[told.grid_id],
                "member_id": told.member_id,
                "organisation_id": told.organisation_id,
                "body": _near_words(draft, near[told.grid_id]),
                "body_en": _near_words_en(draft, near[told.grid_id]),
                "created_at": now,
                "send_after": now,
            }
        )


def reporters(draft: Draft, now: datetime) -> None:
    """Tell who left a telephone that the report is in, who has it and until when."""
    draft.notices.append(
        {
            "key": f"received:{draft.number}",
            "to_reporters": True,
            "body": _received_words(draft),
            "body_en": _received_words_en(draft),
            "created_at": now,
            "send_after": now,
        }
    )


def _received_words(draft: Draft) -> str:
    whom = (draft.grid or "") + (draft.member or draft.organisation or "")
    until = f"，{say_time(draft.due_at)} 前处理" if draft.due_at else ""
    has_it = f"已交给{whom}{until}" if whom else "位置核对后交给负责的网格"
    return f"您反映的“{draft.case_type.name}”已收到，{has_it}。编号 {draft.number}。"


def _received_words_en(draft: Draft) -> str:
    whom = " ".join(part for part in (draft.grid, draft.member or draft.organisation) if part)
    until = f", due {say_time_en(draft.due_at)}" if draft.due_at else ""
    has_it = f"{whom} has it{until}" if whom else "it goes to its grid once its place is clear"
    return f"Your report ({draft.case_type.name_en}) is in: {has_it}. No. {draft.number}."


def _near_words(draft: Draft, neighbour: str) -> str:
    who = draft.member or draft.organisation or draft.grid or ""
    return (
        f"供知悉：{excerpt(draft.text)}。位置靠近{draft.grid or '本社区'}与{neighbour}的交界，由{who}办理；"
        "如果在您的网格里，请与其联系。"
    )


def _near_words_en(draft: Draft, neighbour: str) -> str:
    who = draft.member or draft.organisation or draft.grid or ""
    return (
        f"For your information: {excerpt(draft.text)}. It lies near the line between {draft.grid or 'the community'} "
        f"and {neighbour}; {who} has it. If it is in your grid, please talk to them."
    )


def words(text: str, due_at: datetime | None, why: str) -> str:
    """Say that a case is new to somebody: its words, until when, and why it comes to them."""
    until = f"，{say_time(due_at)} 前处理" if due_at else ""
    return f"新案件：{excerpt(text)}{until}。{why}"


def words_en(text: str, due_at: datetime | None, why: str) -> str:
    """Say the same in English."""
    until = f", due {say_time_en(due_at)}" if due_at else ""
    return f"New case: {excerpt(text)}{until}. {why}".rstrip()


def say_time(at: datetime) -> str:
    """Say an instant as people do: 11月23日（周一）9:30, in the town's time."""
    local = at.astimezone(settings().time_zone)
    return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%-H:%M}"


def say_time_en(at: datetime) -> str:
    """Say an instant in English: Mon 23 Nov, 9:30, in the town's time."""
    local = at.astimezone(settings().time_zone)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}, {local:%-H:%M}"
