"""The search box's answers: places as one types, for every map and form.

Before: `places.suggest`. After: `static/js/map/search.js`, `static/js/search.js`. Anybody may ask; the words are asked
of our own places only and kept nowhere.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from gis.database import transaction
from gis.errors import InputError
from gis.geometry.lonlat import on_earth
from gis.places.suggest import Suggestion, suggest
from webmap import inputs
from webmap.access import act
from webmap.answers import private
from webmap.guards import limiter

blueprint = Blueprint("search", __name__)

LONGEST = 200
LIMIT = "600 per minute"
"""An office of twenty people behind one address, each typing."""
PAIR = 2


@blueprint.get("/search.json")
@limiter.limit(LIMIT)
@act("place.search")
def search() -> Response:
    """Give the places that the words `q` may mean, those near `near=lon,lat` first among equals."""
    words = request.args.get("q", "").replace("\x00", "").strip()
    if len(words) > LONGEST:
        raise InputError(
            f"要查的地址太长，请不要超过 {LONGEST} 字。 Keep the address under {LONGEST} characters."
        )
    with transaction() as session:
        found = suggest(session, words, _near(request.args.get("near")))
    return private(jsonify([as_json(one) for one in found]))


def as_json(one: Suggestion) -> dict[str, Any]:
    """Give a place for a program; `words` are what a form writes down for it."""
    address = one.detail.rpartition(" · ")[2]
    words = one.label if address.startswith("又名") else f"{address}{one.label}"
    return asdict(one) | {"words": words}


def _near(given: str | None) -> tuple[float, float] | None:
    if not given:
        return None
    parts = [inputs.number(part, "near") for part in given.split(",")]
    lon, lat = parts if len(parts) == PAIR else (None, None)
    if lon is None or lat is None or not on_earth(lon, lat):
        raise InputError("near 应为“经度,纬度”。 Give near as lon,lat in degrees.", field="near")
    return lon, lat
