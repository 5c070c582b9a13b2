"""Databases of a test's own, for what has to be committed; gone with everything in them at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import URL, Engine, create_engine, text

from gis.database import open_engine


@contextmanager
def database_of_its_own(server_url: URL, word: str) -> Iterator[Engine]:
    """Give an engine on a new database without tables; `word` is part of its name."""
    admin = create_engine(server_url, isolation_level="AUTOCOMMIT")
    name = f"wangge_{word}_{uuid4().hex[:10]}"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = open_engine(server_url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
