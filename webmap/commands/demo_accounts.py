"""`wangge demo-accounts`: one account a role for the sample town, with random passwords, as JSON.

Before: `wangge sample load`. After: `make demo` prints them. A second run gives the same accounts new passwords.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SAMPLE_SUBDISTRICTS = "9901%"
"""Codes of the sample town begin so; no real place's do."""


@click.command("demo-accounts")
def demo_accounts() -> None:
    """Make one account a role for the sample town, or renew their passwords; print them as JSON."""
    from gis.database import transaction

    with transaction() as session:
        made = [_account(session, role, ids) for role, ids in _stand_for(session).items()]
    click.echo(json.dumps(made, ensure_ascii=False, indent=2))


def _account(session: Session, role: str, ids: dict[str, Any]) -> dict[str, str]:
    from sqlalchemy import select

    from gis.staff import accounts
    from gis.staff.models import Account
    from gis.staff.roles import Role
    from webmap.frame import START
    from webmap.saying import ROLES

    name = f"demo-{role.replace('_', '-')}"
    known = session.scalars(select(Account).where(Account.name == name)).first()
    if known is None:
        _made, password = accounts.create(session, name=name, role=role, **ids)
    else:
        _made, password = accounts.renew_password(session, known.id)
        for field, value in ({"active": True} | ids).items():
            setattr(known, field, value)
    return {
        "name": name,
        "role": role,
        "role_zh": ROLES[role][0],
        "password": password,
        "start_page": START[Role(role)],
    }


def _stand_for(session: Session) -> dict[str, dict[str, Any]]:
    """Find what each role's account stands for: the grid member with most open cases, and what is above them."""
    from sqlalchemy import text

    from gis.errors import NotFoundError

    found = session.execute(
        text("""
            SELECT p.member_id, b.organisation_id, town.id AS area_id,
                   coalesce((SELECT t.agency FROM case_type t JOIN "case" c ON c.case_type_id = t.id
                             WHERE t.agency <> '' AND c.closed_at IS NULL
                             GROUP BY t.agency ORDER BY count(*) DESC, t.agency LIMIT 1), '样例单位') AS agency
            FROM posting p
            JOIN grid g ON g.id = p.grid_id AND g.code LIKE :sample
            JOIN grid_branch b ON b.grid_id = p.grid_id AND b.valid @> now()
            CROSS JOIN LATERAL (SELECT id FROM area WHERE level = 'subdistrict' AND code LIKE :sample
                                ORDER BY code LIMIT 1) town
            WHERE p.role = 'grid_member' AND p.valid @> now()
            ORDER BY (SELECT count(*) FROM "case" c WHERE c.member_id = p.member_id AND c.closed_at IS NULL) DESC,
                     g.code, p.member_id
            LIMIT 1"""),
        {"sample": SAMPLE_SUBDISTRICTS},
    ).first()
    if found is None:
        raise NotFoundError("There is no sample town; run `wangge sample load` first.")
    return {
        "grid_member": {"member_id": found.member_id},
        "branch": {"organisation_id": found.organisation_id},
        "commander": {"area_id": found.area_id},
        "planner": {"area_id": found.area_id},
        "agency": {"agency": found.agency},
        "administrator": {},
    }
