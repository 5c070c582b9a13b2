"""`wangge plan propose`: several good plans for units of ground, within a time, with a report. No database.

Before: a file of units that tile. After: a GeoPackage with the plan and its alternatives, and a JSON report.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gis.errors import InputError
from webmap.commands.locate import FILE

if TYPE_CHECKING:
    from gis.boundaries.measures import Units
    from gis.boundaries.propose.files import Today, UnitFile
    from gis.boundaries.propose.front import Plan
    from gis.boundaries.propose.graph import Graph
    from gis.boundaries.propose.islands import Pieces
    from gis.boundaries.propose.moves import Best

LEFT_TO_WRITE_S = 1.0
SAY_EVERY_S = 1.0
MOST_ALTERNATIVES = 12
NOT_FOUND = 1


@click.command()
@click.option("--units", "path", required=True, type=FILE, help="Polygons that tile; anything GDAL reads.")
@click.option("--layer", help="Their layer; by default the first.")
@click.option("--weight", required=True, help="The field that is to be even: households, people, minutes.")
@click.option("--parts", required=True, type=click.IntRange(1), help="How many parts.")
@click.option(
    "--tolerance", type=click.FloatRange(0, min_open=True), default=0.05, show_default=True,
    help="Largest deviation of a part from an equal share, as a share: 0.05 is five per cent.",
)  # fmt: skip
@click.option(
    "--seconds", type=click.FloatRange(1), default=30, show_default=True,
    help="Time for everything, reading and writing included; the very first run compiles for some seconds more.",
)  # fmt: skip
@click.option(
    "--rounds", type=click.IntRange(1),
    help="Stop after so many rounds instead of by the clock: the same seed then gives the same plans.",
)  # fmt: skip
@click.option(
    "--keep",
    help="A field that names today's part: units keep it as far as possible (least weight moves), and the report "
    "says what share did. With fewer parts the lightest of today's are given up; new ones get free numbers.",
)
@click.option(
    "--locked",
    help="A field that is true for units that must stay in today's part; needs --keep.",
)
@click.option(
    "--barriers", multiple=True, type=FILE,
    help="Rivers, railways, expressways: units with more than half of their shared line along one are no neighbours, "
    "unless a crossing joins them; several files may be given.",
)  # fmt: skip
@click.option(
    "--crossings", multiple=True, type=FILE, help="Bridges and underpasses that lead across the barriers."
)
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Another number, other plans."
)
@click.option(
    "-o", "--output", required=True, type=FILE, help="The .gpkg to write: layer plan, then alternatives."
)
@click.option("--report", required=True, type=FILE, help="The .json to write.")
def propose(
    *, path: Path, layer: str | None, weight: str, parts: int, tolerance: float, seconds: float, rounds: int | None,
    keep: str | None, locked: str | None, barriers: tuple[Path, ...], crossings: tuple[Path, ...], seed: int,
    output: Path, report: Path,
) -> None:  # fmt: skip
    """Share units out into parts that hang together, weigh the same, and cut few neighbours apart.

    Neighbours share more than a metre of line. The alternatives are the plans within the tolerance that no other
    beats in evenness and cuts at once; the plan itself is one of them. Plans with more than half as many cuts again
    as the fewest are too dear for it; of the others those whose parts are all within 0.1 per cent of even come first,
    and among these each halving of the deviation is weighed against the cuts it costs. With --keep it is the plan
    that moves the least weight. Exit code 1 means that no contiguous plan within the tolerance
    was found; the best one is written all the same, with its breaches.
    """
    began = time.monotonic() - time.process_time()
    from gis.boundaries.measures import units_of
    from gis.boundaries.propose.files import numbers_of, read_units, today_of
    from gis.boundaries.propose.graph import graph_of
    from gis.boundaries.propose.islands import shared_out
    from gis.boundaries.propose.search import Clock, Wanted, search

    if output.suffix.lower() != ".gpkg":
        raise InputError(f"{output.name} must end in .gpkg.")
    file = read_units(path, layer)
    loads = numbers_of(file, weight)
    _check(parts, len(loads))
    graph = graph_of(file.shapes, loads)
    closed = _closed(file, graph, barriers, crossings)
    units = units_of(file.shapes, graph, closed=closed)
    pieces = shared_out(graph.only(units.open), file.shapes, parts, tolerance)
    today = None if keep is None else today_of(file, keep, loads)
    held = None if locked is None else _held(file, locked, today, parts)
    read_s = time.monotonic() - began
    until = began + seconds - LEFT_TO_WRITE_S - 0.5 * min(read_s, 0.2 * seconds)
    clock = Clock(None if rounds is not None else until, rounds)
    wanted = Wanted(parts, tolerance, seed, None if today is None else today.number, held)
    plans = search(pieces, wanted, clock, _teller(clock))
    front, first = _front(plans, tolerance, least_change=today is not None)
    asked = {
        "weight": weight,
        "parts": parts,
        "tolerance": tolerance,
        "keep": keep,
        "locked": locked,
        "seed": seed,
        "rounds": rounds,
    }
    ordered = [front[first], *front[:first], *front[first + 1 :]]
    told = _written(output, file=file, units=units, pieces=pieces, plans=ordered, today=today, asked=asked)
    told["seconds"] = round(time.monotonic() - began, 2)
    _save(report, told)
    _sum_up(told, file.remarks)


def _check(parts: int, units: int) -> None:
    if parts > units:
        raise InputError(f"{units} units cannot make {parts} parts; a part needs at least one unit.")


def _closed(file: UnitFile, graph: Graph, barriers: tuple[Path, ...], crossings: tuple[Path, ...]) -> Any:
    """Tell which neighbours a barrier keeps apart; None where no barriers are given."""
    import numpy as np

    from gis.boundaries.propose.barriers import joined
    from webmap.commands.plan_units import lines_of, shapes_of

    if not barriers:
        if crossings:
            raise InputError("--crossings lead across --barriers; give these too.")
        return None
    walls = np.concatenate([lines_of(path, None) for path in barriers])
    ways = np.concatenate([np.array([], dtype=object), *(shapes_of(path, None) for path in crossings)])
    return ~joined(file.shapes, graph.pairs, walls, ways)


def _held(file: UnitFile, field: str, today: Today | None, parts: int) -> Any:
    """Give the units that stay; refuse what cannot: no part today, or one that is given up."""
    import numpy as np

    from gis.boundaries.propose.files import truths_of

    if today is None:
        raise InputError("--locked needs --keep: the field that names the part where a unit is to stay.")
    held = truths_of(file, field)
    for row in np.flatnonzero(held & (today.number < 0)).tolist():
        raise InputError(f"Unit {row + 1} is locked, but it has no part today.")
    for row in np.flatnonzero(held & (today.number >= parts)).tolist():
        name = today.names[int(today.number[row])]
        raise InputError(f"Unit {row + 1} is locked in part {name}, which is given up with {parts} parts.")
    return held


def _front(plans: list[Plan], tolerance: float, *, least_change: bool) -> tuple[list[Plan], int]:
    from gis.boundaries.propose.front import chosen, unbeaten

    if not plans:
        raise InputError(
            "No plan whole in all its parts was found. Locked units of a part must hang together; else give it more "
            "--seconds or another --seed."
        )
    front = unbeaten(plans, tolerance=tolerance)
    return front, chosen(front, tolerance=tolerance, least_change=least_change)


def _teller(clock: Any) -> Any:
    """Make the function that tells the progress on standard error, about once a second and when it changed."""
    last: list[Any] = [0.0, ""]

    def say(done: float, best: Best) -> None:
        import numpy as np

        now = time.monotonic()
        if now - last[0] < SAY_EVERY_S or not np.isfinite(best.cost).any():
            return
        place = int(np.flatnonzero(np.isfinite(best.cost))[0])
        words = f"most even {100 * best.deviation[place]:.4f} %, least cost {best.cost.min():.6g}"
        if words != last[1]:
            click.echo(f"{min(done, 1.0):4.0%} after {now - clock.began_s:.0f} s: {words}", err=True)
        last[:] = [now, words]

    return say


def _written(
    output: Path, *, file: UnitFile, units: Units, pieces: Pieces, plans: list[Plan], today: Today | None,
    asked: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """Write the plans and give the report."""
    import numpy as np

    from gis.boundaries.propose.files import names_of, write_plans
    from gis.boundaries.propose.report import plan_report, rules_checked
    from gis.boundaries.rules import Limits
    from gis.geometry.blocks import in_reading_order

    parts, limits = asked["parts"], Limits(deviation=asked["tolerance"])
    names = names_of(parts, today)
    shown = plans[: MOST_ALTERNATIVES + 1]
    placed = [
        plan.part if today is not None else _in_order(file, plan.part, parts, in_reading_order)
        for plan in shown
    ]
    layers = write_plans(output, file, [np.array(names)[part] for part in placed])
    told = [
        {"layer": layer, **plan_report(units, part, names, limits, plan.moved if today is not None else None)}
        for layer, part, plan in zip(layers, placed, shown, strict=True)
    ]
    joined = [
        {"units": [one + 1 for one in link.units], "gap_m": round(link.gap_m, 1)} for link in pieces.links
    ]
    return {
        **asked,
        "units": units.graph.size,
        "neighbours": len(units.graph.pairs),
        "joined_over_gaps": joined,
        "plan": told[0],
        "alternatives": told[1:],
        "today": _today_told(units, today, limits),
        "rules": rules_checked(),
    }


def _in_order(file: UnitFile, part: Any, parts: int, order: Any) -> Any:
    """Give parts their numbers as grids have them: row by row from the north, each from west to east."""
    import numpy as np
    import shapely

    grounds = np.array(
        [shapely.multipolygons(shapely.get_parts(file.shapes[part == p])) for p in range(parts)]
    )
    number = np.empty(parts, np.intp)
    number[order(grounds)] = np.arange(parts)
    return number[part]


def _today_told(units: Units, today: Today | None, limits: Any) -> dict[str, Any] | None:
    """Tell today's own figures for comparison, where every unit has a part today."""
    from gis.boundaries.propose.report import plan_report

    if today is None or (today.number < 0).any():
        return None
    return plan_report(units, today.number, today.names, limits, 0.0)


