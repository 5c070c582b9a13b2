"""The themes a map can be coloured by, each over the steps of time, with one set of classes for all of them.

Before: `cases.themes`, `patrols.rounds.visited`, `staff.posted`, `webmap.maps.steps`. After: the pages (`views`) and
the file (`sheet`). A value carries its numerator and denominator; None is “no data”, which is not nought.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from gis.cases.themes import open_at, reported_in
from gis.grids.classes import quantiles
from gis.patrols.rounds.visited import visited_at
from gis.staff.posted import posted_at
from webmap.maps.steps import Step

Values: TypeAlias = "dict[tuple[int, int], tuple[float, int, int] | None]"
"""By (number of the step, grid): value, numerator, denominator; a pair that is absent counts as None."""


@dataclass(frozen=True)
class Theme:
    """A theme: its words, its unit, how it is reckoned, and the function that reckons it."""

    zh: str
    en: str
    unit_zh: str
    unit_en: str
    method_zh: str
    method_en: str
    values: Callable[[Session, Collection[int], Sequence[Step]], Values]


def _load(session: Session, grids: Collection[int], steps: Sequence[Step]) -> Values:
    instants = [step.last for step in steps]
    cases, people = open_at(session, grids, instants), posted_at(session, grids, instants)
    return {key: _share(cases[key].cases if key in cases else 0, number) for key, number in people.items()}


def _age(session: Session, grids: Collection[int], steps: Sequence[Step]) -> Values:
    found = open_at(session, grids, [step.last for step in steps])
    return {key: _share(row.days, row.cases) for key, row in found.items()}


def _visits(session: Session, grids: Collection[int], steps: Sequence[Step]) -> Values:
    found = visited_at(session, grids, [step.last for step in steps])
    return {key: _share(row.days, row.visited) for key, row in found.items()}


def _cases(session: Session, grids: Collection[int], steps: Sequence[Step]) -> Values:
    found = reported_in(session, grids, [(step.first, step.last) for step in steps])
    every = {(number, grid) for number in range(len(steps)) for grid in grids}
    return {key: (float(found.get(key, 0)), found.get(key, 0), 1) for key in every}


def _share(numerator: int, denominator: int) -> tuple[float, int, int]:
    return round(numerator / denominator, 1), numerator, denominator


THEMES = {
    "load": Theme(
        "负荷", "Load", "件/人", "cases a person",
        "未结案件 ÷ 在格网格长和网格员；无人在格的不着色",
        "Open cases ÷ leaders and members posted; a grid without any is left open", _load,
    ),
    "age": Theme(
        "案件时长", "Age of cases", "天", "days",
        "未结案件从收到至今的平均天数；没有未结案件的不着色",
        "Mean days since open cases were reported; a grid without any is left open", _age,
    ),
    "visits": Theme(
        "距上次走访", "Since last visit", "天", "days",
        "走访过的户距上次走访天数的平均；从未走访的户不计入",
        "Mean days since the last visit over households ever visited", _visits,
    ),
    "cases": Theme(
        "收到的案件", "Cases received", "件", "cases",
        "这段时间收到的案件数", "Cases reported in the span", _cases,
    ),
}  # fmt: skip


def themed(
    session: Session, name: str, grids: Collection[int], steps: Sequence[Step], now: datetime
) -> dict[str, Any]:
    """Give a theme over some grids and steps, ready for the map.

    Returns
    -------
    dict
        `classes` (five quantiles over all steps together, so that a colour means the same in each; on the line between
        two classes the lower one counts), `steps` with their words, and `grids`: for each one `[value, numerator,
        denominator]` a step, or None.
    """
    theme = THEMES[name]
    values = theme.values(session, grids, steps)
    rows = {str(grid): [values.get((number, grid)) for number in range(len(steps))] for grid in sorted(grids)}
    known = [value[0] for row in rows.values() for value in row if value is not None]
    return {
        "theme": name,
        "name": {"zh": theme.zh, "en": theme.en},
        "unit": {"zh": theme.unit_zh, "en": theme.unit_en},
        "method": {"zh": f"{theme.method_zh}。分位数五级", "en": f"{theme.method_en}. Five quantiles"},
        "at": now.isoformat(timespec="minutes"),
        "steps": [{"zh": step.zh, "en": step.en} for step in steps],
        "classes": [asdict(one) for one in quantiles(known)],
        "grids": rows,
    }
