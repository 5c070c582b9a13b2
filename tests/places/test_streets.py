"""House numbers between known ones, crossings and roads."""

from __future__ import annotations

import pytest

from gis.places.geocoder import Geocoder, Place
from gis.places.geocoder.streets import JOINT, SPLIT, Door, Street, interpolated, learnt_rule


def doors(rows: list[tuple[int, float, float]]) -> tuple[Door, ...]:
    return tuple(Door(number, lon, lat) for number, lon, lat in sorted(rows))


ODD = [(number, 116.0 + number * 0.0001, 28.0) for number in range(1, 40, 6)]
EVEN_FROM_THE_OTHER_END = [(number, 116.004 - number * 0.0001, 28.0005) for number in range(2, 40, 6)]


def test_two_sides_that_run_apart_are_learnt_as_two_sides() -> None:
    assert learnt_rule(doors(ODD + EVEN_FROM_THE_OTHER_END)) == SPLIT


def test_one_row_is_learnt_as_one_row() -> None:
    assert learnt_rule(doors([(number, 116.0 + number * 0.0001, 28.0) for number in range(1, 30)])) == JOINT


def test_a_number_lies_between_its_neighbours_on_its_own_side() -> None:
    street = Street(doors(ODD + EVEN_FROM_THE_OTHER_END), SPLIT, ())
    spot = interpolated(street, 10)
    assert spot is not None
    assert spot.lat == pytest.approx(28.0005)
    assert spot.lon == pytest.approx(116.003)


def test_a_known_number_is_where_it_is() -> None:
    spot = interpolated(Street(doors(ODD), JOINT, ()), 7)
    assert spot is not None
    assert (spot.lon, spot.lat) == pytest.approx((116.0007, 28.0))


@pytest.mark.parametrize("number", [400, 2000])
def test_far_beyond_the_last_number_nothing_is_guessed(number: int) -> None:
    assert interpolated(Street(doors(ODD), JOINT, ()), number) is None


def test_neighbours_too_far_apart_give_nothing() -> None:
    assert interpolated(Street(doors([(1, 116.0, 28.0), (99, 116.1, 28.0)]), JOINT, ()), 50) is None


PLACES = [
    Place("1", "吉祥嘉园", "玉茗大道1号", 116.3600, 27.98),
    Place("2", "恒盛花园", "玉茗大道21号", 116.3620, 27.98),
    Place("3", "翠湖公寓", "临川大道与玉茗大道交叉口", 116.3640, 27.98),
]


def test_an_unknown_number_is_asked_with_a_radius() -> None:
    answer = Geocoder(PLACES).locate("玉茗大道11号门口路灯不亮")
    assert (answer.decision, answer.level) == ("ask", "roadno")
    assert answer.lon == pytest.approx(116.361, abs=1e-4)
    assert answer.radius_m > 0


def test_a_street_counts_as_the_city_says() -> None:
    places = [Place(str(number), "", f"样例路{number}号", lon, lat) for number, lon, lat in ODD]
    places += [
        Place(str(number), "", f"样例路{number}号", lon, lat) for number, lon, lat in EVEN_FROM_THE_OTHER_END
    ]
    learnt = Geocoder(places).locate("样例路10号")
    told = Geocoder(places, street_rules={"样例路": JOINT}).locate("样例路10号")
    assert learnt.lat == pytest.approx(28.0005)
    assert told.lat != pytest.approx(28.0005)


def test_a_crossing_is_a_place_and_a_radius() -> None:
    answer = Geocoder(PLACES).locate("临川大道与玉茗大道交叉口积水")
    assert answer.decision == "ask"
    assert (answer.lon, answer.lat) == pytest.approx((116.364, 27.98))
    assert answer.radius_m >= 80


def test_a_neighbour_gives_no_door() -> None:
    places = [
        Place("9", "锦绣城3号楼", "和平路12号", 116.34, 27.95),
        Place("8", "锦绣城", "和平路12号", 116.341, 27.95),
    ]
    at_home, next_door = Geocoder(places).locate("锦绣城3号楼"), Geocoder(places).locate("锦绣城对面3号楼")
    assert at_home.level == "building"
    assert next_door.level == "compound"
    assert next_door.radius_m > at_home.radius_m
