"""The rows of one past case: where it was, to whom the rules give it, until when, and its log.

Before: `past` (the journey), `past_desk`, `staff.queries` (who was responsible then). After: `load_history` writes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import shapely
from sqlalchemy.orm import Session

from gis.cases import clock_rows, notify
from gis.cases.clock_book import Book, Clock, walked
from gis.cases.clock_rules import CALLBACK
from gis.cases.clocks import listed
from gis.cases.dispatch.decide import decide, goes_elsewhere
from gis.cases.dispatch.receipts import receipt
from gis.cases.models import CaseType
from gis.cases.past import Step, walk
from gis.cases.past_desk import Desk, Known, mark_of
from gis.cases.states import ENDED
from gis.files.columns import GEOMETRY
from gis.loading.kind import Context
from gis.places.address.masking import mask
from gis.settings import settings
from gis.staff.queries import Responsibility, responsible_at


@dataclass(frozen=True)
class Rows:
    """What is to be written for one case; `row` is its number in the file."""

    case: dict[str, Any]
    report: dict[str, Any]
    logs: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    assignments: list[dict[str, Any]]
    notices: list[dict[str, Any]]


def rows_of(session: Session, desk: Desk, row: Any, context: Context) -> Rows:
    """Make the rows of one case."""
    pin = getattr(row, GEOMETRY)
    place = desk.places.get(row.true_place)
    point = pin if pin is not None else shapely.Point(place.lon, place.lat) if place else None
    steps = walk(row.moves, row.reported_at, placed=point is not None, from_member=row.channel == "member")
    given_at = next((step.at for step in steps if step.move in {"assign", "reassign"}), None)
    answer = (
        responsible_at(session, point.x, point.y, given_at or row.reported_at) if point is not None else None
    )
    case_type = desk.types[row.category]
    book = walked(steps, desk.rules(case_type, context.zone))
    case = _where(pin, place, answer) | _when(book, steps)
    clocks = [{"row": row.Index} | _clock(clock) for clock in book.worth_keeping if clock.stage != CALLBACK]
    case |= {"row": row.Index, "case_type_id": case_type.id, "text": mask(row.text).text, GEOMETRY: point}
    case |= {"organisation_id": None, "member_id": None, "agency": ""}
    assignments = []
    if given_at is not None:
        chosen = _who(desk, case_type, answer, given_at, point)
        written, agency = chosen.pop("receipt"), chosen.pop("agency")
        case |= chosen | {"agency": agency}
        if case["member_id"] is not None and case["closed_at"] is None:
            desk.loads[case["member_id"]] += 1
        assignments.append(
            {
                "row": row.Index,
                "at": given_at,
                "grid_id": case["grid_id"],
                "receipt": json.dumps(written),
                **chosen,
            }
        )
    told = _told(answer) | {"assign": _given(answer, case, assignments)}
    logs = _logs(row, steps, case, told)
    return Rows(case, _report(row), logs, clocks, assignments, _notices(case, assignments))


def _told(answer: Responsibility | None) -> dict[str, dict[str, Any]]:
    """Give what the log of a step tells beside its move, as the steps themselves would."""
    if answer is None:
        return {}
    place = {"grid": answer.grid_code, "grid_name": answer.grid, "community": answer.community}
    return {"locate": place}


def _given(
    answer: Responsibility | None, case: dict[str, Any], assignments: list[dict[str, Any]]
) -> dict[str, Any]:
    if answer is None or not assignments:
        return {}
    member = next((one.name for one in answer.members if one.member_id == case["member_id"]), "")
    return {"organisation": answer.organisation, "member": member}


def _notices(case: dict[str, Any], assignments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Tell those who have an open case of it, as the walk would have; what is over needs no telling."""
    if case["closed_at"] is not None:
        return []
    return [
        {
            "row": given["row"],
            "member_id": given["member_id"],
            "organisation_id": None if given["member_id"] is not None else given["organisation_id"],
            "body": notify.words(case["text"], case["due_at"], json.loads(given["receipt"])["sentence"]),
            "created_at": given["at"],
            "send_after": given["at"],
            "sent_at": given["at"],
        }
        for given in assignments
    ]


