"""First step: words come in and become a case with its first log row.

Before: `webmap.intake`, the bulk file. After: `cases.geocode`. The same client request number never makes two cases:
a repeat gets the case that the first one made.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.models import Case, CaseType, Report
from gis.cases.queries import case_type_of
from gis.errors import InputError
from gis.geometry.crs import to_wgs84
from gis.geometry.lonlat import on_earth
from gis.places.privacy import seal
from gis.settings import settings

LONGEST_TEXT = 2000
LONGEST_CONTACT = 40
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
class Received:
    """A case, the report that made it or named it again, and whether we had it already."""

    case: Case
    report: Report
    repeated: bool


def receive(session: Session, new: NewReport, now: datetime) -> Received:
    """Write a report and its case down, or find them when this request came before.

    Raises
    ------
    InputError
        When there are no words, they are too long, the category or channel is unknown, or the pin is no point.
    """
    check(new)
    known = session.scalars(select(Report).where(Report.client_request_id == new.client_request_id)).first()
    if known is not None:
        return Received(known.case, known, repeated=True)
    case_type = case_type_of(session, new.category, new.text, now)
    case = _case(session, new, case_type, now)
    moves.make(session, case, "file", moves.Actor(_role(new.channel)), now, detail={"channel": new.channel})
    return Received(case, _report(session, case, new, now), repeated=False)


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


def _case(session: Session, new: NewReport, case_type: CaseType, now: datetime) -> Case:
    local = now.astimezone(settings().time_zone)
    number = session.scalar(text("SELECT nextval('case_number')"))
    case = Case(
        number=f"{local:%Y%m%d}{number:06d}",
        case_type_id=case_type.id,
        text=clean(new.text),
        state="",
        reported_at=now,
        moved_at=now,
        revision=0,
        location={},
    )
    if new.pin is not None:
        case.point, case.location = _pinned(new.pin)
    session.add(case)
    return case


def _pinned(pin: Pin) -> tuple[str, dict[str, object]]:
    """Convert a pin, and keep what was given beside it."""
    if not on_earth(pin.lon, pin.lat):
        raise InputError("标注点的经纬度不对。 The pin's longitude or latitude is out of range.", field="pin")
    lon, lat = to_wgs84(pin.lon, pin.lat, pin.system)
    given = {"lon": pin.lon, "lat": pin.lat, "system": pin.system}
    return f"SRID=4490;POINT({float(lon)!r} {float(lat)!r})", {
        "decision": "pin",
        "level": "pin",
        "confidence": 1.0,
        "lon": float(lon),
        "lat": float(lat),
        "pin": given,
        "reason": "位置由报告人在地图上标注。",
    }


def _report(session: Session, case: Case, new: NewReport, now: datetime) -> Report:
    report = Report(
        client_request_id=new.client_request_id,
        tracking_token=secrets.token_urlsafe(16),
        case=case,
        channel=new.channel,
        text=clean(new.text),
        pin=case.location.get("pin"),
        contact_sealed=seal(new.contact) if new.contact else None,
        language=new.language,
        reported_at=now,
        forget_at=now + timedelta(days=settings().report_keep_days),
    )
    session.add(report)
    return report


def clean(words: str) -> str:
    """Take out what a database cannot hold and a screen cannot show; the words stay as they were said."""
    return "".join(sign for sign in words.strip() if sign in "\n\t" or sign.isprintable())


def _role(channel: str) -> str:
    return "grid_member" if channel == "member" else "resident"
