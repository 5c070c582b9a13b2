"""A migrated database of its own for tests of commands, which commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import URL, Engine

from gis.database import sessions
from gis.settings import Settings, settings
from migrations.run import migrate
from tests.databases import database_of_its_own


@pytest.fixture(scope="module")
def committed(server_url: URL) -> Iterator[Engine]:
    """Give an engine on a database that the whole module writes to; dropped at the end."""
    with database_of_its_own(server_url, "command") as engine:
        migrate(engine)
        yield engine


@pytest.fixture
def commanded(
    committed: Engine, test_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """Let commands of this process write to that database."""
    del test_settings
    monkeypatch.setenv("WANGGE_DATABASE_URL", committed.url.render_as_string(hide_password=False))
    settings.cache_clear()
    sessions.cache_clear()
    yield committed
    sessions().kw["bind"].dispose()
    monkeypatch.undo()
    settings.cache_clear()
    sessions.cache_clear()
