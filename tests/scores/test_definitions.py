"""Definitions: units are never mixed, versions hold from a day, a published figure is held against its parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import InputError
from gis.scores.formulas import formula, in_force, read_formulas, shipped, weights
from gis.scores.period import months_to, read_period
from gis.scores.sets import SETS
from gis.scores.stated import Stated, judge, number
from gis.scores.units import Answers, Cases, Count, MixedUnitsError, percent, rate

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROW = {
    "id": "X01", "version": "1", "valid_from": "2026-01-01", "zh": "样例率", "en": "sample rate", "kind": "rate",
    "unit": "件", "numerator": "filed", "denominator": "reported", "zero": "null", "note_zh": "", "note_en": "",
}  # fmt: skip


def test_a_rate_across_units_is_refused() -> None:
    with pytest.raises(MixedUnitsError, match="人次"):
        rate(Count(Decimal(1), Answers), Count(Decimal(2), Cases))  # type: ignore[arg-type]
    with pytest.raises(MixedUnitsError):
        read_formulas([ROW | {"numerator": "answers"}])


def test_a_rate_of_nothing_is_no_rate() -> None:
    assert rate(Count(Decimal(0), Cases), Count(Decimal(0), Cases)).value is None


@pytest.mark.parametrize(
    "change",
    [
        {"numerator": "no_such_set"},
        {"unit": "斤"},
        {"kind": "guess"},
        {"version": "x"},
        {"valid_from": "soon"},
    ],
)
def test_a_definition_that_cannot_be_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InputError):
        read_formulas([ROW | change])


def test_a_new_version_holds_from_its_day_and_the_old_one_before() -> None:
    two = tuple(read_formulas([ROW, ROW | {"version": "2", "valid_from": "2026-07-01"}]))
    assert [one.version for one in in_force(two, date(2026, 6, 30))] == [1]
    assert [one.version for one in in_force(two, date(2026, 7, 1))] == [2]
    assert in_force(two, date(2025, 12, 31)) == []
    with pytest.raises(InputError, match="twice"):
        read_formulas([ROW, ROW])


def test_the_shipped_table_is_whole() -> None:
    assert formula("f05", date(2026, 1, 1)).parts["numerator"] is SETS["closed_on_time"]
    assert set(weights()) == {1, 2, 3, 4, 5}
    for one in shipped():
        for part in one.parts.values():
            assert part.unit is one.unit or one.kind == "score", one.id


def test_a_published_figure_is_held_against_its_parts() -> None:
    wrong = judge(Stated("按期办结率", "95.12%", Decimal(2312), Decimal(2421), rest=Decimal(109)))
    assert percent(Decimal(2312) / 2421) == Decimal("95.50")
    assert [zh for zh, _ in wrong.faults] == ["按分子分母是 95.50 %，写的是 95.12 %"]
    assert judge(Stated("按期办结率", "95.50", Decimal(2312), Decimal(2421), rest=Decimal(109))).matches
    assert not judge(Stated("x", "95.5", Decimal(2312), Decimal(2421), rest=Decimal(108))).matches
    assert not judge(Stated("x", "50", Decimal(1), Decimal(2), "人次", "件")).matches
    assert not judge(Stated("x", "0", Decimal(0), Decimal(0))).matches


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 4))
def test_a_figure_rounded_as_it_should_be_always_matches(top: int, bottom: int, digits: int) -> None:
    said = percent(Decimal(top) / bottom, digits)
    assert judge(Stated("x", f"{said} %", Decimal(top), Decimal(bottom))).matches
    assert not judge(
        Stated("x", f"{said + Decimal(2).scaleb(-digits)}", Decimal(top), Decimal(bottom))
    ).matches


def test_numbers_of_published_tables_are_read() -> None:
    assert number("2,312", "n") == Decimal(2312)
    assert number(" 95.12％", "n") == Decimal("95.12")
    for words in ("", "约90", "nan", "inf", "9" * 20):
        with pytest.raises(InputError):
            number(words, "n")


def test_periods() -> None:
    assert read_period("2026-Q1", SHANGHAI).end.isoformat() == "2026-04-01T00:00:00+08:00"
    assert read_period("2024-02", SHANGHAI).last == date(2024, 2, 29)
    assert read_period("2026", SHANGHAI).words == ("2026年", "2026")
    assert read_period("2026-01-05..2026-01-05", SHANGHAI).last == date(2026, 1, 5)
    assert [one.name for one in months_to(read_period("2026-02", SHANGHAI), 3)] == [
        "2025-12", "2026-01", "2026-02",
    ]  # fmt: skip
    for words in (
        "",
        "2026-13",
        "2026-Q5",
        "2026-02-30..2026-03-01",
        "2026-02-02..2026-02-01",
        "0000",
        "soon",
    ):
        with pytest.raises(InputError):
            read_period(words, SHANGHAI)
