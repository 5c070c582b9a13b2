"""How the pages say things: instants, spans, states, moves, roles, and the half of a sentence in one's language.

Before: `gis` gives instants, states and bilingual sentences. After: the templates, as filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context

from gis.cases.states import WORDS, State
from gis.scores.figures import plain
from gis.settings import settings

DAY_MIN = 24 * 60
HOUR_MIN = 60
FEW_DAYS = 3
"""Beyond this many days, hours say nothing any more."""
TWO_LANGUAGES = re.compile(r"(?P<zh>.*?[。？！”])\s+(?P<en>[A-Z“].*)", re.DOTALL)
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

MOVES = {
    "file": ("收到诉求", "received"),
    "locate": ("定位到网格", "found on a grid"),
    "queue": ("转人工定位", "to be placed by a person"),
    "place": ("人工核定位置", "placed by a person"),
    "assign": ("派单", "assigned"),
    "reassign": ("改派", "given to somebody else"),
    "withdraw": ("撤销派单", "took it back"),
    "accept": ("接单", "accepted"),
    "ask_pre_check": ("要求先核实", "to be looked at first"),
    "confirm": ("核实无误，立案", "looked at: it is a case"),
    "deny": ("核实后不立案", "looked at: no case"),
    "return": ("退回", "returned"),
    "refuse": ("退回", "refused"),
    "note": ("记录", "note"),
    "arrive_late": ("断网时所做，事后送到", "done without a network, came later"),
    "recategorise": ("改类别", "another category"),
    "act": ("办结，待核查", "done, to be checked"),
    "ask_extension": ("申请延期", "asked for more time"),
    "endorse_extension": ("同意延期，报指挥员批准", "seconded more time"),
    "approve_extension": ("批准延期", "granted more time"),
    "deny_extension": ("不同意延期", "refused more time"),
    "pause": ("挂账", "put on hold"),
    "resume": ("恢复办理", "goes on again"),
    "split": ("分出联办件", "a part given to others"),
    "child_done": ("联办件已了结", "a part is done"),
    "transfer": ("转交责任单位", "handed to an agency"),
    "take_back": ("从责任单位收回", "taken back from the agency"),
    "call_back": ("回访", "called back"),
    "rate": ("居民评价", "the resident's mark"),
    "reopen": ("居民要求重办，重新开始", "opened again for the resident"),
    "complain": ("居民再次反映没有办好", "the resident says again it is not done"),
    "correct": ("差评整改", "put right after a bad mark"),
    "reply": ("答复居民", "reply to the resident"),
    "settle": ("差评已处理", "bad mark settled"),
    "appeal": ("对逾期提出申诉", "appealed a lateness mark"),
    "uphold_appeal": ("申诉成立，免记逾期", "appeal upheld"),
    "reject_appeal": ("申诉不成立", "appeal rejected"),
    "merge": ("并案", "merged"),
    "unmerge": ("撤销并案", "merge undone"),
    "check_pass": ("核查通过，结案", "checked and closed"),
    "check_fail": ("核查未通过，继续办理", "not done yet, goes on"),
    "escalate": ("超时，升级督办", "late, raised a level"),
    "rehome": ("网格调整，随地移交", "handed over with its ground"),
    "void": ("作废", "void"),
}
ROLES = {
    "resident": ("居民", "resident"),
    "grid_member": ("网格员", "grid member"),
    "branch": ("党支部", "branch"),
    "commander": ("指挥员", "commander"),
    "planner": ("规划员", "planner"),
    "agency": ("责任单位", "agency"),
    "administrator": ("管理员", "administrator"),
    "system": ("系统", "the program"),
    "grid_leader": ("网格长", "grid leader"),
    "volunteer": ("志愿者", "volunteer"),
}
FACTOR_VALUES = {
    "当班": "on duty",
    "不当班": "off duty",
    "不限": "any",
    "不详": "not known",
    "网格员": "grid member",
    "网格长": "grid leader",
}
FACTOR_UNITS = {"件在办": "open", "米": "m"}


def english() -> bool:
    """Say whether this request reads English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def said(sentence: str) -> str:
    """Give the half of a bilingual sentence (中文。 English.) that the reader reads; others stay whole."""
    found = TWO_LANGUAGES.fullmatch(str(sentence))
    if found is None:
        return str(sentence)
    return found["en"] if english() else found["zh"]