def _save(report: Path, told: dict[str, Any]) -> None:
    beside = report.with_name(f".{report.name}.part")
    try:
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(report)
    except OSError as fault:
        raise InputError(f"cannot write {report}: {fault.strerror}") from fault
    finally:
        beside.unlink(missing_ok=True)


def _sum_up(told: dict[str, Any], remarks: list[str]) -> None:
    for remark in remarks:
        click.echo(remark, err=True)
    plan = told["plan"]
    kept = f", {plan['kept_share']:.2%} keep their part" if "kept_share" in plan else ""
    click.echo(
        f"{told['parts']} parts: largest deviation {plan['largest_deviation']:.4%}, "
        f"{plan['cut_edges']} cut edges{kept}; "
        f"{len(told['alternatives'])} alternatives; {told['seconds']:.1f} s"
    )
    if told["joined_over_gaps"] and not plan["contiguous"]:
        pairs = "; ".join("{} and {}".format(*link["units"]) for link in told["joined_over_gaps"][:5])
        click.echo(
            f"Some ground lies apart and fits no whole number of parts; joined over a gap: units {pairs}.",
            err=True,
        )
    if not plan["contiguous"] or plan["largest_deviation"] > told["tolerance"]:
        click.echo(
            "No contiguous plan within the tolerance was found; the best one is written, with its breaches.",
            err=True,
        )
        sys.exit(NOT_FOUND)
