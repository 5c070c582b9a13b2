"""To whom a case goes: the rule that speaks, the branch, the member - one pure decision for all who need it.

Before: `dispatch.kept` (rules, weights), `staff.queries` (who is responsible). After: `dispatch.receipts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gis.cases.dispatch.choosing import Considered, Weight, choose
from gis.cases.dispatch.rules import Rule
from gis.cases.models import CaseType
from gis.staff.queries import AnsweredBy, Responsibility, Responsible

BEYOND_TOWN = frozenset({"subdistrict", "district"})
"""Levels of authority above the community: an agency answers beside the branch."""


@dataclass(frozen=True)
class Choice:
    """What was decided: the organisation, the member if one can go, the level, the agency, the way of handling.

    `ranked` are the members that were asked, the best first; `away` of them are on leave; `handling` is "" where no
    rule says it.
    """

    rule: Rule | None
    level: str
    organisation_id: int | None
    organisation: str
    agency: str
    skill: str
    handling: str
    ranked: tuple[Considered, ...]
    away: int
    answered_by: AnsweredBy

    @property
    def best(self) -> Responsible | None:
        """Give the member who goes, or None when the organisation answers."""
        return self.ranked[0].member if self.ranked else None


def goes_elsewhere(rule: Rule | None, answer: Responsibility) -> bool:
    """Say whether a rule sends a case to another organisation than its place's own."""
    return rule is not None and rule.organisation_id not in {None, answer.organisation_id}


def decide(
    answer: Responsibility,
    case_type: CaseType,
    rule: Rule | None,
    *,
    weights: Mapping[str, Weight],
    distances: Mapping[int, int] | None = None,
    others: Sequence[Responsible] = (),
) -> Choice:
    """Decide to whom a case goes.

    Parameters
    ----------
    answer : Responsibility
        Who answers for its place.
    rule : Rule or None
        The one that speaks.
    distances : mapping, optional
        Metres from members' home grids.
    others : sequence of Responsible
        The members of the organisation that the rule names, where it names another.
    """
    elsewhere = rule is not None and goes_elsewhere(rule, answer)
    members = tuple(others) if elsewhere else answer.members
    level = (rule.level if rule else "") or case_type.authority
    skill = (rule.skill if rule else "") or case_type.skill
    ranked = choose(members, skill, distances, weights)
    return Choice(
        rule=rule,
        level=level,
        organisation_id=rule.organisation_id if rule and elsewhere else answer.organisation_id,
        organisation=rule.organisation if rule and elsewhere else answer.organisation,
        agency=agency_of(rule, case_type),
        skill=skill,
        handling=rule.handling if rule else "",
        ranked=tuple(ranked),
        away=len(members) - len(ranked),
        answered_by=AnsweredBy.MEMBER if ranked else _without_member(answer, elsewhere=elsewhere),
    )


def agency_of(rule: Rule | None, case_type: CaseType) -> str:
    """Give the agency that answers beside the branch: the rule's, else the category's above the community."""
    level = (rule.level if rule else "") or case_type.authority
    if rule and rule.agency:
        return rule.agency
    return case_type.agency if level in BEYOND_TOWN else ""


def _without_member(answer: Responsibility, *, elsewhere: bool) -> AnsweredBy:
    """Say who answers when nobody can go: the branch, else the community."""
    if elsewhere or (answer.branch_id and answer.answered_by != AnsweredBy.COMMUNITY):
        return AnsweredBy.BRANCH
    return AnsweredBy.COMMUNITY
