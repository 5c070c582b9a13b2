"""The folders of views, named once: each module here holds one `blueprint`.

Before: the views. After: `webmap.app` registers them. A new page's module is added to this list and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from flask import Blueprint

VIEWS = (
    "account",
    "accounts",
    "admission.answers",
    "admission.ledger",
    "admission.views",
    "calendar",
    "command.board",
    "command.board_assign",
    "command.board_day",
    "command.board_events",
    "command.board_wall",
    "command.desk",
    "command.errands",
    "command.files",
    "command.hotspots",
    "command.merging",
    "command.rounds",
    "command.views",
    "field.book",
    "field.day",
    "field.leave",
    "field.round",
    "field.round_files",
    "field.shell",
    "field.sync",
    "field.track",
    "field.views",
    "field.week",
    "field.wishes",
    "figures.papers",
    "figures.views",
    "geocoding",
    "intake.api",
    "intake.judged",
    "intake.similar",
    "intake.views",
    "layers.views",
    "look",
    "maps.views",
    "nicknames",
    "outreach",
    "planning.api",
    "planning.approval",
    "planning.dates",
    "planning.editor",
    "planning.files",
    "planning.handovers",
    "planning.impact",
    "planning.views",
    "public.figures",
    "public.grids",
    "public.matters",
    "public.pictures",
    "rules.views",
    "search",
    "told",
    "town",
)


def blueprints() -> Iterator[Blueprint]:
    """Give the views of all modules."""
    for name in VIEWS:
        blueprint: Blueprint = import_module(f"webmap.{name}").blueprint
        yield blueprint
