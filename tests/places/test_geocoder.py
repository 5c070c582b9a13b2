"""The geocoder on a handful of made-up places: what it places, what it asks, what it leaves alone."""

from __future__ import annotations

import pytest

from gis.places.geocoder import Alias, Geocoder, Place

PLACES = [
    Place("1", "吉祥嘉园", "样例区玉茗大道9号", 116.36, 27.98),
    Place("2", "恒盛花园", "样例区临川大道845号", 116.37, 27.97),
    Place("3", "幸福家园一期", "样例区南门路16号", 116.38, 27.96),
    Place("4", "幸福家园二期", "样例区后湖路88号", 116.35, 27.99),
    Place("5", "锦绣城3号楼", "样例区和平路12号", 116.34, 27.95),
    Place("6", "锦绣城4号楼", "样例区和平路12号", 116.341, 27.951),
]


@pytest.fixture(scope="module")
def geocoder() -> Geocoder:
    return Geocoder(PLACES)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("我家住在样例区玉茗大道９號吉祥嘉園十二栋二单元六零五", "1"),
        ("恒盛花园3号楼2单元楼道灯坏了一年多", "2"),
        ("幸福家园2期", "4"),
        ("和平路12号锦绣城4栋", "6"),
    ],
)
def test_a_named_place_is_found(geocoder: Geocoder, text: str, place: str) -> None:
    answer = geocoder.locate(text)
    assert answer.place is not None
    assert answer.place.id == place
    assert answer.candidates[0].place.id == place


def test_a_text_without_a_place_has_no_answer(geocoder: Geocoder) -> None:
    answer = geocoder.locate("你好，请问几点上班？")
    assert answer.decision == "none"
    assert answer.lon is None
    assert answer.reason


def test_a_building_of_a_compound_is_a_building(geocoder: Geocoder) -> None:
    answer = geocoder.locate("锦绣城3号楼")
    assert (answer.level, answer.place and answer.place.id) == ("building", "5")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("锦绣城", "几号楼？"),
        ("锦绣城3号楼", ""),
        ("幸福家园", "是第几期、哪个区（院）？"),
    ],
)
def test_one_question_leads_on(geocoder: Geocoder, text: str, asked: str) -> None:
    assert geocoder.locate(text).question == asked


def test_a_candidate_tells_what_agreed_and_what_did_not(geocoder: Geocoder) -> None:
    first = geocoder.locate("后湖路16号幸福家园一期").candidates[0]
    assert first.place.id == "3"
    assert "名称" in dict(first.agreed)
    assert "道路不同" in dict(first.conflicted)
    assert all(weight < 0 for _, weight in first.conflicted)


def test_siblings_are_told_apart(geocoder: Geocoder) -> None:
    assert geocoder.locate("幸福家园三期").decision != "auto"
    assert geocoder.locate("幸福花苑").decision != "auto"
    answer = geocoder.locate("幸福家园一期")
    assert answer.place is not None
    assert answer.place.id == "3"


def test_a_nickname_finds_its_place_and_keeps_its_source() -> None:
    place = Place(
        "7",
        "样例粮油公司宿舍",
        "样例区粮站路1号",
        116.3,
        27.9,
        aliases=(Alias("老粮站", "网格员", "2026-05-01"),),
    )
    answer = Geocoder([*PLACES, place]).locate("老粮站3号楼2单元，楼道灯坏了一年多")
    assert answer.place == place
    assert answer.place.aliases[0].since == "2026-05-01"


def test_two_rows_of_one_place_are_one_place() -> None:
    twice = [*PLACES, Place("1b", "吉祥嘉园", "玉茗大道9号", 116.3602, 27.98)]
    answer = Geocoder(twice).locate("吉祥嘉园")
    assert answer.decision == "auto"
    assert len([one for one in answer.candidates if one.place.name == "吉祥嘉园"]) == 1
