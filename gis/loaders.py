"""The one table of all kinds of files that can be loaded, and what follows a load.

Before: each room's `load*.py`. After: `wangge load`, the sample town, the worker.
"""

from __future__ import annotations

import importlib
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.loading.kind import Kind, Say, silent

KINDS = {
    "categories": "gis.cases.load_types:CATEGORIES",
    "likeness": "gis.cases.load_likeness:LIKENESS",
    "calendar": "gis.cases.load_types:CALENDAR",
    "clock_limits": "gis.cases.load_clock_limits:CLOCK_LIMITS",
    "boundaries": "gis.grids.load_boundaries:BOUNDARIES",
    "compounds": "gis.places.load_compounds:COMPOUNDS",
    "buildings": "gis.places.load_buildings:BUILDINGS",
    "entrances": "gis.places.load_doors:ENTRANCES",
    "households": "gis.places.load_doors:HOUSEHOLDS",
    "roads": "gis.places.load_ground:ROADS",
    "ground": "gis.places.load_ground:GROUND",
    "places": "gis.places.load_names:PLACES",
    "addresses": "gis.places.load_names:ADDRESSES",
    "dispatch_weights": "gis.cases.dispatch.load_weights:DISPATCH_WEIGHTS",
    "organisations": "gis.staff.load_organisations:ORGANISATIONS",
    "members": "gis.staff.load_members:MEMBERS",
    "postings": "gis.staff.load_postings:POSTINGS",
    "shifts": "gis.staff.load_shifts:SHIFTS",
    "dispatch_rules": "gis.cases.dispatch.load_rules:DISPATCH_RULES",
    "fields": "gis.admission.load_items:FIELDS",
    "admitted": "gis.admission.load_items:ADMITTED",
    "seasons": "gis.patrols.rhythms.load_duties:SEASONS",
    "rhythms": "gis.patrols.rhythms.load_duties:RHYTHMS",
    "duties": "gis.patrols.rhythms.load_duties:DUTIES",
    "errands": "gis.patrols.rhythms.load_duties:ERRANDS",
    "outreach": "gis.patrols.outreach.load:OUTREACH",
    "outreach_counts": "gis.patrols.outreach.load:OUTREACH_COUNTS",
    "rounds": "gis.patrols.load:ROUNDS",
    "visits": "gis.patrols.load:VISITS",
    "cases": "gis.cases.load_history:CASES",
    "history": "gis.cases.load_told:HISTORY",
}
"""Name to module and attribute, in the order in which a town is loaded."""


def kind_named(name: str) -> Kind:
    """Find a kind of file by its name.

    Raises
    ------
    InputError
        There is no such kind.
    """
    if name not in KINDS:
        raise InputError(f"There is no kind of file {name!r}; the kinds are {', '.join(KINDS)}.")
    module, _, attribute = KINDS[name].partition(":")
    return cast("Kind", getattr(importlib.import_module(module), attribute))


def settle(session: Session, at: datetime, say: Say = silent) -> None:
    """Do what follows a load: find the homes of buildings and doors, make the gazetteer's rows.

    Parameters
    ----------
    session : Session
        In the caller's transaction.
    at : datetime
        Now, aware.
    say : callable
        Told the steps.
    """
    from gis.places.gazetteer import refresh
    from gis.places.homes import rehome

    say("homes", 0, 2)
    rehome(session, at)
    say("names", 1, 2)
    refresh(session, at, say)
    say("names", 2, 2)
