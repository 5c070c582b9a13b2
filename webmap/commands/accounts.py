"""`wangge account`: make an account, give it a new password, end it; from the machine, before anybody can sign in.

Before: `staff.accounts`. After: the person who is handed the password, which is printed once and kept nowhere.
"""

from __future__ import annotations

import click

ROLES = ("grid_member", "branch", "commander", "planner", "agency", "administrator")


@click.group()
def account() -> None:
    """Make and end sign-in accounts."""


@account.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--member", default="", help="Code of the member a grid member's account stands for.")
@click.option("--organisation", default="", help="Code of the branch a branch's account stands for.")
@click.option("--area", default="", help="Code of the area of a commander or planner.")
@click.option("--agency", default="", help="Name of the agency.")
def add(name: str, role: str, *, member: str, organisation: str, area: str, agency: str) -> None:
    """Make an account and print its password once."""
    from gis.database import transaction
    from gis.staff import accounts
    from gis.staff.codes import ids_of

    with transaction() as session:
        ids = ids_of(session, member=member, organisation=organisation, area=area)
        made, password = accounts.create(session, name=name, role=role, agency=agency, **ids)
    click.echo(f"{made.name}  {password}")


@account.command()
@click.argument("name")
def renew(name: str) -> None:
    """Give an account a new password, unlock it, and print the password once."""
    from gis.database import transaction
    from gis.staff import accounts

    with transaction() as session:
        made, password = accounts.renew_password(session, accounts.named(session, name).id)
    click.echo(f"{made.name}  {password}")


@account.command()
@click.argument("name")
def end(name: str) -> None:
    """End an account: it can no longer sign in, and its open sign-ins stop at once."""
    from gis.database import transaction
    from gis.staff import accounts

    with transaction() as session:
        accounts.set_active(session, accounts.named(session, name).id, active=False)
    click.echo(f"{name} ended")
