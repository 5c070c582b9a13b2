"""The member's round: today's route, the next stop, what happened, also what happened offline and comes later.

Before: `patrols.rounds.planning`, `field.walked`. After: `field/round.html`, `js/round/`. Without a network the same
page comes from the tablet (`field.shell`), with the round that the day took along; what happens goes into the tablet's
one queue (`field.taking`). The forms here do the same without a script.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from pydantic import ValidationError
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import ForbiddenError, InputError
from gis.patrols.models import Patrol
from gis.patrols.rounds import events
from gis.patrols.rounds.exports import view_of
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.queries import round_of, rounds_of_day
from gis.patrols.rounds.shift import shift_today
from gis.patrols.rounds.templates import TEMPLATES
from gis.patrols.rounds.wanted import Wanted
from gis.places import footprint
from gis.settings import settings
from webmap import access, inputs
from webmap.access import act, scope
from webmap.field.walked import Step, walk

blueprint = Blueprint("round", __name__)

MEANS = {"foot": ("步行", "on foot"), "ebike": ("电动车", "by e-bike")}
KINDS = {
    "visit": ("走访", "visit"), "section": ("路段", "section"), "case": ("案件", "case"),
    "paper": ("送材料", "papers"), "checkpoint": ("点位", "checkpoint"),
}  # fmt: skip
NUMBER = re.compile(r"[A-Za-z0-9-]{8,64}")


@blueprint.get("/round")
@act("round.walk")
def today() -> str:
    """Show today's round, or the form that plans one."""
    return _page()


def _page(fault: InputError | None = None) -> str:
    now, zone = datetime.now(UTC), settings().time_zone
    member = access.account().member_id or 0
    with transaction() as session:
        mine = rounds_of_day(session, scope(session), now, zone)
        shown = next((row for row in mine if row.state != "done" and row.code.startswith("R-")), None)
        view = view_of(session, shown) if shown is not None else None
        counts = events.visits_of_day(session, member, now, zone)
        shift = shift_today(session, member, now, zone)
    done = [row for row in mine if row.state == "done"]
    return render_template(
        "field/round.html", view=view, done=done, counts=counts, shift=shift, fault=fault, means=MEANS,
        given=request.form, ways_words=ways_words(), **round_page(),
    )  # fmt: skip


def round_page() -> dict[str, Any]:
    """Give what the page of a round needs beside the round itself."""
    return {
        "kinds": KINDS, "templates": TEMPLATES, "words": words(), "kinds_words": kind_words(),
        "zone": settings().time_zone.key,
    }  # fmt: skip


def kind_words() -> dict[str, str]:
    """Give the kinds of stops in the page's language."""
    chosen = 0 if str(get_locale() or "zh").startswith("zh") else 1
    return {code: pair[chosen] for code, pair in KINDS.items()}


def ways_words() -> dict[str, str]:
    """Say by which ways a walk was reckoned."""
    return {
        "network": _("走多久按街巷和小路算。"),
        "partly": _("走多久按街巷和小路算；附近没有路的几处按直线距离的 1.3 倍估。"),
        "straight": _("这里没有道路数据，走多久按直线距离的 1.3 倍估。"),
    }


def words() -> dict[str, str]:
    """Give the words that the page's script says."""
    return {
        "queued": _("%(count)s 条待上传", count="{n}"),
        "online": _("已全部上传"),
        "refused": _("没有定位权限，请用手点“到了”。"),
        "sharing": _("正在使用您的位置：只在本页打开、巡查进行时；轨迹只给您自己看"),
        "notSharing": _("没有使用您的位置，到一处点一次“到了”"),
        "stopSharing": _("停用定位"),
        "share": _("使用定位"),
        "near": _("到了 %(stop)s，已自动记下", stop="{stop}"),
        "fault": _("没有记下："),
        "finished": _("今天的路线走完了"),
        "ended": _("这趟已结束"),
        "needsNetwork": _("重排要联网。"),
        "earlier": _("提前：%(stop)s", stop="{stop}"),
        "later": _("推后：%(stop)s", stop="{stop}"),
        "away": _("约 %(metres)s 米", metres="{m}"),
        "skipped": _("已跳过"),
        "done": _("已到"),
        "postponed": _("已改期"),
        "todo": _("未走"),
    }


