"""Fifth step: those who answer are told - by a row in the outbox, written with the case, sent afterwards.

Before: `cases.assign`. After: `tasks.notices` sends. The key makes a repeat harmless. The words carry no personal data.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from gis.cases.models import Assignment, Case, Notice
from gis.settings import settings

LONGEST_EXCERPT = 40


def step(session: Session, case: Case, assignment: Assignment, now: datetime) -> Notice:
    """Tell the member (or the branch, when there is no member) that a case is theirs, why, and until when."""
    notice = Notice(
        key=f"assigned:{case.number}:{case.revision}",
        case=case,
        member_id=case.member_id,
        organisation_id=None if case.member_id is not None else case.organisation_id,
        body=_words(case, assignment),
        created_at=now,
        send_after=now,
        attempts=0,
    )
    session.add(notice)
    return notice


def _words(case: Case, assignment: Assignment) -> str:
    excerpt = case.text if len(case.text) <= LONGEST_EXCERPT else case.text[:LONGEST_EXCERPT] + "…"
    until = f"，{say_time(case.due_at)} 前处理" if case.due_at else ""
    return f"新案件：{excerpt}{until}。{assignment.receipt['sentence']}"


def say_time(at: datetime) -> str:
    """Say an instant as people do: 11月23日（周一）9:30, in the town's time."""
    local = at.astimezone(settings().time_zone)
    return f"{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%-H:%M}"
