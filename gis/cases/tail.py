"""The end of the log of moves: whether anything moved since one last looked - one cheap question for a whole process.

Before: `cases.models`; every move of every process writes a row of the log in its own transaction. After: the live
screens (`webmap.live`). Numbers are given out before their rows are committed, so a row may appear behind a later one:
numbers that were left out are looked for again for a while.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.direct import ask

# index: pk_case_log
_LAST = text("SELECT coalesce(max(id), 0) FROM case_log")
_NEW = text("""
    SELECT id FROM case_log WHERE id > :last
    UNION ALL SELECT id FROM case_log WHERE id = ANY(CAST(:missing AS bigint[]))
    ORDER BY id LIMIT 1000
""")
PATIENCE = timedelta(minutes=1)
"""How long a number that was left out may still appear; after that its transaction was undone."""
MOST_MISSING = 1000


@dataclass
class Tail:
    """Where one stands in the log: the last number seen, and those left out since when."""

    last: int
    missing: dict[int, datetime] = field(default_factory=dict)

    @classmethod
    def at_end(cls, session: Session) -> Tail:
        """Begin at the end of the log."""
        return cls(int(ask(session, _LAST, {})[0][0]))

    def moved(self, session: Session, now: datetime) -> bool:
        """Say whether a row came since the last look, also one that was committed late."""
        values = {"last": self.last, "missing": sorted(self.missing)}
        found = [row[0] for row in ask(session, _NEW, values)]
        self.note(found, now)
        return bool(found)

    def note(self, found: list[int], now: datetime) -> None:
        """Remember the numbers that came, and those that were left out between them."""
        newest = max(found, default=self.last)
        came = set(found)
        left_out = (
            one for one in range(max(self.last, newest - MOST_MISSING) + 1, newest) if one not in came
        )
        known = {
            one: since for one, since in self.missing.items() if one not in came and now - since < PATIENCE
        }
        self.missing = known | dict.fromkeys(left_out, now)
        self.last = max(self.last, newest)
