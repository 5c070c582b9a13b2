"""The town that is reported in: 24 grids; most have a member, some only a branch; many want SMS or have a robot."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from gis.staff import channels
from gis.staff.models import Posting
from tests import make

PICTURE = "\n".join(["ABCDEF", "GHIJKL", "MNOPQR", "STUVWX"])


def build(session: Session, robot_url: str) -> dict[str, tuple[float, float]]:
    """Make the town; give a point inside each grid by its letter."""
    now = datetime.now(UTC)
    town = make.Town(session, PICTURE)
    for number, letter in enumerate(sorted(town.grids)):
        member, branch = town.members[letter], town.branches[letter]
        if number % 4 == 0:
            session.execute(delete(Posting).where(Posting.member_id == member.id))
        account = make.account(session, "grid_member", member_id=member.id)
        if number % 2:
            channels.choose(session, account.id, "sms", f"1990000{number:04d}", now)
        if number % 3 == 0:
            channels.set_robot(
                session, branch.id, "wecom", url=f"{robot_url}&to=g{number}", secret="", now=now
            )
    return {letter: town.inside(letter) for letter in town.grids}
