"""A draft in figures, grid by grid and against today, and which rules it breaks, where and by how much; pure.

Before: `layout`. After: the planner's table, submission (a hard breach is refused), the report of an import. Everything
is a sum over units, so that one edit on thousands of them is measured in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.boundaries.layout import Layout, Part, Terrain, today
from gis.boundaries.measures import Figures, figures
from gis.boundaries.propose.graph import pieces_of
from gis.boundaries.rules import Breach, Limits, Plan, breaches
from gis.errors import InputError

WEIGHTS = {"households": 1.0, "care": 5.0, "open_cases": 4.0, "past_cases": 1.0, "walking_min": 0.5}
"""What a unit of each count weighs in the workload, unless a plan says otherwise."""
COUNTS = ("households", "buildings", "care", "open_cases", "past_cases", "walking_min")
HEAVIEST = 1000.0


@dataclass(frozen=True)
class Measured:
    """One grid of a plan in figures."""

    households: float
    buildings: float
    care: float
    open_cases: float
    past_cases: float
    walking_min: float
    workload: float
    deviation: float
    area_m2: float
    polsby_popper: float
    pieces: int
    units: int


@dataclass(frozen=True)
class Row:
    """One line of the planner's table; `now` is None for a grid that loses all its ground, `today` for a new one."""

    part: Part
    now: Measured | None
    today: Measured | None

    @property
    def change(self) -> dict[str, float]:
        """Give how the figures differ from today."""
        new = vars(self.now) if self.now else {}
        old = vars(self.today) if self.today else {}
        return {
            name: float(new.get(name, 0.0)) - float(old.get(name, 0.0)) for name in Measured.__annotations__
        }


@dataclass(frozen=True)
class Fault:
    """A breach with its place: the part, its units, and their bounds (degrees: west, south, east, north)."""

    breach: Breach
    part: Part | None
    units: tuple[int, ...]
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True)
class Checked:
    """A draft in figures: a row a grid, what breaks a rule, and the totals of the lines."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    moved_units: int
    moved_households: int
    cut_m: float

    @property
    def hard(self) -> tuple[Fault, ...]:
        """Give the breaches that forbid adoption."""
        return tuple(fault for fault in self.faults if fault.breach.hard)


def read_weights(given: Mapping[str, Any]) -> dict[str, float]:
    """Read weights, the standard ones where none are said.

    Raises
    ------
    InputError
        An unknown name, a number out of reach, or no weight at all.
    """
    found = dict(WEIGHTS)
    for key, value in given.items():
        if key not in COUNTS:
            raise InputError(f"没有“{key}”这项权重。 There is no weight {key!r}.", field="weights")
        try:
            found[key] = float(value)
        except (TypeError, ValueError):
            found[key] = -1.0
        if not 0.0 <= found[key] <= HEAVIEST:
            raise InputError(
                f"权重应为 0 到 {HEAVIEST:g} 的数。 A weight is a number from 0 to {HEAVIEST:g}.", field=key
            )
    if not any(found.values()):
        raise InputError("至少要有一项权重大于 0。 At least one weight must be above 0.", field="weights")
    return found


def read_limits(given: Mapping[str, Any]) -> Limits:
    """Read limits, the standard ones where none are said.

    Raises
    ------
    InputError
        An unknown name, or no number.
    """
    known = {"deviation", "compact_warn", "compact_hard", "along", "walking_min", "households"}
    try:
        values = {key: _limit(key, value) for key, value in given.items() if value is not None}
        if unknown := set(values) - known:
            raise InputError(
                f"没有“{min(unknown)}”这项限值。 There is no limit {min(unknown)!r}.", field="limits"
            )
        return Limits(**values)
    except (TypeError, ValueError) as fault:
        raise InputError("限值应为不小于 0 的数。 A limit is a number from 0 up.", field="limits") from fault


def _limit(key: str, value: Any) -> Any:
    numbers = [float(one) for one in (value if key == "households" else [value])]
    if any(number < 0 for number in numbers):
        raise ValueError(key)
    if key != "households":
        return numbers[0]
    fewest, most = numbers
    return fewest, most


def check(
    terrain: Terrain, layout: Layout, weights: Mapping[str, float] = WEIGHTS, limits: Limits | None = None
) -> Checked:
    """Measure a draft beside today and ask all rules."""
    units = terrain.weighed(weights)
    base = today(terrain)
    new_used, new = _figures(units, layout)
    old_used, old = _figures(units, base)
    kept = sorted(set(new_used) | set(old_used))
    here, there = _measured(new, new_used), _measured(old, old_used)
    rows = tuple(Row(layout.parts[key], here.get(key), there.get(key)) for key in kept)
    dense = _dense(layout.part, new_used)
    plan = Plan(units, dense, new, limits or Limits())
    found = [_placed(terrain, layout, plan, new_used, breach) for breach in breaches(plan)]
    faults = [*_of_the_ground(terrain, layout), *_across_barriers(terrain, layout), *found]
    moved = layout.part != base.part
    return Checked(
        rows,
        tuple(sorted(faults, key=lambda fault: not fault.breach.hard)),
        int(moved.sum()),
        int(units.counts["households"][moved].sum()),
        new.cut_m,
    )


def _dense(part: NDArray[np.intp], used: list[int]) -> NDArray[np.intp]:
    dense: NDArray[np.intp] = np.searchsorted(np.array(used, np.intp), part)
    return dense


def _figures(units: Any, layout: Layout) -> tuple[list[int], Figures]:
    used = layout.used
    with np.errstate(invalid="ignore", divide="ignore"):
        found = figures(units, _dense(layout.part, used), len(used))
    np.nan_to_num(found.deviation, copy=False)
    return used, found


def _measured(found: Figures, used: list[int]) -> dict[int, Measured]:
    """Give each part's figures by its key."""
    columns = [found.counts[name].tolist() for name in COUNTS]
    more = (found.weight, found.deviation, found.area_m2, found.polsby_popper, found.pieces, found.units)
    return {
        key: Measured(*values)
        for key, *values in zip(used, *columns, *(one.tolist() for one in more), strict=True)
    }


