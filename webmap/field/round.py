"""The member's round: today's route, the next stop, what happened, also what happened offline and comes later.

Before: `patrols.rounds.planning`, `patrols.rounds.events`. After: `field/round.html`, `js/round/`. The page holds all
that is needed without a network; what happens goes up as a list of events, each under its own number.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Literal

from flask import Blueprint, flash, jsonify, redirect, render_template, request
from flask_babel import get_locale
from flask_babel import gettext as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response

from gis.database import transaction
from gis.errors import ForbiddenError, InputError
from gis.patrols.models import Patrol
from gis.patrols.rounds import events
from gis.patrols.rounds.events import Happened
from gis.patrols.rounds.exports import View, view_of
from gis.patrols.rounds.planning import plan_rounds
from gis.patrols.rounds.queries import round_of, rounds_of_day
from gis.patrols.rounds.shift import shift_today
from gis.patrols.rounds.templates import TEMPLATES
from gis.patrols.rounds.wanted import Wanted
from gis.places import footprint
from gis.settings import settings
from webmap import access, inputs
from webmap.access import act, scope

blueprint = Blueprint("round", __name__)

MEANS = {"foot": ("步行", "on foot"), "ebike": ("电动车", "by e-bike")}
KINDS = {
    "visit": ("走访", "visit"), "section": ("路段", "section"), "case": ("案件", "case"),
    "paper": ("送材料", "papers"), "checkpoint": ("点位", "checkpoint"),
}  # fmt: skip
Degrees = Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)]


class EventInput(BaseModel):
    """One event as the page sends it."""

    model_config = ConfigDict(extra="forbid")

    request: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{8,64}$")]
    kind: Literal["start", "pause", "done", "skip", "postpone", "reorder", "replan", "finish"]
    at: AwareDatetime
    stop: Annotated[str, Field(max_length=60)] = ""
    how: Literal["hand", "near"] = "hand"
    until: AwareDatetime | None = None
    keys: Annotated[list[str], Field(max_length=200)] = []
    here: tuple[Degrees, Degrees] | None = None
    template: Annotated[str, Field(max_length=20)] = ""
    answer: Annotated[str, Field(max_length=20)] = ""
    words: Annotated[str, Field(max_length=2000)] = ""

    def happened(self) -> Happened:
        """Give it as the round takes it."""
        return Happened(
            self.request, self.kind, self.at, self.stop, self.how, self.until, tuple(self.keys), self.here,
            self.template, {"answer": self.answer, "words": self.words},
        )  # fmt: skip


class EventsInput(BaseModel):
    """What happened since the page last reached the server, in order."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[list[EventInput], Field(max_length=500)]


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
        kinds=KINDS, templates=TEMPLATES, words=words(), kinds_words=kind_words(), zone=zone, given=request.form,
        ways_words=ways_words(),
    )  # fmt: skip


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
        "near": _("到了 %(stop)s，已自动记下", stop="{stop}"),
        "fault": _("没有记下："),
        "finished": _("今天的路线走完了"),
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


@blueprint.post("/round/<int:patrol_id>/events.json")
@act("round.walk")
def happened(patrol_id: int) -> Response:
    """Take what happened, in order; what is refused stops the list there, the rest before it is kept."""
    given = inputs.read_json(EventsInput, request.get_data())
    stored: list[str] = []
    refused: dict[str, str] | None = None
    for event in given.events:
        try:
            with transaction() as session:
                patrol = round_of(session, scope(session), patrol_id, lock=True)
                stored += events.record(
                    session, patrol, [event.happened()], datetime.now(UTC), settings().time_zone
                )
        except InputError as fault:
            refused = {"request": event.request, "sentence": fault.message}
            break
    return jsonify({"stored": stored, "refused": refused, "round": _now(patrol_id).page})


def _now(patrol_id: int) -> View:
    with transaction() as session:
        return view_of(session, round_of(session, scope(session), patrol_id))


@blueprint.post("/round/<int:patrol_id>/do")
@act("round.walk")
def do(patrol_id: int) -> Response:
    """Take one event from a form: the page without a script, and what needs the network."""
    now = datetime.now(UTC)
    form = request.form
    event = EventInput.model_validate(
        {
            "request": form.get("request", ""), "kind": form.get("kind", ""), "at": now,
            "stop": form.get("stop", ""), "until": _until(form.get("until", "")), "keys": form.getlist("key"),
            "here": _here(), "template": form.get("template", ""), "answer": form.get("answer", ""),
            "words": form.get("words", ""),
        }
    )  # fmt: skip
    with transaction() as session:
        patrol = round_of(session, scope(session), patrol_id, lock=True)
        if event.kind == "reorder" and form.get("move"):
            event.keys = _moved(patrol, form.get("move", ""), event.stop)
        events.record(session, patrol, [event.happened()], now, settings().time_zone)
    return redirect("/round", 303)


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
