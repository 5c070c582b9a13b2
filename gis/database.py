"""The way to PostGIS: the base of all models, column kinds they share, engine and transactions.

Before: `settings`. After: every room's `models.py` and `queries.py`. Routes and tasks open transactions
with `transaction()`; steps and queries take the session and never commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, Engine, Identity, MetaData, Text, create_engine
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSTZRANGE, Range
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker

from gis.settings import settings

SRID = 4490
"""CGCS2000 longitude, latitude in degrees: the system of every stored geometry."""

Id = Annotated[int, mapped_column(BigInteger, Identity(), primary_key=True)]


class Base(DeclarativeBase):
    """The base of all models; names of constraints are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads this name from the class
        int: BigInteger,
        str: Text,
        datetime: TIMESTAMP(timezone=True),
        dict[str, Any]: JSONB,
        list[dict[str, Any]]: JSONB,
        list[str]: ARRAY(Text),
        Range[datetime]: TSTZRANGE,
    }


def shape(kind: str) -> Geometry:
    """Give the column kind for a geometry of one kind in the stored system; models name its indexes."""
    return Geometry(kind, srid=SRID, spatial_index=False)


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Open a pool of connections.

    Notes
    -----
    Statements are prepared at their second use: the same few run all day. JIT is off because it costs more
    than it saves on queries of milliseconds, and a prepared statement is planned once: planning who is responsible
    costs four times as much as asking it. A connection is not tried before it is used, which would cost every
    request a way there and back: when the server was restarted the first fault empties the pool (`webmap.errors`
    says "try again" then, and what is sent again carries the same request number).
    """
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        connect_args={
            "prepare_threshold": 2,
            "options": "-c jit=off -c plan_cache_mode=force_generic_plan -c timezone=UTC",
        },
    )


@lru_cache(maxsize=1)
def sessions() -> sessionmaker[Session]:
    """Give this process's session factory on the database of the settings."""
    return sessionmaker(open_engine(settings().database_url), expire_on_commit=False)


@contextmanager
def single_statements() -> Iterator[Session]:
    """Open a session whose every statement is a transaction of its own: no way there and back to begin and commit.

    For a path that reads, decides, and writes with one statement; it leaves nothing half-written, and nothing that
    waits for a flush is written at all.
    """
    maker = sessions()
    bind = maker.kw["bind"]
    if isinstance(bind, Engine):
        with maker(bind=_uncommitted(bind)) as session:
            yield session
    else:  # a connection in somebody's own transaction: theirs to commit
        with maker.begin() as session:
            yield session


@lru_cache(maxsize=1)
def _uncommitted(engine: Engine) -> Engine:
    """Give the engine without transactions; it shares its pool."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one session in one transaction: committed at the end, rolled back on any fault."""
    with sessions().begin() as session:
        yield session
