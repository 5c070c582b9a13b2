"""A stop as a round keeps it, and back.

Before: `pack.problem`. After: `rounds`, `weeks.plans`.
"""

from __future__ import annotations

import json
from typing import Any

from gis.patrols.pack.problem import Stop


def as_json(stop: Stop) -> dict[str, Any]:
    """Give a stop as a round keeps it."""
    far = json.loads(json.dumps(stop.far_end))
    return {
        "key": stop.key, "kind": stop.kind, "label": stop.label, "lon": stop.point[0], "lat": stop.point[1],
        "far": far, "along_s": stop.along_s, "stay_s": stop.stay_s, "worth_s": stop.worth_s,
        "hours": None if stop.hours is None else [list(span) for span in stop.hours],
    }  # fmt: skip


def from_json(row: dict[str, Any]) -> Stop:
    """Read a stop that a round kept."""
    hours = row.get("hours")
    return Stop(
        row["key"], row["kind"], (row["lon"], row["lat"]), row["worth_s"], row["stay_s"], row["label"],
        tuple(row["far"]) if row.get("far") else None, row["along_s"],
        None if hours is None else tuple((start, end) for start, end in hours),
    )  # fmt: skip
