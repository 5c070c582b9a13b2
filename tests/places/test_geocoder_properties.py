"""What must hold for the geocoder whatever the gazetteer and the text."""

from __future__ import annotations

import opencc
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.places.geocoder import Geocoder, Place

STEMS = ("幸福", "阳光", "锦绣", "金色", "翠湖", "东方", "御景", "碧水", "龙湖", "丽景", "云顶", "吉祥")
ENDINGS = ("家园", "花园", "小区", "苑", "新村", "公寓", "家园一期", "家园二期", "东区", "西区")
ROADS = ("建设路", "人民路", "解放大道", "和平街", "光明巷")
TROUBLES = ("", "，楼道灯坏了", "垃圾没人收", "门口路灯不亮", "漏水")
TO_TRADITIONAL = opencc.OpenCC("s2t")


@st.composite
def gazetteers(draw: st.DrawFn) -> list[Place]:
    """Some compounds with distinct names, each with a road, a number and a place of its own."""
    names = draw(
        st.lists(
            st.tuples(st.sampled_from(STEMS), st.sampled_from(ENDINGS)), min_size=1, max_size=25, unique=True
        )
    )
    rows = []
    for number, (stem, ending) in enumerate(names):
        address = f"样例区{draw(st.sampled_from(ROADS))}{draw(st.integers(1, 300))}号"
        rows.append(Place(f"{number:03d}", stem + ending, address, 116.3 + number * 0.01, 27.9))
    return rows


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A place as somebody may write it, known or not."""
    address = draw(st.sampled_from(("", "样例区", "建设路12号", "样例区人民路88号", "我家住在")))
    return address + draw(st.sampled_from(STEMS)) + draw(st.sampled_from(ENDINGS))


def seen(geocoder: Geocoder, text: str) -> tuple[str, float, list[str]]:
    answer = geocoder.locate(text)
    return answer.decision, answer.confidence, [one.place.id or one.place.name for one in answer.candidates]


@given(gazetteers(), texts(), st.sampled_from(TROUBLES), st.data())
@settings(max_examples=60)
def test_the_order_of_the_gazetteer_does_not_matter(
    places: list[Place], text: str, trouble: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(places))
    assert seen(Geocoder(places), text + trouble) == seen(Geocoder(shuffled), text + trouble)


@given(gazetteers(), texts(), st.sampled_from(TROUBLES))
@settings(max_examples=60)
def test_traditional_script_gives_the_same_answer(places: list[Place], text: str, trouble: str) -> None:
    geocoder = Geocoder(places)
    assert seen(geocoder, TO_TRADITIONAL.convert(text + trouble)) == seen(geocoder, text + trouble)


@given(
    gazetteers(),
    texts(),
    st.integers(1, 99),
    st.sampled_from(("栋", "号楼", "幢", "#", "栋2单元", "号楼3单元501室")),
)
@settings(max_examples=80)
def test_a_building_number_never_leads_out_of_the_compound(
    places: list[Place], text: str, number: int, unit: str
) -> None:
    geocoder = Geocoder(places)
    bare, full = geocoder.locate(text), geocoder.locate(f"{text}{number}{unit}")
    if bare.place is not None and bare.place.id and full.place is not None:
        assert full.place.id == bare.place.id


@given(st.text(max_size=60))
def test_no_text_makes_it_raise(text: str) -> None:
    answer = GEOCODER.locate(text)
    assert answer.decision in ("auto", "ask", "none")
    assert 0 <= answer.confidence <= 1
    assert answer.reason
    assert len(answer.candidates) <= 5
    assert answer.reading.raw == text


GEOCODER = Geocoder([Place("1", "吉祥嘉园", "样例区玉茗大道9号", 116.36, 27.98)])


def test_an_empty_gazetteer_answers_none() -> None:
    assert Geocoder([]).locate("吉祥嘉园").decision == "none"
