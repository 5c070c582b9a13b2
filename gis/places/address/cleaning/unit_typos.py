"""Rule: homophones and look-alikes of units, only right after a number: 16撞 -> 16幢, 91市 -> 91室."""

from __future__ import annotations

import re

from gis.places.address.cleaned import Cleaned, substitute

_RIGHT = {
    "撞": "幢", "憧": "幢", "懂": "栋", "董": "栋", "冻": "栋", "铜": "栋", "拣": "栋", "陈": "栋",
    "好": "号", "浩": "号", "市": "室", "窒": "室", "柿": "室", "事": "室", "丹元": "单元", "但元": "单元",
    "单园": "单元", "单员": "单元", "单圆": "单元", "号搂": "号楼", "搂": "楼", "成": "层", "曾": "层",
}  # fmt: skip
_TYPO = re.compile(
    r"(?<=[0-9A-Za-z])(?:[撞憧懂董冻铜拣]|陈(?=\d)|[好浩](?![吃看人友又多])|市(?=$|[-,。(※])|窒|柿|事(?=$|[-,。])"
    r"|[丹但]元|单[园员圆]|号搂|搂|[成曾](?=\d|$|[-,。]))"
)
_BELOW = re.compile(r"富(?=\d+[楼层])")


def unit_typos(cleaned: Cleaned) -> Cleaned:
    """Set the unit right that a slip of the keyboard changed."""
    cleaned = substitute(cleaned, _TYPO, lambda match: _RIGHT[match.group()])
    return substitute(cleaned, _BELOW, "负")
