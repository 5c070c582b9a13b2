"""What all tests share: the folder of real third-party data, and a migrated PostGIS to roll back.

The servers come from the environment (`make test` starts them). Each test process gets a database of its own,
cloned from a template that is migrated once; each test runs in one transaction that is rolled back.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from gis.database import open_engine
from gis.settings import Settings, from_environment, settings
from migrations.run import migrate

# a busy machine is no fault of what is tested; speed is printed by `make bench`
hypothesis_settings.register_profile("wangge", deadline=None)
hypothesis_settings.load_profile("wangge")


ROOT = Path(__file__).resolve().parent.parent
TEMPLATE_LOCK = 730_261_123


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Give the folder of real third-party data, which is no part of the project; skip where it is absent."""
    folder = Path(os.environ.get("WANGGE_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no third-party data at {folder}; set WANGGE_SHARED_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def server_url() -> URL:
    """Give the address of the test server's maintenance database."""
    url = os.environ.get("WANGGE_DATABASE_URL")
    if not url:
        pytest.fail("no test database: run `make test`, or export WANGGE_DATABASE_URL and WANGGE_REDIS_URL")
    return make_url(url).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def database_url(server_url: URL) -> Iterator[URL]:
    """Give a migrated database for this process alone, dropped at the end."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    template = _template(admin, server_url)
    name = f"wangge_test_{os.getpid()}_{uuid4().hex[:6]}"
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TEMPLATE_LOCK})
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": TEMPLATE_LOCK})
    yield server_url.set(database=name)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def _template(admin: Engine, server_url: URL) -> str:
    """Make the migrated template once for all test processes; its name changes with the migrations."""
    versions = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    mark = zlib.crc32(b"".join(path.read_bytes() for path in versions))
    name = f"wangge_template_{mark:x}"
    with admin.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": TEMPLATE_LOCK})
        exists = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}).first()
        if exists is None:
            # under another name until it is whole: a migration that fails leaves no half template behind
            connection.execute(text(f"DROP DATABASE IF EXISTS {name}_made WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name}_made"))
            engine = open_engine(
                server_url.set(database=f"{name}_made").render_as_string(hide_password=False)
            )
            migrate(engine)
            engine.dispose()
            connection.execute(text(f"ALTER DATABASE {name}_made RENAME TO {name}"))
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": TEMPLATE_LOCK})
    return name


@pytest.fixture(scope="session")
def engine(database_url: URL) -> Iterator[Engine]:
    """Give the pool of this process's test database."""
    engine = open_engine(database_url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Give one connection in one transaction that is rolled back at the end of the test."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def session(connection: Connection) -> Iterator[Session]:
    """Give a session inside the test's transaction; commits inside become savepoints."""
    with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def test_settings(database_url: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Set the process's settings to the test servers and to secrets made for this run."""
    given = {
        "WANGGE_DATABASE_URL": database_url.render_as_string(hide_password=False),
        "WANGGE_REDIS_URL": os.environ.get("WANGGE_REDIS_URL", ""),
        "WANGGE_SECRET_KEY": uuid4().hex + uuid4().hex,
        "WANGGE_DATA_KEY": uuid4().hex + uuid4().hex,
        "WANGGE_UPLOAD_FOLDER": str(tmp_path_factory.mktemp("uploads")),
    }
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    settings.cache_clear()
    yield from_environment(os.environ)
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    settings.cache_clear()
