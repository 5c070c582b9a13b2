"""Builders with defaults: a test says only what it is about.

Rows go through the session of the test; times are aware; the little town of `town` is drawn as letters.
"""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

import shapely
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from gis.cases.intake import NewReport, Pin
from gis.cases.models import CaseType
from gis.grids.models import Area, AreaVersion, Grid, GridVersion
from gis.staff.models import Account, GridBranch, Member, Organisation, Posting, Shift
from gis.staff.roles import Reach
from gis.staff.scope import Scope
from tests.draw import draw

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10:00 in Shanghai."""
EVERYTHING = Scope(Reach.ALL)
_numbers = count(1)


def span(start: datetime | None = LONG_AGO, end: datetime | None = None) -> Range[datetime]:
    """Give `[start, end)`; None is for ever."""
    return Range(start, end, bounds="[)")


def ewkt(geometry: Any) -> str:
    """Give a shape as the database takes it, polygons as multipolygons."""
    if geometry.geom_type == "Polygon":
        geometry = shapely.MultiPolygon([geometry])
    return f"SRID=4490;{geometry.wkt}"


def ewkt_point(lon: float, lat: float) -> str:
    """Give a point as the database takes it."""
    return f"SRID=4490;POINT({lon!r} {lat!r})"


def area(
    session: Session, level: str, code: str, *, parent: Area | None = None, shape: Any = None, name: str = ""
) -> Area:
    row = Area(level=level, code=code)
    session.add(row)
    session.flush()
    session.add(
        AreaVersion(
            area_id=row.id,
            parent_id=parent.id if parent else None,
            name=name or f"样例{code}",
            geom=ewkt(shape) if shape is not None else None,
            valid=span(),
        )
    )
    session.flush()
    return row


def grid(
    session: Session,
    code: str,
    shape: Any,
    community: Area,
    *,
    name: str = "",
    kind: str = "comprehensive",
    valid: Range[datetime] | None = None,
) -> Grid:
    row = session.query(Grid).filter_by(code=code).one_or_none() or Grid(code=code)
    session.add(row)
    session.flush()
    session.add(
        GridVersion(
            grid_id=row.id,
            community_id=community.id,
            name=name or f"网格{code}",
            kind=kind,
            geom=ewkt(shape),
            valid=valid or span(),
        )
    )
    session.flush()
    return row


def organisation(
    session: Session,
    kind: str = "branch",
    *,
    parent: Organisation | None = None,
    community: Area | None = None,
    name: str = "",
) -> Organisation:
    number = next(_numbers)
    row = Organisation(
        code=f"O{number}",
        name=name or f"样例党组织{number}",
        kind=kind,
        parent_id=parent.id if parent else None,
        area_id=community.id if community else None,
    )
    session.add(row)
    session.flush()
    return row


def answers_for(
    session: Session, branch: Organisation, grid_row: Grid, *, valid: Range[datetime] | None = None
) -> GridBranch:
    row = GridBranch(grid_id=grid_row.id, organisation_id=branch.id, valid=valid or span())
    session.add(row)
    session.flush()
    return row


def member(
    session: Session, *, branch: Organisation | None = None, skills: tuple[str, ...] = (), name: str = ""
) -> Member:
    number = next(_numbers)
    row = Member(
        code=f"M{number:04d}",
        name=name or f"样例员{number:03d}",
        organisation_id=branch.id if branch else None,
        skills=list(skills),
    )
    session.add(row)
    session.flush()
    return row


def posting(
    session: Session,
    who: Member,
    where: Grid,
    *,
    role: str = "grid_member",
    valid: Range[datetime] | None = None,
) -> Posting:
    row = Posting(member_id=who.id, grid_id=where.id, role=role, valid=valid or span())
    session.add(row)
    session.flush()
    return row


def shift(session: Session, who: Member, during: Range[datetime], kind: str = "duty") -> Shift:
    row = Shift(member_id=who.id, kind=kind, during=during)
    session.add(row)
    session.flush()
    return row


def case_type(session: Session, code: str = "C0118", **other: Any) -> CaseType:
    row = CaseType(
        **{
            "code": code,
            "kind": "component",
            "name": "路灯",
            "name_en": "Street lamp",
            "field": "基础设施维护",
            "keywords": ["路灯"],
            "limit_value": 3,
            "limit_unit": "WD",
            "authority": "grid",
            "skill": "路灯",
            "agency": "",
            "valid": span(),
        }
        | other
    )
    session.add(row)
    session.flush()
    return row


def account(session: Session, role: str, **other: Any) -> Account:
    row = Account(
        **{"name": f"{role}{next(_numbers)}", "password_hash": "x", "role": role, "language": "zh"} | other
    )
    session.add(row)
    session.flush()
    return row


def new_report(
    text: str = "和平路口的路灯坏了", *, pin: tuple[float, float] | None = None, **other: Any
) -> NewReport:
    given = {
        "text": text,
        "channel": "web",
        "client_request_id": uuid4().hex,
        "pin": Pin(*pin) if pin else None,
        "category": "C0118",
    }
    return NewReport(**given | other)


class Town:
    """Two grids side by side in one community of one subdistrict, a branch and a member each.

    Letters of the map are cells of a thousandth of a degree; `A` and `B` share a line.
    """

    def __init__(self, session: Session, picture: str = "AAB\nAAB") -> None:
        self.shapes = draw(picture)
        whole = shapely.unary_union(list(self.shapes.values()))
        self.city = area(session, "city", "990100000000", shape=whole)
        self.district = area(session, "district", "990102000000", parent=self.city, shape=whole)
        self.subdistrict = area(session, "subdistrict", "990102001000", parent=self.district, shape=whole)
        self.community = area(
            session, "community", "990102001001", parent=self.subdistrict, shape=whole, name="样例社区"
        )
        self.committee = organisation(session, "committee", community=self.community, name="样例社区党委")
        self.grids: dict[str, Grid] = {}
        self.branches: dict[str, Organisation] = {}
        self.members: dict[str, Member] = {}
        for number, (letter, shape) in enumerate(sorted(self.shapes.items()), start=1):
            self.grids[letter] = grid(
                session, f"990102001001{number:03d}", shape, self.community, name=f"第{letter}网格"
            )
            self.branches[letter] = organisation(session, parent=self.committee, name=f"第{letter}网格党支部")
            answers_for(session, self.branches[letter], self.grids[letter])
            self.members[letter] = member(session, branch=self.branches[letter], skills=("路灯",))
            posting(session, self.members[letter], self.grids[letter])
        self.case_type = case_type(session)

    def inside(self, letter: str) -> tuple[float, float]:
        """Give a point well inside a letter's grid."""
        point = self.shapes[letter].representative_point()
        return point.x, point.y
