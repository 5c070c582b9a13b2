"""Signing in: the lock, the new cookie, the one sentence for every refusal; passwords; the administrators' page."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy.orm import Session

from gis.errors import InputError
from gis.settings import Settings
from gis.staff import accounts
from gis.staff.models import Account
from gis.staff.passwords import check_strength, random_password
from gis.staff.roles import Role
from tests.make import NOW, Town
from webmap import idle

SignIn = Callable[[Role], FlaskClient]


@pytest.fixture
def known(session: Session, town: Town) -> tuple[Account, str]:
    return accounts.create(session, name="样例指挥", role="commander", area_id=town.subdistrict.id)


def test_name_and_password_lead_to_the_start_page(client: FlaskClient, known: tuple[Account, str]) -> None:
    account, password = known
    answer = client.post("/sign-in", data={"name": account.name, "password": password})
    assert (answer.status_code, answer.location) == (303, "/board")
    assert client.get("/board").status_code == 200


@pytest.mark.parametrize(
    ("onward", "leads"),
    [("/queue?case=1", "/queue?case=1"), ("//evil.example/x", "/board"), ("https://evil.example", "/board"),
     ("/\\evil.example", "/board"), ("javascript:alert(1)", "/board"), ("", "/board")],
)  # fmt: skip
def test_one_is_never_led_to_another_host(
    client: FlaskClient, known: tuple[Account, str], onward: str, leads: str
) -> None:
    account, password = known
    answer = client.post("/sign-in", data={"name": account.name, "password": password, "next": onward})
    assert answer.location == leads


def test_every_refusal_is_the_same_sentence(
    client: FlaskClient, session: Session, known: tuple[Account, str]
) -> None:
    account, password = known
    wrong = client.post("/sign-in", data={"name": account.name, "password": "x"})
    unknown = client.post("/sign-in", data={"name": account.name[:2], "password": "x"})
    account.active = False
    session.flush()
    ended = client.post("/sign-in", data={"name": account.name, "password": password})
    assert wrong.status_code == unknown.status_code == ended.status_code == 401
    for answer in (wrong, unknown, ended):
        assert "名称或密码不对" in answer.get_data(as_text=True)


def test_an_unknown_name_costs_the_same_work(
    session: Session, known: tuple[Account, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from gis.staff import passwords

    asked: list[str] = []

    class Counting:
        def verify(self, kept: str, password: str) -> bool:
            asked.append(kept)
            return False

        def hash(self, password: str) -> str:
            return "hash"

    monkeypatch.setattr(passwords, "_hasher", Counting())
    passwords._nobodys.cache_clear()
    accounts.attempt(session, known[0].name, "x", NOW)
    accounts.attempt(session, "nobody", "x", NOW)
    passwords._nobodys.cache_clear()
    assert len(asked) == 2


def test_five_failures_in_a_quarter_of_an_hour_lock_for_as_long(
    session: Session, known: tuple[Account, str]
) -> None:
    account, password = known
    for minute in range(5):
        assert accounts.attempt(session, account.name, "x", NOW + timedelta(minutes=minute)).account is None
    locked_at = NOW + timedelta(minutes=4)
    assert (
        accounts.attempt(session, account.name, password, locked_at + timedelta(minutes=14)).account is None
    )
    assert (
        accounts.attempt(session, account.name, password, locked_at + timedelta(minutes=16)).account
        is account
    )


def test_failures_of_long_ago_do_not_count(session: Session, known: tuple[Account, str]) -> None:
    account, _password = known
    for hour in range(8):
        accounts.attempt(session, account.name, "x", NOW + timedelta(hours=hour))
    assert not accounts.locked(account, NOW + timedelta(hours=8))


def test_the_count_of_failures_outlives_the_refusal(
    client: FlaskClient, session: Session, known: tuple[Account, str]
) -> None:
    for _ in range(5):
        client.post("/sign-in", data={"name": known[0].name, "password": "x"})
    session.expire_all()
    assert accounts.locked(known[0], datetime.now(UTC))


def test_sign_in_begins_a_new_cookie(client: FlaskClient, known: tuple[Account, str]) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["language"] = "en"
    client.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["language"] == "en"


def test_a_new_password_ends_other_sign_ins(
    app: Flask, client: FlaskClient, known: tuple[Account, str]
) -> None:
    name = {"name": known[0].name, "password": known[1]}
    tablet = app.test_client()
    tablet.post("/sign-in", data=name)
    client.post("/sign-in", data=name)
    new = "Neues-Wort-2026"
    answer = client.post("/account/password", data={"old": known[1], "new": new, "again": new})
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    assert tablet.get("/account").status_code == 401


@pytest.mark.parametrize(
    "wrong", [{"old": "x"}, {"again": "Another-Word-1"}, {"new": "short", "again": "short"}]
)
def test_a_password_is_not_changed_by_mistake(
    client: FlaskClient, known: tuple[Account, str], wrong: dict[str, str]
) -> None:
    client.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    given = {"old": known[1], "new": "Neues-Wort-2026", "again": "Neues-Wort-2026"} | wrong
    answer = client.post("/account/password", data=given)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.get_data(as_text=True)


def test_sign_out_everywhere(
    app: Flask, client: FlaskClient, sign_in: SignIn, known: tuple[Account, str]
) -> None:
    tablet = app.test_client()
    for one in (tablet, client):
        one.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    client.post("/account/sign-out-everywhere")
    assert tablet.get("/account").status_code == 401


def test_an_idle_sign_in_ends(
    client: FlaskClient,
    known: tuple[Account, str],
    test_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    assert client.get("/account").status_code == 200
    later = int(time.time()) + test_settings.idle_min * 60 + 5
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: later)
    assert client.get("/account").status_code == 401


def test_the_stamp_of_another_account_is_none(client: FlaskClient, known: tuple[Account, str]) -> None:
    client.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    with client.application.app_context():
        client.set_cookie(idle.COOKIE, idle.stamp(known[0].id + 1))
    assert client.get("/account").status_code == 401


def test_an_answer_in_the_background_leaves_the_session_alone(
    client: FlaskClient, known: tuple[Account, str]
) -> None:
    client.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    written = client.get("/search.json?q=样例").headers.getlist("Set-Cookie")
    assert [line.split("=")[0] for line in written] == [idle.COOKIE]


@pytest.mark.parametrize(
    "weak", ["Short-1", "alllowercaseletters", "1234567890", "Hanmei-12345x", "x" * 300 + "A1"]
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(InputError):
        check_strength(weak, "hanmei")


def test_random_passwords_are_strong_and_differ() -> None:
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        check_strength(password, "")


def test_an_administrator_makes_an_account_whose_password_is_shown_once(
    client: FlaskClient, sign_in: SignIn, town: Town
) -> None:
    admin = sign_in(Role.ADMINISTRATOR)
    form = {"name": "新同志", "role": "grid_member", "member": town.members["B"].code}
    page = admin.post("/accounts", data=form).get_data(as_text=True)
    password = page.split("<code>")[1].split("</code>")[0]
    assert password not in admin.get("/accounts").get_data(as_text=True)
    admin.post("/sign-out")
    assert client.post("/sign-in", data={"name": "新同志", "password": password}).location == "/my"


@pytest.mark.parametrize(
    "form",
    [
        {"name": "x", "role": "branch"},
        {"name": "新同志", "role": "king"},
        {"name": "新同志", "role": "branch", "organisation": "O\x00"},
        {"name": "<b>", "role": "administrator"},
        {"name": "新同志", "role": "commander"},
        {},
    ],
)
def test_a_wrong_account_is_a_sentence(sign_in: SignIn, form: dict[str, str]) -> None:
    assert sign_in(Role.ADMINISTRATOR).post("/accounts", data=form).status_code == 422


def test_an_ended_account_is_out_at_once_and_nobody_ends_their_own(
    app: Flask, sign_in: SignIn, staff: dict[Role, Account], known: tuple[Account, str]
) -> None:
    other = app.test_client()
    other.post("/sign-in", data={"name": known[0].name, "password": known[1]})
    admin = sign_in(Role.ADMINISTRATOR)
    assert admin.post(f"/accounts/{known[0].id}/active", data={"active": "no"}).status_code == 303
    assert other.get("/board").status_code == 401
    own = staff[Role.ADMINISTRATOR].id
    assert admin.post(f"/accounts/{own}/active", data={"active": "no"}).status_code == 403
