"""A town's own gazetteer: house numbers without a name, villages, lanes, crossings and bridges."""

from __future__ import annotations

import pytest

from gis.places.geocoder import Alias, Geocoder, Place

STEP = 0.0002  # about 20 m


def house(road: str, number: int, east: int = 0, north: int = 0) -> Place:
    place = f"{road}{number}号"
    return Place(place, "", place, 116.0 + number * STEP / 2 + east * STEP, 28.0 + north * STEP)


def named(name: str, address: str, east: int, north: int, *row: str) -> Place:
    level, kind = row or ("", "poi")
    return Place(
        name, name, address, 116.0 + east * STEP, 28.0 + north * STEP, level, attributes={"kind": kind}
    )


ROADS = [named(name, "", 90, 90, "road", "road") for name in ("书院巷", "米市巷", "解放路", "文化路")]
HOUSES = [house("书院巷", number) for number in (22, 24, 26, 28, 40)]
HOUSES += [house("书院巷", number, north=3) for number in (21, 23, 27, 29)]
HOUSES += [house("米市巷", 30, north=40), house("石桥村", 41, north=80), house("石桥村", 42, north=81)]
SHOPS = [
    named("乐万家维修部", "文化路14号", 50, 50, "building", "building"),
    named("金旺鲜花店", "文化路14号", 51, 50),
    named("金旺鲜花店", "文化路22号", 54, 50),
]
CROSSINGS = [
    named("文化路与解放路交叉口", "", 70, 50, "crossing", "crossing"),
    named("文化路桥", "", 80, 50, "crossing", "crossing"),
    named("书院巷与米市巷交叉口", "", 5, 20, "crossing", "crossing"),
    named("书院巷与米市巷交叉口", "", 5, 40, "crossing", "crossing"),
]
COMPOUNDS = [
    Place("幸福小区", "幸福小区", "解放路8号", 116.03, 28.0, aliases=(Alias("幸福家属院"),)),
    named("人民公园", "", 150, 0),
]
TOWN = Geocoder([*ROADS, *HOUSES, *SHOPS, *CROSSINGS, *COMPOUNDS])


@pytest.mark.parametrize(
    ("words", "door", "least_m"),
    [
        ("书院巷28号", "书院巷28号", 50),
        ("书院巷28号：楼道灯坏了好几天，老人上下楼不方便", "书院巷28号", 50),
        ("市民来电，书院巷28号附近化粪池味道往上返", "书院巷28号", 100),
        ("书院巷28号门前电线杆上全是牛皮癣", "书院巷28号", 60),
        ("书院巷28号大杂院隔壁天天打麻将到后半夜", "书院巷28号", 60),
        ("书院巷28号院有位独居老人，两天没见出门了", "书院巷28号", 50),
        ("米市巷30号旁有个井盖不见了", "米市巷30号", 60),
        ("石桥村41号旁边化粪池味道往上返", "石桥村41号", 60),
        ("文化路14号附近化粪池味道往上返", "乐万家维修部", 100),
        ("文化路22号的路灯不亮", "金旺鲜花店", 50),
    ],
)
def test_a_known_door_is_placed(words: str, door: str, least_m: float) -> None:
    answer = TOWN.locate(words)
    assert (answer.decision, answer.level) == ("auto", "roadno"), answer.reason
    assert answer.place is not None
    assert answer.place.id == door
    assert answer.radius_m >= least_m
    assert answer.candidates[0].place == answer.place


@pytest.mark.parametrize(
    "words",
    [
        "书院巷28号对面的路灯坏了",
        "书院巷28号翠湖花园3号楼漏水",
        "书院巷28号往东50米有个坑",
        "书院巷28号去人民公园的路上路灯坏了",
        "从书院巷22号到书院巷40号路灯都不亮",
        "书院巷33号路灯不亮",
        "书院巷路灯不亮",
        "书院巷和米市巷路口有个大坑",
        "解放路与文化路交叉口往南200米",
        "解放路与文化路交叉口翠湖花园",
    ],
)
def test_what_is_not_certain_is_asked(words: str) -> None:
    assert TOWN.locate(words).decision != "auto"


def test_a_number_between_close_neighbours_of_its_side_is_placed() -> None:
    answer = TOWN.locate("书院巷25号门口堆着垃圾")
    assert (answer.decision, answer.level) == ("auto", "roadno")
    assert answer.lat == pytest.approx(28.0 + 3 * STEP)
    assert answer.lon == pytest.approx(116.0 + 25 * STEP / 2)
    assert answer.radius_m <= 60


