"""From a notice to every way of the people it is for: each way by itself, at least once, in their language, by day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from gis.cases import delivery, journey, outbox, quiet
from gis.cases.delivery import LEASE, NoticeDelivery
from gis.cases.models import Case, CaseType, Notice, Report
from gis.places.privacy import seal
from gis.retrying import MOST_ATTEMPTS, wait
from gis.settings import Settings
from gis.staff import channels
from tests import make, receiver

ALL = ("email", "sms", "wecom", "dingtalk")
NIGHT = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
"""23:30 in the town."""


@pytest.fixture
def town(session: Session, test_settings: Settings) -> make.Town:
    del test_settings
    return make.Town(session)


def told(session: Session, town: make.Town, **more: object) -> Notice:
    """Report a case in grid A; give the notice that its member gets."""
    journey.report(session, make.new_report(pin=town.inside("A"), **more), make.NOW)
    return session.scalars(select(Notice).where(~Notice.to_reporters)).one()


def rows(session: Session) -> list[NoticeDelivery]:
    session.flush()
    return list(session.scalars(select(NoticeDelivery).order_by(NoticeDelivery.key)))


def member_ways(session: Session, town: make.Town, **other: object) -> int:
    """Give the member of grid A an account that wants e-mail and SMS; give its id."""
    account = make.account(session, "grid_member", member_id=town.members["A"].id, **other)
    channels.choose(session, account.id, "email", "someone@town.example", make.NOW)
    channels.choose(session, account.id, "sms", "19900000001", make.NOW)
    session.flush()
    return account.id


def test_each_way_of_a_member_is_a_delivery_of_its_own_and_made_once(
    session: Session, town: make.Town
) -> None:
    member_ways(session, town)
    notice = told(session, town)
    assert outbox.hand_out(session, make.NOW, ALL) == 1
    assert outbox.hand_out(session, make.NOW, ALL) == 0
    session.execute(update(Notice).values(sent_at=None))
    assert outbox.hand_out(session, make.NOW, ALL) == 1, "as after a crash"
    assert [row.channel for row in rows(session)] == ["email", "sms"]
    assert all(row.key.startswith(f"{notice.key}/") for row in rows(session))


def test_a_channel_the_town_has_not_set_up_gets_nothing(session: Session, town: make.Town) -> None:
    member_ways(session, town)
    told(session, town)
    outbox.hand_out(session, make.NOW, ["wecom", "dingtalk"])
    assert rows(session) == []


def test_an_ended_account_is_told_nothing(session: Session, town: make.Town) -> None:
    member_ways(session, town, active=False)
    told(session, town)
    outbox.hand_out(session, make.NOW, ALL)
    assert rows(session) == []


def test_an_organisation_is_told_by_its_robots_and_its_accounts(session: Session, town: make.Town) -> None:
    branch = town.branches["A"]
    url = "https://robot.example/send?key=1"
    channels.set_robot(session, branch.id, "wecom", url=url, secret="", now=make.NOW)
    channels.set_robot(session, branch.id, "dingtalk", url=url, secret="s", now=make.NOW)
    channels.set_robot(session, town.branches["B"].id, "wecom", url=url, secret="", now=make.NOW)
    account = make.account(session, "branch", organisation_id=branch.id)
    channels.choose(session, account.id, "email", "branch@town.example", make.NOW)
    session.add(
        Notice(key="k", organisation_id=branch.id, body="x", created_at=make.NOW, send_after=make.NOW)
    )
    session.flush()
    outbox.hand_out(session, make.NOW, ALL)
    assert sorted(row.channel for row in rows(session)) == ["dingtalk", "email", "wecom"]
    [parcel] = delivery.claim(session, "dingtalk", make.NOW)
    assert (parcel.address, parcel.secret) == (url, "s")
    assert url not in repr(parcel)


def test_a_reporter_with_a_telephone_is_told_in_their_language_with_their_own_link(
    session: Session, town: make.Town
) -> None:
    journey.report(
        session, make.new_report(pin=town.inside("A"), contact="19900000002", language="en"), make.NOW
    )
    outbox.hand_out(session, make.NOW, ALL)
    [parcel] = delivery.claim(session, "sms", make.NOW)
    report = session.scalars(select(Report)).one()
    assert parcel.address == "19900000002"
    assert "Street lamp" in parcel.body
    assert parcel.link.endswith(f"/t/{report.tracking_token}")
    assert town.members["A"].name in parcel.body


def test_a_reporter_without_a_telephone_makes_no_notice(session: Session, town: make.Town) -> None:
    journey.report(session, make.new_report(pin=town.inside("A")), make.NOW)
    assert session.scalars(select(Notice).where(Notice.to_reporters)).all() == []


def test_every_reporter_of_a_case_is_told_and_a_forgotten_number_is_not(
    session: Session, town: make.Town
) -> None:
    journey.report(session, make.new_report(pin=town.inside("A"), contact="19900000002"), make.NOW)
    case = session.scalars(select(Case)).one()
    for number, sealed in (("second", seal("19900000003")), ("third", None)):
        session.add(
            Report(
                client_request_id=f"{number}-voice", tracking_token=f"{number}-token", case_id=case.id,
                channel="web", text="也看到了", contact_sealed=sealed, reported_at=make.NOW, forget_at=make.NOW,
            )
        )  # fmt: skip
    session.flush()
    outbox.hand_out(session, make.NOW, ALL)
    assert len(rows(session)) == 2
    session.execute(update(Report).values(contact_sealed=None))
    session.expire_all()
    assert {parcel.address for parcel in delivery.claim(session, "sms", make.NOW)} == {""}


def test_nights_are_quiet_unless_the_category_is_urgent(session: Session, town: make.Town) -> None:
    member_ways(session, town)
    told(session, town, contact="19900000002")
    outbox.hand_out(session, NIGHT, ALL)
    morning = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    assert {row.next_at for row in rows(session)} == {morning}
    session.execute(text("DELETE FROM notice_delivery"))
    session.execute(update(Notice).values(sent_at=None))
    session.execute(update(CaseType).values(limit_unit="UH"))
    session.expire_all()
    outbox.hand_out(session, NIGHT, ALL)
    by_urgent = {(row.urgent, row.report_id is None): row.next_at for row in rows(session)}
    assert by_urgent == {(True, True): NIGHT, (False, False): morning}, "a resident is never woken"


@pytest.mark.parametrize(
    ("clock", "ends"),
    [("21:59", None), ("22:00", "07:00"), ("23:59", "07:00"), ("00:00", "07:00"), ("06:59", "07:00"), ("07:00", None)],
)  # fmt: skip
def test_quiet_hours_on_their_lines(
    test_settings: Settings, monkeypatch: pytest.MonkeyPatch, clock: str, ends: str | None
) -> None:
    monkeypatch.setattr(quiet, "settings", lambda: replace(test_settings, quiet_hours=(time(22), time(7))))
    at = datetime.combine(make.NOW.date(), time.fromisoformat(clock), tzinfo=test_settings.time_zone)
    told_at = quiet.after_quiet(at, urgent=False)
    assert quiet.after_quiet(at, urgent=True) == at
    if ends is None:
        assert told_at == at
    else:
        assert f"{told_at:%H:%M}" == ends
        assert timedelta() < told_at - at <= timedelta(hours=9)
    monkeypatch.setattr(quiet, "settings", lambda: replace(test_settings, quiet_hours=None))
    assert quiet.after_quiet(at, urgent=False) == at


def test_what_fails_is_tried_ever_more_slowly_and_given_up_visibly(session: Session, town: make.Town) -> None:
    member_ways(session, town)
    told(session, town)
    outbox.hand_out(session, make.NOW, ALL)
    now, waits = make.NOW, []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        [parcel] = delivery.claim(session, "sms", now)
        assert parcel.attempts == attempt
        delivery.failed(session, parcel, now, "no answer")
        session.flush()
        [row] = [one for one in rows(session) if one.channel == "sms"]
        session.refresh(row)
        waits.append(row.next_at - now)
        now = row.next_at
    assert waits == [wait(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]
    assert row.failed_at is not None
    assert row.error == "no answer"
    assert delivery.claim(session, "sms", now + timedelta(days=9)) == []
    assert len(delivery.claim(session, "email", now)) == 1, "the other way is not held up, nor repeated"


def test_the_receivers_own_wish_is_kept_up_to_an_hour() -> None:
    assert wait(1, 120) == timedelta(seconds=120)
    assert wait(8, 1) == timedelta(seconds=1280)
    assert wait(1, 10**9) == timedelta(hours=1)


def test_a_worker_that_dies_leaves_its_parcels_to_the_next_under_the_same_key(
    session: Session, town: make.Town
) -> None:
    member_ways(session, town)
    told(session, town)
    outbox.hand_out(session, make.NOW, ALL)
    [first] = delivery.claim(session, "sms", make.NOW)
    assert delivery.claim(session, "sms", make.NOW + LEASE - timedelta(seconds=1)) == []
    [second] = delivery.claim(session, "sms", make.NOW + LEASE)
    assert (second.key, second.attempts) == (first.key, 2)
    delivery.failed(session, first, make.NOW + LEASE, "the dead one wakes up")
    delivery.delivered(session, second, make.NOW + LEASE)
    delivery.delivered(session, first, make.NOW + LEASE + timedelta(hours=1))
    session.expire_all()
    [row] = [one for one in rows(session) if one.channel == "sms"]
    assert row.delivered_at == make.NOW + LEASE
    assert row.error == ""


def test_a_parcel_that_kills_its_worker_is_given_up_too(session: Session, town: make.Town) -> None:
    member_ways(session, town)
    told(session, town)
    outbox.hand_out(session, make.NOW, ALL)
    now = make.NOW
    for _ in range(MOST_ATTEMPTS):
        assert len(delivery.claim(session, "sms", now)) == 1
        now += LEASE
    assert delivery.claim(session, "sms", now) == []
    session.expire_all()
    [row] = [one for one in rows(session) if one.channel == "sms"]
    assert row.failed_at == now
    assert row.error


def test_ending_a_way_drops_what_waited_for_it(session: Session, town: make.Town) -> None:
    account_id = member_ways(session, town)
    told(session, town)
    outbox.hand_out(session, make.NOW, ALL)
    channels.choose(session, account_id, "sms", "", make.NOW)
    session.expire_all()
    assert [row.channel for row in rows(session)] == ["email"]


@pytest.fixture
def carrying(
    session: Session, test_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[receiver.Webhook]:
    """Let the task carry SMS to a receiver of the test."""
    import tasks.notices
    from tasks.channels import post, sms

    @contextmanager
    def joined() -> Iterator[Session]:
        with session.begin_nested():
            yield session

    monkeypatch.setattr(tasks.notices, "transaction", joined)
    with receiver.webhook() as hook:
        changed = replace(test_settings, inner_hosts=frozenset({"127.0.0.1"}), sms_url=hook.url)
        monkeypatch.setattr(post, "settings", lambda: changed)
        monkeypatch.setattr(sms, "settings", lambda: changed)
        yield hook


def due_now(session: Session) -> None:
    session.execute(update(NoticeDelivery).values(next_at=make.LONG_AGO))
    session.expire_all()


def test_the_task_sends_until_it_is_taken_and_then_no_more(
    session: Session, town: make.Town, carrying: receiver.Webhook
) -> None:
    from tasks.notices import carry

    member_ways(session, town)
    told(session, town)
    outbox.hand_out(session, make.NOW, ALL)
    carrying.behaviours = [receiver.answers(500), receiver.resets, receiver.answers(200, b"?")]
    for expected in (0, 0, 0, 1, 0):
        due_now(session)
        assert carry("sms") == expected
    assert len(set(carrying.keys)) == 1, "every attempt under the same key"
    assert len(carrying.keys) == 4


def test_a_receiver_that_is_away_is_left_alone_for_a_while(
    session: Session, town: make.Town, carrying: receiver.Webhook
) -> None:
    from tasks.notices import PATIENCE, carry

    for number in range(8):
        case = make.new_report(pin=town.inside("A"), contact=f"1990000000{number}")
        journey.report(session, case, make.NOW)
    outbox.hand_out(session, make.NOW, ALL)
    due_now(session)
    carrying.behaviours = [receiver.answers(503)] * 20
    assert carry("sms") == 0
    assert len(carrying.arrived) == PATIENCE
    session.expire_all()
    attempts = sorted(row.attempts for row in rows(session))
    assert attempts == [0] * 5 + [1] * PATIENCE, "what was not tried counts as no attempt"
