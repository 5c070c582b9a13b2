"""`wangge plan`: cut ground into planning units, and let the machine propose how to share them out. No database.

Before: files of ground, roads, buildings. After: files for the planner or QGIS.
"""

from __future__ import annotations

import click

from webmap.commands.plan_propose import propose
from webmap.commands.plan_units import units


@click.group()
def plan() -> None:
    """Planning units, and proposals for new lines."""


plan.add_command(propose)
plan.add_command(units)
