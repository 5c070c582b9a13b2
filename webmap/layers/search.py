"""What the search box shows for some words: places of the gazetteer, the likeliest first, each with its point.

Before: `places.search`. After: `webmap.layers.views`. The words are asked of our own places only and kept nowhere.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from gis.cases.geocode import label
from gis.errors import InputError
from gis.places.search import find

LONGEST = 200


def search(session: Session, words: str) -> list[dict[str, Any]]:
    """Find places by words.

    Returns
    -------
    list of dict
        label, level, lon, lat (EPSG:4490 degrees) and confidence, 0 to 1; empty when nothing fits.

    Raises
    ------
    InputError
        When the words are longer than any address.
    """
    if len(words) > LONGEST:
        raise InputError(
            f"要查的地址太长，请不要超过 {LONGEST} 字。 Keep the address under {LONGEST} characters."
        )
    words = words.replace("\x00", "").strip()
    if not words:
        return []
    answer = find(session, words)
    found = {
        (one.lon, one.lat): {
            "label": label(one.place),
            "level": answer.level,
            "lon": one.lon,
            "lat": one.lat,
            "confidence": round(one.score, 3),
        }
        for one in reversed(answer.candidates)
    }
    return sorted(found.values(), key=lambda one: -one["confidence"])
