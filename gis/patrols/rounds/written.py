"""A walk as a round keeps it: its steps with their times, and its way as a line.

Before: `pack.plan`, `rounds.walkways`. After: `rounds.planning` and `rounds.again` write rounds with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from gis.patrols.pack.plan import Step, Walk
from gis.patrols.pack.problem import Point
from gis.patrols.rounds.kept_stops import as_json
from gis.patrols.rounds.walkways import Straight, Walkways


def steps_json(walk: Walk, midnight: datetime) -> list[dict[str, Any]]:
    """Give the steps of a walk, in order, all still to do."""
    return [_step_json(step, midnight) for step in walk.steps]


def _step_json(step: Step, midnight: datetime) -> dict[str, Any]:
    times = {"begins": step.begins_s, "leaves": step.leaves_s}
    return as_json(step.stop) | {
        "turned": step.turned,
        "walk_s": step.walk_s,
        "state": "todo",
        "done": False,
        **{name: (midnight + timedelta(seconds=second)).isoformat() for name, second in times.items()},
    }


def route_of(walk: Walk, ways: Walkways | Straight, before: Sequence[Point] = ()) -> str:
    """Give the way as stored: the places of the walk, and the corners of the streets between them."""
    places = [walk.walker.start]
    for step in walk.steps:
        places += reversed(step.stop.ends) if step.turned else step.stop.ends
    points = [*before, *ways.line([*places, walk.walker.end])]
    kept = [point for index, point in enumerate(points) if index == 0 or point != points[index - 1]]
    if len(kept) == 1:
        kept *= 2
    return "SRID=4490;LINESTRING(" + ", ".join(f"{lon!r} {lat!r}" for lon, lat in kept) + ")"
