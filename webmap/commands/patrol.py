"""`wangge patrol`: rounds planned from files alone, without a database.

Before: an arc-routing instance (`carp`) or a street network (`cover`, in `patrol_cover`). After: checked rounds on
standard output, the cost as the last line; for `cover` a file of walks.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webmap.commands.locate import FILE
from webmap.commands.patrol_cover import cover

if TYPE_CHECKING:
    from gis.patrols.arcs.instance import Instance
    from gis.patrols.arcs.solution import Solution

CLOSING_S = 0.3
"""Kept for checking and printing."""


@click.group()
def patrol() -> None:
    """Plan rounds from files, without a database."""


patrol.add_command(cover)


@patrol.command()
@click.option(
    "--seconds", type=click.FloatRange(0.1), default=10.0, show_default=True, help="Time to search."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the lot.")
@click.option(
    "--rounds", type=click.IntRange(1), help="At most so many rounds; without it, as many as it takes."
)
@click.argument("file", type=FILE)
def carp(*, seconds: float, seed: int, rounds: int | None, file: Path) -> None:
    """Solve the arc-routing instance FILE (.dat), check the solution and print it; the last line is its cost.

    The number of vehicles in the file does not bind, as is usual; --rounds does.
    """
    begin = time.perf_counter()
    from gis.patrols.arcs.checking import check
    from gis.patrols.arcs.instance import problem
    from gis.patrols.arcs.reading import read_instance
    from gis.patrols.arcs.solve import solve

    instance = read_instance(file)
    left_s = max(0.05, seconds - CLOSING_S - (time.perf_counter() - begin))
    found = solve(
        problem(instance, rounds=rounds), seconds=left_s, seed=seed, least=instance.least, tell=_tell
    )
    cost = check(instance, found, rounds=rounds)
    click.echo(f"{found.steps} steps, {time.perf_counter() - begin:.1f} s", err=True)
    for number, line in enumerate(_lines(instance, found), 1):
        click.echo(f"round {number}: {line}")
    click.echo(f"cost {cost:.12g}")


def _tell(seconds: float, cost: float, steps: int) -> None:
    click.echo(f"{seconds:6.1f} s  cost {cost:.12g}  {steps} steps", err=True)


def _lines(instance: Instance, found: Solution) -> list[str]:
    """Write each round: its load, and its edges as they are served, in the file's numbers."""
    first, lines = instance.named_from, []
    for served in found.rounds:
        edges = [(instance.required[piece], backward) for piece, backward in served]
        load = sum(edge.demand for edge, _ in edges)
        walk = [(e.other, e.one) if backward else (e.one, e.other) for e, backward in edges]
        lines.append(f"load {load:.12g}: " + " ".join(f"{a + first}-{b + first}" for a, b in walk))
    return lines
