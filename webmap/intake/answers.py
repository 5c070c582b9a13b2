"""What a resident is told about their report, in plain words: who has it, until when, what has happened.

Before: `cases.queries.tracked`. After: the tracking page, the API, `wangge report`. No names of accounts, no words of
staff but those that were written for the resident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from gis.cases.models import CaseLog, Evaluation
from gis.cases.queries import CaseRow, Tracked
from gis.cases.states import WORDS, State
from gis.settings import settings
from webmap.field.telling import held, marked
from webmap.saying import clock, pair

PUBLIC_REASONS = frozenset({"act", "void", "deny", "correct", "reply", "complain"})
"""Moves whose words are written for the resident; the form says so where they are written."""


@dataclass(frozen=True)
class Step:
    """One thing that happened, as a resident reads it."""

    at: datetime
    sentence: str
    words: str = ""


def sentence(row: CaseRow) -> str:
    """Say in one sentence where a report stands, who has it and until when."""
    matter = pair((row.category, row.category_en))
    if row.case.state in (State.REPORTED, State.QUEUED):
        return _waiting(row, matter)
    said = {
        State.PRE_CHECK: _("您反映的“%(matter)s”已收到，工作人员先到现场核实。", matter=matter),
        State.PAUSED: _("您反映的“%(matter)s”暂时不能办理，原因和日期见下方。", matter=matter),
        State.TRANSFERRED: _("您反映的“%(matter)s”已转交%(agency)s。", matter=matter, agency=row.case.agency),
        State.ACTED: _("您反映的“%(matter)s”已经处理，正由另一位同志核查。", matter=matter),
        State.CLOSED: _("您反映的“%(matter)s”已经处理并核查完毕。", matter=matter),
        State.VOID: _("您反映的“%(matter)s”没有立案，原因见下方。", matter=matter),
        State.MERGED: _("您反映的“%(matter)s”与另一件相同的问题一起办理。", matter=matter),
    }
    return str(said.get(row.state) or _under_way(row, matter))


def _waiting(row: CaseRow, matter: str) -> str:
    """Say that a person still has to find the place, or whom to give it to."""
    if row.grid is None:
        return str(
            _(
                "您反映的“%(matter)s”已收到。位置还不够清楚，工作人员会先核对位置，再交给负责的网格。",
                matter=matter,
            )
        )
    return str(_("您反映的“%(matter)s”正在重新安排，确定由谁办理后会显示在这里。", matter=matter))


def _under_way(row: CaseRow, matter: str) -> str:
    """Say who has it, and until when."""
    if row.case.due_at is None:
        return str(_("您反映的“%(matter)s”已交给%(whom)s。", matter=matter, whom=whom(row)))
    return str(
        _(
            "您反映的“%(matter)s”已交给%(whom)s，%(until)s 前处理。",
            matter=matter,
            whom=whom(row),
            until=clock(row.case.due_at),
        )
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
        "withdraw": _("恢复原来的安排"),
        "accept": _("已接手，正在办理"),
        "ask_pre_check": _("先到现场核实"),
        "confirm": _("已到现场核实"),
        "deny": _("核实后没有立案"),
        "return": _("退回，重新安排"),
        "refuse": _("退回，重新安排"),
        "approve_extension": _("经批准延长了时限 %(limit)s", limit=detail.get("limit", "")),
        "pause": _("暂时不能办理：%(why)s", why=held(detail)),
        "resume": _("恢复办理"),
        "split": _("请其他单位一起办理"),
        "child_done": _("一起办理的单位已办好他们的部分"),
        "transfer": _("转交%(agency)s办理", agency=detail.get("agency", "")),
        "take_back": _("从责任单位收回，重新安排"),
        "rehome": _("网格调整后由%(whom)s办理", whom=names["whom"]) if names["whom"] else "",
        "call_back": _("工作人员回访"),
        "rate": _("您作了评价：%(mark)s", mark=marked(detail)),
        "reopen": _("重新办理"),
        "complain": _("您再次反映没有办好，已交给指挥员"),
        "correct": _("对您的评价作了整改"),
        "reply": _("答复了您"),
        "merge": _("与另一件相同的问题一起办理"),
        "unmerge": _("改为单独办理"),
        "act": _("已处理，等待核查"),
        "check_pass": _("核查通过，办理完毕"),
        "check_fail": _("核查认为还没有办好，继续办理"),
        "void": _("没有立案"),
    }
    return str(said.get(log.move, ""))


@dataclass(frozen=True)
class Asks:
    """What the tracking page asks after closing: a mark of each reporter once, and whether it is done after all."""

    mark: bool
    again: bool
    reopened: bool


def asks(tracked: Tracked, marks: list[Evaluation]) -> Asks:
    """Say what the holder of a link can still say."""
    case = tracked.row.case
    closed = case.state == State.CLOSED
    given = any((one.report_id, one.round) == (tracked.report.id, case.reopened) for one in marks)
    return Asks(mark=closed and not given, again=closed, reopened=case.reopened > 0)


def public_state(state: State) -> str:
    """Say a state to a resident."""
    if state in (State.REPORTED, State.QUEUED):
        return str(_("核对中"))
    return pair(WORDS[state])


def as_json(row: CaseRow, token: str) -> dict[str, Any]:
    """Give a report's standing for a program."""
    case = row.case
    placed = case.state not in (State.REPORTED, State.QUEUED)
    return {
        "case": case.number,
        "token": token,
        "state": case.state,
        "category": row.category,
        "grid_code": row.grid_code,
        "grid": row.grid,
        "branch": row.organisation,
        "member": row.member,
        "due_at": case.due_at.astimezone(settings().time_zone).isoformat()
        if case.due_at and placed
        else None,
        "sentence": sentence(row),
        "near": [grid["code"] for grid in case.location.get("near", [])],
    }
