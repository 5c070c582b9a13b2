"""The sample town goes through the loaders whole, and its past is one that the rules allow."""

from __future__ import annotations

from datetime import datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from gis.cases.models import CaseLog
from gis.cases.moves import replay
from tests.loading.town import ZONE
from webmap.cli import wangge

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def loaded(commanded: Engine) -> Engine:
    result = CliRunner().invoke(wangge, ["sample", "load"], catch_exceptions=False)
    assert result.exit_code == 0
    return commanded


def figures(engine: Engine, sql: str) -> tuple[object, ...]:
    with engine.connect() as connection:
        return tuple(connection.execute(text(sql)).one())


def test_everybody_and_everything_has_a_place(loaded: Engine) -> None:
    assert figures(
        loaded,
        """SELECT (SELECT count(*) FROM building) = 3000, (SELECT count(*) FROM household) = 20000,
                  (SELECT count(*) FROM building WHERE grid_id IS NULL),
                  (SELECT count(*) FROM household WHERE grid_id IS NULL)""",
    ) == (True, True, 0, 0)


def test_the_history_of_every_case_can_be_replayed(loaded: Engine) -> None:
    with Session(loaded) as session:
        logs: dict[int, list[CaseLog]] = {}
        for log in session.scalars(select(CaseLog)):
            logs.setdefault(log.case_id, []).append(log)
        states = dict(session.execute(text('SELECT id, state FROM "case"')).all())  # type: ignore[arg-type]
    assert len(states) == 2150
    assert {case: replay(rows) for case, rows in logs.items()} == states


def test_open_cases_have_somebody_and_a_deadline(loaded: Engine) -> None:
    still_open, without = figures(
        loaded,
        """SELECT count(*), count(*) FILTER (WHERE state <> 'queued' AND (organisation_id IS NULL OR due_at IS NULL))
           FROM "case" WHERE closed_at IS NULL""",
    )
    assert (still_open, without) == (150, 0)


def test_cases_are_in_the_grid_that_the_generator_meant(loaded: Engine) -> None:
    from data.sample.town import make_town

    town = make_town(1, today=datetime.now(ZONE).date())
    meant = {
        (datetime.fromisoformat(row.reported_at), row.text): row.true_grid_code
        for row in town.cases.itertuples()
    }
    with loaded.connect() as connection:
        found = connection.execute(
            text("""SELECT c.reported_at, c.text, coalesce(g.code, '')
                    FROM "case" c LEFT JOIN grid g ON g.id = c.grid_id""")
        ).all()
    right = sum(meant.get((at, words)) == code for at, words, code in found)
    assert right > 0.95 * len(found)


def test_a_second_load_is_not_needed(loaded: Engine) -> None:
    result = CliRunner().invoke(wangge, ["sample", "load"], catch_exceptions=False)
    assert "not needed" in result.stdout
    assert figures(loaded, "SELECT count(*) FROM area_version WHERE upper(valid) IS NOT NULL") == (0,)
