"""My day, as a tablet takes it along: the whole truth of what is mine, and the key to keep it under.

Before: `cases.queries`, `patrols.rounds.due`, `patrols.rounds.queries`, `cases.device_book`. After:
`static/js/field/`.

What lies on a tablet, and against whom. `day.json` holds open cases of one's own grids, doors that are due (no
people), forms and lists; it replaces what the tablet had, so what is no longer mine is gone at the next contact. The
tablet asks for it only after what waits was taken. The doors of one's own grids, to be looked up, lie beside it in a
book of their own (`field.book`). It is kept in IndexedDB under AES-256-GCM; the shell and the map
tiles, which hold nothing about people, lie open in the browser's cache. The key comes from here at sign-in. It lies
in the browser as a key that no script can take out, with the time of the last touch: it survives a page that is
loaded anew and a browser that the system ended, and is thrown away at signing out, when another account signs in,
when the server says that the sign-in is over, and when nobody touched the tablet for `WANGGE_IDLE_MIN` minutes; one
that is carried along a running round counts as touched.
Signing out takes the day itself off the disk as well. Then the screen is empty and what is on the disk cannot be
read; what waits stays, sealed, and goes up after the next sign-in of the same account, which gets the same key again
(`staff.device_keys`). Whoever copies the disk of a tablet that is signed in and unlocked at that moment gets the key
with it: against that stands the tablet's own disk encryption.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from gis.cases import device_book, queries
from gis.cases.agencies import agencies
from gis.cases.device_models import DeviceRequest
from gis.cases.queries import CaseRow, Filter
from gis.cases.reference import case_types
from gis.cases.stand import Owner
from gis.cases.states import MOVES
from gis.database import transaction
from gis.grids.extent import extent
from gis.grids.queries import grid_shapes
from gis.patrols.rounds.due import households_due
from gis.patrols.rounds.exports import view_of
from gis.patrols.rounds.queries import rounds_of_day
from gis.patrols.rounds.templates import TEMPLATES
from gis.places import footprint
from gis.settings import settings
from gis.staff.device_keys import device_key
from gis.staff.models import Account
from gis.staff.roles import Role, reach_of
from gis.staff.scope import Scope
from webmap import access, saying
from webmap.access import act, scope
from webmap.field import book
from webmap.field.forms import FORMS, Words
from webmap.field.round import kind_words
from webmap.field.taking import FIELD_MOVES
from webmap.saying import pair

blueprint = Blueprint("day", __name__)

MOST_CASES = 300
NOTES: tuple[Words, ...] = (
    ("已到现场查看", "Looked at it on site"),
    ("没人在家，改天再来", "Nobody at home; will come again"),
    ("已和当事人说明", "Explained to those concerned"),
    ("当场处理好了", "Put right at once"),
    ("需要其他单位配合", "Needs another unit"),
)
"""What is written most often; one tap puts it into the note."""


@blueprint.get("/field/key.json")
@act("case.act")
def key() -> Response:
    """Give the signed-in tablet the key of its account, and the token of its forms."""
    account = access.account()
    made = device_key(account.id)
    body = {
        "owner": made.owner, "key": b64encode(made.key).decode(), "token": generate_csrf(),
        "idle_min": settings().idle_min, "name": account.name,
    }  # fmt: skip
    return _unkept(jsonify(body))


@blueprint.get("/field/day.json")
@act("case.act")
def day() -> Response:
    """Give the whole day; a tablet that has it already gets 304."""
    now = datetime.now(UTC)
    with transaction() as session:
        body = _day(session, scope(session), access.account(), now)
    packed = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    mark = hashlib.sha256(packed.encode()).hexdigest()[:32]
    same = request.if_none_match.contains(mark)
    response = Response(status=304) if same else Response(packed, mimetype="application/json")
    response.set_etag(mark)
    return _unkept(response)


def _unkept(response: Response) -> Response:
    """Keep it out of the browser's own cache, which nobody encrypts."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _day(session: Session, mine: Scope, account: Account, now: datetime) -> dict[str, Any]:
    rows = queries.open_cases(session, mine, Filter(limit=MOST_CASES), now)
    grids = grid_shapes(session, mine.grid_ids, now)
    bounds = extent(session, mine.grid_ids, now) if mine.grid_ids else None
    return {
        "role": account.role,
        "cases": [_case(row, account) for row in rows],
        "doors": doors_due(session, mine, account, now),
        "round": _round(session, mine, account, now),
        "grids": [{"id": one.grid_id, "code": one.code, "name": one.name, "outline": one.outline} for one in grids],
        "bounds": list(bounds) if bounds else None,
        "book": book.mark(account, mine, now),
        "cards": [_card(row) for row in device_book.cards(session, account.id)],
        "agencies": agencies(session, now),
        "types": [
            {"code": row.code, "name": pair((row.name, row.name_en or row.name)), "field": row.field}
            for row in case_types(session, now)
        ],
    } | _forms(account)  # fmt: skip


