"""The whole app on the test's own transaction: a drawn town, one account a role, and a client that signs in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection
from sqlalchemy.orm import Session, sessionmaker

import gis.database
from gis.settings import Settings
from gis.staff.models import Account
from gis.staff.roles import Role
from tests import make
from webmap import idle


@pytest.fixture
def app(connection: Connection, test_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Flask:
    from webmap.app import create_app

    maker = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    monkeypatch.setattr(gis.database, "sessions", lambda: maker)
    return create_app(test_settings, TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)


@pytest.fixture
def town(session: Session) -> make.Town:
    return make.Town(session)


@pytest.fixture
def client(app: Flask, town: make.Town) -> FlaskClient:
    del town  # its rows are there
    return app.test_client()


@pytest.fixture
def app_with_csrf(app: Flask, town: make.Town) -> FlaskClient:
    """A client of an app that asks every form for its token, as the real one does."""
    del town
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


@pytest.fixture
def staff(session: Session, town: make.Town) -> dict[Role, Account]:
    """One account a role: a member and a branch of grid A, the subdistrict's commander and planner, an agency."""
    subdistrict = town.subdistrict.id
    given = {
        Role.GRID_MEMBER: {"member_id": town.members["A"].id},
        Role.BRANCH: {"organisation_id": town.branches["A"].id},
        Role.COMMANDER: {"area_id": subdistrict},
        Role.PLANNER: {"area_id": subdistrict},
        Role.AGENCY: {"agency": "样例单位"},
        Role.ADMINISTRATOR: {},
    }
    return {role: make.account(session, role, **more) for role, more in given.items()}


def enter(client: FlaskClient, account: Account) -> None:
    """Sign in without the form."""
    with client.session_transaction() as cookie:
        cookie.clear()
        cookie.update(account=account.id, epoch=account.session_epoch)
    with client.application.app_context():
        client.set_cookie(idle.COOKIE, idle.stamp(account.id))


@pytest.fixture
def sign_in(client: FlaskClient, staff: dict[Role, Account]) -> Callable[[Role], FlaskClient]:
    def as_role(role: Role) -> FlaskClient:
        enter(client, staff[role])
        return client

    return as_role
