"""Reading: the elements of addresses and of complaints, personal numbers masked, nothing ever raised."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.places.address import clean, read

LETTERS = st.sampled_from(
    "幸福花园路街道号楼栋幢单元室层区县市镇村一二三十零1239-－#()（）ＡaB，。 \n\u200b對麵樓棟單"
)
TEXTS = st.one_of(st.text(max_size=80), st.text(LETTERS, max_size=60))


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        (
            "浙江省样例市样例区文一西路969号样例花园12幢3单元1001室",
            {"prov": "浙江省", "city": "样例市", "district": "样例区", "road": "文一西路", "roadno": "969",
             "poi": "样例花园", "houseno": "12", "cellno": "3", "roomno": "1001"},
        ),
        ("样例花园12-3-1001", {"houseno": "12", "cellno": "3", "roomno": "1001"}),
        ("樣例花園十二號樓二單元六零五", {"houseno": "12", "cellno": "2", "roomno": "605"}),
        ("样例花园１６撞２０１市", {"houseno": "16", "roomno": "201"}),
        ("样例小区A座富三楼", {"houseno": "A", "floorno": "负3"}),
        ("建设路12号3楼", {"road": "建设路", "roadno": "12", "floorno": "3"}),
        ("建设路31-2号", {"road": "建设路", "roadno": "31", "houseno": "2"}),
        ("建设路456-458号", {"roadno": "456-458"}),
        ("建设路与光明路交叉口", {"intersection": "建设路/光明路"}),
        (
            "老粮站对面那个院3号楼2单元，楼道灯坏了一年多",
            {"landmark": "老粮站", "assist": "对面", "houseno": "3", "cellno": "2"},
        ),
    ],
)  # fmt: skip
def test_elements_are_read(text: str, elements: dict[str, str]) -> None:
    reading = read(text)
    assert {label: reading.get(label) for label in elements} == elements


def test_the_rest_of_the_sentence_is_left_alone() -> None:
    assert read("样例花园3号楼2单元，楼道灯坏了一年多").rest == "楼道灯坏了一年多"


def test_personal_numbers_are_masked_and_never_kept() -> None:
    reading = read("样例花园3号楼，电话138 0013 8000，身份证11010519491231002X")
    assert "8000" not in reading.masked
    assert "1949" not in reading.masked
    assert "1380013" not in reading.text
    assert all("138" not in element.value for element in reading.elements)
    assert len(reading.personal) == 2


@given(TEXTS)
def test_reading_never_raises_and_spans_lie_in_the_text(text: str) -> None:
    reading = read(text)
    for element in reading.elements:
        assert 0 <= element.start <= element.end <= len(text)
    assert len(reading.masked) == len(text)


@given(TEXTS)
def test_cleaning_keeps_one_origin_a_character(text: str) -> None:
    cleaned = clean(text)
    if cleaned.origin is not None:
        assert len(cleaned.origin) == len(cleaned.text)
        assert list(cleaned.origin) == sorted(cleaned.origin)
        assert all(0 <= at < max(1, len(text)) for at in cleaned.origin)
    else:
        assert len(cleaned.text) <= len(text)


def test_a_span_shows_the_raw_words() -> None:
    text = "样例花園　１２號樓"
    span = read(text).span("houseno")
    assert span is not None
    assert text[slice(*span)] == "１２號樓"