def _case(row: CaseRow, account: Account) -> dict[str, Any]:
    """Give one case with what a stairwell needs: words, place, until when, what may be done."""
    case = row.case
    return {
        "id": case.id, "number": case.number, "revision": case.revision, "state": case.state, "text": case.text,
        "category": pair((row.category, row.category_en or row.category)), "place": case.place_label,
        "grid": row.grid or "", "due_at": case.due_at.isoformat() if case.due_at else None,
        "lon": case.location.get("lon"), "lat": case.location.get("lat"),
        "mine": case.member_id is not None and case.member_id == account.member_id,
        "free": case.member_id is None, "whose": row.member or "",
        "moves": _moves(row, Role(account.role)),
    }  # fmt: skip


def _moves(row: CaseRow, role: Role) -> list[str]:
    """Name the moves that the table allows from here; the server has the last word when they come in."""
    owner = Owner(row.case.organisation_id, row.case.member_id, row.case.agency)
    if owner.by_agency != (role is Role.AGENCY):
        return []
    moves = [MOVES[name] for name in FIELD_MOVES]
    asked = row.case.extension_asked_at is not None
    return [
        move.name
        for move in moves
        if row.state in move.sources
        and reach_of(role, move.act or "") is not None
        and not (asked and move.name == "ask_extension")
    ]


def doors_due(session: Session, mine: Scope, account: Account, now: datetime) -> list[dict[str, Any]]:
    """Give the doors that are due, and write down that they were shown, once a day."""
    if account.role != Role.GRID_MEMBER or not mine.grid_ids:
        return []
    zone = settings().time_zone
    stops = households_due(session, mine.grid_ids, now, zone=zone)
    ids = [int(stop.key.removeprefix("visit:")) for stop in stops]
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    new = footprint.not_yet(session, ids, account.name, midnight)
    footprint.write_down(session, new, account=account.name, role=account.role, purpose="visit", now=now)
    return [
        {
            "id": number, "label": stop.label, "lon": stop.point[0], "lat": stop.point[1],
            "hours": None if stop.hours is None else [[_clock(one) for one in span] for span in stop.hours],
        }
        for number, stop in zip(ids, stops, strict=True)
    ]  # fmt: skip


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"


def _round(session: Session, mine: Scope, account: Account, now: datetime) -> dict[str, Any] | None:
    """Give today's round with its way and its stops, if one is planned or running."""
    if account.member_id is None or account.role != Role.GRID_MEMBER:
        return None
    today = rounds_of_day(session, mine, now, settings().time_zone)
    shown = next((row for row in today if row.state != "done" and row.code.startswith("R-")), None)
    return view_of(session, shown).page if shown is not None else None


def _forms(account: Account) -> dict[str, Any]:
    kinds = account.role == Role.GRID_MEMBER
    return {
        "forms": {name: _form(name) for name in FIELD_MOVES},
        "notes": [pair(one) for one in NOTES],
        "purposes": {code: pair(words) for code, words in footprint.PURPOSES.items()},
        "visits": [
            {"code": one.code, "name": pair((one.zh, one.en)),
             "answers": [[code, pair((zh, en))] for code, zh, en in one.answers]}
            for one in TEMPLATES.values()
        ] if kinds else [],
        "kinds": kind_words(),
        "states": {state: saying.state(state) for state in STATES},
    }  # fmt: skip


STATES: Sequence[str] = (
    "reported",
    "queued",
    "pre_check",
    "assigned",
    "accepted",
    "paused",
    "transferred",
    "acted",
)


def _form(name: str) -> dict[str, Any]:
    form = FORMS[name]
    return {
        "button": pair(form.button), "opener": pair(form.opener or form.button), "done": pair(form.done),
        "ask": pair(form.ask) if form.ask else "", "hint": pair(form.hint) if form.hint else "",
        "optional": form.optional, "fields": list(form.fields), "main": form.main, "grave": form.grave,
    }  # fmt: skip


def _kind(name: str) -> str:
    """Say what kind of action a card is about, where it is no move of a case."""
    words: dict[str, str] = {
        "hand_over": _("请假交接"),
        "visit": _("走访"),
        "round": _("巡查"),
        "report": pair(("上报", "A report")),
        "look": _("查户"),
    }
    return words.get(name, "")


def _card(row: DeviceRequest) -> dict[str, Any]:
    """Give what I did and what happened meanwhile, in words."""
    told = row.told
    did = told.get("did", {})
    return {
        "request": row.request, "kind": row.kind, "outcome": row.outcome, "at": row.done_at.isoformat(),
        "case": row.case_id, "number": told.get("number", ""), "attached": bool(told.get("attached")),
        "kept_in": told.get("kept_in", ""), "plan": told.get("plan", ""), "why": saying.said(told.get("why", "")),
        "did": saying.move(did["move"]) if did.get("move") in MOVES else _kind(did.get("kind", "")),
        "words": did.get("reason") or did.get("text") or did.get("words") or "", "photos": did.get("photos", 0),
        "meanwhile": [
            {"at": one["at"], "what": saying.move(one["move"]), "who": one["name"] or saying.role(one["role"]),
             "whom": one["whom"]}
            for one in told.get("meanwhile", [])
        ],
    }  # fmt: skip
