"""The close look: which elements of a query agree with a stem, which conflict, which are missing.

Before: `index.py`. After: `score.py` weighs the features, `answer.py` tells them in words.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from gis.places.address.doors import HOUSENO
from gis.places.geocoder.alignment import EXACT, PART, SLIP, Match, match_name
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.keys import BOUNDARY, pair, sound
from gis.places.geocoder.lexicon import Lexicon
from gis.places.geocoder.names import GENERIC, NameForm, ending_at, qualifiers
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
    "in_road",  # the name stands where a road stands
    "later",  # letters further on that nothing explains
    "slip_known",  # what is written with a slip would be a usual name too
    "name_part",  # only some letters of the name, and no others
    "left_name",  # letters between address and name that nothing explains
    "right_name",  # another name follows directly
    "ending_sound",  # 花苑 for 花园: the same sound, but each a usual ending
)
FEATURE = {name: at for at, name in enumerate(FEATURES)}
_MOST_MASS = 12.0
_NEAR_NUMBER = 6
_LEFT_OK = (
    "在", "住", "到", "是", "于", "的", "和", "与", "去", "叫", "从", "家", "我", "们", "侧", "面", "旁", "边", "段", "反映", "投诉",
    "咨询", "说", "称", "为", "来", "里", "处", "口", "区", "县", "市", "镇", "乡", "街道", "社区", "村", "及", "给", "查", "找", "1下", "这边", "本人", "居民",
    "市民", "业主", "群众", "用户", "客户", "先生", "女士", "举报", "求助", "来电", "你好", "您好", "请问", "麻烦", "关于", "针对", "对", "帮忙",
    "住户", "租户", "昨天", "今天", "最近", "现在", "目前", "因为", "由于", "情况", "问题", "事情", "下",
)  # fmt: skip
_RIGHT_OK = (
    "的", "内", "里", "门", "楼", "附近", "旁", "对", "这", "那", "有", "没", "被", "边", "后", "前", "停", "垃圾", "下", "上",
    "电", "水", "业主", "物业", "居民", "住户", "出", "反", "路", "公共", "经", "又", "总", "常", "存", "发", "噪", "乱", "占",
    "请", "需", "要", "来", "已", "还", "都", "很", "太", "因", "由", "井", "外", "大门", "车", "地下", "墙", "是", "在", "和",
    "与", "东门", "西门", "南门", "北门", "东侧", "西侧", "南侧", "北侧", "小区",
)  # fmt: skip
_LEFT_INSIDE_OK = ("的", "在", "与", "和", "内", "里", "边", "旁", "处", "上", "前", "后", "侧", "面", "口")
_ENDING_LAST = re.compile(f"(?:{'|'.join(one for one in GENERIC if len(one) > 1)}|[苑园城府院])$")
_TROUBLE = re.compile(
    r"[坏堵漏灯脏臭吵塌毁]|井盖|垃圾|噪音|施工|积水|扰民|停电|停水|问题|怎么|没人|不亮|不通|违|占用|破损|破坏|投诉|反映"
)
_OUTER = frozenset(("road", "note"))
_ENDING_MASS = 0.3
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
    mass = min(_mass(name, lexicon), _MOST_MASS) / _MOST_MASS
    features[0] = match.share * mass
    features[1] = match.share
    features[2] = match.by_sound
    features[28] = float(match.by_sound > 0 and _other_ending(asked, name, match))
    features[3] = float(match.how == SLIP)
    features[25] = float(match.how == PART)
    features[4] = float(match.ending == "conflict")
    features[5] = float(match.ending == "missing")
    _qualifiers(features, asked, name, match)
    _loose(features, asked, name, match)
    features[22] = asked.explained(match.start, match.end) / max(1, match.end - match.start)
    if match.how == SLIP:
        features[24] = _slip_known(asked, match, lexicon)
    features[20] = min(len(name.base) * match.share, 8.0) / 8.0


def _mass(name: NameForm, lexicon: Lexicon) -> float:
    """Give how much a name tells; the ending counts little."""
    core = lexicon.mass(name.core_sound)
    return core + _ENDING_MASS * (lexicon.mass(name.base_sound) - core)


def _other_ending(asked: Asked, name: NameForm, match: Match) -> bool:
    """Tell whether the query writes another usual ending that only sounds like the name's own."""
    size = len(name.ending)
    written = asked.folded[match.end - size : match.end]
    return bool(size) and written != name.ending and ending_at(asked.folded, match.end - size) == written


