"""Second step: the words become a place, or a question for a person.

Before: `cases.intake`. After: `cases.grid`. A pin or a person's word stands as it is. Only an answer that the geocoder
is sure of places a case; everything else waits in the queue with its candidates, and is never guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.models import Case
from gis.places.geocoder import Answer, Candidate, Place
from gis.places.search import find


def step(session: Session, case: Case, now: datetime) -> bool:
    """Find the place of a case; False when it now waits for a person."""
    if "lon" in case.location:
        return True
    answer = find(session, case.text)
    case.location = as_location(answer)
    if answer.decision != "auto" or answer.lon is None or answer.lat is None:
        moves.make(session, case, "queue", moves.SYSTEM, now, reason=answer.reason)
        return False
    case.point = f"SRID=4490;POINT({answer.lon!r} {answer.lat!r})"
    case.radius_m = answer.radius_m
    if answer.place is not None:
        case.place_id = int(answer.place.id)
        case.place_label = label(answer.place)
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
