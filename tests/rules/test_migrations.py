"""Migrations run up, down and up again, say what the models say, and keep Chinese words searchable."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import alembic_helpers
from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import IntegrityError

import gis.admission.models
import gis.boundaries.jobs
import gis.boundaries.models
import gis.cases.bulk
import gis.cases.clock_models
import gis.cases.delivery
import gis.cases.device_models
import gis.cases.dispatch.models
import gis.cases.likeness_models
import gis.cases.models
import gis.cases.picture_models
import gis.cases.poison
import gis.patrols.models
import gis.patrols.outreach.models
import gis.patrols.rounds.models
import gis.patrols.seen.models
import gis.patrols.weeks.models
import gis.places.index_models
import gis.scores.models
import gis.staff.geocode_jobs  # noqa: F401
from gis.database import Base
from migrations.run import configuration, migrate
from tests.databases import database_of_its_own


@pytest.fixture
def empty(server_url: URL) -> Iterator[Engine]:
    with database_of_its_own(server_url, "empty") as engine:
        yield engine


def _tables(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        return {name for (name,) in rows} - {"alembic_version", "spatial_ref_sys"}


def test_up_down_and_up_again(empty: Engine) -> None:
    migrate(empty)
    up = _tables(empty)
    assert up == set(Base.metadata.tables)
    migrate(empty, "base")
    assert _tables(empty) == set()
    migrate(empty)
    assert _tables(empty) == up


def test_the_models_and_the_migrations_say_the_same(connection: Connection) -> None:
    context = MigrationContext.configure(
        connection, opts={"include_object": alembic_helpers.include_object, "compare_type": True}
    )
    assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head(connection: Connection) -> None:
    assert len(ScriptDirectory.from_config(configuration(connection)).get_heads()) == 1


def test_trigrams_keep_chinese_words(connection: Connection) -> None:
    trigrams = connection.scalar(text("SELECT show_trgm('幸福小区5栋')"))
    assert len(trigrams) > 4, "the database's locale drops Chinese; create it with C.UTF-8"


@pytest.mark.parametrize(
    "table",
    [
        "case_log",
        "assignment",
        "household_access",
        "contact_access",
        "evaluation",
        "clock_change",
        "picture_decision",
    ],
)
@pytest.mark.parametrize("change", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0}"])
def test_history_is_only_ever_added_to(connection: Connection, table: str, change: str) -> None:
    with pytest.raises(IntegrityError, match="only ever added"):
        connection.execute(text(change.format(table)))
