"""What did not arrive and what failed are seen by those who can mend it, and tried again; people choose their ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from gis.cases import journey, outbox, poison
from gis.cases.delivery import NoticeDelivery
from gis.cases.models import Notice
from gis.places.privacy import unseal
from gis.settings import Settings
from gis.staff.channels import AccountChannel, GroupRobot
from gis.staff.models import Account
from gis.staff.roles import Role
from tests import make

REFUSED = "对方拒收（400）。 The receiver refuses it (400)."
SignIn = Callable[[Role], FlaskClient]


def failed_sms(session: Session, town: make.Town) -> NoticeDelivery:
    """A resident's SMS that was given up."""
    journey.report(session, make.new_report(pin=town.inside("A"), contact="19900000001"), make.NOW)
    outbox.hand_out(session, make.NOW, ["sms"])
    session.execute(update(NoticeDelivery).values(failed_at=make.NOW, attempts=8, error=REFUSED))
    session.expire_all()
    return session.scalars(select(NoticeDelivery)).one()


def test_the_commander_sees_what_did_not_arrive_and_has_it_sent_again(
    session: Session, town: make.Town, sign_in: SignIn
) -> None:
    row = failed_sms(session, town)
    client = sign_in(Role.COMMANDER)
    assert "1 条通知没有送到" in client.get("/board").text
    page = client.get("/undelivered").text
    assert "对方拒收（400）。" in page
    assert "居民" in page
    assert "19900000001" not in page
    assert client.post("/undelivered/again", data={"delivery": row.id}).status_code == 303
    session.refresh(row)
    assert (row.failed_at, row.attempts) == (None, 0)
    assert "都送到了" in client.get("/undelivered").text
    assert client.post("/undelivered/again", data={"delivery": row.id}).status_code == 404


def test_another_areas_commander_sees_and_sends_nothing(
    session: Session, town: make.Town, staff: dict[Role, Account], sign_in: SignIn
) -> None:
    row = failed_sms(session, town)
    elsewhere = make.area(session, "subdistrict", "990102002000", parent=town.district)
    staff[Role.COMMANDER].area_id = elsewhere.id
    session.flush()
    client = sign_in(Role.COMMANDER)
    assert "都送到了" in client.get("/undelivered").text
    assert client.post("/undelivered/again", data={"delivery": row.id}).status_code == 404
    assert client.post("/undelivered/again").status_code == 303
    session.refresh(row)
    assert row.failed_at == make.NOW


def test_what_fails_again_and_again_is_seen_and_tried_again(session: Session, sign_in: SignIn) -> None:
    poison.record(session, "case", "7", "ZeroDivisionError (gis.cases.grid:1)", make.NOW)
    poison.record(session, "task", "tasks.files.walk", "KeyError (x:1)", make.NOW)
    session.flush()
    client = sign_in(Role.ADMINISTRATOR)
    page = client.get("/failures").text
    assert "ZeroDivisionError" in page
    assert "tasks.files.walk" in page
    for row in poison.listed(session):
        assert client.post(f"/failures/{row.id}/again").status_code == 303
    [left] = poison.listed(session)
    session.refresh(left)
    assert (left.kind, left.given_up_at, left.attempts) == ("case", None, 0)
    assert client.post("/failures/999999999/again").status_code == 404


@pytest.fixture
def set_up(test_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from tasks.channels import email, sms

    changed = replace(
        test_settings,
        smtp_url="smtp://127.0.0.1:9",
        mail_from="grid@town.example",
        sms_url="http://127.0.0.1:9/",
    )
    monkeypatch.setattr(email, "settings", lambda: changed)
    monkeypatch.setattr(sms, "settings", lambda: changed)


@pytest.mark.usefixtures("set_up")
def test_a_person_chooses_their_ways_and_a_fault_is_said_beside_the_field(
    session: Session, sign_in: SignIn
) -> None:
    client = sign_in(Role.GRID_MEMBER)
    page = client.get("/account").text
    assert 'name="email"' in page
    assert 'href="/my"' in page, "the bar is still there"
    wrong = client.post("/account/channels", data={"email": "nobody", "sms": "19900000001"})
    assert wrong.status_code == 422
    assert "wrong-email" in wrong.text
    assert session.scalars(select(AccountChannel)).all() == [], "nothing is half saved"
    client.post("/account/channels", data={"email": "me@town.example", "sms": "19900000001"})
    rows = session.scalars(select(AccountChannel).order_by(AccountChannel.channel)).all()
    assert [unseal(row.address_sealed) for row in rows] == ["me@town.example", "19900000001"]
    assert b"town.example" not in rows[0].address_sealed
    assert "me@town.example" in client.get("/account").text
    client.post("/account/channels", data={"email": "", "sms": "19900000002"})
    session.expire_all()
    [row] = session.scalars(select(AccountChannel))
    assert (row.channel, unseal(row.address_sealed)) == ("sms", "19900000002")


def test_without_channels_of_the_town_there_is_no_choice(sign_in: SignIn) -> None:
    assert 'name="sms"' not in sign_in(Role.GRID_MEMBER).get("/account").text


def test_an_administrator_sets_robots_and_their_addresses_are_never_shown(
    session: Session, town: make.Town, sign_in: SignIn
) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    code = town.branches["A"].code
    good = {
        "organisation": code,
        "channel": "wecom",
        "url": "https://robot.example/send?key=SECRET",
        "secret": "",
    }
    for wrong in ({"organisation": "none"}, {"channel": "fax"}, {"url": "file:///etc/passwd"}):
        assert client.post("/robots", data=good | wrong).status_code == 422
    assert client.post("/robots", data=good).status_code == 303
    page = client.get("/robots").text
    assert town.branches["A"].name in page
    assert "SECRET" not in page
    [robot] = session.scalars(select(GroupRobot))
    assert client.post(f"/robots/{robot.id}/remove").status_code == 303
    assert session.scalars(select(GroupRobot)).all() == []


def test_notices_are_read_in_ones_own_language(
    session: Session, town: make.Town, staff: dict[Role, Account], sign_in: SignIn
) -> None:
    journey.report(session, make.new_report(pin=town.inside("A")), make.NOW)
    assert session.scalars(select(Notice)).one().body_en.startswith("New case")
    staff[Role.GRID_MEMBER].language = "en"
    session.flush()
    page = sign_in(Role.GRID_MEMBER).get("/notices").text
    assert "New case" in page
    assert "新案件" not in page
