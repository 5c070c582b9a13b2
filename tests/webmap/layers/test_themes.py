"""Coloured maps: the right numbers over the months, each as it was then, and one file that asks for nothing."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, sessionmaker

import gis.database
from gis.cases.states import State
from gis.cases.themes import Cell, OpenSquare
from gis.patrols.models import Visit
from gis.settings import Settings
from tests.webmap.layers.conftest import SOUTH, WEST, MapTown
from webmap.cli import wangge
from webmap.maps import bundle as bundling
from webmap.maps.heat import heat
from webmap.maps.reading import few_enough
from webmap.maps.sheet import STATIC, said
from webmap.maps.steps import steps_of
from webmap.maps.themes import themed

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)


def test_months_end_where_the_next_begins_and_the_last_one_now() -> None:
    steps = steps_of(NOW, 4)
    assert [step.zh for step in steps] == ["2025年12月", "2026年1月", "2026年2月", "2026年3月"]
    assert [(one.last, other.first) for one, other in pairwise(steps)] == [
        (other.first, other.first) for other in steps[1:]
    ]
    assert steps[0].first == datetime(2025, 12, 1, tzinfo=UTC)
    assert steps[-1].last == NOW
    assert len(steps_of(NOW, 0)) == 1


def test_load_counts_what_was_open_then_and_needs_somebody_posted(session: Session, town: MapTown) -> None:
    reported, closed = datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    town.case(WEST, SOUTH, reported_at=reported, closed_at=closed, state="closed")
    town.case(WEST, SOUTH, reported_at=NOW - timedelta(days=2))
    town.case(WEST, SOUTH, reported_at=NOW - timedelta(days=1))
    town.case(WEST, SOUTH, "B", reported_at=NOW - timedelta(days=1))
    found = themed(session, "load", town.grids.values(), steps_of(NOW, 3), NOW)
    assert found["grids"][str(town.grids["A"])] == [(0.0, 0, 1), (1.0, 1, 1), (2.0, 2, 1)]
    assert found["grids"][str(town.grids["B"])] == [None, None, None]
    assert [step["en"] for step in found["steps"]] == ["Jan 2026", "Feb 2026", "Mar 2026"]


def test_the_age_of_cases_is_a_mean_with_its_parts(session: Session, town: MapTown) -> None:
    for days in (1, 4):
        town.case(WEST, SOUTH, reported_at=NOW - timedelta(days=days, hours=1))
    found = themed(session, "age", town.grids.values(), steps_of(NOW, 0), NOW)
    assert found["grids"][str(town.grids["A"])] == [(2.5, 5, 2)]
    assert found["grids"][str(town.grids["B"])] == [None]
    assert [one["count"] for one in found["classes"]] == [1]


def test_a_visit_counts_from_its_day_on(session: Session, town: MapTown) -> None:
    visit = session.query(Visit).order_by(Visit.at).first()
    assert visit is not None
    before = visit.at - timedelta(days=1)
    found = themed(session, "visits", town.grids.values(), steps_of(before, 0), before)
    assert found["grids"][str(town.grids["A"])] == [None]
    after = visit.at + timedelta(days=3, hours=1)
    found = themed(session, "visits", town.grids.values(), steps_of(after, 0), after)
    assert found["grids"][str(town.grids["A"])] == [(3.0, 3, 1)]


def test_cases_of_a_month_are_counted_and_nought_is_a_number(session: Session, town: MapTown) -> None:
    town.case(WEST, SOUTH, reported_at=datetime(2026, 2, 1, tzinfo=UTC))
    town.case(WEST, SOUTH, reported_at=datetime(2026, 3, 1, tzinfo=UTC))
    found = themed(session, "cases", town.grids.values(), steps_of(NOW, 2), NOW)
    assert found["grids"][str(town.grids["A"])] == [(1.0, 1, 1), (1.0, 1, 1)]
    assert found["grids"][str(town.grids["B"])] == [(0.0, 0, 1), (0.0, 0, 1)]


@pytest.mark.usefixtures("test_settings")
def test_heat_gathers_by_the_town_s_hour_and_by_square(session: Session, town: MapTown) -> None:
    at = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)  # 7:30 in the town
    for _ in range(2):
        town.case(WEST + 0.0005, SOUTH + 0.0005, reported_at=at)
    found = heat(session, town.grids.values(), (at - timedelta(days=1), NOW), (WEST, SOUTH, WEST, SOUTH))
    assert [sum(row[2] for row in hour) for hour in found["hours"]] == [0] * 7 + [2] + [0] * 16
    lon, lat, _count = found["hours"][7][0]
    assert abs(lon - WEST - 0.0005) <= found["across_deg"]
    assert abs(lat - SOUTH - 0.0005) <= found["down_deg"]


def test_squares_are_joined_until_they_can_be_read_and_lose_nothing() -> None:
    many = [OpenSquare(c, r, 1, State.ACTED, c % 2, 0) for c in range(-5, 25) for r in range(30)]
    many.append(OpenSquare(100, 100, 7, State.REPORTED, 3, 2))
    found, cell, side = few_enough(many, Cell(0.001, 0.001), 100.0, most=100)
    assert len(found) <= 100
    assert sum(one.count for one in found) == 907
    assert sum(one.late for one in found) == sum(one.late for one in many)
    assert (cell.across_deg, side) == (0.004, 400.0)
    assert [one.state for one in found if one.count == 7] == [State.REPORTED]


def test_a_value_is_written_with_its_parts() -> None:
    assert [said(None), said((1.5, 3, 2)), said((4.0, 4, 1))] == ["—", "1.5 (3/2)", "4"]


def test_modules_become_one_script_and_strange_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text(
        'import { b, c } from "./b.js";\n\nexport const a = () => b + c;\nconst own = 1;\n'
    )
    (tmp_path / "b.js").write_text("export const b = 1;\nexport const c = 2;\nconst own = 2;\n")
    made = bundling.bundle(tmp_path / "a.js", "pieces")
    assert made.index('modules["b.js"] =') < made.index('modules["a.js"] =')
    assert 'const { b, c } = modules["b.js"];' in made
    assert not re.search(r"^(import|export)", made, re.MULTILINE)
    (tmp_path / "a.js").write_text("export default 1;\n")
    with pytest.raises(bundling.BundleError, match="one file"):
        bundling.bundle(tmp_path / "a.js", "pieces")
    (tmp_path / "a.js").write_text('import { b } from "./a.js";\n')
    with pytest.raises(bundling.BundleError, match="itself"):
        bundling.bundle(tmp_path / "a.js", "pieces")


@pytest.fixture
def run(connection: Connection, test_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    del test_settings
    maker = sessionmaker(connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    monkeypatch.setattr(gis.database, "sessions", lambda: maker)
    return CliRunner()


@pytest.mark.skipif(not (STATIC / "vendor" / "leaflet").is_dir(), reason="`make vendor` was not run")
@pytest.mark.parametrize("words", [(), ("--theme", "age", "--months", "3"), ("--hours", "--language", "en")])
def test_the_file_is_whole_and_says_nothing_about_people(
    run: CliRunner, town: MapTown, tmp_path: Path, words: tuple[str, ...]
) -> None:
    case = town.case(WEST + 0.0005, SOUTH + 0.0005, text="我家住在样例楼")
    town.session.commit()  # into the test's own transaction
    file = tmp_path / "town.html"
    done = run.invoke(wangge, ["map", "-o", str(file), *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "2 grids, 1 open cases, 1 rounds, 0 gaps" in done.output
    text = file.read_text("utf-8")
    without_comments = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    page = re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    assert not re.search(r"""\s(?:src|href)=|url\((?!data:|"?#)|@import""", page)
    assert set(re.findall(r"https?://([\w.]+)", without_comments)) <= {"www.w3.org", "leafletjs.com"}
    for personal in ("我家", case.number, "样例员001", "1号楼"):
        assert personal not in text
    assert "第1网格" in text


def test_the_file_takes_a_handful_of_questions(run: CliRunner, town: MapTown, tmp_path: Path) -> None:
    for number in range(30):
        town.case(WEST + 0.0001 * number, SOUTH + 0.0005)
    town.session.commit()
    asked: list[str] = []

    def count(*given: object) -> None:
        asked.append(str(given[2]))

    engine = town.session.connection().engine
    event.listen(engine, "before_cursor_execute", count)
    run.invoke(wangge, ["map", "-o", str(tmp_path / "t.html"), "--theme", "load"], catch_exceptions=False)
    event.remove(engine, "before_cursor_execute", count)
    assert 5 < len(asked) < 30


@pytest.mark.parametrize(
    "words",
    [["-o", "t.pdf"], ["-o", "t.html", "--months", "3"], ["-o", "t.html", "--hours", "--theme", "age"]],
)
def test_wrong_wishes_are_refused_in_a_sentence(words: list[str], tmp_path: Path) -> None:
    from gis.errors import InputError

    words[1] = str(tmp_path / words[1])
    with pytest.raises(InputError):
        CliRunner().invoke(wangge, ["map", *words], catch_exceptions=False, standalone_mode=False)
    assert list(tmp_path.iterdir()) == []
