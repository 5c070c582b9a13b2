"""Charts as numbers: where each column, point and bar of a drawing stands; `parts/charts.html` draws them as SVG.

Before: `scores.figures`. After: the pages and the printed month. Every chart has a table beside it that says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from gis.scores.figures import Month, Row
from gis.scores.units import percent

WIDTH, HEIGHT = 640.0, 232.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 632.0, 18.0, 194.0
STEPS = 4
MOST_BARS = 40
BAR_LEFT, BAR_RIGHT, BAR_STEP = 150.0, 470.0, 30.0


@dataclass(frozen=True)
class Tick:
    """A line across, with its word."""

    y: float
    word: str


@dataclass(frozen=True)
class Box:
    """A rectangle; `word` says its value."""

    x: float
    y: float
    width: float
    height: float
    word: str = ""


@dataclass(frozen=True)
class Columns:
    """Two columns a month: received and closed."""

    ticks: Sequence[Tick]
    first: Sequence[Box]
    second: Sequence[Box]
    months: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Line:
    """A line of shares over the months; a month without data breaks it."""

    ticks: Sequence[Tick]
    pieces: Sequence[str]
    points: Sequence[tuple[float, float, str]]
    months: Sequence[tuple[float, str]]


@dataclass(frozen=True)
class Bars:
    """One bar a unit, in the order of their codes."""

    height: float
    rows: Sequence[tuple[float, str, float, str]]


def columns(months: Sequence[Month]) -> Columns:
    """Place the received and the closed of each month."""
    most = nice(max([1, *(one.reported for one in months), *(one.ended for one in months)]))
    slot = (RIGHT - LEFT) / max(1, len(months))
    width = min(18.0, slot * 0.36)

    def box(number: int, index: int, side: int) -> Box:
        height = (BOTTOM - TOP) * number / most
        x = LEFT + slot * (index + 0.5) + (side - 1) * (width + 1)
        return Box(_r(x), _r(BOTTOM - height), _r(width), _r(height), str(number))

    return Columns(
        [Tick(_r(_y(step / STEPS)), f"{most * step // STEPS}") for step in range(STEPS + 1)],
        [box(one.reported, index, 0) for index, one in enumerate(months)],
        [box(one.ended, index, 1) for index, one in enumerate(months)],
        _months(months),
    )


def line(months: Sequence[Month]) -> Line:
    """Place the share closed on time of each month, 0 to 100 %."""
    points: list[tuple[float, float, str]] = []
    pieces: list[list[str]] = [[]]
    for (x, _), one in zip(_months(months), months, strict=True):
        if one.on_time is None:
            pieces.append([])
            continue
        y = _r(_y(float(one.on_time)))
        points.append((x, y, f"{percent(one.on_time, 1)} %"))
        pieces[-1].append(f"{x},{y}")
    ticks = [Tick(_r(_y(step / STEPS)), f"{100 * step // STEPS} %") for step in range(STEPS + 1)]
    return Line(ticks, [" ".join(piece) for piece in pieces if len(piece) > 1], points, _months(months))


def bars(rows: Sequence[Row], figure: str) -> Bars | None:
    """Place one bar a unit for a rate; None when there are too many to be read, or nothing to show."""
    told = [(row.unit.name, row.figures[figure]) for row in rows if row.unit.key and figure in row.figures]
    if not told or len(told) > MOST_BARS:
        return None
    placed = [
        (
            index * BAR_STEP,
            name if len(name) <= 12 else name[:11] + "…",  # noqa: PLR2004 - what fits beside the bars
            _r((BAR_RIGHT - BAR_LEFT) * float(found.value or 0)),
            f"{found.shown}" + (f"（{found.parts}）" if found.parts else ""),
        )
        for index, (name, found) in enumerate(told)
    ]
    return Bars(len(placed) * BAR_STEP + 4, placed)


def nice(number: int) -> int:
    """Give the next number that parts well into four: 4, 8, 12, 20, 160, 2000 and so on."""
    scale: int = 10 ** max(0, floor(log10(max(1, number))) - 1)
    return next(
        step * scale for step in (4, 8, 12, 16, 20, 24, 32, 40, 60, 80, 100) if step * scale >= number
    )


def _months(months: Sequence[Month]) -> list[tuple[float, str]]:
    """Name the months; the year stands at January and at the first, unless January follows it and has no room then."""
    slot = (RIGHT - LEFT) / max(1, len(months))
    firsts = [one.period.first for one in months]
    named = {index for index, first in enumerate(firsts) if first.month == 1}
    named |= set() if 1 in named else {0}
    return [
        (_r(LEFT + slot * (index + 0.5)), f"{first:%Y-%m}" if index in named else f"{first:%-m}")
        for index, first in enumerate(firsts)
    ]


def _y(share: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * share


def _r(value: float) -> float:
    return round(value, 1)
