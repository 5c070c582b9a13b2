"""What a resident is told about their report, in plain words: who has it, until when, what has happened.

Before: `cases.queries.tracked`. After: the tracking page, the API, `wangge report`. No names of accounts, no words of
staff but those that were written for the resident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gis.cases.models import CaseLog
from gis.cases.queries import CaseRow, Tracked
from gis.cases.states import WORDS, State
from gis.settings import settings
from webmap.saying import clock, pair

PUBLIC_REASONS = frozenset({"act", "void"})
"""Moves whose words are written for the resident; the form says so where they are written."""


@dataclass(frozen=True)
class Step:
    """One thing that happened, as a resident reads it."""

    at: datetime
    sentence: str
    words: str = ""


def sentence(row: CaseRow) -> str:
    """Say in one sentence where a report stands, who has it and until when."""
    case, matter = row.case, pair((row.category, row.category_en))
    if case.state in (State.REPORTED, State.QUEUED):
        return str(
            _(
                "您反映的“%(matter)s”已收到。位置还不够清楚，工作人员会先核对位置，再交给负责的网格。",
                matter=matter,
            )
            if row.grid is None
            else _("您反映的“%(matter)s”正在重新安排，确定由谁办理后会显示在这里。", matter=matter)
        )
    if case.state == State.ACTED:
        return str(_("您反映的“%(matter)s”已经处理，正由另一位同志核查。", matter=matter))
    if case.state == State.CLOSED:
        return str(_("您反映的“%(matter)s”已经处理并核查完毕。", matter=matter))
    if case.state == State.VOID:
        return str(_("您反映的“%(matter)s”没有立案，原因见下方。", matter=matter))
    until = clock(case.due_at) if case.due_at else ""
    return str(
        _(
            "您反映的“%(matter)s”已交给%(whom)s，%(until)s 前处理。",
            matter=matter,
            whom=whom(row),
            until=until,
        )
        if until
        else _("您反映的“%(matter)s”已交给%(whom)s。", matter=matter, whom=whom(row))
    )


def near(row: CaseRow) -> str:
    """Say between which grids a place lies, when it is not sure on which side of the line; else nothing."""
    others = [str(grid["name"]) for grid in row.case.location.get("near", [])]
    if not others or row.grid is None:
        return ""
    there = pair(("、", ", ")).join(others)
    return str(_("位置靠近%(here)s与%(there)s的交界，已同时告知。", here=row.grid, there=there))


def whom(row: CaseRow) -> str:
    """Name who answers: grid and member, or the organisation when there is no member."""
    parts = [row.grid or "", row.member or row.organisation or ""]
    return pair(("".join(parts), " ".join(part for part in parts if part)))


def steps(tracked: Tracked) -> list[Step]:
    """Give what happened, oldest first; steps that say nothing to a resident are left out."""
    return [
        Step(log.at, said, log.reason if log.move in PUBLIC_REASONS else "")
        for log in tracked.steps
        if (said := _step(log))
    ]


def place_words(community: str, grid: str) -> str:
    """Say a grid with its community, once: many towns put the community's name into the grid's."""
    return grid if grid.startswith(community) else f"{community}{grid}"


def _step(log: CaseLog) -> str:
    """Say one move; "" for those inside the house."""
    detail = log.detail
    names = {
        "place": place_words(detail.get("community", ""), detail.get("grid_name", "")),
        "whom": detail.get("member") or detail.get("organisation") or "",
    }
    said = {
        "file": _("收到您反映的问题"),
        "locate": _("位置在%(place)s", place=names["place"]),
        "queue": _("转给工作人员核对"),
        "place": _("工作人员核对了位置"),
        "assign": _("交给%(whom)s办理", whom=names["whom"]),
        "reassign": _("改由%(whom)s办理", whom=names["whom"]),
        "accept": _("已接手，正在办理"),
        "return": _("退回，重新安排"),
        "act": _("已处理，等待核查"),
        "check_pass": _("核查通过，办理完毕"),
        "check_fail": _("核查认为还没有办好，继续办理"),
        "void": _("没有立案"),
    }
    return str(said.get(log.move, ""))


def public_state(state: State) -> str:
    """Say a state to a resident."""
    if state in (State.REPORTED, State.QUEUED):
        return str(_("核对中"))
    return pair(WORDS[state])


def as_json(row: CaseRow, token: str) -> dict[str, Any]:
    """Give a report's standing for a program."""
    case = row.case
    return {
        "case": case.number,
        "token": token,
        "state": case.state,
        "category": row.category,
        "grid_code": row.grid_code,
        "grid": row.grid,
        "branch": row.organisation,
        "member": row.member,
        "due_at": case.due_at.astimezone(settings().time_zone).isoformat() if case.due_at else None,
        "sentence": sentence(row),
        "near": [grid["code"] for grid in case.location.get("near", [])],
    }
