"""Second step: the words become a place, or a question for a person.

Before: `cases.intake`. After: `cases.grid`. A pin or a person's word stands as it is. Only an answer that the geocoder
is sure of places a case; everything else waits in the queue with its candidates, and is never guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.draft import Draft
from gis.places.geocoder import Answer, Candidate, Place
from gis.places.search import find

TOO_COARSE = frozenset({"road", "community"})
"""Levels that are found for certain and still no place to send somebody to."""


def step(session: Session, draft: Draft, now: datetime) -> bool:
    """Find the place of a case; False when it now waits for a person."""
    if draft.lon is not None:
        return True
    answer = find(session, draft.text)
    draft.location = as_location(answer)
    if draft.location["decision"] != "auto":
        draft.move("queue", now, reason=answer.reason)
        return False
    draft.lon, draft.lat, draft.radius_m = answer.lon, answer.lat, answer.radius_m
    if answer.place is not None:
        draft.place_id = row_id(answer.place)
        draft.place_label = label(answer.place)
    return True


def as_location(answer: Answer) -> dict[str, Any]:
    """Keep an answer beside its case: decision, level, confidence, reason, and what else it could have been."""
    decision = "ask" if answer.decision == "auto" and answer.level in TOO_COARSE else answer.decision
    found = {"lon": answer.lon, "lat": answer.lat} if decision == "auto" else {}
    return {
        "decision": decision,
        "level": answer.level,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "question": answer.question,
        "candidates": [as_candidate(one) for one in answer.candidates],
        **found,
    }


def as_candidate(candidate: Candidate) -> dict[str, Any]:
    """Say one candidate as JSON, with what spoke for and against it."""
    place = candidate.place
    return {
        "place_id": row_id(place),
        "label": label(place),
        "lon": candidate.lon,
        "lat": candidate.lat,
        "score": candidate.score,
        "agreed": [name for name, _ in candidate.agreed],
        "conflicted": [name for name, _ in candidate.conflicted],
        "missing": [name for name, _ in candidate.missing],
    }


def row_id(place: Place) -> int | None:
    """Give the row of a place; None for one that was derived: a door between known ones, a crossing."""
    return int(place.id) if place.id else None


def label(place: Place) -> str:
    """Say where a place is, as a person would read it: its address, then its name."""
    return f"{place.address} {place.name}".strip()
