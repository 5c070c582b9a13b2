"""Trying rules on past cases before they go live: what would have gone elsewhere, and how loads would shift.

Before: `dispatch.past` (the cases), `dispatch.kept` (today's rules and weights). After: `wangge dispatch try`, the
rules page. Each case is decided twice from the facts of its receipt, by today's rules and by those that are tried, so
that rules that are the same move nobody. Dates of rules are left aside: both sets count as if always held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from gis.cases.dispatch import kept, past
from gis.cases.dispatch.choosing import choose
from gis.cases.dispatch.decide import agency_of
from gis.cases.dispatch.kept import DatedWeights, Tree
from gis.cases.dispatch.past import Asked, PastCase
from gis.cases.dispatch.rules import Matter, Rule, Rulebook
from gis.cases.models import CaseType
from gis.cases.reference import every_type
from gis.settings import settings
from gis.staff.branch_members import branch_members
from gis.staff.queries import Responsible
from gis.staff.scope import Scope

LISTED = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a case goes: what a rule may change."""

    level: str
    organisation_id: int | None
    member_id: int | None
    agency: str
    handling: str
    skill: str
    rule: str


@dataclass(frozen=True, slots=True)
class Moved:
    """One case that would have gone elsewhere."""

    case: PastCase
    before: Outcome
    after: Outcome


@dataclass
class Trial:
    """What a trial found: counts of cases (件) before and after, by id or name; never sorted by size."""

    cases: int = 0
    moved: list[Moved] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    before: dict[str, Counter[object]] = field(default_factory=dict)
    after: dict[str, Counter[object]] = field(default_factory=dict)


KINDS = ("organisation_id", "member_id", "agency")
WHAT = ("level", "organisation_id", "member_id", "agency", "handling", "skill")


def try_rules(
    session: Session, rules: Sequence[Rule], since: datetime, until: datetime, scope: Scope | None = None
) -> Trial:
    """Try rules on the cases reported in `[since, until)`.

    Parameters
    ----------
    rules : sequence of Rule
        The whole set that would be live, each code once.
    scope : Scope, optional
        Whose cases; all of the town's without it.

    Returns
    -------
    Trial
        Three questions at most, whatever the number of cases.
    """
    book = kept.book(session)
    cases = past.past_cases(session, since, until, scope)
    desk = Desk(book.weights, kept.tree(session), {row.id: row for row in every_type(session)})
    now = datetime.now(UTC)
    live, given = Rulebook.of(rule for rule in book.rules.rules if rule.in_force(now)), Rulebook.of(rules)
    today = [desk.said(case, live) for case in cases]
    tried = [desk.said(case, given) for case in cases]
    anew = _to_choose_again(cases, today, tried)
    asked = past.asked_for(session, [case.case_id for case in anew])
    others = _members_elsewhere(session, [*today, *tried], now)
    return _summed(cases, desk, (today, tried), asked, others)


@dataclass
class Desk:
    """What deciding anew needs, with the areas above each community and the rule of each like matter kept at hand."""

    weights: DatedWeights
    tree: Tree
    types: Mapping[int, CaseType]
    _areas: dict[int | None, frozenset[int]] = field(default_factory=dict)

    def said(self, case: PastCase, rules: Rulebook) -> Outcome:
        """Say what rules make of a case, but for the member."""
        case_type = self.types[case.case_type_id]
        rule = self._ruling(case, case_type, rules)
        return Outcome(
            level=(rule.level if rule else "") or case_type.authority,
            organisation_id=(rule.organisation_id if rule else None) or case.place_organisation_id,
            member_id=case.member_id,
            agency=agency_of(rule, case_type),
            handling=rule.handling if rule else "",
            skill=(rule.skill if rule else "") or case_type.skill,
            rule=rule.code if rule else "",
        )

    def _ruling(self, case: PastCase, case_type: CaseType, rules: Rulebook) -> Rule | None:
        if not rules.rules:
            return None
        if case.community_id not in self._areas:
            here = case.community_id
            self._areas[here] = self.tree.up(here, case.at) if here is not None else frozenset()
        local = case.at.astimezone(settings().time_zone)
        areas = self._areas[case.community_id]
        return rules.ruling(Matter(case_type.kind, case_type.code, case.grid_id, areas, local))

    def member(self, case: PastCase, outcome: Outcome, asked: Asked | None, others: Others) -> int | None:
        """Choose the member of an outcome; the one of the receipt where the same people were asked for the same."""
        if same_question(case, outcome):
            return case.member_id
        if outcome.organisation_id == case.organisation_id and asked is not None:
            members, far = asked.members, asked.distances
        elif outcome.organisation_id == case.organisation_id:
            return case.member_id
        else:
            members, far = tuple(others.get(outcome.organisation_id or 0, ())), {}
        ranked = choose(members, outcome.skill, far, self.weights.at(case.at))
        return ranked[0].member.member_id if ranked else None


