"""Each point gets exactly one code: the exact predicate, and the smaller code on a line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gis.errors import InputError
from gis.geometry import locate
from gis.geometry.locate import Locator
from tests.bench import city
from tests.draw import draw


@pytest.fixture(params=["exact", "raster"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a test both ways: every point by the predicate, and through the raster."""
    monkeypatch.setattr(locate, "FEW_POINTS", 0 if request.param == "raster" else 10**9)
    return request.param


def located(picture: str, *points: tuple[float, float]) -> list[tuple[str | None, str]]:
    """Ask for points counted in cells from the lower left corner of a picture at 100 E, 30 N."""
    shapes = draw(picture, cell_deg=0.25, west=100, south=30)
    x, y = 100 + 0.25 * np.array([p[0] for p in points]), 30 + 0.25 * np.array([p[1] for p in points])
    codes, notes = Locator(list(shapes.values()), list(shapes)).codes_of(x, y)
    return list(zip(codes.tolist(), notes.tolist(), strict=True))


def test_a_point_inside_has_its_code_and_no_note(way: str) -> None:
    assert located("AB", (0.5, 0.5), (1.5, 0.5)) == [("A", ""), ("B", "")]


def test_a_point_on_a_shared_line_belongs_to_the_smaller_code(way: str) -> None:
    assert located("BA", (1, 0.5)) == [("A", "on the line of A and B")]


def test_a_point_on_a_shared_corner_belongs_to_the_smallest_code(way: str) -> None:
    assert located("DC BA", (1, 1)) == [("A", "on the line of A, B, C and D")]


def test_the_outer_line_belongs_to_the_polygon(way: str) -> None:
    assert located("B", (0, 0.5), (1, 1)) == [("B", "on the line of B"), ("B", "on the line of B")]


def test_a_hole_belongs_to_nobody_but_its_line_does(way: str) -> None:
    found = located("AAA A.A AAA", (1.5, 1.5), (1, 1.5), (0.5, 1.5))
    assert found == [(None, ""), ("A", "on the line of A"), ("A", "")]


def test_an_island_in_a_hole_is_found(way: str) -> None:
    assert located("AAA ABA AAA", (1.5, 1.5), (1.5, 1)) == [("B", ""), ("A", "on the line of A and B")]


def test_all_parts_of_a_polygon_count(way: str) -> None:
    assert located("A.A", (0.5, 0.5), (1.5, 0.5), (2.5, 0.5)) == [("A", ""), (None, ""), ("A", "")]


def test_outside_is_nobody_even_far_away(way: str) -> None:
    assert located("A", (-1, 0.5), (1e6, -1e6), (0.5, 1.5)) == [(None, "")] * 3


def test_a_place_that_is_no_number_lies_nowhere(way: str) -> None:
    assert located("A", (float("nan"), 0.5), (0.5, float("inf")), (0.5, 0.5)) == [
        (None, ""),
        (None, ""),
        ("A", ""),
    ]


def test_within_a_hair_of_a_line_the_code_is_exact_and_the_note_says_so(way: str) -> None:
    hair = 4e-10 / 0.25
    assert located("AB", (1 + hair, 0.5), (2 + hair, 0.5)) == [
        ("B", "almost on the line of A and B"),
        (None, "almost on the line of B"),
    ]


def test_a_hundred_hairs_away_there_is_no_note(way: str) -> None:
    assert located("AB", (1 + 4e-7, 0.5)) == [("B", "")]


def test_codes_are_compared_as_text() -> None:
    shapes = list(draw("AB", cell_deg=1, west=0, south=0).values())
    codes, _ = Locator(shapes, ["9", "10"]).codes_of([1.0], [0.5])
    assert codes.tolist() == ["10"]


def test_numbers_are_taken_as_text() -> None:
    codes, notes = Locator([shapely.box(0, 0, 1, 1)], [110101]).codes_of([0.5, 0.0], [0.5, 0.5])
    assert codes.tolist() == ["110101", "110101"]
    assert notes.tolist() == ["", "on the line of 110101"]


def test_in_overlapping_polygons_the_smaller_code_wins_and_the_note_tells(way: str) -> None:
    locator = Locator([shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)], ["B", "A"])
    codes, notes = locator.codes_of([0.5, 1.5, 2.0, 2.5], [0.5] * 4)
    assert codes.tolist() == ["B", "A", "A", "A"]
    assert notes.tolist() == ["", "in A and B", "in A, on the line of B", ""]


def test_polygons_of_one_code_are_one_ground(way: str) -> None:
    locator = Locator([shapely.box(0, 0, 1, 1), shapely.box(0.5, 0, 2, 1)], ["A", "A"])
    codes, notes = locator.codes_of([0.75, 1.5], [0.5, 0.5])
    assert (codes.tolist(), notes.tolist()) == (["A", "A"], ["", ""])


def test_without_polygons_or_points_there_is_an_empty_answer(way: str) -> None:
    assert Locator([], []).codes_of([1.0], [2.0])[0].tolist() == [None]
    assert Locator([shapely.box(0, 0, 1, 1)], ["A"]).codes_of([], [])[0].tolist() == []


