"""While somebody writes a report: what was reported already nearby, and which category the words may mean.

Before: the report form's words and pin. After: `static/js/similar.js` shows both; the person decides. What is shown of
other people's cases is public: category, place without the door, since when, how it stands. Their words are not.
The words come in the body of a POST: they never stand in an address, and nothing is kept.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from gis.cases import likeness, reference
from gis.cases.geocode import as_location
from gis.cases.learning.suggest import Suggested, suggest
from gis.cases.likeness import Alike, Matter
from gis.database import transaction
from gis.geometry.lonlat import on_earth
from gis.places.search import find
from webmap import inputs
from webmap.access import act
from webmap.answers import private
from webmap.guards import limiter
from webmap.intake.answers import public_state
from webmap.saying import pair

blueprint = Blueprint("similar", __name__)

LIMIT = "120 per minute"
ROUND_M = 10
MOST_PUBLIC = 3
DOOR = re.compile(r"(\d+|[一二三四五六七八九十]+)(单元|室|户|层|楼(?!栋)).*$")
"""From here on a place label names a home; strangers are not told."""


class Words(BaseModel):
    """What stands in the form so far."""

    model_config = ConfigDict(extra="ignore")

    text: str = Field("", max_length=2000)
    where: str = Field("", max_length=200)
    category: str = Field("", max_length=20)
    lon: float | None = None
    lat: float | None = None


@blueprint.post("/similar.json")
@limiter.limit(LIMIT)
@act("case.report")
def similar() -> Response:
    """Give open cases that look like what is being written, and proposals for its category."""
    given = inputs.read_json(Words, request.get_data(cache=False))
    now = datetime.now(UTC)
    with transaction() as session:
        proposed = suggest(session, given.text, now)
        found = _alike(session, given, proposed, now)
    body = {
        "similar": [_public(one) for one in found[:MOST_PUBLIC]],
        "categories": [_proposal(one) for one in proposed],
    }
    return private(Response(json.dumps(body, ensure_ascii=False), mimetype="application/json"))


def _alike(session: Session, given: Words, proposed: list[Suggested], now: datetime) -> list[Alike]:
    """Look near the pin, or near the place that the words name for certain."""
    codes = _categories(session, given, proposed, now)
    here = _here(session, given)
    if here is None or not codes:
        return []
    return likeness.alike(session, Matter(given.text, *here, codes, now))


def _categories(session: Session, given: Words, proposed: list[Suggested], now: datetime) -> list[str]:
    """Give the category chosen, or those the words may mean, the keyword rules' among them."""
    if given.category.isalnum():
        return [given.category]
    if not given.text.strip():
        return []
    return [*(one.code for one in proposed), reference.case_type_of(session, None, given.text, now).code]


def _here(session: Session, given: Words) -> tuple[float, float] | None:
    if given.lon is not None and given.lat is not None:
        return (given.lon, given.lat) if on_earth(given.lon, given.lat) else None
    if not given.where.strip():
        return None
    place = as_location(find(session, given.where))
    return (place["lon"], place["lat"]) if place["decision"] == "auto" else None


def _public(one: Alike) -> dict[str, Any]:
    """Say what anybody may know of a case."""
    return {
        "number": one.number,
        "category": pair((one.category, one.category_en)),
        "place": DOOR.sub("", one.place).strip(),
        "state": public_state(one.state),
        "since": since(one.hours),
        "distance_m": int(round(one.distance_m / ROUND_M) * ROUND_M),
    }


def since(hours: float) -> str:
    """Say roughly how long ago; not the minute, which might tell who it was."""
    if hours < 1:
        return str(_("不到 1 小时前"))
    return str(
        _("%(count)s 小时前", count=int(hours)) if hours < 24 else _("%(count)s 天前", count=int(hours / 24))  # noqa: PLR2004
    )


def _proposal(one: Suggested) -> dict[str, Any]:
    share = None if one.probability is None else round(one.probability * 100)
    return {"code": one.code, "name": pair((one.name, one.name_en)), "percent": share, "words": one.words}
