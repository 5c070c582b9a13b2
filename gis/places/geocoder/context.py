"""What stands around a name in a sentence: words that begin a complaint, words that go on with it, other names.

Before: `alignment.py` says where a name stands. After: `compare.py` notes what nothing explains, and
`nameless.py` asks whether a text names anything at all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gis.places.address.doors import HOUSENO
from gis.places.geocoder.alignment import Match
from gis.places.geocoder.asked import Asked
from gis.places.geocoder.keys import BOUNDARY, sound
from gis.places.geocoder.matters import MATTERS
from gis.places.geocoder.names import GENERIC, NameForm

_HEAD_WORDS = """
在 住 到 是 于 的 和 与 去 叫 从 家 我 们 侧 面 旁 边 段 反映 投诉 咨询 说 称 为 来 里 处 口
区 县 市 镇 乡 街道 社区 村 及 给 查 找 1下 这边 本人 居民 市民 业主 群众 用户 客户 先生
女士 举报 求助 来电 你好 您好 请问 麻烦 关于 针对 对 帮忙 住户 租户
网格员 早上 晚上 每天 天天 1下 这几天 上周开始 归谁管 在吗 过1次了 问问 昨天 今天 最近 现在 目前
因为 由于 情况 问题 事情 下 路过 经过 靠近 处理 整治 解决 查询 核实 反馈 派人 独居 要求 希望 建议
"""
_MATTER_WORDS = """
的 内 里 门 楼 附近 旁 对 这 那 有 没 被 边 后 前 停 垃圾 下 上 电 水 业主 物业 居民 住户 出
反 路 公共 经 又 总 常 存 发 噪 乱 占 请 需 要 来 已 还 都 很 太 因 由 井 外 大门 车 地下 墙
是 在 和 与 东门 西门 南门 北门 东侧 西侧 南侧 北侧 小区
"""
_HEADS = tuple(_HEAD_WORDS.split())
_MATTERS = tuple(word for word in dict.fromkeys([*_MATTER_WORDS.split(), *MATTERS]) if word)
_STOP = re.compile("[,。;!?]")
_LINKS = tuple("的在与和内里边旁处上前后侧面口")
_TROUBLE = re.compile(
    r"[坏堵漏灯脏臭吵塌毁违]|井盖|垃圾|噪音|施工|积水|扰民|停电|停水|问题|怎么|没人|不亮|不通|占用|破损|破坏|投诉|反映"
)
_NAME_ENDINGS = (*(one for one in GENERIC if len(one) > 1), *"苑园城府院")
_PLACE = re.compile("|".join(one for one in GENERIC if len(one) > 1 and one not in ("小区", "社区", "住宅")))
MOST_LOOSE = 3


class Around(NamedTuple):
    """How many letters around a name nothing explains, each 0 to 1; `another` tells that a name follows."""

    left: float
    left_inside: float
    right: float
    another: bool
    later: float


def around(asked: Asked, name: NameForm, match: Match) -> Around:
    """Note what nothing explains: before the name, right after it, and further on before the building."""
    free = asked.free
    left = left_inside = right = 0.0
    before = free[: match.start].rpartition(BOUNDARY)[2]
    if before:
        at = match.start - len(before)
        if at > 0 and asked.explained(at - 1, at):
            left_inside = 0.0 if before.endswith(_LINKS) else _loose(len(before))
        elif not is_head(before):
            left = _loose(len(before))
    after, _, later = free[match.end : _stop(asked, match.end)].partition(BOUNDARY)
    another = False
    if after and not after[0].isdigit() and not _repeats(after, name):
        another = ends_like_a_name(after)
        right = _loose(len(after)) if another or not is_matter(after) else 0.0
    if after and not another and tells_only_matter(after):
        return Around(left, left_inside, right, another, 0.0)
    return Around(left, left_inside, right, another, _loose(_unexplained(later) / 2))


def _unexplained(later: str) -> int:
    """Count the letters of further runs up to the first that begins the matter of a complaint."""
    count = 0
    for run in later.split(BOUNDARY):
        if tells_only_matter(run):
            break
        count += len(run)
    return count


def tells_only_matter(run: str) -> bool:
    """Tell whether a run begins a complaint, and has no compound's ending in it."""
    return run.startswith(_MATTERS) and _PLACE.search(run) is None and not ends_like_a_name(run)


def _loose(letters: float) -> float:
    return min(letters, MOST_LOOSE) / MOST_LOOSE


def ends_like_a_name(run: str) -> bool:
    """Tell whether words end as compounds do: …花园."""
    return len(run) > 1 and run.endswith(_NAME_ENDINGS)


def is_matter(run: str) -> bool:
    """Tell whether words are the matter of a complaint: 楼道灯坏了."""
    return run.startswith(_MATTERS) or _TROUBLE.search(run) is not None


def is_head(run: str) -> bool:
    """Tell whether words end as the head of a complaint does: 市民反映."""
    return run.endswith(_HEADS)


def _repeats(after: str, name: NameForm) -> bool:
    """Tell whether words are the name once more, perhaps with a slip."""
    letters = set(sound(after[: len(name.full) + 1]))
    return 2 * len(letters & set(name.full_sound)) > len(letters)


def _stop(asked: Asked, end: int) -> int:
    """Give where the address ends that goes on at `end`: at the building, or at a mark."""
    for door in asked.doors:
        if door.slot == HOUSENO and door.start >= end:
            return door.start
    mark = _STOP.search(asked.cleaned.text, end)
    return mark.start() if mark else len(asked.folded)
