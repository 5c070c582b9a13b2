"""How the pages say things: instants, spans, states, moves, roles, and the half of a sentence in one's language.

Before: `gis` gives instants, states and bilingual sentences. After: the templates, as filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from jinja2 import pass_context
from jinja2.runtime import Context

from gis.cases.states import WORDS, State
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
    "accept": ("接单", "accepted"),
    "return": ("退回", "returned"),
    "note": ("记录", "note"),
    "act": ("办结，待核查", "done, to be checked"),
    "check_pass": ("核查通过，结案", "checked and closed"),
    "check_fail": ("核查未通过，继续办理", "not done yet, goes on"),
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


def register(app: Flask) -> None:
    """Give the templates these ways of speaking as filters."""
    filters: dict[str, Callable[..., str]] = {
        "said": said,
        "clock": clock,
        "span": span,
        "state": state,
        "move": move,
        "role": role,
    }
    filters.update(pair=pair, due=due)
    app.jinja_env.filters.update({name: _asked_anew(filter_) for name, filter_ in filters.items()})


def _asked_anew(filter_: Callable[..., str]) -> Callable[..., str]:
    """Keep Jinja from working a filter out once when the template is compiled: the language is the reader's."""

    @pass_context
    def with_context(context: Context, *words: Any) -> str:
        del context
        return filter_(*words)

    return with_context
