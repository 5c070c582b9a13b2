"""建议: to whom several cases could be given now, decided together, each with its receipt; nothing is written.

Before: `cases.grid` (who is responsible), `cases.dispatch` (rules, weights, the choice). After: the board, where a
person presses. Who is responsible is one question for all; loads count what this same list has given out
before, so that ten lamps do not all go to whoever was free a moment ago.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from gis.cases.dispatch import kept, receipts
from gis.cases.dispatch.decide import Choice, decide, goes_elsewhere
from gis.cases.dispatch.kept import Book
from gis.cases.dispatch.rules import Rule
from gis.cases.loads import LOAD
from gis.cases.models import Case, CaseType
from gis.cases.reference import type_with, versions_of
from gis.staff.branch_members import branch_members
from gis.staff.queries import Responsibility, Responsible, responsible_at_all


@dataclass(frozen=True)
class Matter:
    """One case with all that its decision needs."""

    case: Case
    case_type: CaseType
    answer: Responsibility
    rule: Rule | None
    others: Sequence[Responsible]
    distances: Mapping[int, int]


@dataclass(frozen=True)
class Suggestion:
    """To whom a case could go, and why; without a choice the case has no place to decide from."""

    case: Case
    choice: Choice | None = None
    receipt: dict[str, Any] | None = None

    @property
    def member(self) -> Responsible | None:
        """Give the member, or None when the organisation answers."""
        return self.choice.best if self.choice else None

    @property
    def whom(self) -> str:
        """Give the choice as a form sends it: `organisation` or `organisation:member`; "" without one."""
        if self.choice is None or self.choice.organisation_id is None:
            return ""
        member = self.member
        return (
            f"{self.choice.organisation_id}:{member.member_id}"
            if member
            else f"{self.choice.organisation_id}"
        )

    @property
    def there_already(self) -> bool:
        """Say whether who is suggested has the case already."""
        member = self.member
        same = self.choice is not None and self.case.organisation_id == self.choice.organisation_id
        return same and self.case.member_id == (member.member_id if member else None)


def suggest(session: Session, cases: Sequence[Case], now: datetime) -> list[Suggestion]:
    """Suggest to whom some open cases could go, in the order given.

    Returns
    -------
    list of Suggestion
        One for each case, in the same order.
    """
    versions = versions_of(session)
    book = kept.book(session, versions)
    matters = _matters(session, cases, book, now)
    made = decide_together(matters, book.weights.at(now))
    return [made.get(case.id, Suggestion(case)) for case in cases]


def decide_together(matters: Sequence[Matter], weights: Mapping[str, Any]) -> dict[int, Suggestion]:
    """Decide one after another, each member's load raised by what they were given before in this list."""
    more: Counter[int] = Counter()
    made: dict[int, Suggestion] = {}
    for one in matters:
        choice = decide(
            replace(one.answer, members=_loaded(one.answer.members, more)),
            one.case_type,
            one.rule,
            weights=weights,
            distances=one.distances,
            others=_loaded(one.others, more),
        )
        receipt = receipts.receipt(one.answer, one.case_type, choice, dict(weights))
        made[one.case.id] = found = Suggestion(one.case, choice, receipt)
        if found.member is not None and not found.there_already:
            more[found.member.member_id] += 1
    return made


def _loaded(members: Sequence[Responsible], more: Mapping[int, int]) -> tuple[Responsible, ...]:
    return tuple(replace(one, open_load=one.open_load + more.get(one.member_id, 0)) for one in members)


def _matters(session: Session, cases: Sequence[Case], book: Book, now: datetime) -> list[Matter]:
    placed = [case for case in cases if case.location.get("lon") is not None]
    points = [(case.location["lon"], case.location["lat"]) for case in placed]
    answers = responsible_at_all(session, points, now, LOAD) if points else []
    ruled = [
        (case, type_with(session, case.case_type_id), answer)
        for case, answer in zip(placed, answers, strict=True)
        if answer is not None
    ]
    rules = [book.ruling(kind, answer.grid_id, answer.community_id, now) for _case, kind, answer in ruled]
    others = _others(session, rules, [answer for *_, answer in ruled], now)
    made = []
    for (case, kind, answer), rule in zip(ruled, rules, strict=True):
        elsewhere = rule.organisation_id if rule is not None and goes_elsewhere(rule, answer) else None
        members = others.get(elsewhere, []) if elsewhere is not None else []
        ids = [one.member_id for one in members or answer.members]
        far = book.homes.distances(ids, case.location["lon"], case.location["lat"], now)
        made.append(Matter(case, kind, answer, rule, members, far))
    return made


def _others(
    session: Session, rules: Sequence[Rule | None], answers: Sequence[Responsibility], now: datetime
) -> dict[int, list[Responsible]]:
    """Ask once for the members of all branches that rules send cases to."""
    ids = {
        rule.organisation_id
        for rule, answer in zip(rules, answers, strict=True)
        if rule is not None and rule.organisation_id is not None and goes_elsewhere(rule, answer)
    }
    return branch_members(session, sorted(ids), now, LOAD) if ids else {}
