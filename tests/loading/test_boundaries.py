"""Boundaries become versions: what is the same goes on, what differs ends and begins anew."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.grids.load_boundaries import BOUNDARIES
from gis.grids.queries import grid_at
from gis.loading.kind import Counts, Outcome
from gis.loading.load import load
from tests.loading.town import (
    EAST,
    FIRST,
    LATER,
    SUBDISTRICT,
    WEST_SIDE,
    boundaries,
    boundary,
    cell,
    context,
    frame,
)


def run(session: Session, rows: list[dict[str, object]], at: datetime = FIRST, **given: bool) -> Outcome:
    accept = given.pop("accept_good_rows", False)
    return load(session, BOUNDARIES, frame(rows), context(at, **given), accept_good_rows=accept)


def sentences(outcome: Outcome) -> list[str]:
    return [f"{fault.row}: {fault.en}" for fault in outcome.faults if not fault.warning]


def middle(shape: shapely.Polygon) -> tuple[float, float]:
    return shape.centroid.x, shape.centroid.y


def test_a_place_is_loaded_and_a_point_finds_its_grid(session: Session) -> None:
    outcome = run(session, boundaries())
    assert (outcome.counts, sentences(outcome)) == (Counts(new=7), [])
    found = grid_at(session, *middle(cell(0, 0, 2, 1)), FIRST)
    assert found is not None
    assert (found.code, found.name) == (f"{WEST_SIDE}002", "西二")


def test_the_same_file_twice_changes_nothing(session: Session) -> None:
    run(session, boundaries())
    assert run(session, boundaries(), LATER).counts == Counts(unchanged=7)


def test_a_ring_that_begins_elsewhere_is_the_same_ground(session: Session) -> None:
    run(session, boundaries())
    turned = boundaries()
    for row in turned:
        ring = list(row["geometry"].exterior.coords)[:-1]
        row["geometry"] = shapely.Polygon((ring[2:] + ring[:2])[::-1])
    assert run(session, turned, LATER).counts == Counts(unchanged=7)


def test_a_changed_line_ends_the_old_version_and_begins_the_new(session: Session) -> None:
    run(session, boundaries())
    redrawn = boundaries()
    redrawn[3]["geometry"] = cell(0, 0.5, 2, 1.5)
    redrawn[4]["geometry"] = cell(0, 0, 2, 0.5)
    assert run(session, redrawn, LATER).counts == Counts(changed=2, unchanged=5, ended=2)
    between = middle(cell(0, 0.5, 2, 0.5))
    answers = [grid_at(session, *between, at) for at in (LATER - timedelta(seconds=1), LATER)]
    assert [answer and answer.name for answer in answers] == ["西二", "西一"]


def test_a_version_loaded_again_for_its_own_first_day_is_corrected(session: Session) -> None:
    run(session, boundaries())
    renamed = boundaries()
    renamed[3]["name"] = "西一改"
    assert run(session, renamed).counts == Counts(changed=1, unchanged=6)
    assert session.scalar(text("SELECT count(*) FROM grid_version")) == 4


def test_a_load_before_the_first_version_ends_where_that_begins(session: Session) -> None:
    run(session, boundaries(), LATER)
    older = boundaries()
    older[3]["name"] = "旧西一"
    run(session, older, FIRST)
    spans = session.execute(
        text("SELECT name, upper(valid) FROM grid_version WHERE name LIKE '%西一' ORDER BY valid")
    ).all()
    assert [(name, end) for name, end in spans] == [("旧西一", LATER), ("西一", None)]


def test_grids_that_the_file_leaves_out_end_when_asked(session: Session) -> None:
    run(session, boundaries())
    merged = [row for row in boundaries() if row["code"] != f"{WEST_SIDE}002"]
    merged[3]["geometry"] = cell(0, 0, 2, 2)
    assert run(session, merged, LATER, end_missing=True).counts == Counts(changed=1, unchanged=5, ended=2)
    assert grid_at(session, *middle(cell(0, 0)), LATER).name == "西一"  # type: ignore[union-attr]


def test_the_code_of_an_ended_grid_is_never_used_again(session: Session) -> None:
    run(session, boundaries())
    merged = [row for row in boundaries() if row["code"] != f"{WEST_SIDE}002"]
    merged[3]["geometry"] = cell(0, 0, 2, 2)
    run(session, merged, LATER, end_missing=True)
    outcome = run(session, boundaries(), LATER + timedelta(days=30))
    assert any("never used again" in sentence for sentence in sentences(outcome))
    assert not outcome.written


def test_micro_grids_lie_in_their_grid(session: Session) -> None:
    run(session, boundaries())
    row = boundary("microgrid", f"{WEST_SIDE}00101", f"{WEST_SIDE}001", cell(0, 1))
    assert run(session, [row]).counts == Counts(new=1)
    kind, community = session.execute(
        text("""SELECT v.kind, a.code FROM grid_version v JOIN area a ON a.id = v.community_id
                WHERE v.parent_grid_id IS NOT NULL""")
    ).one()
    assert (kind, community) == ("micro", WEST_SIDE)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"parent_code": "990102001009"}, "no such parent"),
        ({"parent_code": ""}, "needs the code of its community"),
        ({"parent_code": SUBDISTRICT}, "the parent of a grid is a community, not a subdistrict"),
        ({"name": ""}, "must not be empty"),
        ({"level": "继承"}, "this word is not known"),
        ({"kind": "bad"}, "this word is not known"),
        ({"code": "9901 02"}, "holds no spaces"),
        ({"code": f"{EAST}002"}, "row 7 has the same code"),
        ({"geometry": None}, "a grid must have a shape"),
        ({"geometry": shapely.Polygon()}, "a grid must have a shape"),
        ({"geometry": shapely.Point(114.3, 33.6)}, "give a polygon, not a Point"),
        ({"geometry": shapely.box(14, 33, 15, 34)}, "outside China"),
        ({"geometry": shapely.box(33.6, 114.3, 33.7, 114.4)}, "seem swapped"),
        ({"geometry": shapely.box(3e5, 3e6, 3e5 + 1, 3e6 + 1)}, "no degrees"),
        (
            {
                "geometry": shapely.Polygon(
                    [(114.3, 33.6), (114.301, 33.601), (114.301, 33.6), (114.3, 33.601)]
                )
            },
            "crosses itself or is not valid (Self-intersection) at lon, lat 114.3005, 33.6005",
        ),
    ],
)
def test_a_faulty_row_stops_the_file_with_a_sentence(
    session: Session, change: dict[str, object], sentence: str
) -> None:
    bad = boundary("grid", f"{EAST}009", EAST, cell(2, 0, 2, 1)) | change
    outcome = run(session, [*boundaries(), bad])
    assert not outcome.written
    assert session.scalar(text("SELECT count(*) FROM area")) == 0
    assert any(fault.startswith("8: ") and sentence in fault for fault in sentences(outcome)), sentences(
        outcome
    )


def test_good_rows_are_taken_when_asked(session: Session) -> None:
    rows = boundaries()
    rows[2]["name"] = ""  # the eastern community, and with it its grids
    outcome = run(session, rows, accept_good_rows=True)
    assert outcome.counts == Counts(new=4)
    assert {fault.row for fault in outcome.faults if not fault.warning} == {3, 6, 7}


def test_another_form_of_code_is_only_a_warning(session: Session) -> None:
    rows = boundaries()
    rows[6]["code"] = "G-7"
    outcome = run(session, rows)
    assert outcome.written
    assert [fault.row for fault in outcome.faults if fault.warning] == [7]


def test_an_overlap_is_told_with_place_and_size(session: Session) -> None:
    rows = boundaries()
    rows[4]["geometry"] = cell(0, 0, 2, 1.5)
    outcome = run(session, rows)
    assert not outcome.written
    (fault,) = [fault for fault in outcome.faults if not fault.warning]
    assert (fault.row, fault.value) == (5, "114.301000, 33.601250")
    # half a cell of 92.8 m by 110.9 m, twice
    assert "overlap by 10,2" in fault.en or "overlap by 10,3" in fault.en


def test_a_grid_outside_its_community_is_a_fault(session: Session) -> None:
    rows = boundaries()
    rows[3]["geometry"] = cell(-1, 1, 3, 1)
    assert any(
        "lies outside its parent 990102001001" in sentence for sentence in sentences(run(session, rows))
    )


def test_a_gap_is_a_warning_and_loads(session: Session) -> None:
    rows = boundaries()
    rows[3]["geometry"] = cell(0, 1, 1, 1)
    outcome = run(session, rows)
    assert outcome.written
    assert [fault.en for fault in outcome.faults if "belong to nobody" in fault.en]


def test_the_file_is_laid_over_the_lines_that_go_on(session: Session) -> None:
    run(session, boundaries())
    new = boundary("grid", f"{WEST_SIDE}003", WEST_SIDE, cell(0, 1))
    outcome = run(session, [new], LATER)
    assert any(f"{WEST_SIDE}001 and {WEST_SIDE}003 overlap" in sentence for sentence in sentences(outcome))
    assert not outcome.written