@blueprint.post("/round/plan")
@act("round.walk")
def plan() -> str | tuple[str, int] | Response:
    """Plan today's round anew."""
    now, zone = datetime.now(UTC), settings().time_zone
    account = access.account()
    try:
        with transaction() as session:
            mine = scope(session)
            if account.member_id is None:
                raise ForbiddenError("您的账号没有对应的成员。 Your account stands for no member.")
            wanted = Wanted(
                tuple(sorted(mine.grid_ids)), (account.member_id,), *_times(now), means=_means(), here=_here()
            )
            made = plan_rounds(session, wanted, now, zone)
            homes = [
                int(stop["key"].split(":")[1])
                for row in made
                for stop in row.stops
                if stop["kind"] == "visit"
            ]
            footprint.write_down(
                session, homes, account=account.name, role=account.role, purpose="visit", now=now
            )
    except InputError as fault:
        return _page(fault), 422
    flash(_("今天的路线排好了。"))
    return redirect("/round", 303)


def _times(now: datetime) -> tuple[datetime, datetime]:
    """Read from when to when, times of today."""
    zone = settings().time_zone
    day = now.astimezone(zone).date()
    found = []
    for name in ("starts", "ends"):
        try:
            found.append(datetime.combine(day, time.fromisoformat(request.form.get(name, "")), zone))
        except ValueError:
            raise InputError("请选择开始和结束的时间。 Choose when it begins and ends.", field=name) from None
    return found[0], found[1]


def _means() -> str:
    chosen = request.form.get("means", "foot")
    if chosen not in MEANS:
        raise InputError("没有这种出行方式。 There is no such means.", field="means")
    return chosen


def _here() -> tuple[float, float] | None:
    lon, lat = (inputs.number(request.form.get(name), name) for name in ("lon", "lat"))
    return None if lon is None or lat is None else (lon, lat)


@blueprint.post("/round/<int:patrol_id>/do")
@act("round.walk")
def do(patrol_id: int) -> Response:
    """Take one event from a form: the page without a script, and what needs the network."""
    now = datetime.now(UTC)
    form = request.form
    step, number = _step(patrol_id), _number()
    with transaction() as session:
        mine = scope(session)
        if step.step == "reorder" and form.get("move"):
            patrol = round_of(session, mine, patrol_id, lock=True)
            step.keys = _moved(patrol, form.get("move", ""), step.stop)
        walk(session, mine, step, now, request=number)
    return redirect("/round", 303)


def _step(patrol_id: int) -> Step:
    """Read what the form says happened."""
    form = request.form
    values = {
        "round": patrol_id, "step": form.get("kind", ""), "stop": form.get("stop", ""),
        "until": _until(form.get("until", "")), "keys": form.getlist("key"), "here": _here(),
        "template": form.get("template", ""), "answer": form.get("answer", ""), "words": form.get("words", ""),
    }  # fmt: skip
    try:
        return Step.model_validate(values)
    except ValidationError as fault:
        raise _unfit() from fault


def _number() -> str:
    number = request.form.get("request", "")
    if not NUMBER.fullmatch(number):
        raise _unfit()
    return number


def _unfit() -> InputError:
    return InputError("这张表单不完整，请重新打开页面。 This form is not complete; open the page anew.")


def _until(value: str) -> str | None:
    if not value:
        return None
    try:
        day = datetime.fromisoformat(value).date()
    except ValueError:
        raise InputError("请选一个日期。 Choose a day.", field="until") from None
    return (datetime.combine(day, time(0), settings().time_zone) + timedelta(seconds=1)).isoformat()


def _moved(patrol: Patrol, way: str, key: str) -> list[str]:
    """Give the order with one stop moved up or down by one."""
    keys: list[str] = [stop["key"] for stop in patrol.stops if stop["state"] == "todo"]
    if key in keys:
        at = keys.index(key)
        to = min(max(at + (1 if way == "down" else -1), 0), len(keys) - 1)
        keys.insert(to, keys.pop(at))
    return keys
