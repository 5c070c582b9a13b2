"""First step: words come in and become a case with its first log row.

Before: `webmap.intake`, the bulk file. After: `cases.geocode`. The same client request number never makes two cases:
a repeat gets the case that the first one made.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.draft import Draft
from gis.cases.loads import LOAD
from gis.cases.reference import case_type_of, rules_of
from gis.cases.write import ReportRow
from gis.direct import ask
from gis.errors import InputError
from gis.geometry.crs import to_wgs84
from gis.geometry.lonlat import on_earth
from gis.places.address.masking import mask
from gis.places.privacy import seal
from gis.settings import settings
from gis.staff.queries import responsibility, responsible_sql

LONGEST_TEXT = 2000
IDENTITY_DIGITS = 15
"""From so many digits on a number names a person or an account, and is no telephone."""
CHANNELS = ("web", "api", "phone", "wechat", "visit", "member", "file")
CLIENT_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,80}")
CONTACT = re.compile(r"\+?[0-9][0-9 ()-]{4,38}")


@dataclass(frozen=True)
class Pin:
    """A point set by hand, in the system of the map it was set on."""

    lon: float
    lat: float
    system: str = "wgs84"


@dataclass(frozen=True)
class NewReport:
    """What somebody tells us."""

    text: str
    channel: str
    client_request_id: str
    pin: Pin | None = None
    category: str | None = None
    contact: str = ""
    language: str = "zh"


@dataclass(frozen=True)
class Begun:
    """What a new report begins with: its draft and its own row, or the report that came before with this number."""

    draft: Draft
    report: ReportRow


# index: uq_report_client_request_id; those of `staff.queries`, for reports with a pin
_BEGIN = text(f"""
    SELECT nextval('case_number'), (SELECT jsonb_object_agg(layer, version) FROM layer_version),
           known.tracking_token, answer.*
    FROM unnest(CAST(:requests AS text[]), CAST(:lons AS float8[]), CAST(:lats AS float8[]))
         WITH ORDINALITY AS asked (request, lon, lat, number)
    LEFT JOIN report known ON known.client_request_id = asked.request
    LEFT JOIN LATERAL ({responsible_sql(LOAD)}) AS answer ON TRUE
    ORDER BY asked.number
""")


def begin(session: Session, news: Sequence[NewReport], now: datetime) -> list[Begun | str]:
    """Check reports and begin their cases; for one that a request made before, give its tracking token.

    One question for all of them: their numbers, what is known of them, and who is responsible where a pin says the
    place. Personal numbers in the words are masked before anything is written; a telephone number among them is sealed
    as the contact, when none was given.

    Raises
    ------
    InputError
        When one has no words, or too many, its category or channel is unknown, or its pin is no point.
    """
    for new in news:
        check(new)
    places = [pinned(new.pin) if new.pin is not None else None for new in news]
    values = {
        "requests": [new.client_request_id for new in news],
        "lons": [place["lon"] if place else None for place in places],
        "lats": [place["lat"] if place else None for place in places],
        "at": now,
    }
    rows = ask(session, _BEGIN, values)
    return [_begun(session, new, place, row, now) for new, place, row in zip(news, places, rows, strict=True)]


def _begun(
    session: Session, new: NewReport, location: dict[str, Any] | None, row: tuple[Any, ...], now: datetime
) -> Begun | str:
    number, versions, known, *answer = row
    if known is not None:
        return str(known)
    local = now.astimezone(settings().time_zone)
    words = mask(clean(new.text))
    case_type = case_type_of(session, new.category, new.text, now, versions)
    draft = Draft(
        case_type=case_type,
        rules=rules_of(session, case_type, versions or {}),
        text=words.text,
        reported_at=now,
        number=f"{local:%Y%m%d}{number:06d}",
        versions=versions,
    )
    if location is not None:
        draft.lon, draft.lat, draft.location = location["lon"], location["lat"], location
        draft.answer = responsibility(answer)
    told = {"channel": new.channel, "case_type_id": case_type.id}
    draft.move("file", now, actor=moves.Actor(_role(new.channel)), detail=told)
    contact = new.contact or next((number for number in words.numbers if len(number) < IDENTITY_DIGITS), "")
    return Begun(draft, _report(draft, replace(new, contact=contact), now))


def check(new: NewReport) -> None:
    """Refuse what cannot be a report, in a sentence."""
    words = new.text.strip()
    if not words:
        raise InputError("请写下发生了什么。 Say what is wrong.", field="text")
    if len(words) > LONGEST_TEXT:
        raise InputError(
            f"文字太长（{len(words)} 字），请控制在 {LONGEST_TEXT} 字以内。"
            f" The text has {len(words)} characters; keep it under {LONGEST_TEXT}.",
            field="text",
        )
    if new.channel not in CHANNELS:
        raise InputError(f"没有“{new.channel[:20]}”这个渠道。 There is no such channel.", field="channel")
    if not CLIENT_REQUEST_ID.fullmatch(new.client_request_id):
        raise InputError(
            "请求编号应为 8 到 80 位字母、数字或 . _ : - 。 The request number must have 8 to 80 plain characters.",
            field="client_request_id",
        )
    if new.contact and not CONTACT.fullmatch(new.contact):
        raise InputError("联系电话只能是数字。 The telephone number may only hold digits.", field="contact")


def pinned(pin: Pin) -> dict[str, Any]:
    """Convert a pin, and keep what was given beside it.

    Raises
    ------
    InputError
        When it is no point on the earth.
    """
    if not on_earth(pin.lon, pin.lat):
        raise InputError("标注点的经纬度不对。 The pin's longitude or latitude is out of range.", field="pin")
    lon, lat = to_wgs84(pin.lon, pin.lat, pin.system)
    return {
        "decision": "pin",
        "level": "pin",
        "confidence": 1.0,
        "lon": float(lon),
        "lat": float(lat),
        "pin": {"lon": pin.lon, "lat": pin.lat, "system": pin.system},
        "reason": "位置由报告人在地图上标注。 The reporter marked the place on the map.",
    }


def _report(draft: Draft, new: NewReport, now: datetime) -> ReportRow:
    return ReportRow(
        client_request_id=new.client_request_id,
        tracking_token=secrets.token_urlsafe(16),
        channel=new.channel,
        text=draft.text,
        pin=draft.location.get("pin"),
        contact_sealed=seal(new.contact) if new.contact else None,
        language=new.language,
        reported_at=now,
        forget_at=now + timedelta(days=settings().report_keep_days),
    )


def clean(words: str) -> str:
    """Take out what a database cannot hold and a screen cannot show; the words stay as they were said."""
    return "".join(sign for sign in words.strip() if sign in "\n\t" or sign.isprintable())


def _role(channel: str) -> str:
    return "grid_member" if channel == "member" else "resident"
