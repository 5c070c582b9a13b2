"""A case while it walks: decided in memory, written once.

Before: `cases.intake` begins one, `Draft.of` picks up a case that stood still. After: `cases.write`. The automatic
steps read through named queries and change only the draft; nothing reaches the database until the walk has stopped,
so a report costs three questions and one write, however many steps it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gis.cases.clock_book import Book
from gis.cases.clock_rules import Rules
from gis.cases.clocks import listed
from gis.cases.models import Case, CaseType
from gis.cases.moves import SYSTEM, Actor, Decided, decide
from gis.cases.stand import Owner
from gis.cases.states import ENDED, Handling, State
from gis.staff.queries import Responsibility


@dataclass
class Draft:
    """The columns of a case, and the rows that its walk has added so far.

    `lon`, `lat` are EPSG:4490 degrees; `grid`, `community`, `organisation`, `member` are names for answers;
    `versions` are those of the reference tables and `answer` who is responsible, where they are known already.
    """

    case_type: CaseType
    rules: Rules
    text: str
    reported_at: datetime
    number: str = ""
    state: State | None = None
    revision: int = 0
    moved_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    deadline: dict[str, Any] = field(default_factory=dict)
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    place_id: int | None = None
    place_label: str = ""
    location: dict[str, Any] = field(default_factory=dict)
    grid_id: int | None = None
    area_id: int | None = None
    organisation_id: int | None = None
    member_id: int | None = None
    agency: str = ""
    handling: str = Handling.OWN
    grid_code: str | None = None
    grid: str | None = None
    organisation: str | None = None
    member: str | None = None
    versions: Mapping[str, int] | None = None
    answer: Responsibility | None = None
    book: Book = field(default_factory=Book)
    logs: list[Decided] = field(default_factory=list)
    assignments: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)

    def move(
        self,
        name: str,
        now: datetime,
        *,
        actor: Actor = SYSTEM,
        reason: str = "",
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Make one move on the draft; the table of moves decides whether it may."""
        if name == "assign":
            detail = (detail or {}) | Owner(self.organisation_id, self.member_id, self.agency).told
        decided = decide(name, self.state, self.revision, actor, now, reason=reason, detail=detail)
        self.logs.append(decided)
        self.state = decided.to_state
        self.revision = decided.seq
        self.moved_at = now
        self.closed_at = now if decided.to_state in ENDED else None
        self.book.follow(decided, self.rules)
        self.due_at, self.deadline = listed(self.book, self.due_at, self.deadline)

    @property
    def point(self) -> str | None:
        """Give the point as the database takes it."""
        return None if self.lon is None or self.lat is None else f"SRID=4490;POINT({self.lon!r} {self.lat!r})"

    @classmethod
    def of(cls, case: Case, case_type: CaseType, rules: Rules, book: Book) -> Draft:
        """Take up a case that is in the database already."""
        same = {name: getattr(case, name) for name in COLUMNS if name not in {"state", "point"}}
        lon, lat = case.location.get("lon"), case.location.get("lat")
        return cls(
            case_type=case_type, rules=rules, book=book, state=State(case.state), lon=lon, lat=lat, **same
        )


COLUMNS = (
    "number",
    "text",
    "state",
    "reported_at",
    "moved_at",
    "due_at",
    "deadline",
    "closed_at",
    "point",
    "radius_m",
    "place_id",
    "place_label",
    "location",
    "grid_id",
    "area_id",
    "organisation_id",
    "member_id",
    "agency",
    "handling",
    "revision",
)
"""What a draft and a case have in common."""
