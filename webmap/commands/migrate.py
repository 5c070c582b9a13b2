"""`wangge migrate`: bring the database to this version's tables."""

from __future__ import annotations

import click


@click.command()
@click.option(
    "--to", "revision", default="head", show_default=True, help="A revision, or base to go all the way down."
)
def migrate(revision: str) -> None:
    """Bring the database up to date; safe to run again, and on several servers at once."""
    from sqlalchemy.orm import Session

    from gis.database import open_engine
    from gis.places.indexing import catch_up
    from gis.settings import settings
    from migrations.run import migrate as run

    engine = open_engine(settings().database_url)
    run(engine, revision)
    if revision == "head":
        with Session(engine) as session, session.begin():
            catch_up(session)  # a new kind of index knows the places that were loaded before it
    engine.dispose()
    click.echo(f"The database is at {revision}.")
