"""Fifth step: those who answer are told - by a row in the outbox, written with the case, sent afterwards.
Whose grid lies just over the line is told too, for information: the matter may turn out to be theirs.

Before: `cases.assign`. After: `tasks.notices` sends. The key makes a repeat harmless. The words carry no personal data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.draft import Draft
from gis.cases.outbox import known_keys
from gis.settings import settings
from gis.staff.leaders import told_of

LONGEST_EXCERPT = 40


def step(draft: Draft, receipt: dict[str, Any], now: datetime) -> None:
    """Tell the member (or the branch, when there is no member) that a case is theirs, why, and until when."""
    draft.notices.append(
        {
            "key": f"assigned:{draft.number}:{draft.revision}",
            "member_id": draft.member_id,
            "organisation_id": None if draft.member_id is not None else draft.organisation_id,
            "body": words(draft.text, draft.due_at, receipt["sentence"]),
            "created_at": now,
            "send_after": now,
        }
    )


def words(text: str, due_at: datetime | None, why: str) -> str:
    """Say that a case is new to somebody: its words, until when, and why it comes to them."""
    excerpt = text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT] + "…"
    until = f"，{say_time(due_at)} 前处理" if due_at else ""
    return f"新案件：{_excerpt(draft)}{until}。{why}"


def _excerpt(draft: Draft) -> str:
    return draft.text if len(draft.text) <= LONGEST_EXCERPT else draft.text[:LONGEST_EXCERPT] + "…"


def say_time(at: datetime) -> str:
    """Say an instant as people do: 11月23日（周一）9:30, in the town's time."""
    local = at.astimezone(settings().time_zone)
    return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%-H:%M}"
