"""The frame around every page: which ways lead where for whom, how many notices wait, how it looks.

Before: `staff.roles`, `webmap.look`. After: `base.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import lazy_gettext as _l
from jinja2 import pass_context
from sqlalchemy.exc import OperationalError

from gis.cases import inbox
from gis.database import transaction
from gis.settings import settings
from gis.staff.models import Account
from gis.staff.roles import Role, reach_of
from webmap import clock_words, look, saying
from webmap.field.telling import about


@dataclass(frozen=True)
class Way:
    """One link of the bar; `act` decides who sees it."""

    word: Any
    href: str
    act: str
    here: bool = False
    count: int = 0


VISITOR = (
    Way(_l("反映问题"), "/", "case.report"),
    Way(_l("查看进度"), "/t", "case.track"),
    Way(_l("我的网格"), "/find", "map.public"),
    Way(_l("网格地图"), "/map", "map.public"),
    Way(_l("办理情况"), "/figures/public", "figures.public"),
)
STAFF = (
    Way(_l("看板"), "/board", "case.assign"),
    Way(_l("待定位"), "/queue", "case.locate"),
    Way(_l("待办"), "/desk", "case.call_back"),
    Way(_l("转交件"), "/agency", "agency.work"),
    Way(_l("热点"), "/hotspots", "case.merge"),
    Way(_l("我的案件"), "/my", "case.act"),
    Way(_l("今日路线"), "/round", "round.walk"),
    Way(_l("周计划"), "/week", "round.walk"),
    Way(_l("巡查安排"), "/rounds", "round.plan"),
    Way(_l("各人周计划"), "/rounds/week", "round.plan"),
    Way(_l("通知"), "/notices", "notice.read"),
    Way(_l("交接单"), "/handovers", "handover.sign"),
    Way(_l("请假交接"), "/leave", "case.hand_over"),
    Way(_l("请假待批"), "/leaves", "leave.grant"),
    Way(_l("地图"), "/map", "map.work"),
    Way(_l("两个日期之间"), "/dates", "map.work"),
    Way(_l("巡查盲区"), "/blind", "round.read"),
    Way(_l("要送的和要看的"), "/errands", "round.plan"),
    Way(_l("节奏和季节"), "/rhythms", "round.plan"),
    Way(_l("巡回服务"), "/outreach", "page.open"),
    Way(_l("指标"), "/figures", "figures.read"),
    Way(_l("公开照片"), "/pictures", "picture.approve"),
    Way(_l("专题图"), "/themes", "map.themes"),
    Way(_l("查户"), "/households", "household.read"),
    Way(_l("叫法"), "/nicknames", "nickname.teach"),
    Way(_l("批量定位"), "/geocode", "geocode.bulk"),
    Way(_l("批量上报"), "/report-files", "case.file_reports"),
    Way(_l("派任务"), "/work", "work.order"),
    Way(_l("准入清单"), "/admitted", "work.ledger"),
    Way(_l("同意"), "/consents", "work.consent"),
    Way(_l("减负台账"), "/ledger", "work.ledger"),
    Way(_l("网格调整"), "/plans", "plan.read"),
    Way(_l("派遣规则"), "/rules", "rules.edit"),
    Way(_l("日历"), "/calendar", "calendar.edit"),
    Way(_l("未送达"), "/undelivered", "notice.undelivered"),
    Way(_l("失败"), "/failures", "poison.manage"),
    Way(_l("机器人"), "/robots", "channel.manage"),
    Way(_l("账号"), "/accounts", "account.manage"),
)
FEW = {"narrow": 4, "wide": 7}
"""How many ways stand in the bar itself, on a telephone and on a wide screen; the others stand behind “更多”."""
START = {
    Role.GRID_MEMBER: "/my",
    Role.BRANCH: "/my",
    Role.COMMANDER: "/board",
    Role.PLANNER: "/plans",
    Role.AGENCY: "/agency",
    Role.ADMINISTRATOR: "/accounts",
}
"""Where each role's day begins; the way there stands first in its bar."""


def ways(account: Account | None, path: str) -> list[Way]:
    """Give the links of the bar for somebody who stands on a path."""
    if account is None:
        return [Way(way.word, way.href, way.act, way.href == path) for way in VISITOR]
    role = Role(account.role)
    waiting = unseen(account)
    found = [way for way in STAFF if _open_to(role, account, way)]
    here = _nearest(found, path)
    return [
        Way(way.word, way.href, way.act, way.href == here, waiting if way.href == "/notices" else 0)
        for way in sorted(found, key=lambda way: way.href != START.get(role))
    ]


def _nearest(found: list[Way], path: str) -> str:
    """Give the way that a path belongs to: its own, or the longest that it lies under."""
    over = [way.href for way in found if path == way.href or path.startswith(f"{way.href}/")]
    return max(over, key=len, default="")


def _open_to(role: Role, account: Account, way: Way) -> bool:
    if way.href == "/my" and role is Role.AGENCY:
        return False
    if way.act == "notice.read":
        return bool(account.member_id or account.organisation_id or account.agency)
    return reach_of(role, way.act) is not None


def unseen(account: Account) -> int:
    """Count the notices that wait; none while the database is away, so that the fault page still comes."""
    try:
        with transaction() as session:
            return inbox.unseen(session, account)
    except OperationalError:
        return 0


def register(app: Flask) -> None:
    """Give every page its frame."""
    saying.register(app)
    clock_words.register(app)
    app.jinja_env.filters["about"] = pass_context(lambda _context, log: about(log))

    @app.after_request
    def not_kept(response: Response) -> Response:
        """Pages about people stay in no cache: after signing out, the way back shows nothing.

        A 304 has no page in it, and what it says of keeping would be written over what the browser was told before.
        """
        private = g.get("account") is not None or request.endpoint == "intake.track"
        page = response.mimetype == "text/html" and response.status_code != HTTPStatus.NOT_MODIFIED
        if private and page:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "look": look.chosen(),
            "ways": ways(g.get("account"), request.path),
            "few": FEW,
            "back": request.full_path.rstrip("?") if request.method == "GET" else "",
            "map_approval": settings().map_approval,
            "now": datetime.now(UTC),
            "zone": settings().time_zone,
        }
