"""Which grid is here: inside, on a line, on a corner, in a hole, in a multipart grid, outside, and on other dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gis.grids.queries import grid_at, grids_near
from tests import make
from tests.draw import draw

WEST, SOUTH, CELL = 116.3, 39.9, 0.001


def letters(session: Session, picture: str) -> dict[str, str]:
    """Draw a town; give code → letter, codes in the order of the letters."""
    town = make.Town(session, picture)
    return {grid.code: letter for letter, grid in town.grids.items()}


def at(session: Session, names: dict[str, str], column: float, row: float) -> str | None:
    """Give the letter at a place counted in cells from the lower left corner."""
    shapes_lon = WEST + column * CELL if column != int(column) else float(WEST + int(column) * CELL)
    found = grid_at(session, shapes_lon, SOUTH + row * CELL, make.NOW)
    return names[found.code] if found else None


def test_inside_on_the_line_on_the_corner_and_outside(session: Session) -> None:
    names = letters(session, "AB\nCD")
    assert at(session, names, 0.5, 1.5) == "A"
    assert at(session, names, 1, 1.5) == "A", "on the line the smaller code answers"
    assert at(session, names, 1.5, 1) == "B"
    assert at(session, names, 1, 1) == "A", "on the corner of four the smallest code answers"
    assert at(session, names, 2, 0.5) == "D", "the outer line belongs to the grid"
    assert at(session, names, 2.5, 0.5) is None


def test_a_hole_belongs_to_none_and_a_filled_hole_to_its_own(session: Session) -> None:
    names = letters(session, "AAA\nA.A\nAAA")
    assert at(session, names, 1.5, 1.5) is None
    assert at(session, names, 0.5, 1.5) == "A"


def test_a_grid_of_two_parts_is_found_in_both(session: Session) -> None:
    names = letters(session, "ABA")
    assert [at(session, names, column, 0.5) for column in (0.5, 1.5, 2.5)] == ["A", "B", "A"]


def test_the_line_of_the_day(session: Session) -> None:
    town = make.Town(session, "AB")
    change = datetime(2026, 7, 1, tzinfo=UTC)
    shapes = draw("CC")
    community = town.community
    moved = make.grid(session, "990102001001009", shapes["C"], community, valid=make.span(change))
    session.connection().exec_driver_sql(
        "UPDATE grid_version SET valid = tstzrange(lower(valid), %s) WHERE grid_id <> %s", (change, moved.id)
    )
    lon, lat = town.inside("B")
    day = timedelta(days=1)
    codes = [grid_at(session, lon, lat, when) for when in (change - day, change, change + day)]
    assert [found.code if found else None for found in codes] == [
        town.grids["B"].code,
        "990102001001009",
        "990102001001009",
    ]


def test_two_versions_of_one_grid_at_one_time_are_refused(session: Session) -> None:
    town = make.Town(session, "AB")
    with pytest.raises(IntegrityError, match="ex_grid_version_valid"):
        make.grid(session, town.grids["A"].code, town.shapes["B"], town.community, valid=make.span(make.NOW))


def test_a_micro_grid_never_answers_for_its_grid(session: Session) -> None:
    town = make.Town(session, "AB")
    make.grid(session, "990102001001000", town.shapes["A"], town.community, kind="micro")
    found = grid_at(session, *town.inside("A"), make.NOW)
    assert found is not None
    assert found.code == town.grids["A"].code


@pytest.mark.parametrize(("radius_m", "letters_near"), [(5, ["A"]), (30, ["A", "B"])])
def test_both_grids_are_named_near_a_line(session: Session, radius_m: float, letters_near: list[str]) -> None:
    town = make.Town(session, "AB")
    lon = WEST + CELL - 20 / 85_400  # some 20 m west of the line at this latitude
    found = grids_near(session, lon, SOUTH + CELL / 2, radius_m, make.NOW)
    assert [grid.code for grid in found] == [town.grids[letter].code for letter in letters_near]
