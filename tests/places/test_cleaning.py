"""The cleaning rules one by one."""

from __future__ import annotations

import pytest

from gis.places.address import clean
from gis.places.address.cleaning import RULES
from gis.places.address.cleaning.numerals import number


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("樣例花園３號樓", "样例花园3号楼"),
        ("样例花园\u200b3 2 501", "样例花园3-2-501"),
        ("京华·金域蓝湾", "京华金域蓝湾"),
        ("样例花园3—2＿501", "样例花园3-2-501"),
        ("样例花园12一7一944", "样例花园12-7-944"),
        ("样例花园3幢电联", "样例花园3幢"),
        ("null样例市市辖区建设路", "样例市建设路"),
        ("样例花园二十一号楼", "样例花园21号楼"),
        ("样例花园55五单元", "样例花园55-5单元"),
        ("样例花园2单元六零五", "样例花园2单元605"),
        ("样例花园16撞", "样例花园16幢"),
        ("样例省样例市样例省样例市建设路", "样例省样例市建设路"),
        ("二七区建设路", "二七区建设路"),
        ("一楼道", "一楼道"),
    ],
)
def test_a_text_becomes_plain(raw: str, plain: str) -> None:
    assert clean(raw).text == plain


@pytest.mark.parametrize(
    ("word", "digits"), [("十", "10"), ("二十", "20"), ("一百零五", "105"), ("六零五", "605"), ("两", "2")]
)
def test_numerals_are_read(word: str, digits: str) -> None:
    assert number(word) == digits


@pytest.mark.parametrize(
    "raw",
    [
        "电话13800138000",
        "身份证11010519491231002X",
        "0794-8221234",
        "+86 138 0013 8000",
        "卡号6222020200112233445",
    ],
)
def test_personal_numbers_leave_no_digit(raw: str) -> None:
    cleaned = clean(raw)
    assert not any(letter.isdigit() for letter in cleaned.text)
    assert len(cleaned.personal) == 1


def test_ordinary_numbers_are_not_personal() -> None:
    assert clean("建设路1234号12幢1203室，2015年").personal == ()


def test_every_rule_keeps_plain_text_as_it_is() -> None:
    plain = clean("样例区建设路12号样例花园3号楼")
    for rule in RULES:
        assert rule(plain).text == plain.text


def test_a_long_text_is_cut() -> None:
    assert len(clean("花" * 5000).text) == 400
