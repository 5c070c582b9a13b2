"""Who may do what, and where: one table of role × act × reach.

Before: nothing. After: `staff.scope` turns a reach into rows, `webmap.access` guards every route with an act.
An act that a role has no reach for is refused; there is no administrator who sees everything.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """居民, 网格员, 党支部, 指挥员, 规划员, 责任单位, 管理员."""

    RESIDENT = "resident"
    GRID_MEMBER = "grid_member"
    BRANCH = "branch"
    COMMANDER = "commander"
    PLANNER = "planner"
    AGENCY = "agency"
    ADMINISTRATOR = "administrator"


class Reach(StrEnum):
    """How far an act reaches: over which rows."""

    ANYONE = "anyone"
    """No rows of anybody: public counts and forms, or a case whose secret link one holds."""
    GRIDS = "grids"
    """The grids of one's own postings, today."""
    BRANCH = "branch"
    """The grids that one's branch answers for, today."""
    AREA = "area"
    """The subdistrict (or other area) of one's account."""
    AGENCY = "agency"
    """The cases that stand with one's agency."""
    ALL = "all"
    """Every row; only where the rows are not about people."""


def _reaches(
    *,
    resident: Reach | None = None,
    member: Reach | None = None,
    branch: Reach | None = None,
    commander: Reach | None = None,
    planner: Reach | None = None,
    agency: Reach | None = None,
    administrator: Reach | None = None,
) -> dict[Role, Reach]:
    row = {
        Role.RESIDENT: resident,
        Role.GRID_MEMBER: member,
        Role.BRANCH: branch,
        Role.COMMANDER: commander,
        Role.PLANNER: planner,
        Role.AGENCY: agency,
        Role.ADMINISTRATOR: administrator,
    }
    return {role: reach for role, reach in row.items() if reach is not None}


_ANYONE: dict[Role, Reach] = dict.fromkeys(Role, Reach.ANYONE)
_STAFF: dict[Role, Reach] = {role: Reach.ANYONE for role in Role if role is not Role.RESIDENT}

ACTS: dict[str, dict[Role, Reach]] = {
    # what anybody may do, with or without an account
    "page.open": _ANYONE,
    "case.report": _ANYONE,
    "case.track": _ANYONE,
    "map.public": _ANYONE,
    "place.search": _ANYONE,
    # one's own account
    "account.own": _STAFF,
    # the work
    "map.work": _reaches(
        member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA, planner=Reach.AREA, agency=Reach.AGENCY
    ),
    # coloured maps of one's own grids
    "map.themes": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA, planner=Reach.AREA),
    "case.read": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA, agency=Reach.AGENCY),
    "case.act": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, agency=Reach.AGENCY),
    # what a tablet sends of its own; also after the sign-in fell asleep without a network
    "field.send": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, agency=Reach.AGENCY),
    # away for some days: one's own cases to a colleague; the branch agrees to the days
    "case.hand_over": _reaches(member=Reach.GRIDS),
    "leave.grant": _reaches(branch=Reach.BRANCH),
    "case.check": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.assign": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.locate": _reaches(commander=Reach.AREA),
    "case.file_reports": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.categorise": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.void": _reaches(commander=Reach.AREA),
    # lengthening, holding, sharing, handing on; `judge` is the last word, which only a commander has
    "case.extend": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.pause": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.split": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.transfer": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.merge": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.judge": _reaches(commander=Reach.AREA),
    "case.appeal": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, agency=Reach.AGENCY),
    # after closing
    "case.call_back": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "case.reply": _reaches(
        member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA, agency=Reach.AGENCY
    ),
    "agency.work": _reaches(agency=Reach.AGENCY),
    # a picture is public only after a person covered faces and plates in it by hand
    "picture.approve": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "contact.read": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA),
    "household.read": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA),
    "household.wish": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH),
    "nickname.teach": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA),
    "geocode.bulk": _reaches(commander=Reach.AREA, planner=Reach.AREA),
    # figures: everybody sees the town's totals; single members' are for themselves and their branch (scores.counting)
    "figures.public": _ANYONE,
    "figures.read": _reaches(
        member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA, planner=Reach.AREA, agency=Reach.AGENCY
    ),
    "figures.state": _reaches(branch=Reach.BRANCH, commander=Reach.AREA, planner=Reach.AREA),
    # admitted work: agencies ask only through it, nobody else may ask at all
    "work.admit": _reaches(commander=Reach.AREA, planner=Reach.AREA),
    "work.consent": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "work.order": _reaches(agency=Reach.AGENCY),
    "work.answer": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH),
    "work.ledger": _reaches(
        member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA, planner=Reach.AREA, agency=Reach.AGENCY
    ),
    # rounds: one's own to walk, a grid's to plan, what nobody has seen
    "round.walk": _reaches(member=Reach.GRIDS),
    "round.plan": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "round.rhythm": _reaches(commander=Reach.AREA),
    "outreach.edit": _reaches(branch=Reach.BRANCH, commander=Reach.AREA),
    "round.read": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA),
    "rules.edit": _reaches(commander=Reach.AREA, planner=Reach.AREA),
    # the redraw: drafts beside today, looked through and approved by others, handed over with two signatures
    "plan.read": _reaches(commander=Reach.AREA, planner=Reach.AREA),
    "plan.edit": _reaches(planner=Reach.AREA),
    "plan.review": _reaches(commander=Reach.AREA, planner=Reach.AREA),
    "plan.approve": _reaches(commander=Reach.AREA),
    "handover.sign": _reaches(member=Reach.GRIDS, branch=Reach.BRANCH, commander=Reach.AREA),
    # what did not arrive, what failed, and where else staff are told; the last two are not about people
    "notice.undelivered": _reaches(commander=Reach.AREA),
    "calendar.edit": _reaches(planner=Reach.ALL, administrator=Reach.ALL),
    "poison.manage": _reaches(commander=Reach.ALL, administrator=Reach.ALL),
    "channel.manage": _reaches(administrator=Reach.ALL),
    # the house
    "place.load": _reaches(planner=Reach.AREA),
    "account.manage": _reaches(administrator=Reach.ALL),
}
"""Every act of the program with the roles that may do it; a route that names no act does not start."""


def reach_of(role: Role, act: str) -> Reach | None:
    """Say how far a role's act reaches, or None when the role may not do it.

    Raises
    ------
    KeyError
        For an act that the table does not know: a defect, not a refusal.
    """
    return ACTS[act].get(role)
