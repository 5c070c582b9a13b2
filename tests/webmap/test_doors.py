"""Every role against every act, by real requests; the app does not start with a view that names no act."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gis.cases.states import MOVES
from gis.errors import SettingsError
from gis.staff.roles import ACTS, Role, reach_of
from webmap import access
from webmap.field.forms import ELSEWHERE, FORMS

ROUTES: dict[str, tuple[str, str]] = {
    "page.open": ("GET", "/privacy"),
    "place.search": ("GET", "/search.json?q=a"),
    "case.report": ("GET", "/report"),
    "case.track": ("GET", "/t"),
    "map.public": ("GET", "/map"),
    "account.own": ("GET", "/account"),
    "map.work": ("GET", "/layers/cases.geojson?bbox=116,39,117,40&zoom=15"),
    "map.themes": ("GET", "/themes"),
    "case.read": ("GET", "/cases/999999999"),
    "case.act": ("GET", "/my"),
    "field.send": ("POST", "/field/sync.json"),
    "case.hand_over": ("GET", "/leave"),
    "leave.grant": ("GET", "/leaves"),
    "case.check": ("POST", "/cases/999999999/check/pass"),
    "case.assign": ("GET", "/board"),
    "case.locate": ("GET", "/queue"),
    "case.file_reports": ("GET", "/report-files"),
    "case.void": ("POST", "/cases/999999999/void"),
    "case.merge": ("POST", "/cases/999999999/merge"),
    "case.call_back": ("GET", "/desk"),
    "agency.work": ("GET", "/agency"),
    "picture.approve": ("GET", "/pictures"),
    "contact.read": ("POST", "/cases/999999999/contact"),
    "household.read": ("GET", "/households"),
    "household.wish": ("POST", "/households/999999999/wish"),
    "nickname.teach": ("GET", "/nicknames"),
    "geocode.bulk": ("GET", "/geocode"),
    "figures.public": ("GET", "/figures/public"),
    "figures.read": ("GET", "/figures"),
    "figures.state": ("POST", "/figures/stated"),
    "work.admit": ("POST", "/admitted"),
    "work.consent": ("GET", "/consents"),
    "work.order": ("GET", "/work"),
    "work.answer": ("GET", "/orders/999999999"),
    "work.ledger": ("GET", "/ledger"),
    "round.walk": ("GET", "/round"),
    "round.plan": ("GET", "/rounds"),
    "round.rhythm": ("POST", "/rhythms"),
    "outreach.edit": ("POST", "/outreach/counts"),
    "round.read": ("GET", "/blind"),
    "rules.edit": ("GET", "/rules"),
    "plan.review": ("POST", "/plans/999999999/review"),
    "plan.approve": ("POST", "/plans/999999999/approve"),
    "handover.sign": ("GET", "/handovers"),
    "plan.read": ("GET", "/plans"),
    "plan.edit": ("POST", "/plans/999999999/copy"),
    "notice.undelivered": ("GET", "/undelivered"),
    "calendar.edit": ("GET", "/calendar"),
    "poison.manage": ("GET", "/failures"),
    "channel.manage": ("GET", "/robots"),
    "account.manage": ("GET", "/accounts"),
}
"""One address for each act that has a view."""
REFUSED = {401, 403}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ROUTES)
def test_every_role_meets_every_act(
    client: FlaskClient, sign_in: Callable[[Role], FlaskClient], role: Role, name: str
) -> None:
    if role is not Role.RESIDENT:
        sign_in(role)
    method, address = ROUTES[name]
    status = client.open(address, method=method).status_code
    if reach_of(role, name) is not None:
        assert status not in REFUSED
        assert status < 500
    else:
        assert status == (401 if role is Role.RESIDENT else 403)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("move", sorted(FORMS))
def test_every_role_meets_every_move(
    client: FlaskClient, sign_in: Callable[[Role], FlaskClient], role: Role, move: str
) -> None:
    """The one address of all moves asks for each move's own act: refused before the case is even looked for."""
    if role is not Role.RESIDENT:
        sign_in(role)
    status = client.post(f"/cases/999999999/do/{move}", data={"revision": 1}).status_code
    if role is Role.RESIDENT:
        assert status == 401
    elif reach_of(role, MOVES[move].act or "") is None or reach_of(role, "case.read") is None:
        assert status == 403
    else:
        assert status == 404


def test_every_move_of_a_person_has_a_form() -> None:
    asked = {move.name for move in MOVES.values() if move.act is not None and not move.by_link}
    assert asked == set(FORMS) | ELSEWHERE


def test_every_act_with_a_view_has_an_address_here(app: Flask) -> None:
    acts = {access.act_of(app, endpoint) for endpoint in app.view_functions} - {None}
    assert acts <= set(ACTS)
    assert acts <= set(ROUTES)


def test_a_view_without_an_act_stops_the_app(app: Flask) -> None:
    app.view_functions["open door"] = lambda: "come in"
    with pytest.raises(SettingsError, match="open door"):
        access.register(app)


def test_an_unknown_act_is_refused_where_it_is_written() -> None:
    with pytest.raises(SettingsError, match="no such act"):
        access.act("no such act")


def test_every_view_that_changes_something_is_a_post(app: Flask) -> None:
    changing = {"case.check", "case.void", "contact.read"}
    for rule in app.url_map.iter_rules():
        if access.act_of(app, rule.endpoint) in changing:
            assert "GET" not in (rule.methods or set()), rule
