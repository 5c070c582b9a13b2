"""The answer: place it, ask, or admit that there is none; with candidates, reasons and one question.

Before: `geocoder.py` gathers the evidence. After: cases, search box, bulk files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from gis.places.address import Reading
from gis.places.geocoder.gazetteer import Place

AUTO, ASK, NONE = "auto", "ask", "none"
RADIUS_M = {
    "room": 15.0, "entrance": 15.0, "building": 20.0, "compound": 150.0, "roadno": 50.0, "road": 600.0,
    "crossing": 80.0, "community": 800.0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that could be meant.

    Attributes
    ----------
    place : Place
        The row of the gazetteer.
    score : float
        Sum of the weights below and of the name's; only the order and the distance between scores mean something.
    agreed, conflicted, missing : tuple of (str, float)
        Elements in Chinese with their weights.
    level : str
        building, compound, roadno …
    lon, lat : float
        Degrees, WGS-84.
    """

    place: Place
    score: float
    agreed: tuple[tuple[str, float], ...]
    conflicted: tuple[tuple[str, float], ...]
    missing: tuple[tuple[str, float], ...]
    level: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Answer:
    """What the geocoder says about one text.

    Attributes
    ----------
    text : str
        The text as it came.
    decision : str
        auto, ask or none.
    level : str
        room, entrance, building, compound, roadno, crossing, road or community; empty with none.
    confidence : float
        Probability that the first candidate is right, 0 to 1.
    lon, lat : float or None
        Degrees, WGS-84, of the first candidate; None with none.
    radius_m : float
        Half the extent within which the true place lies, metres.
    candidates : tuple of Candidate
        Up to five, the likeliest first; computed when first looked at.
    question : str
        The one question that divides the candidates best; with auto, 几号楼？ where a building would lead on.
    reason : str
        A sentence in Chinese.
    reading : Reading
        What was read out of the text; computed when first looked at.
    """

    text: str
    decision: str
    level: str
    confidence: float
    lon: float | None
    lat: float | None
    radius_m: float
    place: Place | None
    _candidates: Callable[[], Sequence[Candidate]] = field(repr=False, compare=False)
    _question: Callable[[], str] = field(repr=False, compare=False)
    _reason: Callable[[], str] = field(repr=False, compare=False)
    _reading: Callable[[], Reading] = field(repr=False, compare=False)

    @cached_property
    def candidates(self) -> tuple[Candidate, ...]:
        """Up to five candidates, the likeliest first."""
        return tuple(self._candidates())

    @cached_property
    def question(self) -> str:
        """The question that divides the candidates best, or an empty text."""
        return self._question()

    @cached_property
    def reason(self) -> str:
        """Why, in one Chinese sentence."""
        return self._reason()

    @cached_property
    def reading(self) -> Reading:
        """The elements of the text."""
        return self._reading()
