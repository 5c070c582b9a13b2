"""Running the migrations from code: `wangge migrate`, and the tests' template database.

Before: `gis.database`. After: `migrations/env.py`, which Alembic runs with the connection given here.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

LOCK = 730_261_122
"""The advisory lock that lets one migration run at a time when several servers start together."""


def configuration(connection: Connection) -> Config:
    """Give Alembic's configuration for one open connection."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database up (or, for an older revision, down) to one revision; safe to run twice at once."""
    with engine.connect() as lock:
        lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            with engine.connect() as connection:
                _move(configuration(connection), revision)
        finally:
            lock.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})


def _move(config: Config, revision: str) -> None:
    if revision == "base" or revision.startswith("-"):
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)