@pytest.mark.parametrize(
    "words",
    [
        "解放路与文化路交叉口红绿灯不亮了",
        "文化路和解放路路口有个大坑",
        "文化路、解放路十字路口积水",
        "文化路解放路交口堵得厉害",
        "巡查中看到文化路及解放路交叉口渣土车不盖篷布",
    ],
)
def test_a_known_crossing_is_placed(words: str) -> None:
    answer = TOWN.locate(words)
    assert (answer.decision, answer.level, answer.radius_m) == ("auto", "crossing", 80.0)
    assert (answer.lon, answer.lat) == (CROSSINGS[0].lon, CROSSINGS[0].lat)


@pytest.mark.parametrize(
    ("corner", "east", "north"), [("东北角", 1, 1), ("西北角", -1, 1), ("东南角", 1, -1), ("西南角", -1, -1)]
)
def test_a_corner_lies_on_its_side_of_the_crossing(corner: str, east: int, north: int) -> None:
    answer = TOWN.locate(f"解放路与文化路交叉口{corner}路面塌了一个坑")
    assert answer.decision == "auto"
    assert answer.lon is not None
    assert answer.lat is not None
    assert (answer.lon - CROSSINGS[0].lon) * east > 0
    assert (answer.lat - CROSSINGS[0].lat) * north > 0


@pytest.mark.parametrize(
    "words", ["文化路桥上的护栏断了", "文化路跨河桥下面漂着塑料瓶", "样例河上的文化路桥桥面翘起来"]
)
def test_a_bridge_is_named_by_its_road(words: str) -> None:
    answer = TOWN.locate(words)
    assert answer.decision == "auto"
    assert answer.place is not None
    assert answer.place.name == "文化路桥"


@pytest.mark.parametrize(
    "tail",
    [
        "院里地下一直往外冒清水",
        "里面车棚充电桩坏了",
        "门口夜市摆摊到凌晨",
        "底下那块每天有人卖菜",
        "旁边工地夜里打桩",
    ],
)
def test_the_matter_of_a_complaint_does_not_count_against_a_name(tail: str) -> None:
    answer = TOWN.locate(f"您好，幸福小区{tail}，希望尽快处理")
    assert (answer.decision, answer.place) == ("auto", COMPOUNDS[0])


@pytest.mark.parametrize("words", ["幸福小区东院", "幸福小区旁边的翠湖花园3号楼漏水", "幸福花园门口积水"])
def test_another_compound_does_not_pass_for_a_known_one(words: str) -> None:
    assert TOWN.locate(words).decision != "auto"


def test_numbers_in_a_lane_are_doors_of_the_lane() -> None:
    rows = [Place(f"{n}", "", f"和平路123弄{n}号", 116.0 + n * STEP, 28.0) for n in (1, 5, 9)]
    rows.append(Place("road", "", "和平路123号", 116.02, 28.0))
    answer = Geocoder(rows).locate("和平路123弄5号门口的路灯坏了")
    assert (answer.decision, answer.level) == ("auto", "roadno")
    assert answer.place is not None
    assert answer.place.id == "5"


def test_a_road_row_without_a_level_is_no_compound_either() -> None:
    answer = Geocoder([Place("r", "书院巷", "", 116.1, 28.1), *HOUSES]).locate("书院巷28号漏水")
    assert answer.place is not None
    assert answer.place.id == "书院巷28号"


def test_one_number_at_two_places_is_asked() -> None:
    rows = [house("书院巷", 28), Place("far", "", "书院巷28号", 116.0 + 28 * STEP / 2 + 6 * STEP, 28.0)]
    assert Geocoder(rows).locate("书院巷28号漏水").decision == "ask"


def test_one_name_at_several_numbers_answers_with_the_number_that_was_told() -> None:
    rows = [
        named("样例园", f"圆明路{number}号", east, 0, "roadno", "address")
        for number, east in ((97, 0), (133, 5), (185, 9))
    ]
    answer = Geocoder(rows).locate("圆明路133号门口的路灯坏了")
    assert (answer.decision, answer.lon) == ("auto", rows[1].lon)


def test_doors_do_not_depend_on_the_order_of_the_rows() -> None:
    rows = [*ROADS, *HOUSES, *SHOPS, *CROSSINGS, *COMPOUNDS]
    for words in ("书院巷28号漏水", "文化路14号漏水", "书院巷和米市巷路口"):
        assert Geocoder(rows[::-1]).locate(words) == TOWN.locate(words)
