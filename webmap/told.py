"""What did not arrive and what failed, the ways on which staff are told, and the group robots of organisations.

Before: `cases.undelivered`, `cases.poison`, `staff.channels`. After: a person has it tried again.
"""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from gis.cases import poison, undelivered
from gis.database import transaction
from gis.errors import InputError, WanggeError
from gis.staff import channels
from gis.staff.codes import ids_of
from gis.staff.people import organisation_names
from tasks.channels import open_channels
from webmap import inputs
from webmap.access import account, act, scope

blueprint = Blueprint("told", __name__)

CHANNEL_WORDS = {"email": ("邮件", "e-mail"), "sms": ("短信", "SMS"), "wecom": ("企业微信", "WeCom"),
                 "dingtalk": ("钉钉", "DingTalk")}  # fmt: skip
POISON_WORDS = {
    "case": ("案件", "case"),
    "clock": ("案件的时限", "deadlines of case"),
    "hold": ("案件的挂账", "hold of case"),
    "report_row": ("文件中的一行", "row of a file"),
    "task": ("任务", "task"),
}


@blueprint.get("/undelivered")
@act("notice.undelivered")
def list_undelivered() -> str:
    """List the notices that did not reach somebody."""
    with transaction() as session:
        rows = undelivered.listed(session, scope(session))
    return render_template("command/undelivered.html", rows=rows, channel_words=CHANNEL_WORDS)


@blueprint.post("/undelivered/again")
@act("notice.undelivered")
def send_again() -> Response:
    """Have one or all of them sent again."""
    one = inputs.optional_id(request.form.get("delivery"), "delivery")
    with transaction() as session:
        number = undelivered.send_again(session, scope(session), datetime.now(UTC), one)
    flash(_("%(count)s 条通知会马上再发一次。", count=number))
    return redirect("/undelivered", 303)


@blueprint.get("/failures")
@act("poison.manage")
def failures() -> str:
    """List what fails again and again."""
    with transaction() as session:
        rows = poison.listed(session)
    return render_template("command/failures.html", rows=rows, kinds=POISON_WORDS)


@blueprint.post("/failures/<int:poison_id>/again")
@act("poison.manage")
def try_again(poison_id: int) -> Response:
    """Have one tried again; a task that the timetable calls anyway is only taken off the list."""
    with transaction() as session:
        row = poison.try_again(session, poison_id, datetime.now(UTC))
        if row.kind == "task":
            poison.drop(session, poison_id)
    flash(_("会马上再试一次。"))
    return redirect("/failures", 303)


@blueprint.post("/account/channels")
@act("account.own")
def choose() -> str | tuple[str, int] | Response:
    """Set on which ways one is told beside the app; a fault is said beside the form."""
    try:
        with transaction() as session:
            for channel in open_channels():
                if channel in channels.OWN_CHANNELS:
                    address = request.form.get(channel, "").strip()[:200]
                    channels.choose(session, account().id, channel, address, datetime.now(UTC))
    except InputError as fault:
        return render_template("account/own.html", fault=fault, own_ways=own_ways(dict(request.form))), 422
    flash(_("通知方式已保存。"))
    return redirect("/account", 303)


def own_ways(given: dict[str, str] | None = None) -> dict[str, str]:
    """Give the ways that the town has set up, each with one's own address on it."""
    ways = [channel for channel in channels.OWN_CHANNELS if channel in open_channels()]
    if not ways:
        return {}
    with transaction() as session:
        known = channels.own(session, account().id) if given is None else given
    return {channel: known.get(channel, "") for channel in ways}


@blueprint.get("/robots")
@act("channel.manage")
def robots() -> str:
    """List the group robots."""
    return _robots()


@blueprint.post("/robots")
@act("channel.manage")
def set_robot() -> str | tuple[str, int] | Response:
    """Set or change the robot of an organisation's group."""
    given = {
        name: request.form.get(name, "").strip() for name in ("organisation", "channel", "url", "secret")
    }
    try:
        with transaction() as session:
            organisation_id = ids_of(session, organisation=given["organisation"]).get("organisation_id")
            if organisation_id is None:
                raise InputError("请填写党组织编码。 Give the organisation's code.", field="organisation")
            channels.set_robot(
                session, organisation_id, given["channel"], url=given["url"], secret=given["secret"],
                now=datetime.now(UTC),
            )  # fmt: skip
    except WanggeError as fault:
        return _robots(fault=fault, given=given), 422
    flash(_("机器人已保存，新的通知会发到群里。"))
    return redirect("/robots", 303)


@blueprint.post("/robots/<int:robot_id>/remove")
@act("channel.manage")
def remove_robot(robot_id: int) -> Response:
    """End a robot."""
    with transaction() as session:
        channels.remove_robot(session, robot_id)
    flash(_("机器人已移除。"))
    return redirect("/robots", 303)


def _robots(**more: object) -> str:
    with transaction() as session:
        rows = channels.robots(session)
        names = organisation_names(session, [row.organisation_id for row in rows])
    return render_template("account/robots.html", rows=rows, names=names, channel_words=CHANNEL_WORDS, **more)
