"""Which dispatch rule speaks: pure, from the rules in force and one matter.

Before: `dispatch.kept` reads the rules. After: `dispatch.decide`, the trial on past cases. Exactly one rule speaks, or
none: the first in the order of `PRECEDENCE` that fits. What it leaves empty stays as the category and the place have
it; rules are not mixed, so that a receipt can name the one that was used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

DAY_MIN = 1440
ANY_DAY = "1234567"
CLASSES = ("component", "event", "livelihood")
PLACE_RANKS = {"": 0, "city": 1, "district": 2, "subdistrict": 3, "community": 4, "grid": 5}


@dataclass(frozen=True)
class Rule:
    """One rule as it is kept: ids beside their names; `begins` and `ends` bound its dates, None is open.

    `place_level` is "" for everywhere, a level of area, or "grid"; minutes are those of the town's day.
    """

    code: str
    category: str = ""
    place_level: str = ""
    place_id: int | None = None
    place: str = ""
    weekdays: str = ANY_DAY
    from_min: int = 0
    to_min: int = DAY_MIN
    level: str = ""
    organisation_id: int | None = None
    organisation: str = ""
    agency: str = ""
    skill: str = ""
    handling: str = ""
    note: str = ""
    begins: datetime | None = None
    ends: datetime | None = None

    @property
    def width_min(self) -> int:
        """Count the minutes of a week in which it holds."""
        length = self.to_min - self.from_min
        return len(self.weekdays) * (length if length > 0 else length + DAY_MIN)

    def in_force(self, at: datetime) -> bool:
        """Say whether its dates hold an instant; the last day's end is no longer within."""
        return (self.begins is None or self.begins <= at) and (self.ends is None or at < self.ends)

    def holds_at(self, local: datetime) -> bool:
        """Say whether its weekdays and hours hold a moment of the town's time.

        On the line: the first minute is within, the last is not. Hours that end before they begin run into the next
        day and belong to the day they began on: Friday 22:00 to 06:00 holds on Saturday at 05:59.
        """
        minute, day = local.hour * 60 + local.minute, local.isoweekday()
        if self.to_min > self.from_min:
            return str(day) in self.weekdays and self.from_min <= minute < self.to_min
        before = day - 1 or 7
        return (str(day) in self.weekdays and minute >= self.from_min) or (
            str(before) in self.weekdays and minute < self.to_min
        )

    def about(self, kind: str, code: str) -> bool:
        """Say whether it speaks of a category."""
        return self.category in {"", kind} or (
            self.category not in CLASSES and code.startswith(self.category)
        )

    def told(self) -> dict[str, Any]:
        """Give what a receipt keeps of it."""
        kept = ("code", "category", "place", "weekdays", "from_min", "to_min", "level", "organisation", "agency",
                "skill", "handling", "note")  # fmt: skip
        return {name: getattr(self, name) for name in kept if getattr(self, name) not in {"", None}}


@dataclass(frozen=True)
class Matter:
    """What a rule is asked about: `area_ids` are the community and all areas above it, `local` the town's time."""

    kind: str
    category: str
    grid_id: int | None
    area_ids: frozenset[int]
    local: datetime


@dataclass(frozen=True)
class Step:
    """One line of the order of precedence."""

    zh: str
    en: str
    key: Callable[[Rule], float | str]


def _category_rank(rule: Rule) -> int:
    """Any, a class, then the longer beginning of a code: the whole code is the longest."""
    if not rule.category:
        return 0
    return 1 if rule.category in CLASSES else 1 + len(rule.category)


PRECEDENCE = (
    Step(
        "类别越细越先：小类、大类、部件/事件/民生、不限",
        "the narrower category first: minor, major, class, any",
        lambda rule: -_category_rank(rule),
    ),
    Step(
        "地方越小越先：网格、社区、街道、区县、市、不限",
        "the smaller place first: grid, community, subdistrict, district, city, anywhere",
        lambda rule: -PLACE_RANKS[rule.place_level],
    ),
    Step(
        "时段越窄越先：每周分钟数少的",
        "the narrower hours first: fewer minutes a week",
        lambda rule: rule.width_min,
    ),
    Step(
        "生效越晚越先",
        "the later beginning first",
        lambda rule: -(rule.begins.timestamp() if rule.begins else 0),
    ),
    Step("规则编号小的先", "the smaller code first", lambda rule: rule.code),
)
"""The order in which rules speak, the first line first; rules equal in the first three contradict each other."""


def fits(rule: Rule, matter: Matter) -> bool:
    """Say whether a rule speaks of a matter, whatever its dates."""
    here = (
        rule.place_level == ""
        or (rule.place_level == "grid" and rule.place_id == matter.grid_id)
        or (rule.place_level != "grid" and rule.place_id in matter.area_ids)
    )
    return here and rule.about(matter.kind, matter.category) and rule.holds_at(matter.local)


@dataclass
class Rulebook:
    """Rules in the order of precedence, with those of each category at hand."""

    rules: Sequence[Rule]
    _of: dict[tuple[str, str], list[Rule]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Rulebook:
        """Put rules in order."""
        return cls(sorted(rules, key=lambda rule: tuple(step.key(rule) for step in PRECEDENCE)))

    @property
    def needs_areas(self) -> bool:
        """Say whether any rule speaks of an area."""
        return any(rule.place_level not in {"", "grid"} for rule in self.rules)

    def ruling(self, matter: Matter, at: datetime | None = None) -> Rule | None:
        """Give the rule that speaks; with `at` only those whose dates hold it, without it whatever their dates."""
        key = (matter.kind, matter.category)
        if key not in self._of:
            self._of[key] = [rule for rule in self.rules if rule.about(*key)]
        for rule in self._of[key]:
            if (at is None or rule.in_force(at)) and fits(rule, matter):
                return rule
        return None
