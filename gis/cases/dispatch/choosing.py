"""Who among the members goes: pure, from facts about each of them and the weights of that day.

Before: `staff.queries` (who is posted there, on shift, on leave, with which skills and load), `dispatch.kept` (how
far). After: `dispatch.receipts`. Who is on leave is not asked; among the others the points are added up, and `TIES`
decides between equals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from gis.staff.queries import Responsible

FACTORS = ("on_duty", "skill", "load", "distance", "posting")
FACTOR_WORDS = {
    "on_duty": ("当班", "on shift"),
    "skill": ("技能相符", "skill fits"),
    "load": ("手上案件少", "light load"),
    "distance": ("所在网格近", "home grid is near"),
    "posting": ("专职网格员", "grid member"),
}
FACTOR_MEANS = {
    "on_duty": (
        "值班表上此刻当班得满分，否则零分。",
        "All points when the roster has them on shift now, else none.",
    ),
    "skill": (
        "会规则或类别要求的技能得满分；没有要求时人人满分。",
        "All points with the skill that the rule or the category asks for; everybody when none is asked.",
    ),
    "load": (
        "在办案件越多得分越少，到“零分于”的件数为零分。",
        "Fewer points with every open case; none at the number of cases given.",
    ),
    "distance": (
        "从本人所包网格的中间点到案件的直线距离，越远越少，到“零分于”的米数为零分。不看人现在在哪里。",
        "From the middle of the member's own grid to the case in a straight line; none at the metres given. "
        "Where a person is now is never asked.",
    ),
    "posting": (
        "专职网格员得满分，网格长零分。",
        "All points for the grid's own member, none for its leader.",
    ),
}
TIES = (
    ("得分高的先", "more points first"),
    ("在办案件少的先", "fewer open cases first"),
    ("所在网格近的先", "the nearer home grid first"),
    ("网格员先于网格长", "a grid member before a grid leader"),
    ("成员编码小的先", "the smaller member code first"),
)
"""The whole order among members, the first line first: the last one leaves no tie."""
FARTHEST = 10_000_000


@dataclass(frozen=True)
class Weight:
    """Points at most for one factor, and where load (cases) or distance (m) give none."""

    points: int
    zero_at: int | None = None


DEFAULT_WEIGHTS: Mapping[str, Weight] = MappingProxyType(
    {
        "on_duty": Weight(40),
        "skill": Weight(25),
        "load": Weight(20, 20),
        "distance": Weight(10, 2000),
        "posting": Weight(5),
    }
)
"""What holds until a city sets its own."""


@dataclass(frozen=True)
class Factor:
    """One reason of a choice: its value, its weight, and the points it gave."""

    name: str
    name_zh: str
    name_en: str
    value: str
    weight: int
    points: float


@dataclass(frozen=True)
class Considered:
    """One member with the factors that speak for them; `distance_m` is None where it is not known."""

    member: Responsible
    factors: tuple[Factor, ...]
    distance_m: int | None
    order: int
    points: float = field(default=0.0)


def shares(
    member: Responsible, skill: str, distance_m: int | None, weights: Mapping[str, Weight]
) -> dict[str, tuple[float, str]]:
    """Give each factor's share of its points, 0 to 1, and its value in words."""
    far = FARTHEST if distance_m is None else distance_m
    return {
        "on_duty": (float(member.on_duty), "当班" if member.on_duty else "不当班"),
        "skill": (float(not skill or skill in member.skills), skill or "不限"),
        "load": (_left(member.open_load, weights["load"]), f"{member.open_load} 件在办"),
        "distance": (_left(far, weights["distance"]), "不详" if distance_m is None else f"{distance_m} 米"),
        "posting": (
            float(member.role == "grid_member"),
            "网格员" if member.role == "grid_member" else "网格长",
        ),
    }


def _left(amount: int, weight: Weight) -> float:
    return max(0.0, 1 - amount / weight.zero_at) if weight.zero_at else 0.0


def consider(
    member: Responsible, skill: str, distance_m: int | None, weights: Mapping[str, Weight], order: int = 0
) -> Considered:
    """Weigh one member for a case that wants a skill ("" for none)."""
    factors = tuple(
        Factor(name, *FACTOR_WORDS[name], value, weights[name].points, round(share * weights[name].points, 1))
        for name, (share, value) in shares(member, skill, distance_m, weights).items()
    )
    return Considered(member, factors, distance_m, order, round(sum(one.points for one in factors), 1))


def choose(
    members: Sequence[Responsible],
    skill: str,
    distances: Mapping[int, int] | None = None,
    weights: Mapping[str, Weight] = DEFAULT_WEIGHTS,
) -> list[Considered]:
    """Order the members who are not on leave by `TIES`, the best first; empty when nobody can go.

    Parameters
    ----------
    members : sequence of Responsible
        In the order of their codes.
    skill : str
        What the rule or the category asks for, "" for nothing.
    distances : mapping, optional
        Metres from each member's home grid, by member id.
    weights : mapping
        Of all `FACTORS`.
    """
    known = distances or {}
    considered = [
        consider(member, skill, known.get(member.member_id), weights, order)
        for order, member in enumerate(members)
        if not member.on_leave
    ]
    return sorted(considered, key=_by_ties)


def _by_ties(one: Considered) -> tuple[float, int, int, bool, int]:
    far = FARTHEST if one.distance_m is None else one.distance_m
    return (-one.points, one.member.open_load, far, one.member.role != "grid_member", one.order)