@pytest.mark.parametrize(
    ("polygons", "codes", "sentence"),
    [
        ([shapely.box(0, 0, 1, 1)], [], "1 polygons but 0 codes"),
        ([shapely.box(0, 0, 1, 1)], [""], "polygon 1 of 1 has no code"),
        ([shapely.Point(0, 0)], ["A"], "A is no polygon but Point"),
        ([None], ["A"], "A is no polygon but nothing"),
        ([shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])], ["A"], "Self-intersection"),
    ],
)
def test_what_cannot_be_used_is_refused(polygons: list[Any], codes: list[str], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Locator(polygons, codes)


def test_points_must_be_pairs_of_numbers() -> None:
    locator = Locator([shapely.box(0, 0, 1, 1)], ["A"])
    with pytest.raises(InputError, match="two lists of one length"):
        locator.codes_of([1.0, 2.0], [1.0])
    with pytest.raises(InputError, match="must be numbers"):
        locator.codes_of(["east"], [1.0])


def by_the_book(
    polygons: NDArray[Any], codes: list[str], x: NDArray[Any], y: NDArray[Any]
) -> list[str | None]:
    """Give the smallest code of all polygons that intersect, by the plainest means."""
    hits: list[list[str]] = [[] for _ in x]
    row, shape = shapely.STRtree(polygons).query(shapely.points(x, y), predicate="intersects")
    for i, j in zip(row, shape, strict=True):
        hits[i].append(codes[j])
    return [min(found, default=None) for found in hits]


def awkward_points(polygons: NDArray[Any], rng: np.random.Generator, count: int) -> tuple[Any, Any]:
    """Mix even points with vertices, middles of segments, and their nearest neighbours among numbers."""
    vertices = shapely.get_coordinates(polygons)
    some = vertices[rng.integers(0, len(vertices), count)]
    middles = (vertices[:-1] + vertices[1:])[rng.integers(0, len(vertices) - 1, count)] / 2
    west, south, east, north = shapely.total_bounds(polygons)
    even = rng.uniform((west, south), (east, north), (count, 2)) * 1.02 - 0.01 * np.array([west, south])
    places = np.vstack([even, some, middles, np.nextafter(some, middles), np.nextafter(middles, some)])
    return places[:, 0], places[:, 1]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), count=st.integers(3, 60), shuffled=st.booleans())
def test_the_raster_answers_as_the_predicate_does(
    monkeypatch: pytest.MonkeyPatch, seed: int, count: int, shuffled: bool
) -> None:
    rng = np.random.default_rng(seed)
    monkeypatch.setattr(locate, "FEW_POINTS", 0)
    monkeypatch.setattr(locate, "SMALLEST_SIDE", int(rng.integers(8, 200)))
    polygons = city.grids(count, seed=seed, extra_points=2)
    codes = [f"{i:03d}" for i in (rng.permutation(count) if shuffled else range(count))]
    x, y = awkward_points(polygons, rng, 400)
    found, _ = Locator(polygons, codes).codes_of(x, y)
    assert found.tolist() == by_the_book(polygons, codes, x, y)


LETTERS = st.lists(st.text("ABC.", min_size=4, max_size=4), min_size=3, max_size=3).map(" ".join)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(picture=LETTERS.filter(lambda p: set(p) & set("ABC")), overlapping=st.booleans())
def test_any_drawn_map_is_answered_by_the_rule(
    monkeypatch: pytest.MonkeyPatch, picture: str, overlapping: bool
) -> None:
    shapes = draw(picture, cell_deg=0.25, west=100, south=30)
    polygons = np.array(list(shapes.values()))
    if overlapping:
        polygons = shapely.buffer(polygons, 0.05, join_style="mitre")
    x, y = (a.ravel() for a in np.meshgrid(np.arange(99.9, 101.2, 0.0625), np.arange(29.9, 30.9, 0.0625)))
    expected = by_the_book(polygons, list(shapes), x, y)
    for few in (0, 10**9):
        monkeypatch.setattr(locate, "FEW_POINTS", few)
        codes, notes = Locator(polygons, list(shapes)).codes_of(x, y)
        assert codes.tolist() == expected
        lines = shapely.union_all(shapely.boundary(polygons))
        near = shapely.dwithin(lines, shapely.points(x, y), 1e-9)
        assert [("line" in note) for note in notes] == near.tolist()


def test_a_raster_over_a_few_points_of_a_large_city_is_exact_too(monkeypatch: pytest.MonkeyPatch) -> None:
    # The window is then the points' own extent: lines cross it from edge to edge and beyond.
    monkeypatch.setattr(locate, "FEW_POINTS", 0)
    polygons = city.grids(200)
    codes = [f"{i:03d}" for i in range(200)]
    rng = np.random.default_rng(5)
    for size_deg in (1e-2, 1e-3, 1e-5, 1e-8, 0.0):
        x, y = 116.4 + size_deg * rng.random(3000), 39.9 + size_deg * rng.random(3000)
        found, _ = Locator(polygons, codes).codes_of(x, y)
        assert found.tolist() == by_the_book(polygons, codes, x, y)
