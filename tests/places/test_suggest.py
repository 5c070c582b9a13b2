"""Places as one types: parts, pinyin, initials, numbers, scripts - each out of an index, near ones first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from gis.places import suggest as box
from gis.places.indexing import catch_up
from gis.places.suggest import suggest, tails
from gis.places.words import Form, typed, words_of
from tests.places.city import Row, add_places, city

LON, LAT = 116.3, 39.9
TOWN: list[Row] = [
    ("1", "compound", "幸福小区", "和平路12号", LON, LAT),
    ("2", "building", "幸福小区3号楼", "和平路12号", LON + 0.0005, LAT),
    ("3", "building", "幸福小区13号楼", "和平路12号", LON + 0.001, LAT),
    ("4", "building", "幸福小区31号楼", "和平路12号", LON + 0.0015, LAT),
    ("5", "compound", "长江花园", "长江路3号", LON + 0.01, LAT),
    ("6", "building", "", "石桥村7号", LON + 0.02, LAT),
    ("7", "building", "", "石桥村17号", LON + 0.0205, LAT),
    ("8", "road", "和平路", "", LON + 0.003, LAT),
    ("9", "poi", "便民超市", "和平路14号", LON + 0.002, LAT),
]


@pytest.fixture
def town(session: Session) -> Session:
    add_places(session, TOWN)
    session.execute(text("UPDATE place SET aliases = '{老粮站大院}' WHERE code = '1'"))
    catch_up(session)
    return session


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("幸福", "幸福小区"),
        ("福小", "幸福小区"),
        ("小区", "幸福小区"),
        ("幸福小區", "幸福小区"),
        ("xfxq", "幸福小区"),
        ("XFX", "幸福小区"),
        ("xingfu", "幸福小区"),
        ("Xing Fu xiao", "幸福小区"),
        ("xingfuxiaoqu", "幸福小区"),
        ("changjiang", "长江花园"),
        ("cjhy", "长江花园"),
        ("老粮站", "幸福小区"),
        ("llz", "幸福小区"),
        ("粮站大", "幸福小区"),
        ("幸福小区3号楼", "幸福小区3号楼"),
        ("幸福3", "幸福小区3号楼"),
        ("xfxq13", "幸福小区13号楼"),
        ("老粮站31", "幸福小区31号楼"),
        ("幸福小区十三号楼", "幸福小区13号楼"),
        ("和平路", "和平路"),
        ("hpl", "和平路"),
        ("和平路14", "便民超市"),
        ("hpl14", "便民超市"),
        ("和平路12号幸福小区3号楼2单元501", "幸福小区3号楼"),
        ("石桥村7", "石桥村7号"),
    ],
)
def test_what_is_typed_finds_its_place(town: Session, words: str, label: str) -> None:
    found = suggest(town, words)
    assert [one.label for one in found[:1]] == [label]


def test_an_open_number_offers_what_it_may_become(town: Session) -> None:
    assert [one.label for one in suggest(town, "幸福小区3")] == ["幸福小区3号楼", "幸福小区31号楼"]
    assert [one.label for one in suggest(town, "幸福小区3号楼")] == ["幸福小区3号楼"]


def test_a_phase_is_no_building(session: Session) -> None:
    rows: list[Row] = [
        ("1", "compound", "园丁小区二期", "和平路12号", LON, LAT),
        ("2", "compound", "园丁小区一期", "和平路10号", LON + 0.01, LAT),
        ("3", "building", "园丁小区一期2号楼", "和平路10号", LON + 0.01, LAT),
    ]
    add_places(session, rows)
    catch_up(session)
    for words in ("园丁小区2", "园丁小区二期", "ydxq2q"):
        assert suggest(session, words)[0].label == "园丁小区二期"


def test_a_place_tells_by_which_other_name_it_was_found(town: Session) -> None:
    [found] = suggest(town, "老粮站")
    assert (found.label, found.detail) == ("幸福小区", "又名 老粮站大院 · 和平路12号")


def test_what_was_typed_needs_no_confidence_and_a_whole_address_has_one(town: Session) -> None:
    assert suggest(town, "幸福")[0].confidence is None
    assert (suggest(town, "和平路12号幸福小区3号楼")[0].confidence or 0) > 0.9


@pytest.mark.parametrize(
    "words", ["", " ", "？", "\x00", "灯坏了快来", "9" * 400, "a" * 61, "%", "_", "\\", "'"]
)
def test_what_names_no_place_finds_none(town: Session, words: str) -> None:
    assert suggest(town, words) == []


def test_nearer_places_come_first_among_equals(session: Session) -> None:
    add_places(
        session,
        [
            ("a", "compound", "幸福里", "长江路1号", LON, LAT),
            ("b", "compound", "幸福苑", "黄河路1号", LON + 0.05, LAT),
        ],
    )
    catch_up(session)
    assert [one.label for one in suggest(session, "幸福", (LON, LAT))] == ["幸福里", "幸福苑"]
    assert [one.label for one in suggest(session, "幸福", (LON + 0.05, LAT))] == ["幸福苑", "幸福里"]


def test_an_ended_place_is_not_offered(town: Session) -> None:
    town.execute(text("UPDATE place SET ended_at = now() WHERE code IN ('1', '2', '3', '4', '9')"))
    catch_up(town)
    assert "幸福小区" not in [one.label for one in suggest(town, "幸福小区")]
    assert "便民超市" not in [one.label for one in suggest(town, "和平路14")]


def test_no_question_reads_a_whole_table(session: Session) -> None:
    add_places(session, city(compounds=800, buildings=30))
    catch_up(session)
    session.execute(text("ANALYZE place"))
    low = {"low": "安", "high": "安\U0010ffff", "lon": 116.4, "lat": 39.9, "most": 16}
    number = {"number": "3", "open": True, "most": 8}
    roads = [row[0] for row in session.execute(text("SELECT DISTINCT road FROM place_street LIMIT 3"))]
    for query, given_values in (
        (box.BEGINNING, low),
        (box.STEMS, {"stems": [1, 2, 3]}),
        (box.BUILDINGS, number | {"heads": [1, 2, 3]}),
        (box.DOORS, number | {"heads": roads}),
        (box.ROADS, {"roads": roads}),
    ):
        plan = explained(session, query, given_values)
        assert "Index Scan" in plan or "Bitmap Index Scan" in plan, plan
        assert "Seq Scan" not in plan, plan


def explained(session: Session, query: TextClause, given_values: dict[str, object]) -> str:
    return "\n".join(row[0] for row in session.execute(text(f"EXPLAIN {query.text}"), given_values))


@given(st.text(max_size=30))
def test_folding_and_parting_never_fail(words: str) -> None:
    folded = typed(words)
    assert typed(folded) == folded or len(folded) <= len(words) * 4
    for tail in tails(folded):
        assert folded.startswith(tail.head)
    for word in words_of(folded):
        assert word.text


def test_a_letter_with_two_readings_is_found_by_both() -> None:
    words = words_of("长江花园")
    assert {"cjhy", "zjhy"} <= {word.text for word in words if word.form is Form.INITIALS}
