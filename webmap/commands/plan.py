"""`wangge plan`: planning units and proposals from files; impact, adoption and files of stored plans.

Before: files of ground, roads, buildings; plans in the database. After: files for the planner or QGIS.
"""

from __future__ import annotations

import click

from webmap.commands.plan_propose import propose
from webmap.commands.plan_stored import adopt, export, impact, import_file
from webmap.commands.plan_units import units


@click.group()
def plan() -> None:
    """Planning units, proposals for new lines, and plans on their way into force."""


plan.add_command(propose)
plan.add_command(units)
plan.add_command(impact)
plan.add_command(adopt)
plan.add_command(export)
plan.add_command(import_file)
