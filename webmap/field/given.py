"""What the form of a move says beside its reason: until when, why, to whom, how satisfied.

Before: `field.forms`. After: `cases.guards` judges what it means.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from flask import request

from gis.cases.deadlines import UNIT_WORDS, Unit, read_limit
from gis.cases.evaluate import RESOLVED, Said
from gis.cases.states import Handling
from gis.errors import InputError
from gis.settings import settings
from webmap import inputs

LONGEST_NAME = 100
LONGEST_WORDS = 2000
END_OF_DAY = time(23, 59)


def _toward() -> dict[str, Any]:
    return {"toward": inputs.words_of(request.form.get("toward"), LONGEST_NAME)}


def _limit() -> dict[str, Any]:
    unit = request.form.get("unit", "")
    words = (
        f"{request.form.get('amount', '').strip()[:6]}{UNIT_WORDS[Unit(unit)] if unit in set(Unit) else ''}"
    )
    read_limit(words)
    return {"limit": words}


def _hold() -> dict[str, Any]:
    """Read the cause, and the day at whose end it goes on again."""
    said = "请选择恢复办理的日期。 Choose the day on which it goes on."
    day = inputs.day(request.form.get("until"), "until", said)
    until = datetime.combine(day, END_OF_DAY, settings().time_zone)
    return {"cause": request.form.get("cause", ""), "until": until.isoformat()}


def _category() -> dict[str, Any]:
    return {"category": inputs.words_of(request.form.get("category"), LONGEST_NAME)}


def _agency() -> dict[str, Any]:
    return {"agency": inputs.words_of(request.form.get("agency"), LONGEST_NAME)}


def _explained() -> dict[str, Any]:
    return {"handling": Handling.EXPLAIN} if request.form.get("explained") else {}


GIVEN: dict[str, Callable[[], dict[str, Any]]] = {
    "refuse": _toward,
    "recategorise": _category,
    "ask_extension": _limit,
    "pause": _hold,
    "transfer": _agency,
    "act": _explained,
}


def detail_of(move_name: str) -> dict[str, Any]:
    """Read what the request's form says for a move.

    Raises
    ------
    InputError
        When a limit or a day cannot be read.
    """
    return GIVEN[move_name]() if move_name in GIVEN else {}


def said() -> Said:
    """Read what a resident says of a closed case.

    Raises
    ------
    InputError
        When an answer is missing that who was reached must have given.
    """
    words = inputs.words_of(request.form.get("reason"), LONGEST_WORDS)
    if request.form.get("reached") == "no":
        return Said(reached=False, words=words)
    resolved, mark = request.form.get("resolved"), request.form.get("satisfaction", "")
    if resolved not in RESOLVED or mark not in {"1", "2", "3", "4", "5"}:
        raise InputError(
            "请选择是否解决、是否满意。 Say whether it is solved and how satisfied.", field="resolved"
        )
    return Said(True, resolved, int(mark), words)
