"""The `wangge` command: one table of commands, each loaded only when it is asked for.

Before: the shell. After: `webmap/commands/`, one file a command. A named fault becomes one sentence on
standard error and exit code 2; anything else is a defect and shows its traceback.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, cast

import click

from gis.errors import WanggeError

COMMANDS = {
    "account": "webmap.commands.accounts:account",
    "blocks": "webmap.commands.blocks:blocks",
    "crs": "webmap.commands.crs:crs",
    "figures": "webmap.commands.figures:figures",
    "dispatch": "webmap.commands.dispatch:dispatch",
    "deadline": "webmap.commands.deadline:deadline",
    "geocode": "webmap.commands.geocode:geocode",
    "demo-accounts": "webmap.commands.demo_accounts:demo_accounts",
    "learn": "webmap.commands.learn:learn",
    "load": "webmap.commands.load:load",
    "locate": "webmap.commands.locate:locate",
    "map": "webmap.commands.map:map_",
    "migrate": "webmap.commands.migrate:migrate",
    "patrol": "webmap.commands.patrol:patrol",
    "plan": "webmap.commands.plan:plan",
    "report": "webmap.commands.report:report",
    "sample": "webmap.commands.sample:sample",
    "who": "webmap.commands.who:who",
}


class LazyGroup(click.Group):
    """A click group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands, in the alphabet's order."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, or None when there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module_name, _, attribute = COMMANDS[cmd_name].partition(":")
        return cast("click.Command", getattr(importlib.import_module(module_name), attribute))


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="wangge")
def wangge() -> None:
    """Wangge: grids, cases and rounds of a town on one map."""


def main(args: list[str] | None = None, **extra: Any) -> None:
    """Run the command line; named faults end in a sentence and exit code 2."""
    try:
        wangge.main(args=args, prog_name="wangge", standalone_mode=True, **extra)
    except WanggeError as fault:
        click.echo(f"wangge: {fault.message}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
