"""The parts of a compound's name: the core that tells, the generic ending, and what divides siblings.

Before: `keys.fold`. After: the index weighs the core, the comparison looks at all three: 幸福小区 and
幸福家园 differ by their ending, 锦绣城1期 and 锦绣城2期 by their phase.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gis.places.geocoder.keys import sound

_GENERIC_WORDS = """
安置小区 花园小区 住宅小区 家属院 家属楼 家属区 住宅区 商住楼 宿舍楼 综合楼 办公楼 单元楼 住宅楼 安置房 生活区 别墅区
小区 社区 花园 家园 公寓 新村 花苑 嘉园 佳园 家苑 嘉苑 佳苑 新苑 名苑 雅苑 名园 雅园 华苑 华园 新城 名城 华城 花城
华庭 华府 豪庭 豪园 豪苑 山庄 别墅 小镇 大院 宿舍 住宅 大厦 大楼 广场 中心 国际 公馆 庄园 新区 雅居 名邸 名居 名府
名门 府邸 学府 商城 商厦 楼盘
院 苑 园 城 府 楼 居 庭 邸 里 村 湾 轩 阁 庄 郡 墅
"""
GENERIC = tuple(_GENERIC_WORDS.split())
_SHORTEST_BASE, _SHORT_BASE = 2, 3
_ENDING = re.compile(f"(?:{'|'.join(GENERIC)})$")
_ENDING_HERE = re.compile(
    f"(?!院[里内子门外墙]|楼[下上道顶梯前后]|里[面头边的]|城管|村[里民])(?:{'|'.join(GENERIC)})"
)
QUALIFIER = re.compile(
    r"第?(?P<phase>\d{1,2}|[a-z])(?:号)?期|(?P<area>\d{1,2}|[a-z])区|(?P<side>[东西南北中])(?:小?区|院|苑|园)(?![路街])"
    r"|(?P<yard>\d{1,4})号?院"
)


_KINDS = tuple(QUALIFIER.groupindex)
Marks = frozenset[tuple[str, str]]
NO_MARKS: Marks = frozenset()


class NameForm(NamedTuple):
    """A name ready for comparison; all texts are folded.

    Attributes
    ----------
    full : str
        The whole name.
    base : str
        The name without phase, side and area.
    core : str
        The base without its generic ending.
    ending : str
        The generic ending, possibly empty.
    qualifiers : frozenset of (str, str)
        Kind and value: ("phase", "2"), ("side", "东"); ("road", …) and ("note", …) for what the name was written with.
    full_sound, base_sound, core_sound : str
        The same as sounds.
    letters : frozenset of str
        The different sounds of the base.
    """

    full: str
    base: str
    core: str
    ending: str
    qualifiers: Marks
    full_sound: str
    base_sound: str
    core_sound: str
    letters: frozenset[str]


def name_form(folded: str, marks: Marks = NO_MARKS) -> NameForm:
    """Take a folded name apart; `marks` are what was written before it or in brackets after it."""
    found = qualifiers(folded)
    base = QUALIFIER.sub("", folded)
    if len(base) < _SHORTEST_BASE:
        base, found = folded, frozenset()
    found |= marks
    match = _ENDING.search(base)
    core = base[: match.start()] if match and match.start() >= 1 else base
    if len(core) == 1 and len(base) <= _SHORT_BASE and len(base) - len(core) == 1:
        core = base
    ending = base[len(core) :]
    sounds = sound(base)
    return NameForm(folded, base, core, ending, found, sound(folded), sounds, sound(core), frozenset(sounds))


def qualifiers(folded: str) -> Marks:
    """Find phase, side, area and yard."""
    found = QUALIFIER.findall(folded)
    if not found:
        return NO_MARKS
    return frozenset((kind, value) for row in found for kind, value in zip(_KINDS, row, strict=True) if value)


def ending_at(folded: str, at: int) -> str:
    """Give the generic ending that stands at a position, or an empty text."""
    match = _ENDING_HERE.match(folded, at)
    return match.group() if match else ""
