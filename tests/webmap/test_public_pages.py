"""No address that anybody may open tells what residents wrote, who they are, or which door it is.

Before: the app's own table of addresses and roles. After: nothing. A new public address whose parts are not named here
fails the test until somebody has thought of what it shows.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gis.cases import moves
from gis.cases.actor import Actor
from gis.cases.models import Case
from gis.places.models import Household
from gis.staff.roles import Role, reach_of
from tests import make
from tests.make import Town
from tests.webmap.test_work import report
from webmap.access import act_of

WORDS, NOTE, ROOM, TELEPHONE = "样例居民的原话丙丁", "样例内部的话戊己", "样例房号庚辛", "13812345678"
SECRETS = (WORDS, NOTE, ROOM, TELEPHONE)
OWN = {"token"}
"""What only the reporter's own link holds, and approved pictures, which have tests of their own."""
WINDOW = "?bbox=100,20,130,50&zoom=15&q=样例&lon={lon}&lat={lat}"


@pytest.fixture
def case(session: Session, town: Town) -> Case:
    """A public matter with a resident's words and number, a note of the staff, and a door beside it."""
    lon, lat = town.inside("A")
    grid_id = town.grids["A"].id
    session.add(Household(code="H9", room=ROOM, grid_id=grid_id, point=make.ewkt_point(lon, lat)))
    made = report(session, town, text=WORDS, contact=TELEPHONE, category="C0118")
    moves.make(session, made, "note", Actor("grid_member"), datetime.now(UTC), reason=NOTE)
    session.flush()
    return made


def test_nothing_of_residents_stands_on_any_address_that_is_open_to_all(
    client: FlaskClient, town: Town, case: Case
) -> None:
    lon, lat = town.inside("A")
    parts = {
        "grid_id": town.grids["A"].id, "code": town.grids["A"].code, "number": case.number,
        "day": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip
    app, seen = client.application, 0
    for rule in app.url_map.iter_rules():
        name = act_of(app, rule.endpoint)
        if "GET" not in (rule.methods or set()) or name is None or reach_of(Role.RESIDENT, name) is None:
            continue
        if rule.arguments & OWN:
            continue
        assert rule.arguments <= set(parts), f"say here what {rule.rule} is to be asked with"
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {one: parts[one] for one in rule.arguments}
            )
        answer = client.get(address + WINDOW.format(lon=lon, lat=lat))
        body = answer.get_data().decode("utf-8", "replace")
        assert answer.status_code < 500, address
        assert not [secret for secret in SECRETS if secret in body], address
        seen += answer.status_code == 200
    assert seen > 20
    matters = client.get("/layers/matters.geojson?bbox=100,20,130,50").get_json()["features"]
    assert [one["properties"]["number"] for one in matters] == [case.number], "the matter itself is public"
