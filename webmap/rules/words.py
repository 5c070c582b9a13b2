"""A dispatch rule in words of the reader's language: when it holds, of what it speaks, what it says.

Before: `cases.dispatch.rules`. After: the rules pages.
"""

from __future__ import annotations

from flask_babel import gettext as _

from gis.cases.dispatch.cells import clock
from gis.cases.dispatch.rules import ANY_DAY, DAY_MIN, Rule
from gis.cases.states import HANDLING_WORDS, Handling
from webmap.saying import WEEKDAYS_EN, english, pair

CLASS_WORDS = {
    "component": ("部件", "components"),
    "event": ("事件", "events"),
    "livelihood": ("民生", "livelihood"),
}
LEVEL_WORDS = {
    "grid": ("网格", "grid"),
    "community": ("社区", "community"),
    "subdistrict": ("街道", "subdistrict"),
    "district": ("区县", "district"),
}
KIND_WORDS = {
    "organisation_id": ("党组织", "branch"),
    "member_id": ("成员", "member"),
    "agency": ("责任单位", "agency"),
    "level": ("处置层级", "level"),
    "handling": ("办理方式", "handling"),
    "skill": ("技能", "skill"),
}


def what(rule: Rule, names: dict[str, tuple[str, str]]) -> str:
    """Say of which categories it speaks; `names` are those of whole codes."""
    if not rule.category:
        return str(_("不限"))
    if rule.category in CLASS_WORDS:
        return pair(CLASS_WORDS[rule.category])
    if rule.category in names:
        return f"{pair(names[rule.category])} {rule.category}"
    return str(_("%(code)s 开头的", code=rule.category))


def when(rule: Rule) -> str:
    """Say on which days and hours it holds."""
    parts = []
    if rule.weekdays != ANY_DAY:
        signs = WEEKDAYS_EN if english() else "一二三四五六日"
        days = [signs[int(day) - 1] for day in rule.weekdays]
        parts.append(", ".join(days) if english() else "周" + "、".join(days))
    if (rule.from_min, rule.to_min) != (0, DAY_MIN):
        night = str(_("次日 ")) if rule.to_min <= rule.from_min else ""
        parts.append(f"{clock(rule.from_min)}–{night}{clock(rule.to_min)}")
    return " ".join(parts) or str(_("随时"))


def says(rule: Rule) -> list[tuple[str, str]]:
    """Say what it decides, as pairs of a word and its value."""
    found = []
    if rule.level:
        found.append((pair(KIND_WORDS["level"]), pair(LEVEL_WORDS[rule.level])))
    if rule.organisation:
        found.append((pair(KIND_WORDS["organisation_id"]), rule.organisation))
    if rule.agency:
        found.append((pair(KIND_WORDS["agency"]), rule.agency))
    if rule.skill:
        found.append((pair(KIND_WORDS["skill"]), rule.skill))
    if rule.handling:
        found.append((pair(KIND_WORDS["handling"]), pair(HANDLING_WORDS[Handling(rule.handling)])))
    return found
