"""What a row of a case's history says beside its move: to whom, why held, how much more time, how satisfied.

Before: the log. After: the case page's history, as a filter.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from gis.cases.causes import CAUSES
from gis.cases.evaluate import RESOLVED, SATISFACTION
from gis.cases.models import CaseLog
from webmap.saying import clock, pair

PLAIN = {
    "assign": ("organisation", "member"),
    "reassign": ("organisation", "member"),
    "locate": ("grid_name",),
    "split": ("to",),
    "child_done": ("part",),
    "transfer": ("agency",),
    "refuse": ("toward",),
    "merge": ("into",),
    "approve_extension": ("limit",),
    "ask_extension": ("limit",),
}
"""Words of the detail that stand beside a move as they are."""


def about(log: CaseLog) -> str:
    """Say it in the reader's language; "" for a move that needs nothing said."""
    detail = log.detail
    if log.move == "pause":
        return held(detail)
    if log.move in {"rate", "call_back"}:
        return marked(detail)
    if log.move == "recategorise":
        return pair(tuple(detail["names"]))
    parts = [str(detail[name]) for name in PLAIN.get(log.move, ()) if detail.get(name)]
    if log.move == "refuse" and parts:
        return pair(("应交：", "should go to: ")) + parts[0]
    return " ".join(parts)


def held(detail: dict[str, Any]) -> str:
    """Say why and until when a case is on hold."""
    cause = CAUSES.get(str(detail.get("cause", "")))
    until = clock(datetime.fromisoformat(detail["until"])) if detail.get("until") else ""
    words = pair((cause.zh, cause.en)) if cause else ""
    return pair((f"{words}，至 {until}", f"{words}, until {until}"))


def marked(detail: dict[str, Any]) -> str:
    """Say what a resident thought of it."""
    if detail.get("reached") is False:
        return pair(("没有联系上", "not reached"))
    resolved, satisfaction = detail.get("resolved"), detail.get("satisfaction")
    words = [pair(RESOLVED[resolved])] if resolved in RESOLVED else []
    return " · ".join([*words, *([pair(SATISFACTION[satisfaction])] if satisfaction in SATISFACTION else [])])
