"""Members teach nicknames: known at once, down to the building; only on one's own ground; ended, not deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases import journey
from gis.cases.states import State
from gis.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from gis.places import candidates, indexing
from gis.places.geocoder import Geocoder
from gis.places.known import known
from gis.places.models import Place
from gis.places.suggest import suggest
from gis.staff.nicknames import Spot, end, listed, spot_of, teach
from gis.staff.scope import Scope, scope_of
from tests import make
from tests.places.city import add_places, city

pytestmark = pytest.mark.usefixtures("test_settings")


@pytest.fixture
def town(session: Session) -> make.Town:
    town = make.Town(session)
    lon, lat = town.inside("A")
    add_places(session, city(compounds=60, buildings=4, west=lon + 0.2, south=lat))
    add_places(
        session,
        [
            ("home", "compound", "幸福小区", "和平路12号", lon, lat),
            *(
                (f"h{n}", "building", f"幸福小区{n}号楼", "和平路12号", lon + n * 1e-5, lat)
                for n in range(1, 5)
            ),
            ("other", "compound", "锦绣花园", "长江路3号", *town.inside("B")),
            ("road", "road", "和平路", "", lon, lat),
        ],
    )
    return town


@pytest.fixture
def scope(session: Session, town: make.Town) -> Scope:
    account = make.account(session, "grid_member", member_id=town.members["A"].id)
    return scope_of(session, account, "nickname.teach", make.NOW)


def place(session: Session, code: str) -> Place:
    return session.query(Place).filter_by(code=code).one()


def taught(session: Session, scope: Scope, name: str = "老粮站", code: str = "home") -> Place:
    return teach(session, scope, name, spot_of(session, place(session, code).id), make.NOW)


def test_a_report_with_a_nickname_is_placed_at_once(session: Session, town: make.Town, scope: Scope) -> None:
    before = journey.report(session, make.new_report("老粮站3号楼的路灯坏了"), make.NOW).row
    assert before.case.state == State.QUEUED
    taught(session, scope)
    after = journey.report(session, make.new_report("老粮站3号楼的路灯坏了"), make.NOW).row
    assert (after.case.state, after.case.grid_id) == (State.ASSIGNED, town.grids["A"].id)
    assert after.case.place_id == place(session, "h3").id
    assert after.case.location["level"] == "building"


def test_the_search_box_knows_it_too(session: Session, scope: Scope) -> None:
    taught(session, scope)
    assert suggest(session, "llz3")[0].label == "幸福小区3号楼"
    assert suggest(session, "老粮站")[0].detail.startswith("又名 老粮站")


def test_an_ended_nickname_means_nothing_and_stays_written(session: Session, scope: Scope) -> None:
    row = taught(session, scope)
    end(session, scope, row.id, make.NOW)
    assert (
        journey.report(session, make.new_report("老粮站3号楼的路灯坏了"), make.NOW).row.case.state
        == State.QUEUED
    )
    assert suggest(session, "llz") == []
    assert [one.ended_at for one in listed(session, scope, make.NOW)] == [make.NOW]
    with pytest.raises(NotFoundError):
        end(session, scope, row.id, make.NOW)


def test_one_stem_made_anew_is_as_the_whole_index_would_have_it(session: Session, scope: Scope) -> None:
    first = taught(session, scope)
    taught(session, scope, "粮站大院")
    end(session, scope, first.id, make.NOW)
    one = dump(session)
    indexing.rebuild(session)
    whole = dump(session)
    assert one == whole
    memory, database = Geocoder(known(session)), candidates.geocoder(session)
    for words in ("粮站大院2号楼", "幸福小区", "老粮站"):
        assert memory.locate(words).place == database.locate(words).place


def dump(session: Session) -> list[list[tuple[object, ...]]]:
    """Give all of the index that does not depend on how rare keys are, nor on the numbers of stems."""
    queries = (
        "SELECT place_id, kind, lon, lat, parts, body FROM place_stem ORDER BY body::text",
        "SELECT place_id, building, entrance, road, number FROM place_part ORDER BY 1",
        "SELECT key, rows, length(stems), length(weights) FROM place_key WHERE rows > 0 ORDER BY 1",
        "SELECT word, form, road FROM place_word ORDER BY 1, 2, 3",
    )
    return [[tuple(row) for row in session.execute(text(query))] for query in queries]


def test_a_point_of_ones_own_can_have_a_name(session: Session, town: make.Town, scope: Scope) -> None:
    lon, lat = town.inside("A")
    row = teach(session, scope, "歪脖子树", Spot(lon + 1e-4, lat), make.NOW)
    found = candidates.geocoder(session).locate("歪脖子树")
    assert found.place is not None
    assert (found.place.id, found.lon) == (str(row.id), lon + 1e-4)
    end(session, scope, row.id, make.NOW)
    assert candidates.geocoder(session).locate("歪脖子树").decision == "none"


def test_a_building_can_have_a_name(session: Session, scope: Scope) -> None:
    taught(session, scope, "红砖楼", "h2")
    found = candidates.geocoder(session).locate("红砖楼的灯坏了")
    assert (found.level, found.lon) == ("building", known(session, {place(session, "h2").id})[0].lon)


def test_nobody_teaches_on_others_ground(session: Session, scope: Scope) -> None:
    with pytest.raises(ForbiddenError):
        taught(session, scope, code="other")
    with pytest.raises(ForbiddenError):
        teach(session, scope, "远处", Spot(0.0, 0.0), make.NOW)


@pytest.mark.parametrize("name", ["", "站", "站" * 21, "12345", "？？？", "找我13800000000"])
def test_what_is_no_name_is_refused(session: Session, scope: Scope, name: str) -> None:
    with pytest.raises(InputError):
        taught(session, scope, name)
    assert listed(session, scope, make.NOW) == []


def test_a_place_is_not_called_the_same_twice(session: Session, scope: Scope) -> None:
    taught(session, scope)
    for name in ("老粮站", "老糧站", "幸福小区"):
        with pytest.raises(ConflictError):
            taught(session, scope, name)


def test_a_road_is_too_long_for_a_nickname(session: Session, scope: Scope) -> None:
    with pytest.raises(InputError):
        taught(session, scope, "老街", "road")


def test_the_list_tells_the_role_and_not_the_person(session: Session, scope: Scope) -> None:
    taught(session, scope)
    [one] = listed(session, scope, make.NOW)
    assert (one.name, one.named, one.role, one.since) == ("老粮站", "幸福小区", "grid_member", make.NOW)
    assert listed(session, Scope(scope.reach), make.NOW) == []