Others = Mapping[int, Sequence[Responsible]]


def same_question(case: PastCase, outcome: Outcome) -> bool:
    """Say whether the receipt already answers who of whom would go."""
    return (outcome.organisation_id, outcome.skill) == (case.organisation_id, case.skill)


def _to_choose_again(
    cases: Sequence[PastCase], today: Sequence[Outcome], tried: Sequence[Outcome]
) -> list[PastCase]:
    return [
        case
        for case, one, other in zip(cases, today, tried, strict=True)
        if not (same_question(case, one) and same_question(case, other))
    ]


def _members_elsewhere(session: Session, outcomes: Sequence[Outcome], now: datetime) -> Others:
    """Give the members of the organisations that rules name, as they are now: what they carried then is not known."""
    named = {one.organisation_id for one in outcomes if one.rule and one.organisation_id is not None}
    return branch_members(session, sorted(named), now) if named else {}


def _summed(
    cases: Sequence[PastCase],
    desk: Desk,
    outcomes: tuple[Sequence[Outcome], Sequence[Outcome]],
    asked: Mapping[int, Asked],
    others: Others,
) -> Trial:
    trial = Trial(
        cases=len(cases),
        before={kind: Counter() for kind in KINDS},
        after={kind: Counter() for kind in KINDS},
    )
    for case, today, tried in zip(cases, *outcomes, strict=True):
        was = _with_member(desk, case, today, asked, others)
        would = was if tried == today else _with_member(desk, case, tried, asked, others)
        for kind in KINDS:
            trial.before[kind][getattr(was, kind)] += 1
            trial.after[kind][getattr(would, kind)] += 1
        trial.rules[would.rule] += 1
        different = [name for name in WHAT if getattr(was, name) != getattr(would, name)]
        trial.changes.update(different)
        if different:
            trial.moved.append(Moved(case, was, would))
    return trial


def _with_member(
    desk: Desk, case: PastCase, outcome: Outcome, asked: Mapping[int, Asked], others: Others
) -> Outcome:
    member_id = desk.member(case, outcome, asked.get(case.case_id), others)
    if member_id == outcome.member_id:
        return outcome
    return Outcome(
        outcome.level,
        outcome.organisation_id,
        member_id,
        outcome.agency,
        outcome.handling,
        outcome.skill,
        outcome.rule,
    )


_NAMES = text("""
    SELECT 'organisation_id', id, name, code FROM organisation
    UNION ALL SELECT 'member_id', id, name, code FROM member
""")


@dataclass(frozen=True)
class Shift:
    """How many cases one branch, member or agency has before and after."""

    kind: str
    name: str
    before: int
    after: int


def shifts(session: Session, trial: Trial, *, changed_only: bool = True) -> list[Shift]:
    """Name those whose number of cases changes, in the order of their codes - never of the numbers."""
    names = {(kind, row_id): (code, name) for kind, row_id, name, code in session.execute(_NAMES)}
    found = []
    for kind in KINDS:
        for key in {*trial.before[kind], *trial.after[kind]}:
            before, after = trial.before[kind][key], trial.after[kind][key]
            if key in {None, ""} or (changed_only and before == after):
                continue
            code, name = names.get((kind, key), (str(key), str(key)))
            found.append((KINDS.index(kind), code, Shift(kind, name, before, after)))
    return [shift for _kind, _code, shift in sorted(found, key=lambda one: one[:2])]


@dataclass(frozen=True)
class Line:
    """One moved case in words."""

    case_id: int
    number: str
    category: str
    category_en: str
    at: datetime
    before: str
    after: str
    rule: str


def lines(session: Session, trial: Trial, limit: int | None = LISTED) -> list[Line]:
    """Tell moved cases in words, the oldest first."""
    names = {(kind, row_id): name for kind, row_id, name, _code in session.execute(_NAMES)}
    types = {row.id: row for row in every_type(session)}
    return [
        Line(
            case_id=one.case.case_id,
            number=one.case.number,
            category=types[one.case.case_type_id].name,
            category_en=types[one.case.case_type_id].name_en,
            at=one.case.at,
            before=_words(one.before, names),
            after=_words(one.after, names),
            rule=one.after.rule,
        )
        for one in trial.moved[:limit]
    ]


def _words(one: Outcome, names: Mapping[tuple[str, int], str]) -> str:
    parts = (
        names.get(("organisation_id", one.organisation_id or 0), ""),
        names.get(("member_id", one.member_id or 0), ""),
        one.agency,
    )
    return " · ".join(part for part in parts if part) or "—"