def clock(at: datetime) -> str:
    """Say an instant in the town's time: 11月23日（周一）9:30, Mon 23 Nov, 9:30; the year only when it is another."""
    local = at.astimezone(settings().time_zone)
    same_year = local.year == datetime.now(settings().time_zone).year
    if english():
        year = "" if same_year else f" {local.year}"
        day = f"{WEEKDAYS_EN[local.weekday()]} {local.day} {MONTHS_EN[local.month - 1]}{year}"
        return f"{day}, {local:%-H:%M}"
    year = "" if same_year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日（周{'一二三四五六日'[local.weekday()]}）{local:%-H:%M}"


def day(on: date) -> str:
    """Say a day: 11月23日, 23 Nov; the year only when it is another."""
    same_year = on.year == datetime.now(settings().time_zone).year
    if english():
        return f"{on.day} {MONTHS_EN[on.month - 1]}{'' if same_year else f' {on.year}'}"
    return f"{'' if same_year else f'{on.year}年'}{on.month}月{on.day}日"


def span(length: timedelta) -> str:
    """Say a span of time: 35 分, 2 小时 10 分, 2 天 3 小时, 12 天."""
    minutes = int(length.total_seconds()) // 60
    days, rest = divmod(minutes, DAY_MIN)
    hours, left = divmod(rest, HOUR_MIN)
    parts = []
    if days:
        parts.append(_("%(count)s 天", count=days))
    if hours and days < FEW_DAYS:
        parts.append(_("%(count)s 小时", count=hours))
    if not days and (left or not hours):
        parts.append(_("%(count)s 分", count=left))
    return " ".join(parts)


def due(due_at: datetime | None, now: datetime) -> str:
    """Say how long is left, or by how much it is late."""
    if due_at is None:
        return str(_("还没有时限"))
    if due_at >= now:
        return str(_("还有 %(span)s", span=span(due_at - now)))
    return str(_("已超 %(span)s", span=span(now - due_at)))


def pair(words: tuple[str, str]) -> str:
    """Choose between a word in Chinese and in English."""
    return words[1] if english() else words[0]


def state(value: str) -> str:
    """Say a state."""
    return pair(WORDS[State(value)])


def move(name: str) -> str:
    """Say a move in the past tense of a history."""
    return pair(MOVES.get(name, (name, name)))


def role(name: str) -> str:
    """Say who somebody is."""
    return pair(ROLES.get(name, (name, name)))


def factor_value(value: str) -> str:
    """Say a factor's value as receipts keep it, 0 件在办 or 365 米, in the reader's language; a skill stays."""
    if not english():
        return value
    if value in FACTOR_VALUES:
        return FACTOR_VALUES[value]
    number, _space, unit = value.partition(" ")
    return f"{number} {FACTOR_UNITS[unit]}" if unit in FACTOR_UNITS else value


def at_time(value: datetime | str) -> str:
    """Say the time of the day of an instant, which may be written as ISO 8601."""
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return f"{found.astimezone(settings().time_zone):%H:%M}"


def register(app: Flask) -> None:
    """Give the templates these ways of speaking as filters."""
    filters: dict[str, Callable[..., str]] = {
        "said": said,
        "clock": clock,
        "span": span,
        "state": state,
        "move": move,
        "role": role,
        "factor_value": factor_value,
    }
    filters.update(pair=pair, due=due, day=day, plain=plain, at_time=at_time)
    app.jinja_env.filters.update({name: _asked_anew(filter_) for name, filter_ in filters.items()})


def _asked_anew(filter_: Callable[..., str]) -> Callable[..., str]:
    """Keep Jinja from working a filter out once when the template is compiled: the language is the reader's."""

    @pass_context
    def with_context(context: Context, *words: Any) -> str:
        del context
        return filter_(*words)

    return with_context
