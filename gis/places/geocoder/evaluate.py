"""How good is the geocoder on a city's own checked rows? Precision against coverage, and reliability.

Before: rows whose truth somebody has checked. After: `wangge geocode evaluate`, and the choice of a city's
own threshold for automatic placing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from gis.places.geocoder.answer import Answer
from gis.places.geocoder.geocoder import Geocoder
from gis.places.geocoder.stems import distance_m

BINS = 10
_LOWEST = 0.8


class Checked(NamedTuple):
    """A checked row: the text and the true place (its id, or degrees WGS-84); with neither, a stranger."""

    text: str
    place_id: str
    lon: float | None
    lat: float | None

    @property
    def answerable(self) -> bool:
        """Whether the gazetteer holds the place."""
        return bool(self.place_id) or self.lon is not None


class Judged(NamedTuple):
    """An answer judged: how sure it was, what it decided, whether it was right, whether there was an answer."""

    confidence: float
    decision: str
    right: bool
    answerable: bool


class CurvePoint(NamedTuple):
    """With automatic placing from `threshold`: share of rows placed, and share of those that are right."""

    threshold: float
    coverage: float
    precision: float


class Bin(NamedTuple):
    """Answers whose confidence lies in [low, high): how many, what they said on average, how many were right."""

    low: float
    high: float
    rows: int
    said: float
    right: float


def judge(geocoder: Geocoder, rows: Iterable[Checked], within_m: float) -> list[Judged]:
    """Answer checked rows and judge the answers.

    Parameters
    ----------
    geocoder : Geocoder
        The geocoder to judge.
    rows : iterable of Checked
        Texts with their truth.
    within_m : float
        How near a position counts as right, metres; on the line counts as right.
    """
    judged = []
    for row in rows:
        answer = geocoder.locate(row.text)
        judged.append(
            Judged(answer.confidence, answer.decision, _right(answer, row, within_m), row.answerable)
        )
    return judged


def _right(answer: Answer, row: Checked, within_m: float) -> bool:
    if answer.place is not None and row.place_id and answer.place.id == row.place_id:
        return True
    if answer.lon is None or answer.lat is None or row.lon is None or row.lat is None:
        return False
    return distance_m(answer.lon, answer.lat, row.lon, row.lat) <= within_m


def curve(judged: Sequence[Judged]) -> list[CurvePoint]:
    """Give the precision-coverage curve, the surest answers first; one point for each confidence."""
    ordered = sorted((one for one in judged if one.decision != "none"), key=lambda one: -one.confidence)
    points: list[CurvePoint] = []
    right = 0
    for count, one in enumerate(ordered, 1):
        right += one.right
        point = CurvePoint(one.confidence, count / len(judged), right / count)
        if points and points[-1].threshold == one.confidence:
            points[-1] = point
        else:
            points.append(point)
    return points


def reliability(judged: Sequence[Judged]) -> list[Bin]:
    """Give the reliability table: what was said, and what was true."""
    table = []
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        some = [
            one
            for one in judged
            if one.decision != "none" and min(int(one.confidence * BINS), BINS - 1) == number
        ]
        count = len(some)
        said = sum(one.confidence for one in some) / count if count else 0.0
        right = sum(one.right for one in some) / count if count else 0.0
        table.append(Bin(low, high, count, said, right))
    return table


def threshold_for(points: Sequence[CurvePoint], precision: float) -> CurvePoint | None:
    """Give the point with the widest coverage that still has a precision; None where there is none."""
    return next((point for point in reversed(points) if point.precision >= precision), None)


def curve_svg(points: Sequence[CurvePoint], title: str) -> str:
    """Draw the curve as an SVG picture of 640 by 400: coverage to the right, precision upwards from 80 %."""
    left, top, width, height = 60, 40, 540, 300
    spots = " ".join(
        f"{left + width * one.coverage:.1f},{top + height * _down(one.precision):.1f}" for one in points
    )
    lines = []
    for step in range(5):
        share = _LOWEST + (1 - _LOWEST) * step / 4
        y = top + height * (1 - step / 4)
        lines.append(
            f'<path d="M{left} {y}H{left + width}" stroke="#ccc"/><text x="8" y="{y + 4}">{share:.0%}</text>'
        )
        x = left + width * step / 4
        lines.append(f'<text x="{x - 12}" y="{top + height + 20}">{step / 4:.0%}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400" font-family="sans-serif" font-size="13">'
        f'<rect width="640" height="400" fill="#fff"/><text x="{left}" y="24" font-size="15">{escape(title)}</text>'
        f'{"".join(lines)}<polyline points="{spots}" fill="none" stroke="#0b62a4" stroke-width="2"/>'
        f'<text x="{left + 190}" y="{top + height + 44}">覆盖率 coverage</text></svg>\n'
    )


def _down(precision: float) -> float:
    """Give how far down in the picture a precision lies, 0 to 1."""
    return 1 - (max(precision, _LOWEST) - _LOWEST) / (1 - _LOWEST)
