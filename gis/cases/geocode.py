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


def step(session: Session, draft: Draft, now: datetime) -> bool:
    """Find the place of a case; False when it now waits for a person."""
    if draft.lon is not None:
        return True
    answer = find(session, draft.text)
    draft.location = as_location(answer)
    if answer.decision != "auto":
        draft.move("queue", now, reason=answer.reason)
        return False
    draft.lon, draft.lat, draft.radius_m = answer.lon, answer.lat, answer.radius_m
    if answer.place is not None:
        draft.place_id = int(answer.place.id)
        draft.place_label = label(answer.place)
    return True


def as_location(answer: Answer) -> dict[str, Any]:
    """Keep an answer beside its case: decision, level, confidence, reason, and what else it could have been."""
    found = {"lon": answer.lon, "lat": answer.lat} if answer.decision == "auto" else {}
    return {
        "decision": answer.decision,
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
        "place_id": int(place.id),
        "label": label(place),
        "lon": candidate.lon,
        "lat": candidate.lat,
        "score": candidate.score,
        "agreed": [name for name, _ in candidate.agreed],
        "conflicted": [name for name, _ in candidate.conflicted],
        "missing": [name for name, _ in candidate.missing],
    }


def label(place: Place) -> str:
    """Say where a place is, as a person would read it: its address, then its name."""
    return f"{place.address} {place.name}".strip()
