"""Fifth step: those who answer are told - by a row in the outbox, written with the case, sent afterwards.

Before: `cases.assign`. After: `tasks.notices` sends. The key makes a repeat harmless. The words carry no personal data.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gis.cases.draft import Draft
from gis.settings import settings

LONGEST_EXCERPT = 40


def step(draft: Draft, receipt: dict[str, Any], now: datetime) -> None:
    """Tell the member (or the branch, when there is no member) that a case is theirs, why, and until when."""
    draft.notices.append(
        {
            "key": f"assigned:{draft.number}:{draft.revision}",
            "member_id": draft.member_id,
            "organisation_id": None if draft.member_id is not None else draft.organisation_id,
            "body": _words(draft, receipt),
            "created_at": now,
            "send_after": now,
        }
    )


def _words(draft: Draft, receipt: dict[str, Any]) -> str:
    excerpt = draft.text if len(draft.text) <= LONGEST_EXCERPT else draft.text[:LONGEST_EXCERPT] + "…"
    until = f"，{say_time(draft.due_at)} 前处理" if draft.due_at else ""
    return f"新案件：{excerpt}{until}。{receipt['sentence']}"


def say_time(at: datetime) -> str:
    """Say an instant as people do: 11月23日（周一）9:30, in the town's time."""
    local = at.astimezone(settings().time_zone)
    return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%-H:%M}"
