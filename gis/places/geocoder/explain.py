"""Evidence in words: which elements agreed, conflicted or were missing, and the reason of an answer.

Before: `compare.py` and `score.py`. After: screens and the reason of an `Answer`.
"""

from __future__ import annotations

from collections.abc import Sequence

from gis.places.geocoder.answer import ASK, AUTO, Candidate
from gis.places.geocoder.compare import Comparison
from gis.places.geocoder.features import FEATURES
from gis.places.geocoder.score import WEIGHTS

_WORDS = {
    "name": "名称", "name_share": "名称", "length": "名称", "address_only": "名称",
    "name_sound": "名称只有读音相同", "name_slip": "名称有出入", "slip_known": "名称有出入", "name_part": "名称不全",
    "in_road": "名称即道路", "later": "后文另有名称", "right_name": "后文另有名称",
    "left_loose": "名称前有未识别文字", "left_name": "名称前有未识别文字", "right_loose": "名称后有未识别文字",
    "ending_conflict": "名称后缀不同", "ending_sound": "名称后缀只有读音相同", "ending_missing": "名称后缀",
    "qualifier_agree": "期/区/院", "qualifier_conflict": "期/区/院不同", "qualifier_missing": "期/区/院",
    "qualifier_extra": "多出期/区/院", "road_agree": "道路", "road_conflict": "道路不同",
    "number_agree": "门牌号", "number_near": "门牌号相近", "number_conflict": "门牌号不同",
    "district_agree": "区县", "district_conflict": "区县不同", "hints": "附近地物",
}  # fmt: skip
_AGREED = (
    "name", "name_share", "length", "qualifier_agree", "road_agree", "number_agree", "number_near",
    "district_agree", "hints",
)  # fmt: skip
_CONFLICTED = (
    "name_sound", "name_slip", "slip_known", "name_part", "in_road", "later", "right_name", "left_loose",
    "left_name", "right_loose", "ending_conflict", "ending_sound", "qualifier_conflict", "qualifier_extra",
    "road_conflict", "number_conflict", "district_conflict",
)  # fmt: skip
_MISSING = ("ending_missing", "qualifier_missing", "address_only")
_DERIVED = {
    "roadno": "库中没有“{}”，位置按该路已知门牌推算，请核对。",
    "crossing": "位置取“{}”附近已知地点之间，请核对。",
    "road": "只读到道路“{}”，位置取该路中部，请补充门牌或小区。",
}
_LEVEL_WORDS = {
    "room": "房间", "entrance": "单元", "building": "楼栋", "compound": "小区", "roadno": "门牌", "road": "道路",
    "crossing": "路口", "community": "社区",
}  # fmt: skip


def _rows(names: Sequence[str]) -> tuple[tuple[int, str, float], ...]:
    """Give place, word and weight of features."""
    return tuple((FEATURES.index(name), _WORDS[name], WEIGHTS.get(name, 0.0)) for name in names)


_AGREED_ROWS, _CONFLICTED_ROWS, _MISSING_ROWS = _rows(_AGREED), _rows(_CONFLICTED), _rows(_MISSING)


def weighed(comparison: Comparison, rows: Sequence[tuple[int, str, float]]) -> tuple[tuple[str, float], ...]:
    """Give the elements among `rows` that play a part, with their weights added up by word."""
    total: dict[str, float] = {}
    for at, word, weight in rows:
        value = comparison.features[at]
        if value:
            total[word] = total.get(word, 0.0) + value * weight
    return tuple((word, round(weight, 2)) for word, weight in total.items())


def agreed(comparison: Comparison) -> tuple[tuple[str, float], ...]:
    """Elements that agree."""
    return weighed(comparison, _AGREED_ROWS)


def conflicted(comparison: Comparison) -> tuple[tuple[str, float], ...]:
    """Elements that conflict."""
    return weighed(comparison, _CONFLICTED_ROWS)


def missing(comparison: Comparison) -> tuple[tuple[str, float], ...]:
    """Elements that the query leaves out."""
    return weighed(comparison, _MISSING_ROWS)


def shown(candidate: Candidate) -> str:
    """Give the name under which a candidate is shown."""
    return candidate.place.name or candidate.place.address


def reason(decision: str, level: str, candidates: Sequence[Candidate]) -> str:
    """Say in one Chinese sentence why the answer is what it is."""
    if not candidates:
        return "地名库中没有与之相符的地点。"
    first = candidates[0]
    good = "、".join(word for word, _ in first.agreed) or "无"
    bad = "、".join(word for word, _ in first.conflicted)
    against = f"；{bad}" if bad else ""
    name = shown(first)
    if level in _DERIVED and not first.place.id:
        return _DERIVED[level].format(name)
    if decision == AUTO:
        return f"定位到{_LEVEL_WORDS[level]}“{name}”：{good}相符{against}。"
    if decision == ASK:
        return f"最可能是“{name}”（{good}相符{against}），尚不能确定，请核对。"
    return f"最接近的是“{name}”，但依据不足{against}，不作定位。"
