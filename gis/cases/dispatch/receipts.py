"""指派凭条: why a case went where it went - the rule, every member's factors, and one sentence in each language.

Before: `dispatch.decide`. After: a row of `assignment`, only ever added; the case page; the trial on past cases, which
reads the facts about each member from here and so needs nothing else.
"""

from __future__ import annotations

from typing import Any

from gis.cases.dispatch.choosing import TIES, Considered, Weight
from gis.cases.dispatch.decide import Choice
from gis.cases.models import CaseType
from gis.staff.queries import Responsibility


def receipt(
    answer: Responsibility, case_type: CaseType, choice: Choice, weights: dict[str, Weight]
) -> dict[str, Any]:
    """Write down why: the place, the category, the rule, every member's factors, and one sentence in each language."""
    best = choice.ranked[0] if choice.ranked else None
    return {
        "answered_by": choice.answered_by,
        "category": {"code": case_type.code, "name": case_type.name, "name_en": case_type.name_en},
        "authority": choice.level,
        "rule": choice.rule.told() if choice.rule else None,
        "place": {
            "community": answer.community,
            "grid": answer.grid,
            "grid_code": answer.grid_code,
            "community_id": answer.community_id,
            "organisation_id": answer.organisation_id,
            "organisation": answer.organisation,
        },
        "organisation": choice.organisation,
        "agency": choice.agency,
        "handling": choice.handling,
        "skill": choice.skill,
        "factors": [vars(factor) for factor in best.factors] if best else [],
        "considered": [_told(one) for one in choice.ranked],
        "on_leave": choice.away,
        "weights": {name: weight.points for name, weight in weights.items()},
        "ties": [zh for zh, _en in TIES],
        "sentence": _sentence(answer, case_type, choice),
        "sentence_en": _sentence_en(answer, case_type, choice),
    }


def _told(one: Considered) -> dict[str, Any]:
    member = one.member
    return {
        "member_id": member.member_id,
        "name": member.name,
        "points": one.points,
        "load": member.open_load,
        "on_duty": member.on_duty,
        "role": member.role,
        "skills": list(member.skills),
        "distance_m": one.distance_m,
        "order": one.order,
    }


def beside(written: dict[str, Any], choice: Choice) -> dict[str, Any]:
    """Give what the program would have chosen, as it is kept beside a person's choice: receipt, and whom it names."""
    best = choice.best
    return written | {
        "organisation_id": choice.organisation_id,
        "member_id": best.member_id if best else None,
        "member": best.name if best else "",
    }


def _sentence(answer: Responsibility, case_type: CaseType, choice: Choice) -> str:
    place = f"位置在{answer.place}"
    ruled = f"，按规则 {choice.rule.code}" if choice.rule else ""
    if not choice.ranked:
        why = f"网格员 {choice.away} 人都在休假" if choice.away else "目前没有网格员"
        return f"{place}{ruled}，{why}，“{case_type.name}”由{choice.organisation}接办。"
    best = choice.ranked[0]
    reasons = "、".join(
        factor.name_zh + (f"（{factor.value}）" if factor.name in {"skill", "load"} else "")
        for factor in best.factors
        if factor.points > 0 and factor.name != "distance"
    )
    why = f"：{reasons}" if reasons else ""
    return f"{place}{ruled}，由{choice.organisation}负责；“{case_type.name}”派给 {best.member.name}{why}。"


def _sentence_en(answer: Responsibility, case_type: CaseType, choice: Choice) -> str:
    place = f"The place is in {answer.place}"
    ruled = f"by rule {choice.rule.code}, " if choice.rule else ""
    if not choice.ranked:
        why = f"all {choice.away} members are on leave" if choice.away else "it has no member now"
        return f"{place}; {ruled}{why}, so {choice.organisation} takes “{case_type.name_en}”."
    best = choice.ranked[0]
    reasons = ", ".join(factor.name_en for factor in best.factors if factor.points > 0)
    why = f": {reasons}" if reasons else ""
    whom = f"{best.member.name} of {choice.organisation}"
    return f"{place}; {ruled}{whom} takes “{case_type.name_en}”{why}."