def _of_the_ground(terrain: Terrain, layout: Layout) -> list[Fault]:
    """Find ground without a grid (R02) and grids in two communities (R03)."""
    found = []
    for key in layout.used:
        part, units = layout.parts[key], layout.units_of(key)
        if part.nobody:
            area = float(terrain.units.area_m2[units].sum())
            found.append(_fault(terrain, Breach("R02", True, key, "nobody", area, 0.0), part, units))
            continue
        homes = terrain.community[units]
        away = units[homes != part.community_id]
        if len(away):
            found.append(
                _fault(
                    terrain,
                    Breach("R03", True, key, "two-communities", float(len(np.unique(homes))), 1.0),
                    part,
                    away,
                )
            )
    return found


def _across_barriers(terrain: Terrain, layout: Layout) -> list[Fault]:
    """Find grids whose houses lie on two sides of a barrier that nobody gets across (R10).

    Water and other ground without a building joins and parts nobody. A grid that is as it is today breaks the rule
    already: that is said, and keeps no other plan from being adopted.
    """
    pairs, closed = terrain.units.graph.pairs, terrain.closed
    if closed is None or not closed.any():
        return []
    inside = layout.part[pairs[:, 0]] == layout.part[pairs[:, 1]]
    suspects = np.unique(layout.part[pairs[inside & closed][:, 0]]).tolist()
    piece = pieces_of(layout.part, terrain.open_pairs)
    touching = pieces_of(layout.part, pairs)
    found = []
    for key in suspects:
        units = layout.units_of(key)
        built = units[terrain.units.counts["buildings"][units] > 0]
        many = len(np.unique(piece[built]))
        if layout.parts[key].nobody or many <= len(np.unique(touching[built])):
            continue
        size = np.bincount(piece[built], terrain.units.area_m2[built])
        changed = not np.array_equal(units, np.flatnonzero(terrain.today == key))
        breach = Breach("R10", changed, key, "barrier-between", float(many), 1.0)
        found.append(_fault(terrain, breach, layout.parts[key], built[piece[built] != np.argmax(size)]))
    return found


def _placed(terrain: Terrain, layout: Layout, plan: Plan, used: list[int], breach: Breach) -> Fault:
    """Give a breach its grid, and the units that it is about."""
    if breach.part < 0:
        return _fault(terrain, breach, None, np.arange(0))
    part = layout.parts[used[breach.part]]
    units = layout.units_of(part.key)
    if breach.what == "in-pieces":
        units = _lesser_pieces(plan, units)
    return _fault(terrain, breach, part, units)


def _lesser_pieces(plan: Plan, units: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the units of a part that are apart from its largest piece."""
    graph = plan.units.graph
    piece = pieces_of(plan.part, graph.pairs[graph.shared_m > 0.0])[units]
    size = np.bincount(piece, plan.units.area_m2[units])
    lesser: NDArray[np.intp] = units[piece != np.argmax(size)]
    return lesser


def _fault(terrain: Terrain, breach: Breach, part: Part | None, units: NDArray[np.intp]) -> Fault:
    of = terrain.shapes[units] if len(units) else terrain.shapes
    west, south, east, north = shapely.total_bounds(of).tolist()
    placed = Breach(
        breach.rule, breach.hard, part.key if part else -1, breach.what, breach.size, breach.limit
    )
    return Fault(placed, part, tuple(units.tolist()), (west, south, east, north))
