"""How the pages say a clock: its stage and level, how it stands in words, its arithmetic line by line.

Before: `gis.cases.clock_book`, `gis.cases.sums`. After: the case page, its JSON, the board.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext as _

from gis.cases import sums
from gis.cases.clock_book import Clock
from gis.cases.clock_rules import LEVEL_WORDS, STAGE
from gis.cases.deadlines import Limit
from gis.settings import settings
from webmap.saying import clock as say_time
from webmap.saying import due, english, pair


def title(clock: Clock) -> str:
    """Name a clock: 处理 · 网格."""
    stage = STAGE[clock.stage]
    again = f" {_('第 %(count)s 次', count=clock.round)}" if clock.round > 1 else ""
    return f"{pair((stage.zh, stage.en))} · {pair(LEVEL_WORDS[clock.level])}{again}"


def standing(clock: Clock, now: datetime) -> str:
    """Say in words how a clock stands."""
    if clock.excused_at is not None:
        return str(_("超时已免责"))
    if clock.stopped_at is not None:
        return str(_("超时完成") if clock.missed(now) else _("按时完成"))
    if clock.paused is not None and clock.paused.until_at > now:
        return str(_("挂账，到 %(time)s", time=say_time(clock.paused.until_at)))
    return due(clock.due_at, now)


def arithmetic(clock: Clock) -> list[str]:
    """Say how a clock's deadline was reckoned."""
    language = "en" if english() else "zh"
    return sums.kept_lines(clock.arithmetic, clock.due_at, settings().time_zone, language)


def limit_of(one: Limit) -> str:
    """Say a limit."""
    return sums.limit_words(one, "en" if english() else "zh")


def limit(clock: Clock) -> str:
    """Say a clock's limit."""
    return limit_of(clock.limit)


def as_json(clock: Clock, now: datetime) -> dict[str, Any]:
    """Give a clock with its arithmetic in both languages for a program."""
    zone = settings().time_zone
    instants = ("started_at", "due_at", "original_due_at", "stopped_at", "escalated_at", "excused_at")
    times = {
        name: at and at.astimezone(zone).isoformat() for name in instants for at in [getattr(clock, name)]
    }
    return times | {
        "stage": clock.stage,
        "level": clock.level,
        "round": clock.round,
        "limit": str(clock.limit),
        "provisional": clock.provisional,
        "late": clock.missed(now) and clock.excused_at is None,
        "arithmetic": sums.kept_lines(clock.arithmetic, clock.due_at, zone, "zh"),
        "arithmetic_en": sums.kept_lines(clock.arithmetic, clock.due_at, zone, "en"),
        "pauses": [
            {
                "cause": one.cause,
                "from": one.from_at.astimezone(zone).isoformat(),
                "until": one.span.end.astimezone(zone).isoformat(),
            }
            for one in clock.pauses
        ],
    }


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.globals.update(
        clock_title=title, clock_standing=standing, clock_sums=arithmetic, clock_limit=limit
    )
