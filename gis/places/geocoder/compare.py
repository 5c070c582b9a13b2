"""The close look: which elements of a query agree with a stem, which conflict, which are missing.

Before: `index.py`. After: `score.py` weighs the features, `answer.py` tells them in words.
"""

from __future__ import annotations

from typing import NamedTuple

from gis.places.geocoder.alignment import EXACT, SLIP, Match, match_name
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.keys import BOUNDARY
from gis.places.geocoder.lexicon import Lexicon
from gis.places.geocoder.names import NameForm, qualifiers
from gis.places.geocoder.stems import Stem

FEATURES = (
    "name",  # share of the name times its rarity
    "name_share",
    "name_sound",  # agrees by sound only
    "name_slip",  # has a changed letter
    "ending_conflict",  # 花园 for 家园
    "ending_missing",
    "qualifier_agree",
    "qualifier_conflict",  # 1期 for 2期
    "qualifier_missing",  # the place has one, the query not
    "qualifier_extra",  # the query has one, the place not
    "left_loose",  # letters before the name that nothing explains
    "right_loose",
    "road_agree",
    "road_conflict",
    "number_agree",
    "number_near",
    "number_conflict",
    "district_agree",
    "district_conflict",
    "hints",  # landmarks of the address
    "length",
    "address_only",  # same house number, other name
)
FEATURE = {name: at for at, name in enumerate(FEATURES)}
_MOST_MASS = 14.0
_NEAR_NUMBER = 6
_LEFT_OK = (
    "在", "住", "到", "是", "于", "的", "和", "与", "去", "叫", "从", "家", "我", "们", "侧", "面", "旁", "边", "段", "反映", "投诉",
    "咨询", "说", "称", "为", "来", "里", "处", "口", "区", "县", "市", "镇", "乡", "街道", "社区", "村", "及", "给", "查", "找",
)  # fmt: skip
_RIGHT_OK = (
    "的", "内", "里", "门", "楼", "附近", "旁", "对", "这", "那", "有", "没", "被", "边", "后", "前", "停", "垃圾", "下", "上",
    "电", "水", "业主", "物业", "居民", "住户", "出", "反", "路", "公共", "经", "又", "总", "常", "存", "发", "噪", "乱", "占",
    "请", "需", "要", "来", "已", "还", "都", "很", "太", "因", "由", "井", "外", "大门", "车", "地下", "墙", "是", "在", "和",
    "与", "东门", "西门", "南门", "北门", "东侧", "西侧", "南侧", "北侧", "小区",
)  # fmt: skip
_MOST_LOOSE = 3


class Comparison(NamedTuple):
    """A stem compared with a query: features in the order of `FEATURES`, and the name that matched."""

    stem: Stem
    features: list[float]
    name: NameForm | None
    match: Match | None


def compare(asked: Asked, stem: Stem, lexicon: Lexicon) -> Comparison:
    """Compare a query with a stem, by the name that fits best."""
    features = [0.0] * len(FEATURES)
    best: tuple[float, NameForm, Match] | None = None
    for name in stem.names:
        match = match_name(name, asked)
        if match is not None:
            rank = match.share * len(name.base) - match.by_sound - (match.how == SLIP)
            if best is None or rank > best[0]:
                best = (rank, name, match)
    if best is not None:
        _name(features, asked, best[1], best[2], lexicon)
    _address(features, asked, stem, lexicon)
    if features[14] and features[1] < 0.5:
        features[21] = 1.0
    return Comparison(stem, features, best[1] if best else None, best[2] if best else None)


def _name(features: list[float], asked: Asked, name: NameForm, match: Match, lexicon: Lexicon) -> None:
    mass = min(lexicon.mass(name.base_sound), _MOST_MASS) / _MOST_MASS
    features[0] = match.share * mass
    features[1] = match.share
    features[2] = match.by_sound
    features[3] = float(match.how == SLIP)
    features[4] = float(match.ending == "conflict")
    features[5] = float(match.ending == "missing")
    _qualifiers(features, asked, name, match)
    features[10] = _loose_left(asked, match.start) / _MOST_LOOSE
    features[11] = _loose_right(asked, match.end) / _MOST_LOOSE
    features[20] = min(len(name.base) * match.share, 8.0) / 8.0


def _qualifiers(features: list[float], asked: Asked, name: NameForm, match: Match) -> None:
    """Compare phase, side, area and yard; those inside the matched words belong to the name itself."""
    theirs = name.qualifiers
    if match.how == EXACT and theirs:
        features[6] = 1.0
        return
    inside = qualifiers(asked.folded[match.start : match.end])
    ours = asked.qualifiers - inside if inside else asked.qualifiers
    if not ours and not theirs:
        return
    kinds = {kind for kind, _ in theirs}
    features[6] = float(bool(ours & theirs))
    features[7] = float(any(kind in kinds and (kind, value) not in theirs for kind, value in ours))
    features[8] = float(bool(theirs) and not ours)
    features[9] = float(bool(ours) and not theirs)


def _loose_left(asked: Asked, start: int) -> int:
    at = start
    while at and asked.folded[at - 1] != BOUNDARY and not asked.explained[at - 1]:
        at -= 1
    run = asked.folded[at:start]
    return 0 if not run or run.endswith(_LEFT_OK) else min(len(run), _MOST_LOOSE)


def _loose_right(asked: Asked, end: int) -> int:
    at = end
    size = len(asked.folded)
    while at < size and asked.folded[at] != BOUNDARY and not asked.explained[at]:
        at += 1
    run = asked.folded[end:at]
    return 0 if not run or run.startswith(_RIGHT_OK) or run[0].isdigit() else min(len(run), _MOST_LOOSE)


def _address(features: list[float], asked: Asked, stem: Stem, lexicon: Lexicon) -> None:
    if asked.roads and stem.roads:
        _roads(features, asked, stem, lexicon)
    if asked.districts and stem.districts:
        agree = not asked.districts.isdisjoint(stem.districts)
        features[17 if agree else 18] = 1.0
    if stem.hints:
        features[19] = min(len(stem.hints & asked.pairs), 6) / 6


def _roads(features: list[float], asked: Asked, stem: Stem, lexicon: Lexicon) -> None:
    known = False
    for road, number in asked.roads:
        known = known or road in lexicon.roads
        numbers = stem.roads.get(road)
        if numbers is None:
            continue
        features[12] = max(features[12], min(lexicon.road_rarity(road), 7.0) / 7.0)
        if number and numbers:
            gap = min(abs(number - one) for one in numbers)
            features[14 if gap == 0 else 15 if gap <= _NEAR_NUMBER else 16] = 1.0
    if features[14]:
        features[15] = features[16] = 0.0
    features[13] = float(known and not features[12])