def _where(pin: Any, place: Known | None, answer: Responsibility | None) -> dict[str, Any]:
    """Say where a case is as the steps of the journey would."""
    location: dict[str, Any] = {
        "decision": "none",
        "level": "",
        "confidence": 0.0,
        "reason": "文字中没有可识别的地点。 The words name no place that is known.",
    }
    if pin is not None:
        location = {
            "decision": "pin",
            "level": "pin",
            "confidence": 1.0,
            "reason": "位置由报告人在地图上标注。 The reporter marked the place on the map.",
        }
        location |= {"lon": pin.x, "lat": pin.y}
    elif place is not None:
        location = {
            "decision": "auto",
            "level": "place",
            "confidence": 1.0,
            "reason": f"历史案件，位置为{place.label}。 A past case; its place is {place.label}.",
        }
        location |= {"lon": place.lon, "lat": place.lat}
    return {
        "location": json.dumps(location, ensure_ascii=False),
        "place_id": place.place_id if place else None,
        "place_label": place.label.strip() if place else "",
        "radius_m": None,
        "grid_id": answer.grid_id if answer else None,
        "area_id": answer.community_id if answer else None,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    told = clock_rows.row(clock)
    return told | {name: json.dumps(told[name], ensure_ascii=False) for name in ("arithmetic", "extensions")}


def _when(book: Book, steps: list[Step]) -> dict[str, Any]:
    last = steps[-1]
    made: dict[str, Any] = {
        "state": last.to_state,
        "reported_at": steps[0].at,
        "moved_at": last.at,
        "closed_at": last.at if last.to_state in ENDED else None,
        "revision": len(steps),
    }
    due_at, deadline = listed(book, None, {})
    return made | {"due_at": due_at, "deadline": json.dumps(deadline, ensure_ascii=False)}


def _who(
    desk: Desk, case_type: CaseType, answer: Responsibility | None, at: datetime, point: Any
) -> dict[str, Any]:
    """Choose as assignment does; what has no place goes to the topmost organisation, by a person's word."""
    if answer is None:
        written = {"by_hand": True, "factors": [], "sentence": "位置不明，由人工指派。",
                   "sentence_en": "Its place is unknown; a person gave it to somebody."}  # fmt: skip
        return {"organisation_id": desk.root_id, "member_id": None, "agency": "", "receipt": written}
    rule = desk.book.ruling(case_type, answer.grid_id, answer.community_id, at)
    others = desk.members.get(rule.organisation_id or 0, []) if rule and goes_elsewhere(rule, answer) else []
    answer = replace(answer, members=desk.carrying(answer.members))
    ids = [member.member_id for member in others or answer.members]
    weights = desk.book.weights.at(at)
    choice = decide(
        answer,
        case_type,
        rule,
        weights=weights,
        distances=desk.book.homes.distances(ids, point.x, point.y, at),
        others=desk.carrying(others),
    )
    return {
        "organisation_id": choice.organisation_id,
        "member_id": choice.best.member_id if choice.best else None,
        "agency": choice.agency,
        "receipt": receipt(answer, case_type, choice, weights),
    }


def _report(row: Any) -> dict[str, Any]:
    mark = mark_of(row)
    return {
        "row": row.Index,
        "client_request_id": mark,
        # Nobody holds the link of a past report: it is drawn from the mark and the secret, so it cannot be guessed.
        "tracking_token": sha256(f"{mark}{settings().secret_key}".encode()).hexdigest()[:22],
        "channel": row.channel,
        "text": mask(row.text).text,
        "reported_at": row.reported_at,
        "forget_at": row.reported_at + timedelta(days=settings().report_keep_days),
    }


def _logs(
    row: Any, steps: list[Step], case: dict[str, Any], told: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    logs = []
    for seq, step in enumerate(steps, 1):
        detail = step.detail | told.get(step.move, {})
        if step.move == "act" and case["member_id"] is not None:
            detail["member_id"] = case["member_id"]
        if step.move == "check_pass" and row.rating:
            detail["rating"] = row.rating
        logs.append(
            {
                "row": row.Index, "seq": seq, "at": step.at, "move": step.move, "from_state": step.from_state,
                "to_state": step.to_state, "role": step.role, "reason": step.reason,
                "detail": json.dumps(detail, ensure_ascii=False),
            }
        )  # fmt: skip
    return logs