def _qualifiers(features: list[float], asked: Asked, name: NameForm, match: Match) -> None:
    """Compare phase, side, area and yard; those inside the matched words belong to the name itself."""
    theirs = name.qualifiers
    ours = asked.marks
    if not ours and not theirs:
        return
    if match.how == EXACT:
        features[6] = float(bool(theirs))
        theirs = frozenset(one for one in theirs if one[0] in _OUTER)
        ours = ours - qualifiers(name.full)
    elif ours:
        ours = ours - qualifiers(asked.folded[match.start : match.end])
    for kind, value in theirs:
        given = _given(kind, value, asked, ours)
        features[6 if given == value else 7 if given else 8] = 1.0
    features[9] = float(bool(ours) and not any(kind not in _OUTER for kind, _ in name.qualifiers))


def _given(kind: str, value: str, asked: Asked, ours: frozenset[tuple[str, str]]) -> str:
    """Give what the query says about one mark of a name: the same, another, or nothing."""
    if kind == "note":
        return value if value in asked.folded else ""
    if kind == "road":
        given = [road for road, _ in asked.roads]
    else:
        given = [other for other_kind, other in ours if other_kind == kind]
    return value if value in given else given[0] if given else ""


def _loose(features: list[float], asked: Asked, name: NameForm, match: Match) -> None:
    """Note what nothing explains: before the name, right after it, and further on before the building."""
    start, free = match.start, asked.free
    before = free[:start].rpartition(BOUNDARY)[2]
    if before:
        at = start - len(before)
        inside = at > 0 and asked.explained(at - 1, at) > 0
        if not before.endswith(_LEFT_INSIDE_OK if inside else _LEFT_OK):
            features[26 if inside else 10] = min(len(before), _MOST_LOOSE) / _MOST_LOOSE
    after, _, later = free[match.end : _stop(asked, match.end)].partition(BOUNDARY)
    if after and not after[0].isdigit() and not _repeats(after, name):
        named = ends_like_a_name(after)
        if named or not is_matter(after):
            features[11] = min(len(after), _MOST_LOOSE) / _MOST_LOOSE
        features[27] = float(named)
    features[23] = min(len(later) - later.count(BOUNDARY), 2 * _MOST_LOOSE) / (2 * _MOST_LOOSE)


def ends_like_a_name(run: str) -> bool:
    """Tell whether words end as compounds do: …花园."""
    return len(run) > 1 and _ENDING_LAST.search(run) is not None


def is_matter(run: str) -> bool:
    """Tell whether words are the matter of a complaint: 楼道灯坏了."""
    return run.startswith(_RIGHT_OK) or _TROUBLE.search(run) is not None


def is_head(run: str) -> bool:
    """Tell whether words end as the head of a complaint does: 市民反映."""
    return run.endswith(_LEFT_OK)


def _repeats(after: str, name: NameForm) -> bool:
    """Tell whether words are the name once more, perhaps with a slip."""
    letters = set(sound(after[: len(name.full) + 1]))
    return 2 * len(letters & set(name.full_sound)) > len(letters)


def _stop(asked: Asked, end: int) -> int:
    """Give where the address ends that goes on at `end`: at the building, or at a mark."""
    for door in asked.doors:
        if door.slot == HOUSENO and door.start >= end:
            return door.start
    mark = asked.folded.find(BOUNDARY, end + 1)
    return mark if mark >= 0 else len(asked.folded)


def _slip_known(asked: Asked, match: Match, lexicon: Lexicon) -> float:
    window = asked.sounds[match.start : match.end]
    keys = [pair(a, b) for a, b in pairwise(window)]
    return sum(key in lexicon.pair_rows for key in keys) / max(1, len(keys))


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
