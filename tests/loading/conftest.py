"""A migrated database of its own for tests of commands, which commit."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from gis.database import open_engine, sessions
from gis.settings import Settings, settings
from migrations.run import migrate


@pytest.fixture(scope="module")
def committed(server_url: URL) -> Iterator[Engine]:
    """Give an engine on a database that the whole module writes to; dropped at the end."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    name = f"wangge_command_{uuid4().hex[:10]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(server_url.set(database=name).render_as_string(hide_password=False))
    migrate(engine)
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


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
